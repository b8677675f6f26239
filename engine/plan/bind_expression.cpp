// SPDX-License-Identifier: Apache-2.0
#include "bind_expression.h"

#include <utility>

#include <penstock/plan/casts.h>
#include <penstock/plan/functions.h>

#include "coercion.h"
#include "function_table.h"
#include "literals.h"
#include "type_names.h"

namespace penstock::detail {

namespace {

// int4 where it fits, else int8, else bigint unsigned, else double, as PostgreSQL's constants.
Term integer_literal(const ast::Expression& expression) {
  Term term;
  term.where = expression.where;
  term.literal = Term::Literal::number;
  for (const DataType type : {types::int32, types::int64, types::uint64, types::float64}) {
    if (auto value = parse_value(expression.text, type)) {
      term.expression = literal(std::move(*value), type);
      return term;
    }
  }
  fail(ErrorCode::invalid_argument, quoted(expression.text) + " is no number that fits any type",
       expression.where);
}

Term decimal_literal(const ast::Expression& expression) {
  auto value = parse_value(expression.text, types::float64);
  if (!value.has_value()) {
    fail(ErrorCode::invalid_argument,
         quoted(expression.text) + " is out of the range of double precision", expression.where);
  }
  return {literal(std::move(*value), types::float64), expression.where, Term::Literal::number};
}

Term interval_literal(const ast::Expression& expression) {
  const Term text{literal({expression.text}, types::utf8), expression.where,
                  Term::Literal::unknown};
  return {resolve_unknown(text, types::interval), expression.where, Term::Literal::no};
}

class DepthGuard {
 public:
  DepthGuard(int& depth, const Where& where) : depth_(depth) {
    if (depth_ >= max_expression_depth) {
      fail(ErrorCode::unsupported,
           "the expression is nested more than " + std::to_string(max_expression_depth) +
               " levels deep; split it over views",
           where);
    }
    ++depth_;
  }
  ~DepthGuard() { --depth_; }
  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;

