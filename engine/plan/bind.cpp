// SPDX-License-Identifier: Apache-2.0
#include <penstock/plan/bind.h>

#include <algorithm>
#include <utility>

#include <penstock/plan/casts.h>

#include "binder.h"
#include "coercion.h"
#include "function_table.h"

namespace penstock {

namespace detail {

void Binder::add(const ast::Statement& statement) {
  if (const auto* table = std::get_if<ast::CreateTable>(&statement)) {
    create_table(*table);
  } else if (const auto* view = std::get_if<ast::CreateView>(&statement)) {
    create_view(*view);
  } else if (const auto* insert = std::get_if<ast::InsertInto>(&statement)) {
    insert_into(*insert);
  } else if (const auto* select = std::get_if<ast::Select>(&statement)) {
    plain_select(*select);
  } else {
    describe(std::get<ast::Describe>(statement));
  }
}

BoundScript Binder::finish() && {
  return std::move(script_);
}

// A view is bound where it is declared, for its errors, and again wherever it is used.
void Binder::create_view(const ast::CreateView& statement) {
  check_new_name(statement.name, statement.where);
  view_being_created_ = statement.name;
  bind_view(statement, statement.name);
  view_being_created_.clear();
  views_.push_back(statement);
}

void Binder::add_query(BoundSelect select, std::size_t sink) {
  Table& table = tables_[select.relation.table];
  if (!table.in_plan.has_value()) {
    table.in_plan = script_.plan.sources.size();
    script_.plan.sources.push_back(*table.source);
  }
  Query query;
  query.source = *table.in_plan;
  query.sink = sink;
  query.steps = std::move(select.relation.steps);
  if (select.sort.has_value()) query.steps.emplace_back(std::move(*select.sort));
  script_.plan.queries.push_back(std::move(query));
}

namespace {

// One column of the result as a declared column of the sink.
Expression assign(const Expression& expression, const Field& field, const std::string& table,
                  const Where& where) {
  const DataType to = field.type == types::symbol ? types::utf8 : field.type;
  const CastLevel level = cast_level(expression.type, to);
  if (level == CastLevel::implicit || level == CastLevel::assignment) {
    return cast_to(expression, to);
  }
  std::string message = "column " + quoted(field.name) + " of table " + quoted(table) + " is " +
                        to_string(to) + ", but the query gives " + to_string(expression.type);
  if (level == CastLevel::explicit_) message += "; write CAST(… AS " + to_string(to) + ")";
  fail(ErrorCode::type_mismatch, message, where);
}

// For each column of the sink, which column of the query it gets.
std::vector<std::optional<std::size_t>> match_columns(const Schema& sink, std::size_t given,
                                                      const ast::InsertInto& statement) {
  const std::size_t expected = statement.columns.empty() ? sink.size() : statement.columns.size();
  if (given != expected) {
    fail(ErrorCode::type_mismatch,
         "table " + quoted(statement.table) + " takes " + std::to_string(expected) +
             (expected == 1 ? " column" : " columns") + " here, but the query gives " +
             std::to_string(given),
         statement.where);
  }
  std::vector<std::optional<std::size_t>> source(sink.size());
  for (std::size_t i = 0; i < given; ++i) {
    if (statement.columns.empty()) {
      source[i] = i;
      continue;
    }
    const auto target = sink.find(statement.columns[i]);
    if (!target.has_value()) {
      std::vector<std::string> names;
      for (const Field& field : sink.fields) names.push_back(field.name);
      fail(ErrorCode::unknown_name,
           "table " + quoted(statement.table) + " has no column " + quoted(statement.columns[i]) +
               suggestion(statement.columns[i], names),
           statement.where);
    }
    if (source[*target].has_value()) {
      fail(ErrorCode::duplicate_name,
           "column " + quoted(statement.columns[i]) + " is named twice in the INSERT",
           statement.where);
    }
    source[*target] = i;
  }
  for (std::size_t i = 0; i < sink.size(); ++i) {
    if (source[i].has_value() || sink.fields[i].nullable) continue;
    fail(ErrorCode::invalid_argument,
         "column " + quoted(sink.fields[i].name) + " of table " + quoted(statement.table) +
             " is NOT NULL, and the INSERT does not give it",
         statement.where);
  }
  return source;
}

// A cast to text would make numbers sort by their digits.
bool keeps_order(DataType from, DataType to) {
  return is_text(from.id) == is_text(to.id);
}

}  // namespace

void Binder::fit_to_sink(BoundSelect& select, const Table& table,
                         const ast::InsertInto& statement) const {
  const Schema& sink =
      table.columns.has_value() ? *table.columns : script_.plan.sinks[*table.sink].schema;
  const auto source = match_columns(sink, select.columns.size(), statement);
  std::vector<NamedExpression> columns;
  std::vector<std::size_t> target(select.columns.size());
  for (std::size_t i = 0; i < sink.size(); ++i) {
    const Field& field = sink.fields[i];
    if (!source[i].has_value()) {
      const DataType type = field.type == types::symbol ? types::utf8 : field.type;
      columns.push_back({field.name, literal({}, type)});
      continue;
    }
    target[*source[i]] = i;
    const Where& where = select.places[*source[i]];
    columns.push_back({field.name, assign(select.columns[*source[i]].expression, field,
                                          table.definition.name, where)});
  }
  if (select.sort.has_value()) {
    for (SortKey& key : select.sort->keys) {
      const DataType from = select.columns[key.column].expression.type;
      key.column = target[key.column];
      if (keeps_order(from, columns[key.column].expression.type)) continue;
      fail(ErrorCode::unsupported,
           "ORDER BY a column that is stored as text would sort its text; CAST it in the select "
           "list if that is meant",
           select.sort_where);
    }
  }
  select.columns = std::move(columns);
}

void Binder::insert_into(const ast::InsertInto& statement) {
  const auto index = find_table(statement.table);
  if (!index.has_value()) {
    for (const ast::CreateView& view : views_) {
      if (view.name != statement.table) continue;
      fail(ErrorCode::unsupported, quoted(view.name) + " is a view; INSERT INTO writes to a table",
           statement.where);
    }
    unknown_table(statement.table, statement.where);
  }
  BoundSelect select = bind_select(statement.select);
  Table& table = tables_[*index];
  if (table.source.has_value()) {
    fail(ErrorCode::unsupported,
         "table " + quoted(statement.table) +
             " is read by this script, so it cannot be written as well; use a view for what both "
             "need",
         statement.where);
  }
  if (table.watermark.has_value()) {
    fail(ErrorCode::unsupported,
         "table " + quoted(statement.table) + " is written to: it cannot have a WATERMARK",
         table.watermark->where);
  }
  const bool first = !table.sink.has_value();
  if (table.columns.has_value() || !first) {
    fit_to_sink(select, table, statement);
  } else if (!statement.columns.empty()) {
    if (statement.columns.size() != select.columns.size()) {
      match_columns({}, select.columns.size(), statement);
    }
    for (std::size_t i = 0; i < select.columns.size(); ++i) {
      const auto again =
          std::count(statement.columns.begin(), statement.columns.end(), statement.columns[i]);
      if (again > 1) {
        fail(ErrorCode::duplicate_name,
             "column " + quoted(statement.columns[i]) + " is named twice in the INSERT",
             statement.where);
      }
      select.columns[i].name = statement.columns[i];
    }
  }
  append_projection(select);
  if (first) table.sink = add_sink(table.definition, select.relation.schema, statement.where);
  add_query(std::move(select), *table.sink);
}

void Binder::plain_select(const ast::Select& select) {
  BoundSelect bound = bind_select(select);
  TableDefinition definition;
  definition.connector = "stdout";
  definition.where = select.where;
  const auto taken = [this](const std::string& name) {
    const auto& sinks = script_.plan.sinks;
    return find_table(name).has_value() ||
           std::any_of(sinks.begin(), sinks.end(),
                       [&name](const SinkTable& sink) { return sink.definition.name == name; });
  };
  definition.name = "stdout";
  for (int i = 2; taken(definition.name); ++i) definition.name = "stdout_" + std::to_string(i);
  append_projection(bound);
  const std::size_t sink = add_sink(definition, bound.relation.schema, select.where);
  add_query(std::move(bound), sink);
}

void Binder::describe(const ast::Describe& statement) {
  for (const ast::CreateView& view : views_) {
    if (view.name != statement.name) continue;
    script_.descriptions.push_back({view.name, bind_view(view, view.name).schema});
    return;
  }
  const auto index = find_table(statement.name);
  if (!index.has_value()) unknown_table(statement.name, statement.where);
  const Table& table = tables_[*index];
  Schema schema = table.columns.has_value() ? *table.columns : describe_source(table).schema;
  script_.descriptions.push_back({statement.name, std::move(schema)});
}

}  // namespace detail

BoundScript bind(const std::vector<ast::Statement>& statements, const Catalog& catalog) {
  detail::Binder binder(catalog);
  for (const ast::Statement& statement : statements) binder.add(statement);
  return std::move(binder).finish();
}

}  // namespace penstock
