// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <penstock/kernels/error.h>

namespace penstock::detail {

// Text made from another one. Every offset in it has an offset in the text that it was made from.
class MappedText {
 public:
  // `text` is found in the source at `source_offset`.
  void copy(std::string_view text, std::size_t source_offset);
  // `text` is new and stands for what is at `source_offset`.
  void insert(std::string_view text, std::size_t source_offset);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] std::size_t source_offset(std::size_t offset) const;

 private:
  struct Piece {
    std::size_t begin = 0;
    std::size_t source = 0;
    bool copied = false;
  };

  std::string text_;
  std::vector<Piece> pieces_;
};

// The user's text after the replacement of variables. Offsets into it have places in the text as
// the user wrote it.
class Script {
 public:
  // Throws Error{syntax} where `original` is not UTF-8 or holds a zero byte.
  Script(std::string name, std::string_view original);

  void substitute(MappedText substituted);
  [[nodiscard]] std::string_view text() const noexcept { return text_.text(); }
  [[nodiscard]] Where where(std::size_t offset) const;
  [[noreturn]] void fail(ErrorCode code, const std::string& message, std::size_t offset) const;

 private:
  [[nodiscard]] Where original_where(std::size_t offset) const;

  std::string name_;
  std::vector<std::size_t> line_starts_;
  std::vector<std::uint32_t> characters_before_;  // a byte offset of the original, then its end
  MappedText text_;
};

// The offset of the first byte that is not part of valid UTF-8 text, or npos.
std::size_t find_invalid_utf8(std::string_view text) noexcept;

char to_lower_ascii(char c) noexcept;
std::string to_lower_ascii(std::string_view text);

}  // namespace penstock::detail
