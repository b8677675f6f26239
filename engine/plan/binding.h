// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <penstock/kernels/error.h>
#include <penstock/plan/expression.h>
#include <penstock/plan/plan.h>

namespace penstock::detail {

[[noreturn]] void fail(ErrorCode code, const std::string& message, const Where& where);
std::string quoted(std::string_view name);
// "…; did you mean 'x'?" where a candidate is near, else empty.
std::string suggestion(std::string_view name, const std::vector<std::string>& candidates);

// An expression on its way to a type.
struct Term {
  enum class Literal : std::uint8_t {
    no,
    unknown,  // a text or NULL as written, which takes the type of its neighbour
    number,   // a number as written, which adapts to its neighbour where it fits
  };
  Expression expression;
  Where where;
  Literal literal = Literal::no;

  [[nodiscard]] DataType type() const noexcept { return expression.type; }
  [[nodiscard]] bool unknown() const noexcept { return literal == Literal::unknown; }
  [[nodiscard]] bool is_null() const noexcept {
    return expression.kind == Expression::Kind::literal && expression.literal.is_null();
  }
};

// What an expression can name.
struct ScopeColumn {
  std::string name;
  Expression expression;  // over the rows of the relation
};
struct Scope {
  std::string qualifier;  // the relation's alias or name
  std::vector<ScopeColumn> columns;
};

// A FROM item, bound: the steps that make its rows out of a source's.
struct Relation {
  std::size_t table = 0;  // of the binder's tables
  std::string table_name;
  bool bounded = true;
  bool has_watermark = false;
  std::vector<Step> steps;
  Schema schema;  // behind the steps
  Scope scope;
  std::optional<std::size_t> event_time;  // the watermark's column, where it is still there
  bool aggregated = false;
  std::optional<WindowDefinition> window;
  Where window_where;
};

// Stand for the results of an AggregateStep until all of them are known: aggregate k is the column
// first_aggregate_column + k.
inline constexpr std::size_t first_aggregate_column = std::size_t{1} << 32U;

}  // namespace penstock::detail
