// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "binder.h"

namespace penstock::detail {

namespace {

// Rows in, rows out: no aggregation.
BoundSelect bind_row_select(const ast::Select& select, const Relation& relation) {
  const std::vector<OutputItem> items = output_items(select, relation.scope);
  const std::vector<std::string> names = output_names(items);
  ExpressionBinder binder(relation.scope, "this SELECT");
  BoundSelect result;
  std::vector<Expression> outputs;
  for (std::size_t i = 0; i < items.size(); ++i) {
    outputs.push_back(binder.bind_value(items[i].expression));
    result.columns.push_back({names[i], outputs.back()});
    result.places.push_back(items[i].expression.where);
  }
  result.relation = relation;
  bind_order(select, items, names, outputs, binder, result);
  return result;
}

}  // namespace

BoundSelect Binder::bind_select(const ast::Select& select) {
  if (select.distinct) {
    fail(ErrorCode::unsupported,
         "SELECT DISTINCT is not supported yet; GROUP BY the columns instead", select.where);
  }
  if (!select.from.has_value()) {
    fail(ErrorCode::unsupported, "SELECT needs FROM: there are no rows without a table",
         select.where);
  }
  Relation relation = bind_from(*select.from);
  for (const ast::Expression& expression : select.group_by) {
    if (is_tumble_call(expression)) apply_group_window(relation, expression);
  }
  if (select.where_clause.has_value()) {
    ExpressionBinder binder(relation.scope, "WHERE");
    FilterStep filter{binder.bind_condition(*select.where_clause)};
    relation.steps.emplace_back(std::move(filter));
  }
  if (is_aggregation(select)) return bind_grouped_select(select, std::move(relation));
  return bind_row_select(select, relation);
}

}  // namespace penstock::detail
