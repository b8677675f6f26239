// SPDX-License-Identifier: Apache-2.0
#include "characters.h"

namespace penstock::detail {

namespace {

bool continues(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

bool within(std::uint32_t c, std::uint32_t low, std::uint32_t high) noexcept {
  return c >= low && c <= high;
}

// Blocks where upper and lower case letters alternate, the upper one first and even (or odd).
bool alternates_from_even(std::uint32_t c) noexcept {
  return within(c, 0x100, 0x12F) || within(c, 0x132, 0x137) || within(c, 0x14A, 0x177) ||
         within(c, 0x460, 0x481) || within(c, 0x48A, 0x4BF) || within(c, 0x4D0, 0x52F);
}
bool alternates_from_odd(std::uint32_t c) noexcept {
  return within(c, 0x139, 0x148) || within(c, 0x179, 0x17E) || within(c, 0x4C1, 0x4CE);
}

template <std::uint32_t (*map)(std::uint32_t) noexcept>
void append_mapped(std::string& out, std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (first < 0x80) {
    out += static_cast<char>(map(first));
    out.append(character.substr(1));
  } else if (character.size() == 2 && within(first, 0xC2, 0xDF)) {
    append_code_point(out, map(code_point_of(character)));
  } else {
    out.append(character);
  }
}

}  // namespace

std::size_t next_character(std::string_view text, std::size_t position) noexcept {
  ++position;
  while (position < text.size() && continues(text[position])) ++position;
  return position;
}

std::size_t previous_character(std::string_view text, std::size_t position) noexcept {
  --position;
  while (position > 0 && continues(text[position])) --position;
  return position;
}

std::int64_t character_count(std::string_view text) noexcept {
  if (text.empty()) return 0;
  std::int64_t count = 1;
  for (const char c : text.substr(1)) count += continues(c) ? 0 : 1;
  return count;
}

std::size_t skip_characters(std::string_view text, std::int64_t count) noexcept {
  std::size_t position = 0;
  while (count > 0 && position < text.size()) {
    position = next_character(text, position);
    --count;
  }
  return position;
}

std::uint32_t lower_code_point(std::uint32_t c) noexcept {
  if (c < 0x80) return within(c, 'A', 'Z') ? c + 32 : c;
  if (within(c, 0xC0, 0xDE)) return c == 0xD7 ? c : c + 32;
  if (alternates_from_even(c)) return c | 1U;
  if (alternates_from_odd(c)) return (c & 1U) != 0 ? c + 1 : c;
  if (c == 0x178) return 0xFF;
  if (c == 0x386) return 0x3AC;
  if (within(c, 0x388, 0x38A)) return c + 37;
  if (c == 0x38C) return 0x3CC;
  if (within(c, 0x38E, 0x38F)) return c + 63;
  if (within(c, 0x391, 0x3AB)) return c == 0x3A2 ? c : c + 32;
  if (within(c, 0x400, 0x40F)) return c + 80;
  if (within(c, 0x410, 0x42F)) return c + 32;
  return c;
}

std::uint32_t upper_code_point(std::uint32_t c) noexcept {
  if (c < 0x80) return within(c, 'a', 'z') ? c - 32 : c;
  if (within(c, 0xE0, 0xFE)) return c == 0xF7 ? c : c - 32;
  if (c == 0xFF) return 0x178;
  if (alternates_from_even(c)) return c & ~1U;
  if (alternates_from_odd(c)) return (c & 1U) != 0 ? c : c - 1;
  if (c == 0x3AC) return 0x386;
  if (within(c, 0x3AD, 0x3AF)) return c - 37;
  if (c == 0x3CC) return 0x38C;
  if (within(c, 0x3CD, 0x3CE)) return c - 63;
  if (c == 0x3C2) return 0x3A3;
  if (within(c, 0x3B1, 0x3CB)) return c - 32;
  if (within(c, 0x450, 0x45F)) return c - 80;
  if (within(c, 0x430, 0x44F)) return c - 32;
  return c;
}

bool is_alphanumeric(std::string_view character) noexcept {
  const std::uint32_t c = code_point_of(character);
  if (within(c, '0', '9')) return true;
  return lower_code_point(c) != c || upper_code_point(c) != c || c > 0x52F || c == 0xDF;
}

void append_lower(std::string& out, std::string_view character) {
  append_mapped<lower_code_point>(out, character);
}
void append_upper(std::string& out, std::string_view character) {
  append_mapped<upper_code_point>(out, character);
}

void append_code_point(std::string& out, std::uint32_t c) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0U | (c >> 6U));
    put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    put(0xE0U | (c >> 12U));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | (c >> 18U));
    put(0x80U | ((c >> 12U) & 0x3FU));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  }
}

std::uint32_t code_point_of(std::string_view character) noexcept {
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return static_cast<unsigned char>(character[i]);
  };
  const std::uint32_t first = byte(0);
  switch (character.size()) {
    case 2:
      if ((first & 0xE0U) == 0xC0U) return ((first & 0x1FU) << 6U) | (byte(1) & 0x3FU);
      break;
    case 3:
      if ((first & 0xF0U) == 0xE0U) {
        return ((first & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU);
      }
      break;
    case 4:
      if ((first & 0xF8U) == 0xF0U) {
        return ((first & 0x07U) << 18U) | ((byte(1) & 0x3FU) << 12U) | ((byte(2) & 0x3FU) << 6U) |
               (byte(3) & 0x3FU);
      }
      break;
    default: break;
  }
  return first;
}

std::string_view strip(std::string_view text) noexcept {
  constexpr std::string_view space = " \t\n\r\f\v";
  const std::size_t first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

}  // namespace penstock::detail
