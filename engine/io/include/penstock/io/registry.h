// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <penstock/io/sink.h>
#include <penstock/io/source.h>
#include <penstock/plan/catalog.h>
#include <penstock/plan/plan.h>

namespace penstock {

struct SinkContext {
  int output_fd = 1;                    // what connector "stdout" writes to
  std::string output_format = "table";  // its format where the table does not say
  Diagnostics* diagnostics = nullptr;
};

using SourceFactory = std::function<std::unique_ptr<Source>(const TableDefinition&)>;
// With `dry_run` the factory checks the options and the schema, opens and writes nothing, and
// returns nullptr.
using SinkFactory = std::function<std::unique_ptr<Sink>(const TableDefinition&, const Schema& rows,
                                                        const SinkContext&, bool dry_run)>;

// The connectors of a job, as a value: filled by who starts it, no static initialisers.
class Registry : public Catalog {
 public:
  void add_source(std::string connector, SourceFactory factory);
  void add_sink(std::string connector, SinkFactory factory);

  // Error{unknown_name} with the nearest connector; Error{unsupported} for a sink used as a source.
  [[nodiscard]] std::unique_ptr<Source> make_source(const TableDefinition& table) const;
  [[nodiscard]] std::unique_ptr<Sink> make_sink(const TableDefinition& table, const Schema& rows,
                                                const SinkContext& context) const;

  [[nodiscard]] SourceDescription describe_source(const TableDefinition& table) const override;
  void check_sink(const TableDefinition& table, const Schema& rows) const override;

  [[nodiscard]] std::vector<std::string> source_connectors() const;
  [[nodiscard]] std::vector<std::string> sink_connectors() const;

 private:
  std::map<std::string, SourceFactory, std::less<>> sources_;
  std::map<std::string, SinkFactory, std::less<>> sinks_;
};

}  // namespace penstock
