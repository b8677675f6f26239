// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reference/value.h"

namespace penstock::detail::reference {

// One aggregate of one group, kept as its definition reads: a float sum keeps all its values.
class Accumulator {
 public:
  // Takes a row's input (a value that is not null, or anything for count_rows). Returns how many
  // bytes the state has grown by.
  std::size_t add(AggregateKind kind, DataType type, const Value& value);
  std::size_t merge(AggregateKind kind, DataType type, Accumulator& other);

  // The result; sets `overflow` where an exact sum leaves its type.
  [[nodiscard]] Value finish(AggregateKind kind, DataType type, bool& overflow) const;
  [[nodiscard]] const std::map<std::string, Value>& distinct() const { return distinct_; }

 private:
  std::int64_t count_ = 0;
  Int128 sum_ = 0;
  std::vector<double> reals_;
  std::optional<Value> extreme_;
  std::map<std::string, Value> distinct_;
};

// The float sum of kernel_plan.h.
double reproducible_sum(const std::vector<double>& values);

}  // namespace penstock::detail::reference
