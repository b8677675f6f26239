// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "cpu/compiled_plan.h"
#include "cpu/lane.h"

namespace penstock::detail::cpu {

// Fills the registers of constants, which stay.
void load_constants(const CompiledPlan& plan, CpuLane& lane);

// Runs steps on rows [first_row, first_row + rows) of a batch; first_row is a multiple of 64.
void run_steps(const CompiledPlan& plan, const std::vector<Step>& steps, const BatchView& batch,
               std::int64_t first_row, int rows, CpuLane& lane);

// The numbers of the bits set in a bitmap of `words` words; returns how many.
int list_rows(const std::uint64_t* bitmap, int words, std::uint16_t* rows);

// Lays the values of these rows of the consumed registers `which` one behind the other: writes
// lane.selected. With `all` (these are all rows of the vector) nothing moves.
void compact(const CompiledPlan& plan, std::span<const int> which, const std::uint16_t* rows,
             int count, bool all, CpuLane& lane);

}  // namespace penstock::detail::cpu
