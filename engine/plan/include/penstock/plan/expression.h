// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <penstock/data/value.h>
#include <penstock/kernels/types.h>

namespace penstock {

// A bound, typed expression over the columns of its input, as a value. A call names a function of
// the function table (find_function(name, argument types)), or one of the forms
//   "case"      condition, value, condition, value, …, else value (always there, maybe NULL)
//   "coalesce"  one or more of the result's type
//   "cast"      one argument, to `type`
// All implicit casts have been made explicit: argument types are exactly the function's.
struct Expression {
  enum class Kind : std::uint8_t { column, literal, call };
  Kind kind = Kind::literal;
  DataType type;
  std::size_t column = 0;
  Value literal;
  std::string function;
  std::vector<Expression> arguments;

  bool operator==(const Expression&) const = default;
};

Expression column_reference(std::size_t column, DataType type);
Expression literal(Value value, DataType type);
Expression call(std::string function, DataType result, std::vector<Expression> arguments);

}  // namespace penstock
