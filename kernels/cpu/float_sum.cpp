// SPDX-License-Identifier: Apache-2.0
#include "cpu/float_sum.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace penstock::detail::cpu {

namespace {

// A magnitude of up to 192 bits: high · 2^64 + low.
struct Magnitude {
  UInt128 high;
  std::uint64_t low;

  [[nodiscard]] int length() const noexcept {
    const auto top = static_cast<std::uint64_t>(high >> 64);
    const auto middle = static_cast<std::uint64_t>(high);
    if (top != 0) return 128 + static_cast<int>(std::bit_width(top));
    if (middle != 0) return 64 + static_cast<int>(std::bit_width(middle));
    return static_cast<int>(std::bit_width(low));
  }
  [[nodiscard]] Magnitude shifted_right(int by) const noexcept {
    if (by == 0) return *this;
    if (by < 64) {
      return {high >> by, (low >> by) | (static_cast<std::uint64_t>(high) << (64 - by))};
    }
    return {by < 128 ? (high >> (by - 64)) >> 64 : 0,
            by - 64 < 128 ? static_cast<std::uint64_t>(high >> (by - 64)) : 0};
  }
  // Whether one of the `count` lowest bits is set.
  [[nodiscard]] bool any_below(int count) const noexcept {
    if (count == 0) return false;
    if (count < 64) return (low & ((std::uint64_t{1} << count) - 1)) != 0;
    if (low != 0) return true;
    return count > 64 && (high & ((UInt128{1} << (count - 64)) - 1)) != 0;
  }
};

double rounded(const Magnitude& magnitude, int exponent) {
  // What binary64 cannot hold: bits beyond 53, and bits below 2^−1074.
  const int surplus = std::max(magnitude.length() - 53, -1074 - exponent);
  if (surplus <= 0) return std::ldexp(static_cast<double>(magnitude.low), exponent);
  std::uint64_t kept = magnitude.shifted_right(surplus).low;
  const bool half = (magnitude.shifted_right(surplus - 1).low & 1U) != 0;
  if (half && (magnitude.any_below(surplus - 1) || (kept & 1U) != 0)) ++kept;
  return std::ldexp(static_cast<double>(kept), exponent + surplus);
}

}  // namespace

double FloatSum::finish() const noexcept {
  constexpr std::uint8_t both = flag_plus_infinity | flag_minus_infinity;
  if ((flags & flag_nan) != 0 || (flags & both) == both) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if ((flags & flag_plus_infinity) != 0) return std::numeric_limits<double>::infinity();
  if ((flags & flag_minus_infinity) != 0) return -std::numeric_limits<double>::infinity();
  // Carries upwards: the sum is high · 2^64 + middle · 2^32 + lowest, the latter two in [0, 2^32).
  const Int128 first = bins[0].value();
  const Int128 second = bins[1].value() + (first >> 32);
  Int128 high = bins[2].value() + (second >> 32);
  std::uint64_t low = (static_cast<std::uint64_t>(second & 0xFFFFFFFF) << 32) |
                      static_cast<std::uint64_t>(first & 0xFFFFFFFF);
  const bool negative = high < 0;
  if (negative) {
    low = ~low + 1;
    high = ~high + (low == 0 ? 1 : 0);
  }
  if (high == 0 && low == 0) return 0.0;
  const double magnitude = rounded({static_cast<UInt128>(high), low}, 32 * (top - 2 - grid_zero));
  return negative ? -magnitude : magnitude;
}

}  // namespace penstock::detail::cpu
