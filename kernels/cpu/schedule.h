// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "cpu/primitives/primitive.h"

namespace penstock::detail::cpu {

// Where a register's values of one vector live in a lane's scratch memory.
struct Place {
  std::size_t values = 0;
  std::size_t validity = 0;
};

enum class StepKind : std::uint8_t { load, load_bytes, compute };

struct Step {
  StepKind kind = StepKind::compute;
  Primitive primitive = nullptr;
  Register out = 0;
  Register a = no_register;
  Register b = no_register;
  Register c = no_register;
  std::int32_t immediate = 0;
  int width = 0;  // bytes of a value in the column, of a load
};

// A plan's instructions in the order they run in: first what the filter needs, then the rest, which
// is skipped where no row of a vector passes. Registers that no later step reads share memory.
struct Schedule {
  std::vector<Step> filter_steps;
  std::vector<Step> steps;
  std::vector<Step> steps_without_filter;  // all that keys, aggregates and window need
  std::vector<Register> constants;         // filled once, when a lane is made
  std::vector<Place> places;               // by register
  std::size_t scratch_bytes = 0;
};

// `consumed`: the registers read after the program has run, the filter aside.
Schedule make_schedule(const KernelPlan& plan, const std::vector<Register>& consumed);

// Bytes of one vector of this type.
std::size_t vector_bytes(Physical type);

}  // namespace penstock::detail::cpu
