// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <penstock/plan/ast.h>

#include "binding.h"

namespace penstock::detail {

// Deeper nesting is refused: what follows works through expressions by recursion.
inline constexpr int max_expression_depth = 400;

// The aggregates of one SELECT, each once.
struct AggregateList {
  std::vector<AggregateCall> calls;
};

bool is_aggregate_name(std::string_view name);

// Binds the expressions of one clause against the columns of a relation.
class ExpressionBinder {
 public:
  // clause, for messages: "WHERE". Without a list, aggregates are refused.
  ExpressionBinder(const Scope& scope, std::string_view clause,
                   AggregateList* aggregates = nullptr);

  Term bind(const ast::Expression& expression);
  // What a select list shows: unknown literals are text.
  Expression bind_value(const ast::Expression& expression);
  Expression bind_condition(const ast::Expression& expression);

  // A column named outside of aggregates, for the error that it is not grouped.
  struct Reference {
    std::size_t column = 0;
    std::string name;
    Where where;
  };
  [[nodiscard]] const std::vector<Reference>& references() const noexcept { return references_; }

 private:
  Term bind_column(const ast::Expression& expression);
  Term bind_call(const ast::Expression& expression);
  Term bind_case(const ast::Expression& expression);
  Term bind_cast(const ast::Expression& expression);
  std::vector<Term> bind_arguments(const ast::Expression& expression);

  // bind_operator.cpp
  bool bind_operator(const ast::Expression& expression, Term& result);
  Term bind_logic(const ast::Expression& expression);
  Term bind_in(const ast::Expression& expression);
  Term bind_between(const ast::Expression& expression);
  Term bind_unary(const ast::Expression& expression);
  Term bind_binary(const ast::Expression& expression);
  bool bind_network(const ast::Expression& expression, Term& result);

  // bind_call.cpp
  bool bind_special(const ast::Expression& expression, Term& result);
  Term bind_function(const ast::Expression& expression);

  // bind_aggregate.cpp
  Term bind_aggregate(const ast::Expression& expression);
  AggregateCall make_aggregate(const ast::Expression& expression);
  Term aggregate_result(AggregateCall made, const Where& where);

  const Scope& scope_;
  std::string clause_;
  AggregateList* aggregates_ = nullptr;
  bool inside_aggregate_ = false;
  int depth_ = 0;
  std::vector<Reference> references_;
};

// Operators over bound terms.
Term arithmetic(const std::string& name, const Term& left, const Term& right, const Where& where);
Term comparison(const std::string& name, const Term& a, const Term& b, const Where& where);
Term negation(const Term& operand, const Where& where);
// The function table's overload that the terms are nearest to, with casts around them.
Term function_call(const std::string& name, const std::vector<Term>& terms, const Where& where);

// A call whose arguments are exactly the function's.
Expression exact_call(const std::string& name, std::vector<Expression> arguments);
// A balanced tree: a list of any length is no deep expression.
Expression fold_balanced(const std::string& name, std::vector<Expression> operands);

}  // namespace penstock::detail
