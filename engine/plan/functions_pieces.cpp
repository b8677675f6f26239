// SPDX-License-Identifier: Apache-2.0
#include "function_table.h"

#include <algorithm>

#include "characters.h"

namespace penstock::detail {

namespace {

using Arguments = std::span<const Datum>;

// PostgreSQL's: positions before the first character count, but there is nothing there.
void substring(Arguments a, Datum& result, std::string&) {
  std::string_view text = a[0].text;
  const std::int64_t start = a[1].integer;
  if (a.size() > 2) {
    const std::int64_t count = a[2].integer;
    if (count < 0) {
      result.is_null = true;
      return;
    }
    const std::int64_t end = start + count;  // both were int4
    if (end <= 1) return;
    text = text.substr(0, skip_characters(text, end - 1));
  }
  result.text = text.substr(skip_characters(text, start - 1));
}

void position(Arguments a, Datum& result, std::string&) {
  const std::size_t found = a[0].text.find(a[1].text);
  if (found == std::string_view::npos) return;
  result.integer = character_count(a[0].text.substr(0, found)) + 1;
}

void left(Arguments a, Datum& result, std::string&) {
  const std::string_view text = a[0].text;
  std::int64_t count = a[1].integer;
  if (count < 0) count = std::max<std::int64_t>(0, character_count(text) + count);
  result.text = text.substr(0, skip_characters(text, count));
}

void right(Arguments a, Datum& result, std::string&) {
  const std::string_view text = a[0].text;
  const std::int64_t count = a[1].integer;
  const std::int64_t skipped = count < 0 ? -count : character_count(text) - count;
  result.text = text.substr(skip_characters(text, skipped));
}

template <bool at_left>
void pad(Arguments a, Datum& result, std::string& scratch) {
  const std::string_view text = a[0].text;
  const std::string_view fill = a.size() > 2 ? a[2].text : std::string_view(" ");
  const std::int64_t wanted = a[1].integer;
  if (wanted <= 0) return;
  const std::int64_t missing = wanted - character_count(text);
  if (missing <= 0 || fill.empty()) {
    result.text = text.substr(0, skip_characters(text, wanted));
    return;
  }
  if (static_cast<std::uint64_t>(missing) > max_text_result_bytes) {
    result.is_null = true;
    return;
  }
  if (!at_left) scratch.append(text);
  std::size_t from = 0;
  for (std::int64_t i = 0; i < missing; ++i) {
    const std::size_t end = next_character(fill, from);
    scratch.append(fill.substr(from, end - from));
    from = end == fill.size() ? 0 : end;
  }
  if (at_left) scratch.append(text);
  result.text = scratch;
  result.is_null = scratch.size() > max_text_result_bytes;
}

// Field n from the start, or from the end where n is negative.
void split_part(Arguments a, Datum& result, std::string&) {
  const std::string_view text = a[0].text;
  const std::string_view delimiter = a[1].text;
  std::int64_t n = a[2].integer;
  if (n == 0) {
    result.is_null = true;
    return;
  }
  if (delimiter.empty()) {
    if (n == 1 || n == -1) result.text = text;
    return;
  }
  if (n < 0) {
    std::int64_t fields = 1;
    for (std::size_t at = text.find(delimiter); at != std::string_view::npos;
         at = text.find(delimiter, at + delimiter.size())) {
      ++fields;
    }
    n += fields + 1;
    if (n < 1) return;
  }
  std::size_t begin = 0;
  for (; n > 1; --n) {
    const std::size_t found = text.find(delimiter, begin);
    if (found == std::string_view::npos) return;
    begin = found + delimiter.size();
  }
  const std::size_t end = text.find(delimiter, begin);
  result.text = text.substr(begin, end == std::string_view::npos ? end : end - begin);
}

void starts_with(Arguments a, Datum& result, std::string&) {
  result.boolean = a[0].text.starts_with(a[1].text);
}

}  // namespace

void add_piece_functions(FunctionTable& table) {
  constexpr DataType text = types::utf8;
  constexpr DataType int4 = types::int32;
  const FunctionTable::Text part{
      "from a character (the first is 1), that many; also substring(x FROM 2 FOR 3)",
      "substr('alphabet', 3, 2) → 'ph'"};
  for (const std::string_view name : {"substr", "substring"}) {
    table.row(name, {text, int4}, text, substring, part);
    table.row(name, {text, int4, int4}, text, substring, part);
  }
  const FunctionTable::Text where{
      "place of the second in the first, 0 where it is not; also position('g' IN x)",
      "strpos('high', 'ig') → '2'"};
  table.row("strpos", {text, text}, int4, position, where);
  table.row("position", {text, text}, int4, position, where);
  table.row("left", {text, int4}, text, left,
            {"that many characters from the start; negative: all but so many from the end",
             "left('abcde', -2) → 'abc'"});
  table.row("right", {text, int4}, text, right,
            {"that many characters from the end; negative: all but so many from the start",
             "right('abcde', 2) → 'de'"});
  const FunctionTable::Text pad_left{"filled up at the start, or cut, to that many characters",
                                     "lpad('hi', 5, 'xy') → 'xyxhi'"};
  table.row("lpad", {text, int4}, text, pad<true>, pad_left);
  table.row("lpad", {text, int4, text}, text, pad<true>, pad_left);
  const FunctionTable::Text pad_right{"filled up at the end, or cut, to that many characters",
                                      "rpad('hi', 5, 'xy') → 'hixyx'"};
  table.row("rpad", {text, int4}, text, pad<false>, pad_right);
  table.row("rpad", {text, int4, text}, text, pad<false>, pad_right);
  table.row("split_part", {text, text, int4}, text, split_part,
            {"field of a text split at a delimiter; negative: from the end",
             "split_part('a.b.c', '.', 2) → 'b'"});
  table.row(
      "starts_with", {text, text}, types::boolean, starts_with,
      {"whether the first starts with the second", "starts_with('alphabet', 'alph') → 'true'"});
}

}  // namespace penstock::detail
