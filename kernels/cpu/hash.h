// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "int128.h"

namespace penstock::detail::cpu {

// The folded 128-bit product: every bit of both factors reaches every bit of the result.
inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  const UInt128 product = UInt128{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline constexpr std::uint64_t odd_constant = 0x9E3779B97F4A7C15U;

// Hashes `rows` keys of `words` words each. The seed is drawn anew for each program, so that keys
// cannot be chosen to collide.
inline void hash_keys(const std::uint64_t* keys, int words, int rows, std::uint64_t seed,
                      std::uint64_t* hashes) noexcept {
  const std::uint64_t factor = (seed * odd_constant) | 1U;
  if (words == 1) {
    for (int i = 0; i < rows; ++i) hashes[i] = fold(keys[i] ^ seed, factor);
    return;
  }
  for (int i = 0; i < rows; ++i) {
    std::uint64_t hash = seed;
    for (int w = 0; w < words; ++w) hash = fold(keys[i * words + w] ^ hash, factor) + seed;
    hashes[i] = hash;
  }
}

}  // namespace penstock::detail::cpu
