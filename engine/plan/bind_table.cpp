// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "binder.h"
#include "coercion.h"
#include "function_table.h"
#include "literals.h"
#include "type_names.h"

namespace penstock::detail {

namespace {

constexpr std::string_view allowed_watermark =
    "write WATERMARK FOR ts AS ts, or AS ts - INTERVAL '5 seconds'";

Schema declared_columns(const ast::CreateTable& statement) {
  Schema schema;
  for (const ast::ColumnDefinition& column : statement.columns) {
    if (schema.find(column.name).has_value()) {
      fail(ErrorCode::duplicate_name,
           "column " + quoted(column.name) + " of table " + quoted(statement.name) +
               " is declared twice",
           column.where);
    }
    const DataType type = type_of_name(column.type_name, column.where);
    schema.fields.push_back({column.name, type, !column.not_null});
  }
  return schema;
}

TableDefinition definition_of(const ast::CreateTable& statement) {
  TableDefinition definition;
  definition.name = statement.name;
  definition.where = statement.where;
  for (const ast::Option& option : statement.options) {
    const auto same = [&option](const ast::Option& other) { return other.key == option.key; };
    const bool connector_again = option.key == "connector" && !definition.connector.empty();
    if (connector_again ||
        std::any_of(definition.options.begin(), definition.options.end(), same)) {
      fail(ErrorCode::duplicate_name,
           "option " + quoted(option.key) + " of table " + quoted(statement.name) +
               " is given twice",
           option.where);
    }
    if (option.key == "connector") {
      definition.connector = option.value;
    } else {
      definition.options.push_back(option);
    }
  }
  if (definition.connector.empty()) {
    fail(ErrorCode::invalid_argument,
         "table " + quoted(statement.name) +
             " has no connector: write CREATE TABLE … WITH (connector = 'csv', path = '…')",
         statement.where);
  }
  return definition;
}

std::optional<std::int64_t> interval_of(const ast::Expression& expression) {
  using Kind = ast::Expression::Kind;
  const ast::Expression* text = &expression;
  if (expression.kind == Kind::cast && expression.type_name == "interval" &&
      expression.arguments.size() == 1 && expression.arguments[0].kind == Kind::string) {
    text = &expression.arguments[0];
  } else if (expression.kind != Kind::interval) {
    return std::nullopt;
  }
  const Term term{literal({text->text}, types::utf8), text->where, Term::Literal::unknown};
  return std::get<std::int64_t>(resolve_unknown(term, types::interval).literal.data);
}

std::int64_t watermark_delay(const ast::WatermarkDefinition& watermark) {
  using Kind = ast::Expression::Kind;
  const ast::Expression& e = watermark.expression;
  const auto is_column = [&watermark](const ast::Expression& x) {
    return x.kind == Kind::column && x.name == watermark.column;
  };
  const Where& where = e.where.line == 0 ? watermark.where : e.where;
  if (is_column(e)) return 0;
  const bool minus =
      e.kind == Kind::call && e.name == "-" && e.arguments.size() == 2 && is_column(e.arguments[0]);
  const auto delay = minus ? interval_of(e.arguments[1]) : std::nullopt;
  if (!delay.has_value()) {
    fail(ErrorCode::unsupported,
         "this watermark is not supported: " + std::string(allowed_watermark), where);
  }
  if (*delay < 0) {
    fail(ErrorCode::invalid_argument,
         "a watermark cannot run ahead of its column: the delay must not be negative",
         e.arguments[1].where);
  }
  return *delay;
}

Watermark bind_watermark(const ast::WatermarkDefinition& watermark, const Schema& schema,
                         const std::string& table) {
  const auto column = schema.find(watermark.column);
  if (!column.has_value()) {
    std::vector<std::string> names;
    for (const Field& field : schema.fields) names.push_back(field.name);
    fail(ErrorCode::unknown_name,
         "WATERMARK FOR: there is no column " + quoted(watermark.column) + " in table " +
             quoted(table) + suggestion(watermark.column, names),
         watermark.where);
  }
  const DataType type = schema.fields[*column].type;
  if (type != types::timestamp) {
    fail(ErrorCode::type_mismatch,
         "WATERMARK FOR: column " + quoted(watermark.column) + " is " + to_string(type) +
             "; declare it as timestamp (the option timestamp_format says how it is written)",
         watermark.where);
  }
  return {*column, watermark_delay(watermark)};
}

// What a connector has to say, at the table where it gives no better place.
template <class Call>
auto with_place(const Where& where, const Call& call) {
  try {
    return call();
  } catch (const Error& error) {
    if (error.where().line != 0) throw;
    throw Error(error.code(), error.message(), where);
  }
}

}  // namespace

void Binder::check_new_name(const std::string& name, const Where& where) const {
  const bool view = std::any_of(views_.begin(), views_.end(),
                                [&name](const ast::CreateView& each) { return each.name == name; });
  if (!view && !find_table(name).has_value()) return;
  fail(ErrorCode::duplicate_name,
       "there is a " + std::string(view ? "view" : "table") + " " + quoted(name) + " already",
       where);
}

void Binder::create_table(const ast::CreateTable& statement) {
  check_new_name(statement.name, statement.where);
  Table table;
  table.definition = definition_of(statement);
  if (!statement.columns.empty()) {
    table.columns = declared_columns(statement);
    table.definition.columns = table.columns;
  }
  table.watermark = statement.watermark;
  if (table.watermark.has_value()) {
    if (table.columns.has_value()) {
      bind_watermark(*table.watermark, *table.columns, statement.name);
    } else {
      watermark_delay(*table.watermark);
    }
  }
  tables_.push_back(std::move(table));
}

std::optional<std::size_t> Binder::find_table(const std::string& name) const {
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    if (tables_[i].definition.name == name) return i;
  }
  return std::nullopt;
}

void Binder::unknown_table(const std::string& name, const Where& where) const {
  std::vector<std::string> names;
  for (const Table& table : tables_) names.push_back(table.definition.name);
  for (const ast::CreateView& view : views_) names.push_back(view.name);
  const std::string hint = suggestion(name, names);
  fail(ErrorCode::unknown_name,
       "there is no table or view " + quoted(name) +
           (hint.empty() ? "; CREATE TABLE or CREATE VIEW must come before its use" : hint),
       where);
}

SourceDescription Binder::describe_source(const Table& table) const {
  return with_place(table.definition.where,
                    [&] { return catalog_.describe_source(table.definition); });
}

const SourceTable& Binder::source_of(std::size_t index, const Where& where) {
  Table& table = tables_[index];
  if (table.sink.has_value()) {
    fail(ErrorCode::unsupported,
         "table " + quoted(table.definition.name) +
             " is written to by this script, so it cannot be read as well; use a view for what "
             "both need",
         where);
  }
  if (!table.source.has_value()) {
    SourceDescription description = describe_source(table);
    SourceTable source;
    source.definition = table.definition;
    source.bounded = description.bounded;
    source.schema = std::move(description.schema);
    if (table.watermark.has_value()) {
      source.watermark = bind_watermark(*table.watermark, source.schema, table.definition.name);
    }
    table.source = std::move(source);
  }
  return *table.source;
}

std::size_t Binder::add_sink(const TableDefinition& definition, Schema schema, const Where& where) {
  for (Field& field : schema.fields) {
    if (field.type == types::symbol) field.type = types::utf8;
  }
  with_place(definition.where.line == 0 ? where : definition.where,
             [&] { catalog_.check_sink(definition, schema); });
  script_.plan.sinks.push_back({definition, std::move(schema)});
  return script_.plan.sinks.size() - 1;
}

}  // namespace penstock::detail
