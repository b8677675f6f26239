// SPDX-License-Identifier: Apache-2.0
#include "function_table.h"

#include "characters.h"

namespace penstock::detail {

namespace {

using Arguments = std::span<const Datum>;

template <void (*append)(std::string&, std::string_view)>
void map_characters(Arguments a, Datum& result, std::string& scratch) {
  const std::string_view text = a[0].text;
  scratch.reserve(text.size());
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = next_character(text, begin);
    append(scratch, text.substr(begin, end - begin));
    begin = end;
  }
  result.text = scratch;
}

void initcap(Arguments a, Datum& result, std::string& scratch) {
  const std::string_view text = a[0].text;
  bool inside_word = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = next_character(text, begin);
    const std::string_view character = text.substr(begin, end - begin);
    if (inside_word) {
      append_lower(scratch, character);
    } else {
      append_upper(scratch, character);
    }
    inside_word = is_alphanumeric(character);
    begin = end;
  }
  result.text = scratch;
}

bool contains_character(std::string_view set, std::string_view character) {
  for (std::size_t begin = 0; begin < set.size();) {
    const std::size_t end = next_character(set, begin);
    if (set.substr(begin, end - begin) == character) return true;
    begin = end;
  }
  return false;
}

template <bool left, bool right>
void trim(Arguments a, Datum& result, std::string&) {
  std::string_view text = a[0].text;
  const std::string_view set = a.size() > 1 ? a[1].text : std::string_view(" ");
  while (left && !text.empty()) {
    const std::size_t end = next_character(text, 0);
    if (!contains_character(set, text.substr(0, end))) break;
    text.remove_prefix(end);
  }
  while (right && !text.empty()) {
    const std::size_t begin = previous_character(text, text.size());
    if (!contains_character(set, text.substr(begin))) break;
    text.remove_suffix(text.size() - begin);
  }
  result.text = text;
}

}  // namespace

void add_case_functions(FunctionTable& table) {
  constexpr DataType text = types::utf8;
  table.row("lower", {text}, text, map_characters<append_lower>,
            {"lower case", "lower('Ab') → 'ab'"});
  table.row("upper", {text}, text, map_characters<append_upper>,
            {"upper case", "upper('é1') → 'É1'"});
  table.row("initcap", {text}, text, initcap,
            {"first letter of each word in upper case, the others in lower",
             "initcap('hi THOMAS') → 'Hi Thomas'"});
  const FunctionTable::Text both{"without those characters (spaces by default) at both ends",
                                 "btrim('xyxtrimyyx', 'xyz') → 'trim'"};
  table.row("btrim", {text}, text, trim<true, true>, both);
  table.row("btrim", {text, text}, text, trim<true, true>, both);
  const FunctionTable::Text leading{"without those characters at the start",
                                    "ltrim('zzzytest', 'xyz') → 'test'"};
  table.row("ltrim", {text}, text, trim<true, false>, leading);
  table.row("ltrim", {text, text}, text, trim<true, false>, leading);
  const FunctionTable::Text trailing{"without those characters at the end",
                                     "rtrim('testxxzx', 'xyz') → 'test'"};
  table.row("rtrim", {text}, text, trim<false, true>, trailing);
  table.row("rtrim", {text, text}, text, trim<false, true>, trailing);
}

}  // namespace penstock::detail
