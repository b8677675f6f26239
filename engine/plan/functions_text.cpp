// SPDX-License-Identifier: Apache-2.0
#include "function_table.h"

#include <array>
#include <charconv>

#include "characters.h"

namespace penstock::detail {

namespace {

using Arguments = std::span<const Datum>;

void length(Arguments a, Datum& result, std::string&) {
  result.integer = character_count(a[0].text);
}

void octet_length(Arguments a, Datum& result, std::string&) {
  result.integer = static_cast<std::int64_t>(a[0].text.size());
}

void finish(Datum& result, const std::string& scratch) {
  result.text = scratch;
  result.is_null = scratch.size() > max_text_result_bytes;
}

void join(Arguments a, Datum& result, std::string& scratch) {
  scratch.append(a[0].text).append(a[1].text);
  finish(result, scratch);
}

void concat(Arguments a, Datum& result, std::string& scratch) {
  for (const Datum& part : a) {
    if (!part.is_null) scratch.append(part.text);
  }
  finish(result, scratch);
}

// (separator, a, b) with NULL as what adds nothing: associative, so that the binder can make a tree
// of any number of them.
void concat_with_separator(Arguments a, Datum& result, std::string& scratch) {
  const Datum& separator = a[0];
  const Datum& before = a[1];
  const Datum& next = a[2];
  if (separator.is_null) {
    result.is_null = true;
  } else if (before.is_null) {
    result = next;
  } else if (next.is_null) {
    result = before;
  } else {
    scratch.append(before.text).append(separator.text).append(next.text);
    finish(result, scratch);
  }
}

void replace(Arguments a, Datum& result, std::string& scratch) {
  const std::string_view text = a[0].text;
  const std::string_view from = a[1].text;
  if (from.empty()) {
    result.text = text;
    return;
  }
  std::size_t position = 0;
  while (scratch.size() <= max_text_result_bytes) {
    const std::size_t found = text.find(from, position);
    if (found == std::string_view::npos) break;
    scratch.append(text.substr(position, found - position)).append(a[2].text);
    position = found + from.size();
  }
  scratch.append(text.substr(position));
  finish(result, scratch);
}

void repeat(Arguments a, Datum& result, std::string& scratch) {
  const std::int64_t times = a[1].integer;
  if (times <= 0 || a[0].text.empty()) return;
  if (static_cast<std::uint64_t>(times) > max_text_result_bytes / a[0].text.size()) {
    result.is_null = true;
    return;
  }
  for (std::int64_t i = 0; i < times; ++i) scratch.append(a[0].text);
  finish(result, scratch);
}

void reverse(Arguments a, Datum& result, std::string& scratch) {
  const std::string_view text = a[0].text;
  for (std::size_t end = text.size(); end > 0;) {
    const std::size_t begin = previous_character(text, end);
    scratch.append(text.substr(begin, end - begin));
    end = begin;
  }
  finish(result, scratch);
}

void translate(Arguments a, Datum& result, std::string& scratch) {
  const std::string_view text = a[0].text;
  const std::string_view from = a[1].text;
  const std::string_view to = a[2].text;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = next_character(text, begin);
    const std::string_view character = text.substr(begin, end - begin);
    begin = end;
    std::size_t f = 0;
    std::size_t t = 0;
    bool found = false;
    while (f < from.size() && !found) {
      const std::size_t f_end = next_character(from, f);
      const std::size_t t_end = t < to.size() ? next_character(to, t) : t;
      found = from.substr(f, f_end - f) == character;
      if (found) scratch.append(to.substr(t, t_end - t));
      f = f_end;
      t = t_end;
    }
    if (!found) scratch.append(character);
  }
  finish(result, scratch);
}

void ascii(Arguments a, Datum& result, std::string&) {
  const std::string_view text = a[0].text;
  if (!text.empty()) result.integer = code_point_of(text.substr(0, next_character(text, 0)));
}

void chr(Arguments a, Datum& result, std::string& scratch) {
  const std::int64_t code = a[0].integer;
  result.is_null = code <= 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF);
  if (result.is_null) return;
  append_code_point(scratch, static_cast<std::uint32_t>(code));
  result.text = scratch;
}

void append_hex(std::uint64_t value, Datum& result, std::string& scratch) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
  scratch.assign(digits.data(), end);
  result.text = scratch;
}

void hex_of_int32(Arguments a, Datum& result, std::string& scratch) {
  append_hex(static_cast<std::uint32_t>(a[0].integer), result, scratch);
}
void hex_of_int64(Arguments a, Datum& result, std::string& scratch) {
  append_hex(static_cast<std::uint64_t>(a[0].integer), result, scratch);
}
void hex_of_uint64(Arguments a, Datum& result, std::string& scratch) {
  append_hex(a[0].unsigned_integer, result, scratch);
}

}  // namespace

void add_text_functions(FunctionTable& table) {
  constexpr DataType text = types::utf8;
  constexpr DataType int4 = types::int32;
  const FunctionTable::Text characters{"number of characters (code points)",
                                       "length('naïve') → '5'"};
  for (const std::string_view name : {"length", "char_length", "character_length"}) {
    table.row(name, {text}, int4, length, characters);
  }
  table.row("octet_length", {text}, int4, octet_length,
            {"number of bytes", "octet_length('naïve') → '6'"});
  table.row("||", {text, text}, text, join,
            {"one behind the other; numbers and others become text", "'v' || 4 → 'v4'"});
  table.row_with_nulls("concat", {text, text}, text, concat,
                       {"all arguments as text, NULLs left out", "concat('a', NULL, 1) → 'a1'"});
  table.row_with_nulls("concat_ws", {text, text, text}, text, concat_with_separator,
                       {"all but the first, with the first between them, NULLs left out",
                        "concat_ws('-', 'a', NULL, 'b') → 'a-b'"});
  table.row(
      "replace", {text, text, text}, text, replace,
      {"every occurrence of the second becomes the third", "replace('abcab', 'ab', 'x') → 'xcx'"});
  table.row("repeat", {text, int4}, text, repeat,
            {"that many times", "repeat('ab', 3) → 'ababab'"});
  table.row("reverse", {text}, text, reverse, {"characters in reverse", "reverse('aé') → 'éa'"});
  table.row("translate", {text, text, text}, text, translate,
            {"each character of the second becomes the one in its place of the third, or nothing",
             "translate('12345', '143', 'ax') → 'a2x5'"});
  table.row("ascii", {text}, int4, ascii,
            {"code point of the first character, 0 of an empty text", "ascii('x') → '120'"});
  table.row("chr", {int4}, text, chr, {"the character of a code point", "chr(65) → 'A'"});
  const FunctionTable::Text hex{"hexadecimal digits, of negative numbers in two's complement",
                                "to_hex(255) → 'ff'"};
  table.row("to_hex", {int4}, text, hex_of_int32, hex);
  table.row("to_hex", {types::int64}, text, hex_of_int64, hex);
  table.row("to_hex", {types::uint64}, text, hex_of_uint64, hex);
}

}  // namespace penstock::detail
