// SPDX-License-Identifier: Apache-2.0
#include <penstock/plan/expression.h>

#include <utility>

namespace penstock {

Expression column_reference(std::size_t column, DataType type) {
  Expression expression;
  expression.kind = Expression::Kind::column;
  expression.type = type;
  expression.column = column;
  return expression;
}

Expression literal(Value value, DataType type) {
  Expression expression;
  expression.kind = Expression::Kind::literal;
  expression.type = type;
  expression.literal = std::move(value);
  return expression;
}

Expression call(std::string function, DataType result, std::vector<Expression> arguments) {
  Expression expression;
  expression.kind = Expression::Kind::call;
  expression.type = result;
  expression.function = std::move(function);
  expression.arguments = std::move(arguments);
  return expression;
}

}  // namespace penstock
