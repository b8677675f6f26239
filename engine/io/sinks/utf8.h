// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace penstock::detail {

// The first character of a text that is not empty: its bytes, and whether they are UTF-8. Of bad
// bytes it takes as many as one replacement character stands for (Unicode's "maximal subpart").
struct Utf8Character {
  std::size_t size;
  bool valid;
};
Utf8Character first_character(std::string_view text) noexcept;

inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

}  // namespace penstock::detail
