// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include <penstock/kernels/kernel_plan.h>

namespace penstock::detail {

// Error{resource_exhausted} that names the cap and the option that lifts it.
[[noreturn]] void throw_state_full(std::size_t max_bytes);

// Error{overflow} that names the aggregate and the window [start, end) it is of.
[[noreturn]] void throw_overflow(const KernelPlan& plan, std::size_t aggregate,
                                 std::int64_t window_start);

}  // namespace penstock::detail
