// SPDX-License-Identifier: Apache-2.0
#include "dump.h"

#include <variant>

namespace penstock::test {
namespace {

using Kind = ast::Expression::Kind;

template <typename Items, typename Text>
std::string joined(const Items& items, Text text) {
  std::string out;
  for (const auto& item : items) {
    if (!out.empty()) out += ", ";
    out += text(item);
  }
  return out;
}

std::string dump_expressions(const std::vector<ast::Expression>& expressions) {
  return joined(expressions, [](const ast::Expression& e) { return dump(e); });
}

std::string dump_named(const std::vector<std::pair<std::string, ast::Expression>>& named) {
  return joined(named, [](const auto& pair) { return pair.first + " => " + dump(pair.second); });
}

std::string dump_call(const ast::Expression& e) {
  std::string out = e.name + "(";
  if (e.distinct) out += "distinct ";
  out += dump_expressions(e.arguments);
  if (!e.named_arguments.empty()) {
    if (!e.arguments.empty()) out += ", ";
    out += dump_named(e.named_arguments);
  }
  out += ")";
  if (!e.filter.empty()) out += " filter " + dump(e.filter.front());
  return out;
}

std::string dump_case(const ast::Expression& e) {
  std::string out = "case(";
  const std::size_t pairs = e.arguments.size() / 2;
  for (std::size_t i = 0; i < pairs; ++i) {
    if (i > 0) out += ", ";
    out += dump(e.arguments[2 * i]) + " -> " + dump(e.arguments[2 * i + 1]);
  }
  if (e.has_else) out += ", else " + dump(e.arguments.back());
  return out + ")";
}

std::string dump_from(const ast::FromItem& item) {
  std::string out;
  switch (item.kind) {
    case ast::FromItem::Kind::table: out = item.name; break;
    case ast::FromItem::Kind::subquery: out = "(" + dump(*item.subquery) + ")"; break;
    case ast::FromItem::Kind::window_function:
      out = item.name + "[" + dump_from(item.relation.at(0));
      if (!item.arguments.empty()) out += "; " + dump_expressions(item.arguments);
      if (!item.named_arguments.empty()) out += "; " + dump_named(item.named_arguments);
      out += "]";
      break;
  }
  return item.alias.empty() ? out : out + " as " + item.alias;
}

std::string dump_order(const ast::OrderItem& item) {
  std::string out = dump(item.expression);
  if (item.descending) out += " desc";
  if (item.nulls_first) out += *item.nulls_first ? " nulls first" : " nulls last";
  return out;
}

struct StatementDump {
  std::string operator()(const ast::CreateTable& table) const {
    std::string out = "table " + table.name;
    if (table.has_columns) {
      out += " (" +
             joined(table.columns,
                    [](const ast::ColumnDefinition& column) {
                      return column.name + " " + column.type_name +
                             (column.not_null ? " not null" : "");
                    }) +
             ")";
    }
    if (table.watermark) {
      out += " watermark " + table.watermark->column + " = " + dump(table.watermark->expression);
    }
    if (!table.options.empty()) {
      out += " with " + joined(table.options, [](const ast::Option& option) {
               return option.key + "=" + option.value;
             });
    }
    return out;
  }
  std::string operator()(const ast::CreateView& view) const {
    return "view " + view.name + " = " + dump(view.select);
  }
  std::string operator()(const ast::InsertInto& insert) const {
    std::string out = "insert " + insert.table;
    if (!insert.columns.empty()) {
      out += "(" + joined(insert.columns, [](const std::string& name) { return name; }) + ")";
    }
    return out + " = " + dump(insert.select);
  }
  std::string operator()(const ast::Select& select) const { return dump(select); }
  std::string operator()(const ast::Describe& describe) const {
    return "describe " + describe.name;
  }
};

const char* code_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::syntax: return "syntax";
    case ErrorCode::unsupported: return "unsupported";
    case ErrorCode::unknown_name: return "unknown_name";
    case ErrorCode::duplicate_name: return "duplicate_name";
    case ErrorCode::invalid_argument: return "invalid_argument";
    default: return "other";
  }
}

}  // namespace

std::string dump(const ast::Expression& e) {
  switch (e.kind) {
    case Kind::column: return e.qualifier.empty() ? e.name : e.qualifier + "." + e.name;
    case Kind::star: return e.qualifier.empty() ? "*" : e.qualifier + ".*";
    case Kind::null: return "null";
    case Kind::boolean: return e.text;
    case Kind::integer: return e.text;
    case Kind::decimal: return e.text + "d";
    case Kind::string: return "'" + e.text + "'";
    case Kind::interval: return "interval'" + e.text + "'";
    case Kind::call: return dump_call(e);
    case Kind::case_when: return dump_case(e);
    case Kind::cast: return "cast(" + dump(e.arguments.at(0)) + " as " + e.type_name + ")";
  }
  return "?";
}

std::string dump(const ast::Select& select) {
  std::string out = select.distinct ? "select distinct " : "select ";
  out += joined(select.items, [](const ast::SelectItem& item) {
    return dump(item.expression) + (item.alias.empty() ? "" : " as " + item.alias);
  });
  if (select.from) out += " from " + dump_from(*select.from);
  if (select.where_clause) out += " where " + dump(*select.where_clause);
  if (!select.group_by.empty()) out += " group " + dump_expressions(select.group_by);
  if (select.having) out += " having " + dump(*select.having);
  if (!select.order_by.empty()) out += " order " + joined(select.order_by, dump_order);
  if (select.limit) out += " limit " + dump(*select.limit);
  if (select.offset) out += " offset " + dump(*select.offset);
  return out;
}

std::string dump(const ast::Statement& statement) {
  return std::visit(StatementDump{}, statement);
}

std::string dump_sql(std::string_view sql, const ParseOptions& options) {
  std::string out;
  for (const ast::Statement& statement : parse(sql, options)) {
    if (!out.empty()) out += "\n";
    out += dump(statement);
  }
  return out;
}

std::string dump_expression(std::string_view text) {
  const auto statements = parse("SELECT " + std::string(text));
  return dump(std::get<ast::Select>(statements.at(0)).items.at(0).expression);
}

std::string error_of(std::string_view sql, const ParseOptions& options) {
  try {
    parse(sql, options);
  } catch (const Error& error) {
    return std::string(code_name(error.code())) + " " + std::to_string(error.where().line) + ":" +
           std::to_string(error.where().column) + " " + error.message();
  }
  return "parsed";
}

}  // namespace penstock::test
