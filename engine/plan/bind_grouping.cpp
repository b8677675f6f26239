// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <utility>

#include "binder.h"
#include "coercion.h"
#include "function_table.h"

namespace penstock::detail {

namespace {

using Kind = ast::Expression::Kind;

// With a stack of its own: the binder judges the depth later.
bool contains_aggregate(const ast::Expression& expression) {
  std::vector<const ast::Expression*> open = {&expression};
  while (!open.empty()) {
    const ast::Expression* next = open.back();
    open.pop_back();
    if (next->kind == Kind::call && is_aggregate_name(next->name)) return true;
    for (const ast::Expression& argument : next->arguments) open.push_back(&argument);
  }
  return false;
}

// The grouping of one SELECT: what its clauses may refer to behind the AggregateStep.
class Grouping {
 public:
  Grouping(const ast::Select& select, Relation& relation)
      : select_(select), relation_(relation), items_(output_items(select, relation.scope)) {
    if (relation_.window.has_value()) {
      const std::size_t count = relation_.scope.columns.size();
      window_start_ = relation_.scope.columns[count - 2].expression;
      window_end_ = relation_.scope.columns[count - 1].expression;
    }
  }

  BoundSelect bind() {
    check_input();
    bind_keys();
    const std::vector<std::string> names = output_names(items_);
    std::vector<Expression> raw;
    std::vector<std::vector<ExpressionBinder::Reference>> references;
    for (const OutputItem& item : items_) {
      ExpressionBinder binder(relation_.scope, "this SELECT", &aggregates_);
      raw.push_back(binder.bind_value(item.expression));
      references.push_back(binder.references());
    }
    std::optional<Expression> having;
    ExpressionBinder having_binder(relation_.scope, "HAVING", &aggregates_);
    if (select_.having.has_value()) having = having_binder.bind_condition(*select_.having);
    BoundSelect result;
    result.relation.bounded = relation_.bounded;
    result.relation.table_name = relation_.table_name;
    ExpressionBinder order_binder(relation_.scope, "ORDER BY", &aggregates_);
    bind_order(select_, items_, names, raw, order_binder, result);

    append_step(raw, names);
    if (having.has_value()) {
      FilterStep filter{behind(*having, having_binder.references())};
      relation_.steps.emplace_back(std::move(filter));
    }
    for (std::size_t i = 0; i < items_.size(); ++i) {
      result.columns.push_back({names[i], output_column(raw[i], references[i])});
      result.places.push_back(items_[i].expression.where);
    }
    result.relation = std::move(relation_);
    return result;
  }

 private:
  void check_input() const {
    if (relation_.aggregated) {
      fail(ErrorCode::unsupported,
           "aggregating what is aggregated already is not supported yet: store the first result in "
           "a table and read that in a second job",
           select_.where);
    }
    if (relation_.window.has_value()) {
      check_window(relation_);
    } else if (!relation_.bounded) {
      const Where& where =
          select_.group_by.empty() ? select_.where : select_.group_by.front().where;
      fail(ErrorCode::unsupported,
           "grouping without a window needs an input that ends: table " +
               quoted(relation_.table_name) + " does not; write FROM TUMBLE(" +
               relation_.table_name + ", ts, INTERVAL '1 minute')",
           where);
    }
  }

  // A name is a column of the input where there is one, else an alias of the select list.
  const ast::Expression& key_source(const ast::Expression& expression) const {
    if (const auto position = ordinal(expression, items_.size(), "GROUP BY")) {
      return items_[*position].expression;
    }
    if (expression.kind != Kind::column || !expression.qualifier.empty()) return expression;
    for (const ScopeColumn& column : relation_.scope.columns) {
      if (column.name == expression.name) return expression;
    }
    for (const OutputItem& item : items_) {
      if (item.named && item.name == expression.name) return item.expression;
    }
    return expression;
  }

  void bind_keys() {
    for (const ast::Expression& expression : select_.group_by) {
      if (is_tumble_call(expression)) continue;
      const ast::Expression& source = key_source(expression);
      ExpressionBinder binder(relation_.scope, "GROUP BY");
      Expression key = binder.bind_value(source);
      if (key == window_start_ || key == window_end_) continue;
      const auto same = [&key](const NamedExpression& other) { return other.expression == key; };
      if (std::any_of(keys_.begin(), keys_.end(), same)) continue;
      keys_.push_back({key_name(expression), std::move(key)});
    }
  }

  [[nodiscard]] std::string key_name(const ast::Expression& expression) const {
    if (expression.kind == Kind::column) return expression.name;
    const auto position = ordinal(expression, items_.size(), "GROUP BY");
    return position.has_value() ? items_[*position].name : "key";
  }

