// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "binder.h"
#include "coercion.h"
#include "function_table.h"

namespace penstock::detail {

namespace {

using Kind = ast::Expression::Kind;

// As PostgreSQL names a column that has no alias.
std::string derived_name(const ast::Expression& expression) {
  switch (expression.kind) {
    case Kind::column: return expression.name;
    case Kind::case_when: return "case";
    case Kind::cast: {
      const std::string inner = derived_name(expression.arguments.at(0));
      return inner == "?column?" ? expression.type_name : inner;
    }
    case Kind::call: {
      const bool word = !expression.name.empty() &&
                        expression.name.find_first_not_of(
                            "abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
      const bool spelled = expression.name == "and" || expression.name == "or" ||
                           expression.name == "not" || expression.name == "in" ||
                           expression.name == "between" || expression.name == "like" ||
                           expression.name == "ilike";
      return word && !spelled ? expression.name : "?column?";
    }
    case Kind::interval: return "interval";
    default: return "?column?";
  }
}

void expand_star(const ast::Expression& star, const Scope& scope, std::vector<OutputItem>& items) {
  if (!star.qualifier.empty() && star.qualifier != scope.qualifier) {
    fail(ErrorCode::unknown_name,
         "there is no table " + quoted(star.qualifier) + " in FROM; columns here are of " +
             quoted(scope.qualifier),
         star.where);
  }
  for (const ScopeColumn& column : scope.columns) {
    OutputItem item;
    item.expression.kind = Kind::column;
    item.expression.where = star.where;
    item.expression.name = column.name;
    item.name = column.name;
    items.push_back(std::move(item));
  }
}

std::int64_t row_count(const ast::Expression& expression, std::string_view clause) {
  std::int64_t count = -1;
  const std::string& text = expression.text;
  if (expression.kind == Kind::integer) {
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
    if (parsed.ec != std::errc()) count = -1;
  }
  if (count < 0) {
    fail(ErrorCode::invalid_argument,
         std::string(clause) + " is a number of rows, written as digits", expression.where);
  }
  return count;
}

std::size_t find_output(const ast::Expression& expression, const std::vector<OutputItem>& items,
                        const std::vector<std::string>& names,
                        const std::vector<Expression>& outputs, ExpressionBinder& binder) {
  if (const auto position = ordinal(expression, outputs.size(), "ORDER BY")) return *position;
  if (expression.kind == Kind::column && expression.qualifier.empty()) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items[i].named && items[i].name == expression.name) return i;
    }
    const auto found = std::find(names.begin(), names.end(), expression.name);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  }
  const Expression bound = binder.bind_value(expression);
  const auto found = std::find(outputs.begin(), outputs.end(), bound);
  if (found == outputs.end()) {
    fail(ErrorCode::unsupported,
         "ORDER BY can name columns of the result only: add this expression to the select list",
         expression.where);
  }
  return static_cast<std::size_t>(found - outputs.begin());
}

}  // namespace

std::vector<OutputItem> output_items(const ast::Select& select, const Scope& scope) {
  std::vector<OutputItem> items;
  for (const ast::SelectItem& each : select.items) {
    if (each.expression.kind == Kind::star) {
      expand_star(each.expression, scope, items);
      continue;
    }
    const bool named = !each.alias.empty();
    items.push_back({each.expression, named ? each.alias : derived_name(each.expression), named});
  }
  return items;
}

std::vector<std::string> output_names(const std::vector<OutputItem>& items) {
  std::set<std::string> taken;
  for (const OutputItem& item : items) {
    if (item.named && !taken.insert(item.name).second) {
      fail(ErrorCode::duplicate_name,
           "the result has two columns named " + quoted(item.name) + "; give one another name",
           item.expression.where);
    }
  }
  std::vector<std::string> names;
  for (const OutputItem& item : items) {
    std::string name = item.name;
    for (int i = 2; !item.named && !taken.insert(name).second; ++i) {
      name = item.name + "_" + std::to_string(i);
    }
    names.push_back(std::move(name));
  }
  return names;
}

std::optional<std::size_t> ordinal(const ast::Expression& expression, std::size_t count,
                                   std::string_view clause) {
  if (expression.kind != Kind::integer) return std::nullopt;
  std::size_t position = 0;
  const std::string& text = expression.text;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), position);
  if (parsed.ec != std::errc() || position < 1 || position > count) {
    fail(ErrorCode::invalid_argument,
         std::string(clause) + " position " + text + " is not in the select list, which has " +
             std::to_string(count) + (count == 1 ? " column" : " columns"),
         expression.where);
  }
  return position - 1;
}

void bind_order(const ast::Select& select, const std::vector<OutputItem>& items,
                const std::vector<std::string>& names, const std::vector<Expression>& outputs,
                ExpressionBinder& binder, BoundSelect& result) {
  if (select.order_by.empty() && !select.limit.has_value() && !select.offset.has_value()) return;
  result.sort_where = !select.order_by.empty()   ? select.order_by.front().expression.where
                      : select.limit.has_value() ? select.limit->where
                                                 : select.offset->where;
  if (!result.relation.bounded) {
    fail(ErrorCode::unsupported,
         std::string(select.order_by.empty() ? "LIMIT" : "ORDER BY") +
             " needs an input that ends: table " + quoted(result.relation.table_name) +
             " does not; sort what the sink stored",
         result.sort_where);
  }
  SortStep sort;
  for (const ast::OrderItem& item : select.order_by) {
    SortKey key;
    key.column = find_output(item.expression, items, names, outputs, binder);
    key.descending = item.descending;
    key.nulls_first = item.nulls_first.value_or(item.descending);
    sort.keys.push_back(key);
  }
  if (select.limit.has_value() && select.limit->kind != Kind::null) {
    sort.limit = row_count(*select.limit, "LIMIT");
  }
  if (select.offset.has_value()) sort.offset = row_count(*select.offset, "OFFSET");
  if (sort.keys.empty() && !sort.limit.has_value() && sort.offset == 0) return;
  result.sort = std::move(sort);
}

void append_projection(BoundSelect& select) {
  Relation& relation = select.relation;
  bool same = select.columns.size() == relation.schema.size();
  for (std::size_t i = 0; same && i < select.columns.size(); ++i) {
    const NamedExpression& column = select.columns[i];
    same = column.name == relation.schema.fields[i].name &&
           column.expression == column_reference(i, relation.schema.fields[i].type);
  }
  if (same) return;
  std::optional<std::size_t> event_time;
  for (std::size_t i = 0; i < select.columns.size() && relation.event_time.has_value(); ++i) {
    const Expression& e = select.columns[i].expression;
    if (e.kind == Expression::Kind::column && e.column == *relation.event_time) event_time = i;
  }
  relation.event_time = event_time;
  relation.steps.emplace_back(ProjectStep{select.columns});
  relation.schema = schema_after(relation.steps.back(), relation.schema);
}

Relation finish_select(BoundSelect select, const std::string& qualifier) {
  append_projection(select);
  select.relation.scope.qualifier = qualifier;
  select.relation.window.reset();
  return std::move(select.relation);
}

}  // namespace penstock::detail
