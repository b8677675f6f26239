// SPDX-License-Identifier: Apache-2.0
#include <penstock/io/registry.h>

#include <utility>

#include <penstock/kernels/error.h>

namespace penstock {

namespace {

template <class Factories>
std::vector<std::string> names_of(const Factories& factories) {
  std::vector<std::string> names;
  names.reserve(factories.size());
  for (const auto& [name, factory] : factories) names.push_back(name);
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    if (!list.empty()) list += ", ";
    list += "'" + name + "'";
  }
  return list.empty() ? "none" : list;
}

// Neither `fitting` (connectors of the wanted kind) has it, nor can it be used from `other`.
[[noreturn]] void refuse(const TableDefinition& table, const std::string& kind, bool is_other,
                         const std::vector<std::string>& fitting) {
  const std::string connector = "connector '" + table.connector + "' of table '" + table.name + "'";
  if (is_other)
    throw Error(ErrorCode::unsupported,
                connector +
                    (kind == "source" ? " only writes; to read, use one of "
                                      : " only reads; to write, use one of ") +
                    listed(fitting),
                table.where);
  std::string message = connector + " does not exist";
  if (const auto nearest = nearest_name(table.connector, fitting))
    message += "; did you mean '" + *nearest + "'?";
  throw Error(ErrorCode::unknown_name,
              message + " Connectors for a " + kind + ": " + listed(fitting), table.where);
}

}  // namespace

void Registry::add_source(std::string connector, SourceFactory factory) {
  sources_.insert_or_assign(std::move(connector), std::move(factory));
}

void Registry::add_sink(std::string connector, SinkFactory factory) {
  sinks_.insert_or_assign(std::move(connector), std::move(factory));
}

std::unique_ptr<Source> Registry::make_source(const TableDefinition& table) const {
  const auto found = sources_.find(table.connector);
  if (found == sources_.end())
    refuse(table, "source", sinks_.contains(table.connector), source_connectors());
  return found->second(table);
}

std::unique_ptr<Sink> Registry::make_sink(const TableDefinition& table, const Schema& rows,
                                          const SinkContext& context) const {
  const auto found = sinks_.find(table.connector);
  if (found == sinks_.end())
    refuse(table, "sink", sources_.contains(table.connector), sink_connectors());
  return found->second(table, rows, context, false);
}

SourceDescription Registry::describe_source(const TableDefinition& table) const {
  const auto source = make_source(table);
  return {source->schema(), source->bounded()};
}

void Registry::check_sink(const TableDefinition& table, const Schema& rows) const {
  const auto found = sinks_.find(table.connector);
  if (found == sinks_.end())
    refuse(table, "sink", sources_.contains(table.connector), sink_connectors());
  found->second(table, rows, SinkContext{}, true);
}

std::vector<std::string> Registry::source_connectors() const {
  return names_of(sources_);
}
std::vector<std::string> Registry::sink_connectors() const {
  return names_of(sinks_);
}

}  // namespace penstock
