// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

namespace penstock::detail::cpu {

// Rows that one step of a program computes at once: its live registers fit the first cache level.
inline constexpr int vector_rows = 1024;
inline constexpr int vector_words = vector_rows / 64;
static_assert(vector_rows % 64 == 0, "vectors are whole words of a bitmap");
static_assert(vector_rows <= 65536, "a position in a vector is a uint16");

// Tables below this are in the second cache level: prefetching their lines costs more than it
// saves.
inline constexpr std::size_t prefetch_above_bytes = std::size_t{1} << 18;

// A vector's rows of more windows than this are sorted by window instead of picked out one by one.
inline constexpr int windows_picked = 8;

inline constexpr std::uint32_t table_slots_min = 16;
inline constexpr std::uint32_t cells_min = 4;

static_assert(std::endian::native == std::endian::little, "packed keys are little-endian");

}  // namespace penstock::detail::cpu
