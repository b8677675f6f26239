// SPDX-License-Identifier: Apache-2.0
#include "source_text.h"

#include <algorithm>
#include <utility>

namespace penstock::detail {
namespace {

struct Sequence {
  std::size_t length = 0;
  std::uint32_t least = 0;  // shorter forms of smaller code points are not valid
  std::uint32_t bits = 0;
};

Sequence sequence_of(unsigned char lead) noexcept {
  if (lead < 0x80) return {1, 0, lead};
  if ((lead & 0xE0U) == 0xC0) return {2, 0x80, lead & 0x1FU};
  if ((lead & 0xF0U) == 0xE0) return {3, 0x800, lead & 0x0FU};
  if ((lead & 0xF8U) == 0xF0) return {4, 0x10000, lead & 0x07U};
  return {};
}

}  // namespace

std::size_t find_invalid_utf8(std::string_view text) noexcept {
  std::size_t i = 0;
  while (i < text.size()) {
    const Sequence sequence = sequence_of(static_cast<unsigned char>(text[i]));
    if (sequence.length == 0 || i + sequence.length > text.size()) return i;
    std::uint32_t code_point = sequence.bits;
    for (std::size_t k = 1; k < sequence.length; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      if ((byte & 0xC0U) != 0x80) return i;
      code_point = (code_point << 6) | (byte & 0x3FU);
    }
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (code_point < sequence.least || code_point > 0x10FFFF || surrogate) return i;
    i += sequence.length;
  }
  return std::string_view::npos;
}

char to_lower_ascii(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string to_lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = to_lower_ascii(c);
  return lower;
}

void MappedText::copy(std::string_view text, std::size_t source_offset) {
  if (text.empty()) return;
  pieces_.push_back({text_.size(), source_offset, true});
  text_ += text;
}

void MappedText::insert(std::string_view text, std::size_t source_offset) {
  if (text.empty()) return;
  pieces_.push_back({text_.size(), source_offset, false});
  text_ += text;
}

std::size_t MappedText::source_offset(std::size_t offset) const {
  const auto after =
      std::upper_bound(pieces_.begin(), pieces_.end(), offset,
                       [](std::size_t wanted, const Piece& piece) { return wanted < piece.begin; });
  if (after == pieces_.begin()) return 0;
  const Piece& piece = *(after - 1);
  return piece.copied ? piece.source + (offset - piece.begin) : piece.source;
}

Script::Script(std::string name, std::string_view original) : name_(std::move(name)) {
  line_starts_.push_back(0);
  characters_before_.reserve(original.size() + 1);
  std::uint32_t characters = 0;
  for (std::size_t i = 0; i < original.size(); ++i) {
    characters_before_.push_back(characters);
    if ((static_cast<unsigned char>(original[i]) & 0xC0U) != 0x80) ++characters;
    if (original[i] == '\n') line_starts_.push_back(i + 1);
  }
  characters_before_.push_back(characters);
  text_.copy(original, 0);

  const std::size_t invalid = find_invalid_utf8(original);
  if (invalid != std::string_view::npos) {
    fail(ErrorCode::syntax, "the text is not valid UTF-8 here; save it as UTF-8", invalid);
  }
  const std::size_t zero = original.find('\0');
  if (zero != std::string_view::npos) {
    fail(ErrorCode::syntax, "the text holds a zero byte, which SQL cannot", zero);
  }
}

void Script::substitute(MappedText substituted) {
  text_ = std::move(substituted);
}

Where Script::where(std::size_t offset) const {
  return original_where(text_.source_offset(offset));
}

Where Script::original_where(std::size_t offset) const {
  offset = std::min(offset, characters_before_.size() - 1);
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const std::size_t line_start = *(after - 1);
  Where where;
  where.name = name_;
  where.line = static_cast<int>(after - line_starts_.begin());
  where.column = static_cast<int>(characters_before_[offset] - characters_before_[line_start]) + 1;
  return where;
}

void Script::fail(ErrorCode code, const std::string& message, std::size_t offset) const {
  throw Error(code, message, where(offset));
}

}  // namespace penstock::detail
