// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cpu/compiled_plan.h"
#include "cpu/lane.h"

namespace penstock::detail::cpu {

// Appends the selected rows of each vector to the columns of a map's result.
class MapWriter {
 public:
  MapWriter(const CompiledPlan& plan, MapResult& result);

  // Rows of a vector that starts at `first_row`: numbers in lane.rows, values in lane.selected.
  void append(const CpuLane& lane, std::int64_t first_row, int count);
  void finish();

 private:
  const CompiledPlan& plan_;
  MapResult& result_;
  std::vector<int> inputs_;  // index in consumed, by output
  std::vector<bool> has_nulls_;
};

}  // namespace penstock::detail::cpu
