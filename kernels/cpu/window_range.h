// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <penstock/kernels/kernel_plan.h>

namespace penstock::detail::cpu {

// Tumbling windows over the times that have one. Counted from the first window, in unsigned
// numbers, nothing is negative and nothing overflows.
struct WindowRange {
  WindowRange() = default;
  explicit WindowRange(const TumblingWindow& window);

  std::int64_t first_time = 0;  // start of the first window that int64 holds
  std::int64_t last_time = -1;  // last time of the last one
  std::uint64_t size = 1;

  [[nodiscard]] bool holds(std::int64_t time) const noexcept {
    return time >= first_time && time <= last_time;
  }
  // Of a time that it holds.
  [[nodiscard]] std::int64_t start_of(std::int64_t time) const noexcept {
    const std::uint64_t since =
        static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(first_time);
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(first_time) + since / size * size);
  }
  [[nodiscard]] std::int64_t end_of(std::int64_t start) const noexcept {
    return start + static_cast<std::int64_t>(size);
  }
};

}  // namespace penstock::detail::cpu
