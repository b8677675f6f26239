// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "bind_expression.h"
#include "coercion.h"
#include "function_table.h"

namespace penstock::detail {

namespace {

constexpr std::array<std::string_view, 5> supported = {"count", "sum", "min", "max", "avg"};
constexpr std::array<std::string_view, 25> others = {
    "stddev",   "stddev_pop", "stddev_samp", "variance",        "var_pop",
    "var_samp", "array_agg",  "string_agg",  "bool_and",        "bool_or",
    "every",    "bit_and",    "bit_or",      "bit_xor",         "corr",
    "median",   "mode",       "json_agg",    "percentile_cont", "percentile_disc",
    "first",    "last",       "topk",        "first_value",     "approx_count_distinct"};

template <class List>
bool contains(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

AggregateKind kind_of(const ast::Expression& expression) {
  const std::string& name = expression.name;
  if (name == "sum") return AggregateKind::sum;
  // DISTINCT changes neither of these two.
  if (name == "min") return AggregateKind::minimum;
  if (name == "max") return AggregateKind::maximum;
  if (name == "avg") return AggregateKind::average;
  const bool star = expression.arguments.size() == 1 &&
                    expression.arguments[0].kind == ast::Expression::Kind::star;
  if (star) return AggregateKind::count_rows;
  return expression.distinct ? AggregateKind::count_distinct : AggregateKind::count;
}

void check_form(const ast::Expression& expression) {
  const bool star = expression.arguments.size() == 1 &&
                    expression.arguments[0].kind == ast::Expression::Kind::star;
  if (expression.arguments.size() != 1) {
    const std::string hint = expression.name == "count" ? "; count(*) counts rows" : "";
    fail(ErrorCode::syntax, quoted(expression.name) + " takes one argument" + hint,
         expression.where);
  }
  if (star && expression.name != "count") {
    fail(ErrorCode::syntax, quoted(expression.name) + " takes a value, not '*'", expression.where);
  }
  if (!expression.distinct) return;
  if (star) fail(ErrorCode::syntax, "count(DISTINCT …) takes a value, not '*'", expression.where);
  if (expression.name == "sum" || expression.name == "avg") {
    fail(ErrorCode::unsupported,
         expression.name + "(DISTINCT …) is not supported; count(DISTINCT …) is", expression.where);
  }
}

// Whether there is this aggregate of this type, with the reason where not.
void check_input(AggregateKind kind, const std::string& name, DataType type, const Where& where) {
  if (kind == AggregateKind::count || kind == AggregateKind::count_distinct) return;
  const bool sums = kind == AggregateKind::sum || kind == AggregateKind::average;
  if (sums && (is_numeric(type.id) || (kind == AggregateKind::sum && type == types::interval))) {
    return;
  }
  if (kind == AggregateKind::average && type == types::interval) {
    fail(ErrorCode::unsupported,
         "avg of intervals is not supported; write interval_ns(CAST(avg(epoch_ns(…)) AS bigint))",
         where);
  }
  if (sums) {
    const bool boolean = type == types::boolean;
    fail(ErrorCode::type_mismatch,
         name + " takes numbers, but this is " + to_string(type) +
             (boolean ? "; count(*) FILTER (WHERE …) counts where it is true" : "; CAST it"),
         where);
  }
  if (is_text(type.id)) {
    fail(ErrorCode::unsupported,
         name + " of text is not supported yet; of numbers, times and addresses it is", where);
  }
  if (type == types::boolean) {
    fail(ErrorCode::type_mismatch,
         name + " of a condition does not exist; write " + name + "(CAST(… AS integer))", where);
  }
}

OverflowPolicy overflow_policy(const ast::Expression& expression) {
  OverflowPolicy policy = OverflowPolicy::fail;
  for (const auto& [name, value] : expression.named_arguments) {
    if (name != "on_overflow" || expression.name != "sum") {
      fail(ErrorCode::unknown_name,
           quoted(expression.name) + " has no argument " + quoted(name) +
               "; sum takes on_overflow => 'fail' or 'null'",
           value.where);
    }
    if (value.kind != ast::Expression::Kind::string ||
        (value.text != "fail" && value.text != "null")) {
      fail(ErrorCode::invalid_argument, "on_overflow is 'fail' or 'null'", value.where);
    }
    policy = value.text == "null" ? OverflowPolicy::null : OverflowPolicy::fail;
  }
  return policy;
}

}  // namespace

bool is_aggregate_name(std::string_view name) {
  return contains(supported, name) || contains(others, name);
}

AggregateCall ExpressionBinder::make_aggregate(const ast::Expression& expression) {
  check_form(expression);
  AggregateCall result;
  result.kind = kind_of(expression);
  result.on_overflow = overflow_policy(expression);
  if (result.kind != AggregateKind::count_rows) {
    const Term input = bind(expression.arguments[0]);
    result.input = settle(input);
    if (input.is_null() && input.unknown() && expression.name != "count") {
      fail(ErrorCode::type_mismatch, expression.name + " of NULL needs a type: CAST(NULL AS …)",
           input.where);
    }
    check_input(result.kind, expression.name, result.input->type, input.where);
  }
  if (!expression.filter.empty()) {
    result.filter = to_boolean(bind(expression.filter[0]), "the argument of FILTER (WHERE …)");
  }
  return result;
}

Term ExpressionBinder::aggregate_result(AggregateCall made, const Where& where) {
  std::vector<AggregateCall>& calls = aggregates_->calls;
  const auto found = std::find(calls.begin(), calls.end(), made);
  const auto index = static_cast<std::size_t>(found - calls.begin());
  const DataType input = made.input.has_value() ? made.input->type : types::int64;
  const DataType type = aggregate_result_type(made.kind, input);
  if (found == calls.end()) calls.push_back(std::move(made));
  return {column_reference(first_aggregate_column + index, type), where, Term::Literal::no};
}

Term ExpressionBinder::bind_aggregate(const ast::Expression& expression) {
  const std::string& name = expression.name;
  const Where& where = expression.where;
  if (contains(others, name)) {
    fail(ErrorCode::unsupported,
         "the aggregate " + quoted(name) +
             " is not supported yet; there are count, sum, min, max, "
             "avg",
         where);
  }
  if (inside_aggregate_) {
    fail(ErrorCode::syntax,
         "aggregates cannot be nested: " + quoted(name) + " stands inside of another one", where);
  }
  if (aggregates_ == nullptr) {
    const bool filters = clause_ == "WHERE";
    fail(ErrorCode::syntax,
         "aggregates are not allowed in " + clause_ +
             (filters ? "; conditions on them go into HAVING" : ""),
         where);
  }
  inside_aggregate_ = true;
  AggregateCall made = make_aggregate(expression);
  inside_aggregate_ = false;
  return aggregate_result(std::move(made), where);
}

}  // namespace penstock::detail
