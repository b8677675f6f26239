// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// Texts as sequences of characters. A character is a byte and the UTF-8 continuation bytes behind
// it: code points in well-formed text, and something harmless in any other.
namespace penstock::detail {

// The byte position behind the character at `position`, which is below the size.
std::size_t next_character(std::string_view text, std::size_t position) noexcept;
// The byte position of the character before `position`, which is above 0.
std::size_t previous_character(std::string_view text, std::size_t position) noexcept;
std::int64_t character_count(std::string_view text) noexcept;
// The byte position behind `count` characters from the start, or the size.
std::size_t skip_characters(std::string_view text, std::int64_t count) noexcept;

// Simple case mapping of ASCII, Latin, Greek and Cyrillic letters, one to one; others unchanged.
std::uint32_t lower_code_point(std::uint32_t code_point) noexcept;
std::uint32_t upper_code_point(std::uint32_t code_point) noexcept;
bool is_alphanumeric(std::string_view character) noexcept;
void append_lower(std::string& out, std::string_view character);
void append_upper(std::string& out, std::string_view character);

void append_code_point(std::string& out, std::uint32_t code_point);
// Of a well-formed character; else its first byte.
std::uint32_t code_point_of(std::string_view character) noexcept;

// Without ASCII white space around it.
std::string_view strip(std::string_view text) noexcept;

}  // namespace penstock::detail
