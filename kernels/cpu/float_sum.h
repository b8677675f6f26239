// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

#include "int128.h"

namespace penstock::detail::cpu {

// A signed 128-bit integer in two halves, as cells align to 8 bytes.
struct WideSum {
  std::uint64_t low = 0;
  std::int64_t high = 0;

  void add(const WideSum& other) noexcept {
    const std::uint64_t sum = low + other.low;
    high = static_cast<std::int64_t>(static_cast<std::uint64_t>(high) +
                                     static_cast<std::uint64_t>(other.high) + (sum < low));
    low = sum;
  }
  void add(std::int64_t value) noexcept {
    add(WideSum{static_cast<std::uint64_t>(value), value < 0 ? -1 : 0});
  }
  void add(std::uint64_t value) noexcept { add(WideSum{value, 0}); }
  [[nodiscard]] Int128 value() const noexcept {
    return static_cast<Int128>((UInt128{static_cast<std::uint64_t>(high)} << 64) | low);
  }
};

// The reproducible float sum of kernel_plan.h. A float is at most three signed digits on the grid
// of 32 bits; a bin sums the digits of one grid position exactly, without carries, so that when a
// larger float moves the window up, the bins that leave take exactly what the definition truncates.
// 128 bits a bin hold 2^95 digits.
struct FloatSum {
  static constexpr int grid_zero = 34;  // grid position of 2^0: 2^−1074 has position 0
  static constexpr std::uint8_t flag_nan = 1;
  static constexpr std::uint8_t flag_plus_infinity = 2;
  static constexpr std::uint8_t flag_minus_infinity = 4;

  WideSum bins[3];        // of positions top − 2, top − 1, top
  std::int32_t top = -4;  // −4: no float but zeros so far; below all, so that it is raised
  std::uint8_t flags = 0;

  void add(double value) noexcept {
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(value);
    const int exponent = static_cast<int>((bits >> 52) & 0x7FF);
    std::uint64_t mantissa = bits & ((std::uint64_t{1} << 52) - 1);
    const bool negative = (bits >> 63) != 0;
    if (exponent == 0x7FF) {
      flags |= mantissa != 0 ? flag_nan : negative ? flag_minus_infinity : flag_plus_infinity;
      return;
    }
    if (exponent != 0) mantissa |= std::uint64_t{1} << 52;
    if (mantissa == 0) return;
    // value = mantissa · 2^(position − 32 · grid_zero)
    const int position = (exponent == 0 ? 1 : exponent) - 1075 + 32 * grid_zero;
    const int lowest = position / 32;
    const UInt128 shifted = UInt128{mantissa} << (position % 32);
    const std::uint64_t digits[3] = {static_cast<std::uint32_t>(shifted),
                                     static_cast<std::uint32_t>(shifted >> 32),
                                     static_cast<std::uint64_t>(shifted >> 64)};
    const int highest = lowest + (digits[2] != 0 ? 2 : digits[1] != 0 ? 1 : 0);
    if (highest > top) raise(highest);
    for (int k = 0; k < 3; ++k) {
      const int bin = lowest + k - (top - 2);
      if (bin < 0 || bin > 2) continue;  // truncated, or a digit 0 above the highest
      const auto digit = static_cast<std::int64_t>(digits[k]);
      bins[bin].add(negative ? -digit : digit);
    }
  }

  void merge(const FloatSum& other) noexcept {
    flags |= other.flags;
    if (other.top > top) raise(other.top);
    for (int k = 0; k < 3; ++k) {
      const int bin = other.top - 2 + k - (top - 2);
      if (bin >= 0) bins[bin].add(other.bins[k]);
    }
  }

  void raise(int new_top) noexcept {
    const int by = new_top - top;
    for (int k = 0; k < 3; ++k) bins[k] = k + by < 3 ? bins[k + by] : WideSum{};
    top = new_top;
  }

  // Rounded once, half to even.
  [[nodiscard]] double finish() const noexcept;
};

}  // namespace penstock::detail::cpu