 private:
  int& depth_;
};

}  // namespace

ExpressionBinder::ExpressionBinder(const Scope& scope, std::string_view clause,
                                   AggregateList* aggregates)
    : scope_(scope), clause_(clause), aggregates_(aggregates) {}

Term ExpressionBinder::bind(const ast::Expression& expression) {
  using Kind = ast::Expression::Kind;
  const DepthGuard guard(depth_, expression.where);
  switch (expression.kind) {
    case Kind::column: return bind_column(expression);
    case Kind::star:
      fail(ErrorCode::syntax, "'*' stands for all columns in a select list and in count(*) only",
           expression.where);
    case Kind::null: return {literal({}, types::utf8), expression.where, Term::Literal::unknown};
    case Kind::boolean:
      return {literal({expression.text == "true"}, types::boolean), expression.where,
              Term::Literal::no};
    case Kind::integer: return integer_literal(expression);
    case Kind::decimal: return decimal_literal(expression);
    case Kind::string:
      return {literal({expression.text}, types::utf8), expression.where, Term::Literal::unknown};
    case Kind::interval: return interval_literal(expression);
    case Kind::call: return bind_call(expression);
    case Kind::case_when: return bind_case(expression);
    case Kind::cast: return bind_cast(expression);
  }
  fail(ErrorCode::internal, "an expression of no known kind", expression.where);
}

Expression ExpressionBinder::bind_value(const ast::Expression& expression) {
  return settle(bind(expression));
}

Expression ExpressionBinder::bind_condition(const ast::Expression& expression) {
  return to_boolean(bind(expression), "the argument of " + clause_);
}

Term ExpressionBinder::bind_column(const ast::Expression& expression) {
  if (!expression.qualifier.empty() && expression.qualifier != scope_.qualifier) {
    fail(ErrorCode::unknown_name,
         "there is no table " + quoted(expression.qualifier) + " in FROM; columns here are of " +
             quoted(scope_.qualifier),
         expression.where);
  }
  const ScopeColumn* found = nullptr;
  std::vector<std::string> names;
  for (const ScopeColumn& column : scope_.columns) {
    names.push_back(column.name);
    if (column.name != expression.name) continue;
    if (found != nullptr) {
      fail(ErrorCode::duplicate_name,
           "column " + quoted(expression.name) + " is ambiguous: " + quoted(scope_.qualifier) +
               " has several of that name; rename one with AS in a view",
           expression.where);
    }
    found = &column;
  }
  if (found == nullptr) {
    fail(ErrorCode::unknown_name,
         "there is no column " + quoted(expression.name) + " in " + quoted(scope_.qualifier) +
             suggestion(expression.name, names),
         expression.where);
  }
  if (!inside_aggregate_ && found->expression.kind == Expression::Kind::column) {
    references_.push_back({found->expression.column, expression.name, expression.where});
  }
  return {found->expression, expression.where, Term::Literal::no};
}

std::vector<Term> ExpressionBinder::bind_arguments(const ast::Expression& expression) {
  std::vector<Term> terms;
  terms.reserve(expression.arguments.size());
  for (const ast::Expression& argument : expression.arguments) terms.push_back(bind(argument));
  return terms;
}

Term ExpressionBinder::bind_call(const ast::Expression& expression) {
  if (is_aggregate_name(expression.name)) return bind_aggregate(expression);
  if (expression.distinct || !expression.filter.empty()) {
    fail(ErrorCode::syntax,
         std::string(expression.distinct ? "DISTINCT" : "FILTER") + " belongs to aggregates; " +
             quoted(expression.name) + " is none",
         expression.where);
  }
  if (!expression.named_arguments.empty()) {
    fail(ErrorCode::unsupported,
         quoted(expression.name) + " takes no named arguments (" +
             expression.named_arguments.front().first + " => …)",
         expression.where);
  }
  Term result;
  if (bind_operator(expression, result) || bind_special(expression, result)) return result;
  return bind_function(expression);
}

Term ExpressionBinder::bind_case(const ast::Expression& expression) {
  std::vector<Expression> conditions;
  std::vector<Term> values;
  const std::size_t count = expression.arguments.size();
  const std::size_t pairs = count / 2;
  for (std::size_t i = 0; i < pairs; ++i) {
    conditions.push_back(to_boolean(bind(expression.arguments[2 * i]), "the condition of WHEN"));
    values.push_back(bind(expression.arguments[2 * i + 1]));
  }
  if (expression.has_else) {
    values.push_back(bind(expression.arguments.back()));
  } else {
    values.push_back({literal({}, types::utf8), expression.where, Term::Literal::unknown});
  }
  const DataType type = unify(values, "CASE");
  std::vector<Expression> arguments;
  for (std::size_t i = 0; i < pairs; ++i) {
    arguments.push_back(std::move(conditions[i]));
    arguments.push_back(convert(values[i], type));
  }
  arguments.push_back(convert(values.back(), type));
  return {call("case", type, std::move(arguments)), expression.where, Term::Literal::no};
}

Term ExpressionBinder::bind_cast(const ast::Expression& expression) {
  const Term term = bind(expression.arguments.at(0));
  const DataType type = type_of_name(expression.type_name, expression.where);
  if (type.id == TypeId::symbol && term.type() != type) {
    fail(ErrorCode::unsupported,
         "symbol is how a table keeps a text column; in expressions write CAST(… AS text)",
         expression.where);
  }
  if (term.unknown()) return {resolve_unknown(term, type), expression.where, Term::Literal::no};
  if (cast_level(term.type(), type) == CastLevel::none) {
    std::string message =
        "there is no cast from " + to_string(term.type()) + " to " + to_string(type);
    const bool to_time = type == types::timestamp && is_numeric(term.type().id);
    const bool of_time = term.type() == types::timestamp && is_numeric(type.id);
    if (to_time) message += "; write to_timestamp(seconds) or timestamp_ns(nanoseconds)";
    if (of_time) message += "; write extract(epoch FROM …) or epoch_ns(…)";
    fail(ErrorCode::type_mismatch, message, expression.where);
  }
  return {cast_to(term.expression, type), expression.where, Term::Literal::no};
}

Expression exact_call(const std::string& name, std::vector<Expression> arguments) {
  std::vector<DataType> argument_types;
  for (const Expression& argument : arguments) argument_types.push_back(argument.type);
  const ScalarFunction* function = find_function(name, argument_types);
  if (function == nullptr) {
    fail(ErrorCode::internal, "the binder called " + quoted(name) + ", which does not exist", {});
  }
  return call(name, function->result, std::move(arguments));
}

Expression fold_balanced(const std::string& name, std::vector<Expression> operands) {
  while (operands.size() > 1) {
    std::vector<Expression> next;
    for (std::size_t i = 0; i + 1 < operands.size(); i += 2) {
      next.push_back(exact_call(name, {std::move(operands[i]), std::move(operands[i + 1])}));
    }
    if (operands.size() % 2 != 0) next.push_back(std::move(operands.back()));
    operands = std::move(next);
  }
  return std::move(operands.front());
}

}  // namespace penstock::detail
