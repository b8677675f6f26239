// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include <penstock/kernels/types.h>

namespace penstock {

inline constexpr std::int64_t buffer_alignment_bytes = 64;
inline constexpr std::int64_t row_padding = 64;

// Columns are padded to whole words of 64 rows, so that a loop needs no tail code: the bytes of
// the padding rows may be read and mean nothing.
constexpr std::int64_t padded_rows(std::int64_t rows) noexcept {
  return (rows + row_padding - 1) / row_padding * row_padding;
}
constexpr std::int64_t bitmap_words(std::int64_t rows) noexcept {
  return (rows + row_padding - 1) / row_padding;
}

// One column in Arrow's layout, owned by somebody else. Trivially copyable; passed by value.
struct ColumnView {
  DataType type;
  const void* data = nullptr;               // values; bits for boolean; bytes for utf8
  const std::uint64_t* validity = nullptr;  // bit set = value present; nullptr = no nulls
  const std::int32_t* offsets = nullptr;    // rows + 1 of them, for utf8 alone

  [[nodiscard]] bool is_valid(std::int64_t row) const noexcept {
    return validity == nullptr || ((validity[row / 64] >> (row % 64)) & 1U) != 0;
  }
  template <class T>
  [[nodiscard]] const T* values() const noexcept {
    return static_cast<const T*>(data);
  }
};

inline constexpr std::int64_t watermark_min = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t watermark_max = std::numeric_limits<std::int64_t>::max();

// The range of the event-time column over all rows of a batch, or a wider one; nulls aside. An
// empty range (min > max) says nothing is known.
struct ZoneMap {
  std::int64_t event_time_min = watermark_max;
  std::int64_t event_time_max = watermark_min;

  [[nodiscard]] bool known() const noexcept { return event_time_min <= event_time_max; }
};

struct BatchView {
  std::span<const ColumnView> columns;
  std::int64_t rows = 0;
  ZoneMap zone;
};

}  // namespace penstock
