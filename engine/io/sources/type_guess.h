// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include <penstock/kernels/types.h>

#include "sources/timestamp_format.h"

namespace penstock {

// What kinds of values a column has shown so far, and the narrowest type that holds them all.
class TypeGuess {
 public:
  enum class Kind : std::uint8_t {
    boolean,
    integer,        // fits int64
    large_integer,  // above it, fits uint64
    negative,       // seen beside integer
    decimal,
    timestamp,
    text,
  };
  void see(Kind kind) noexcept { seen_ |= bit(kind); }
  // An unquoted or quoted text that is not NULL.
  void see_text(std::string_view text, const TimestampFormat& format);
  // A number's text.
  void see_number(std::string_view text);

  // boolean, int64, uint64, float64, timestamp, else utf8; utf8 where nothing was seen.
  [[nodiscard]] DataType type() const noexcept;

 private:
  static constexpr std::uint32_t bit(Kind kind) noexcept {
    return 1U << static_cast<unsigned>(kind);
  }
  std::uint32_t seen_ = 0;
};

}  // namespace penstock
