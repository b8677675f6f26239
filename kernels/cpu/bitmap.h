// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace penstock::detail::cpu {

inline constexpr std::uint64_t all_bits = ~std::uint64_t{0};

// The lowest `count` bits, for 1 ≤ count ≤ 64.
constexpr std::uint64_t low_bits(int count) noexcept {
  return all_bits >> (64 - count);
}

inline bool get_bit(const std::uint64_t* bitmap, std::int64_t i) noexcept {
  return ((bitmap[i / 64] >> (i % 64)) & 1U) != 0;
}

inline void put_bit(std::uint64_t* bitmap, std::int64_t i, bool value) noexcept {
  const std::uint64_t mask = std::uint64_t{1} << (i % 64);
  bitmap[i / 64] = (bitmap[i / 64] & ~mask) | (std::uint64_t{value} << (i % 64));
}

// 64 bytes that are 0 or 1, as bits. Eight at a time: the multiplication moves bit 8i to 56 + i.
inline std::uint64_t pack_bytes(const std::uint8_t* bytes) noexcept {
  std::uint64_t word = 0;
  for (int k = 0; k < 8; ++k) {
    std::uint64_t eight;
    std::memcpy(&eight, bytes + 8 * k, 8);
    word |= ((eight * 0x0102040810204080U) >> 56) << (8 * k);
  }
  return word;
}

// Whether the first `rows` bits are all set.
inline bool all_set(const std::uint64_t* bitmap, int rows) noexcept {
  std::uint64_t present = all_bits;
  for (int w = 0; w < rows / 64; ++w) present &= bitmap[w];
  if (rows % 64 != 0) present &= bitmap[rows / 64] | ~low_bits(rows % 64);
  return present == all_bits;
}

inline int count_bits(const std::uint64_t* bitmap, int words) noexcept {
  int count = 0;
  for (int w = 0; w < words; ++w) count += std::popcount(bitmap[w]);
  return count;
}

}  // namespace penstock::detail::cpu
