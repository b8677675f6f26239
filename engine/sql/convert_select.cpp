// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <utility>

#include "converter.h"

namespace penstock::detail {
namespace {

// The order of what Flink lets one write by name.
std::vector<std::string_view> parameter_names(std::string_view window) {
  if (window == "tumble") return {"data", "timecol", "size", "offset"};
  if (window == "hop") return {"data", "timecol", "slide", "size", "offset"};
  if (window == "cumulate") return {"data", "timecol", "step", "size", "offset"};
  if (window == "session") return {"data", "timecol", "gap"};
  return {"data"};
}

}  // namespace

ast::Select Converter::select(const Object& node, Context context) {
  if (context.query_depth > max_query_depth) {
    refuse("sub-queries nest more than " + std::to_string(max_query_depth) +
               " deep; write views instead",
           context.place);
  }
  refuse_clauses(node, context);
  ast::Select select;
  select_items(node, context, select);
  const std::vector<Element> from = list_of(node, "fromClause");
  if (from.size() > 1) {
    refuse("joins are not supported yet: FROM reads one table, view or sub-query",
           from_place(unwrap(from[1]), context));
  }
  if (!from.empty()) select.from = from_item(unwrap(from[0]), context);
  select.where_clause = optional_expression(node, "whereClause", context);
  for (const Element& element : list_of(node, "groupClause")) {
    const Node item = unwrap(element);
    if (item.kind == "GroupingSet") {
      refuse("GROUPING SETS, ROLLUP, CUBE and () are not supported; write one query a grouping",
             at(item.fields, context).place);
    }
    select.group_by.push_back(expression(item, context));
  }
  select.having = optional_expression(node, "havingClause", context);
  order_by(node, context, select);
  const auto limit = node_of(node, "limitCount");
  const bool all = limit && limit->kind == "A_Const" && flag_of(limit->fields, "isnull");
  if (limit && !all) select.limit = expression(*limit, context);
  select.offset = optional_expression(node, "limitOffset", context);
  return select;
}

void Converter::refuse_clauses(const Object& node, Context context) const {
  if (has(node, "withClause")) {
    refuse("WITH is not supported; write CREATE VIEW name AS SELECT …",
           at(object_of(node, "withClause").value_or(Object()), context).place);
  }
  if (text_of(node, "op") != "SETOP_NONE") {
    refuse("UNION, INTERSECT and EXCEPT are not supported yet; write one INSERT INTO a query",
           find_word({"union", "intersect", "except"}, context));
  }
  if (has(node, "valuesLists")) {
    refuse("VALUES is not supported; rows come from a table with a connector",
           find_word({"values"}, context));
  }
  if (has(node, "intoClause")) {
    refuse("SELECT INTO is not supported; write INSERT INTO table SELECT …",
           find_word({"into"}, context));
  }
  if (has(node, "windowClause")) {
    refuse("WINDOW and window functions with OVER are not supported yet",
           find_word({"window"}, context));
  }
  if (has(node, "lockingClause")) {
    refuse("FOR UPDATE and FOR SHARE are not supported; leave them out",
           find_word({"for"}, context));
  }
  if (text_of(node, "limitOption") == "LIMIT_OPTION_WITH_TIES") {
    refuse("WITH TIES is not supported; write LIMIT n", find_word({"ties"}, context));
  }
  if (flag_of(node, "groupDistinct")) {
    refuse("GROUP BY DISTINCT is not supported; leave DISTINCT out", find_word({"group"}, context));
  }
  const std::vector<Element> distinct = list_of(node, "distinctClause");
  if (!distinct.empty() && !unwrap(distinct[0]).kind.empty()) {
    refuse("DISTINCT ON is not supported; write GROUP BY with aggregates",
           find_word({"distinct"}, context));
  }
}

void Converter::select_items(const Object& node, Context context, ast::Select& select) {
  select.distinct = !list_of(node, "distinctClause").empty();
  select.where = script_.where(find_word({"select", "table"}, context));
  const std::vector<Element> targets = list_of(node, "targetList");
  if (targets.empty()) {
    refuse("SELECT needs at least one expression: SELECT * FROM …", find_word({"select"}, context));
  }
  for (const Element& element : targets) {
    const Object target = unwrap(element).fields;
    const Context here = at(target, context);
    ast::SelectItem item;
    item.alias = text_of(target, "name");
    const auto value = node_of(target, "val");
    const bool star = value && value->kind == "ColumnRef";
    item.expression = star ? column(value->fields, here) : required_expression(target, "val", here);
    select.items.push_back(std::move(item));
  }
}

void Converter::order_by(const Object& node, Context context, ast::Select& select) {
  for (const Element& element : list_of(node, "sortClause")) {
    const Object sort = unwrap(element).fields;
    const std::string_view direction = text_of(sort, "sortby_dir");
    const std::string_view nulls = text_of(sort, "sortby_nulls");
    if (direction == "SORTBY_USING") {
      refuse("ORDER BY … USING is not supported; write ASC or DESC", at(sort, context).place);
    }
    ast::OrderItem item;
    item.expression = required_expression(sort, "node", context);
    item.descending = direction == "SORTBY_DESC";
    if (nulls == "SORTBY_NULLS_FIRST") item.nulls_first = true;
    if (nulls == "SORTBY_NULLS_LAST") item.nulls_first = false;
    select.order_by.push_back(std::move(item));
  }
}

ast::FromItem Converter::from_item(const Node& node, Context context) {
  if (node.kind == "RangeVar") return from_table(node.fields, context);
  if (node.kind == "RangeSubselect") return from_subquery(node.fields, context);
  if (node.kind == "RangeFunction") return from_function(node.fields, context);
  if (node.kind == "JoinExpr") {
    refuse("joins are not supported yet: FROM reads one table, view or sub-query",
           find_word({"join"}, context));
  }
  if (node.kind == "RangeTableSample") {
    refuse("TABLESAMPLE is not supported; leave it out", find_word({"tablesample"}, context));
  }
  refuse("FROM reads a table, a view, a sub-query or a window function of one", context.place);
}

std::string Converter::alias(const Object& node, Context context) const {
  const auto alias = object_of(node, "alias");
  if (!alias) return {};
  if (has(*alias, "colnames")) {
    refuse("a column list behind an alias is not supported; name the columns in SELECT with AS",
           context.place);
  }
  std::string name(text_of(*alias, "aliasname"));
  return name == no_alias ? std::string() : name;
}

ast::FromItem Converter::from_table(const Object& node, Context context) {
  const Context here = at(node, context);
  ast::FromItem item;
  item.where = script_.where(here.place);
  item.name = relation_name(node, here);
  if (!flag_of(node, "inh")) refuse("ONLY is not supported; leave it out", here.place);
  item.alias = alias(node, here);
  return item;
}

// Sub-queries and functions in FROM have no location, but what is inside of them has.
std::size_t Converter::from_place(const Node& node, Context context) const {
  if (node.kind == "RangeSubselect") {
    const Node query = node_of(node.fields, "subquery").value_or(Node{});
    for (const Element& element : list_of(query.fields, "targetList")) {
      std::size_t token = tokens_.at(at(unwrap(element).fields, context).place);
      while (token > statement_.first && !tokens_.is_word(token, "select")) --token;
      return tokens_[token].begin;
    }
  }
  if (node.kind == "RangeFunction") {
    for (const Element& element : list_of(node.fields, "functions")) {
      for (const Element& call : list_of(unwrap(element).fields, "items")) {
        return at(unwrap(call).fields, context).place;
      }
    }
  }
  return at(node.fields, context).place;
}

ast::FromItem Converter::from_subquery(const Object& node, Context context) {
  const auto query = node_of(node, "subquery");
  if (!query || query->kind != "SelectStmt") refuse("a sub-query is a SELECT", context.place);
  if (flag_of(node, "lateral")) {
    refuse("LATERAL is not supported; leave it out", find_word({"lateral"}, context));
  }
  Context inner = context;
  inner.place = from_place({"RangeSubselect", node}, context);
  ++inner.query_depth;
  ast::FromItem item;
  item.kind = ast::FromItem::Kind::subquery;
  item.where = script_.where(inner.place);
  item.alias = alias(node, inner);
  item.subquery = std::make_shared<ast::Select>(select(query->fields, inner));
  return item;
}

ast::FromItem Converter::from_function(const Object& node, Context context) {
  Node call;
  for (const Element& element : list_of(node, "functions")) {
    const std::vector<Element> items = list_of(unwrap(element).fields, "items");
    if (!items.empty()) call = unwrap(items[0]);
    break;
  }
  const Context here = at(call.fields, context);
  if (flag_of(node, "is_rowsfrom")) refuse("ROWS FROM is not supported", here.place);
  if (flag_of(node, "lateral")) {
    refuse("LATERAL is not supported; leave it out", find_word({"lateral"}, context));
  }
  if (flag_of(node, "ordinality")) {
    refuse("WITH ORDINALITY is not supported; leave it out", find_word({"ordinality"}, here));
  }
  if (has(node, "coldeflist")) {
    refuse("a column definition list is not supported here; leave it out", here.place);
  }
  if (call.kind != "FuncCall") {
    refuse(
        "this function cannot stand in FROM; a window function of a table can: FROM "
        "TUMBLE(packets, ts, INTERVAL '1 second')",
        here.place);
  }
  ast::FromItem item = window_function(call.fields, context);
  item.alias = alias(node, here);
  return item;
}

ast::FromItem Converter::window_function(const Object& call, Context context) {
  const Context here = at(call, context);
  ++context.query_depth;
  if (context.query_depth > max_query_depth) refuse("windows nest too deep here", here.place);
  ast::FromItem item;
  item.kind = ast::FromItem::Kind::window_function;
  item.where = script_.where(here.place);
  item.name = function_name(call, here);
  for (const char* const modifier : {"agg_star", "agg_distinct", "agg_filter", "agg_order", "over",
                                     "func_variadic", "agg_within_group"}) {
    if (has(call, modifier)) {
      refuse("'" + item.name + "' in FROM takes a table, a column and sizes, nothing else",
             here.place);
    }
  }
  std::vector<Element> elements = list_of(call, "args");
  std::vector<std::pair<std::string_view, Node>> parameters;
  for (const Element& element : elements) {
    const Node argument = unwrap(element);
    if (argument.kind == "NamedArgExpr") {
      parameters.emplace_back(text_of(argument.fields, "name"),
                              node_of(argument.fields, "arg").value_or(Node{}));
    } else {
      parameters.emplace_back(std::string_view(), argument);
    }
  }
  // What is written by name and has a position goes there, as long as there is no gap.
  const std::vector<std::string_view> names = parameter_names(item.name);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i < parameters.size() && parameters[i].first.empty()) continue;
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const auto& p) { return p.first == names[i]; });
    if (found == parameters.end()) break;
    found->first = {};
    std::rotate(parameters.begin() + static_cast<std::ptrdiff_t>(i), found, found + 1);
  }
  if (parameters.empty() || !parameters[0].first.empty()) {
    refuse("the first argument of '" + item.name +
               "' in FROM is a table, a view or a sub-query: " + item.name + "(packets, …)",
           here.place);
  }
  item.relation.push_back(
      relation_argument(parameters[0].second, {here.place, 0, context.query_depth}));
  const Context inner = deeper({here.place, context.depth, context.query_depth});
  for (std::size_t i = 1; i < parameters.size(); ++i) {
    const auto& [name, node] = parameters[i];
    if (name.empty()) {
      item.arguments.push_back(expression(node, inner));
    } else {
      item.named_arguments.emplace_back(std::string(name), expression(node, inner));
    }
  }
  return item;
}

ast::FromItem Converter::relation_argument(const Node& node, Context context) {
  const Context here = at(node.fields, context);
  if (node.kind == "ColumnRef") {
    const std::vector<std::string> names = names_of(node.fields, "fields");
    if (names.size() == 1 && !names[0].empty()) {
      ast::FromItem item;
      item.where = script_.where(here.place);
      item.name = names[0];
      return item;
    }
    refuse("names of tables and views have no schema: write one name", here.place);
  }
  if (node.kind == "FuncCall") return window_function(node.fields, here);
  if (node.kind == "SubLink" && text_of(node.fields, "subLinkType") == "EXPR_SUBLINK") {
    const auto query = node_of(node.fields, "subselect");
    if (query && query->kind == "SelectStmt") {
      ast::FromItem item;
      item.kind = ast::FromItem::Kind::subquery;
      item.where = script_.where(here.place);
      item.subquery = std::make_shared<ast::Select>(
          select(query->fields, {here.place, 0, here.query_depth + 1}));
      return item;
    }
  }
  refuse("the first argument of a window function is a table, a view or a sub-query", here.place);
}

}  // namespace penstock::detail