  std::string free_name(const std::string& wanted) {
    std::string name = wanted;
    for (int i = 2; !taken_.insert(name).second; ++i) name = wanted + "_" + std::to_string(i);
    return name;
  }

  static std::string aggregate_name(AggregateKind kind) {
    switch (kind) {
      case AggregateKind::sum: return "sum";
      case AggregateKind::minimum: return "min";
      case AggregateKind::maximum: return "max";
      case AggregateKind::average: return "avg";
      default: return "count";
    }
  }

  // An aggregate that is a column of the result has that column's name.
  void append_step(const std::vector<Expression>& outputs, const std::vector<std::string>& names) {
    taken_ = {"window_start", "window_end"};
    AggregateStep step;
    step.window = relation_.window;
    for (NamedExpression& key : keys_) key.name = free_name(key.name);
    step.keys = keys_;
    for (std::size_t k = 0; k < aggregates_.calls.size(); ++k) {
      AggregateCall call = aggregates_.calls[k];
      std::string name = aggregate_name(call.kind);
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        const bool is_it = outputs[i].kind == Expression::Kind::column &&
                           outputs[i].column == first_aggregate_column + k;
        if (is_it) {
          name = names[i];
          break;
        }
      }
      call.name = free_name(name);
      step.aggregates.push_back(std::move(call));
    }
    relation_.steps.emplace_back(std::move(step));
    relation_.schema = schema_after(relation_.steps.back(), relation_.schema);
    relation_.aggregated = true;
    relation_.event_time.reset();
  }

  // The column behind the step that an expression over the step's input has become.
  [[nodiscard]] std::optional<Expression> column_behind(const Expression& expression) const {
    const std::size_t aggregates = keys_.size() + aggregates_.calls.size();
    std::size_t column = 0;
    if (expression == window_start_) {
      column = aggregates;
    } else if (expression == window_end_) {
      column = aggregates + 1;
    } else if (expression.kind == Expression::Kind::column &&
               expression.column >= first_aggregate_column) {
      column = keys_.size() + (expression.column - first_aggregate_column);
    } else {
      const auto key = std::find_if(keys_.begin(), keys_.end(), [&](const NamedExpression& each) {
        return each.expression == expression;
      });
      if (key == keys_.end()) return std::nullopt;
      column = static_cast<std::size_t>(key - keys_.begin());
    }
    return column_reference(column, relation_.schema.fields[column].type);
  }

  [[nodiscard]] Expression behind(
      const Expression& expression,
      const std::vector<ExpressionBinder::Reference>& references) const {
    if (auto column = column_behind(expression)) {
      return cast_to(std::move(*column), expression.type);  // text keys come out as symbols
    }
    if (expression.kind == Expression::Kind::column) not_grouped(expression.column, references);
    Expression result = expression;
    for (Expression& argument : result.arguments) argument = behind(argument, references);
    return result;
  }

  [[nodiscard]] Expression output_column(
      const Expression& expression,
      const std::vector<ExpressionBinder::Reference>& references) const {
    if (auto column = column_behind(expression)) return std::move(*column);
    return behind(expression, references);
  }

  [[noreturn]] void not_grouped(std::size_t column,
                                const std::vector<ExpressionBinder::Reference>& references) const {
    std::string name = relation_.scope.columns[column].name;
    Where where = select_.where;
    for (const ExpressionBinder::Reference& reference : references) {
      if (reference.column != column) continue;
      name = reference.name;
      where = reference.where;
      break;
    }
    fail(ErrorCode::syntax,
         "column " + quoted(name) +
             " must appear in the GROUP BY clause or be used in an aggregate function",
         where);
  }

  const ast::Select& select_;
  Relation& relation_;
  std::vector<OutputItem> items_;
  AggregateList aggregates_;
  std::vector<NamedExpression> keys_;
  std::optional<Expression> window_start_;
  std::optional<Expression> window_end_;
  std::set<std::string> taken_;
};

}  // namespace

bool is_tumble_call(const ast::Expression& expression) {
  return expression.kind == Kind::call && expression.name == "tumble";
}

bool is_aggregation(const ast::Select& select) {
  if (!select.group_by.empty() || select.having.has_value()) return true;
  for (const ast::SelectItem& item : select.items) {
    if (contains_aggregate(item.expression)) return true;
  }
  return std::any_of(
      select.order_by.begin(), select.order_by.end(),
      [](const ast::OrderItem& item) { return contains_aggregate(item.expression); });
}

BoundSelect bind_grouped_select(const ast::Select& select, Relation relation) {
  return Grouping(select, relation).bind();
}

}  // namespace penstock::detail
