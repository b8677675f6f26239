// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>

#include "rows.h"

namespace penstock::tests {

// Draws rows, expressions and chains of steps that tree_evaluator understands. The same seed gives
// the same.
class RandomSteps {
 public:
  explicit RandomSteps(std::uint64_t seed) : random_(seed) {}

  // ts, i (int64), j (int32), x (float64), b, s (utf8), y (symbol) and z (utf8).
  static Schema schema();
  Rows rows(std::size_t count);
  Value value(DataType type);
  Expression expression(DataType type, const Schema& schema, int depth);
  // Filters and projections; the schema follows.
  std::vector<Step> steps(Schema& schema, std::size_t most);
  std::size_t below(std::size_t bound) { return random_() % bound; }

 private:
  Expression leaf(DataType type, const Schema& schema);
  Expression boolean_call(const Schema& schema, int depth);
  Expression integer_call(const Schema& schema, int depth);
  Expression text_call(const Schema& schema, int depth);

  std::mt19937_64 random_;
};

}  // namespace penstock::tests
