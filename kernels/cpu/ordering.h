// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <limits>
#include <type_traits>

#include <penstock/kernels/types.h>

namespace penstock::detail::cpu {

struct BigEndianPair {
  std::uint64_t high;
  std::uint64_t low;
};

inline BigEndianPair as_pair(const Bytes16& value) noexcept {
  std::uint64_t words[2];
  std::memcpy(words, value.bytes.data(), sizeof words);
  return {__builtin_bswap64(words[0]), __builtin_bswap64(words[1])};
}

// The order of kernel_plan.h, without branches: NaN is one value, the greatest, and −0 = +0.
template <class T>
bool is_equal(const T& a, const T& b) noexcept {
  if constexpr (std::is_floating_point_v<T>) {
    return (a == b) | ((a != a) & (b != b));
  } else if constexpr (std::is_same_v<T, Bytes16>) {
    std::uint64_t x[2];
    std::uint64_t y[2];
    std::memcpy(x, a.bytes.data(), sizeof x);
    std::memcpy(y, b.bytes.data(), sizeof y);
    return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
  } else {
    return a == b;
  }
}

template <class T>
bool is_less(const T& a, const T& b) noexcept {
  if constexpr (std::is_floating_point_v<T>) {
    return (a < b) | ((b != b) & (a == a));
  } else if constexpr (std::is_same_v<T, Bytes16>) {
    const BigEndianPair x = as_pair(a);
    const BigEndianPair y = as_pair(b);
    return (x.high < y.high) | ((x.high == y.high) & (x.low < y.low));
  } else {
    return a < b;
  }
}

// One NaN and one zero; integers and bytes as they are.
template <class T>
T canonical(T value) noexcept {
  if constexpr (std::is_floating_point_v<T>) {
    if (value != value) return std::numeric_limits<T>::quiet_NaN();
    return value == 0 ? T{0} : value;
  } else {
    return value;
  }
}

}  // namespace penstock::detail::cpu
