// SPDX-License-Identifier: Apache-2.0
#include "function_table.h"

#include "characters.h"

namespace penstock::detail {

namespace {

using Arguments = std::span<const Datum>;

bool same_without_case(std::string_view a, std::string_view b) {
  return a == b || lower_code_point(code_point_of(a)) == lower_code_point(code_point_of(b));
}

enum class Match : std::uint8_t { no, yes, fault };

// Goes back to the last % only: what an earlier one could take, the last one can take as well.
template <bool ignore_case>
class Matcher {
 public:
  Matcher(std::string_view text, std::string_view pattern, std::string_view escape)
      : text_(text), pattern_(pattern), escape_(escape) {}

  Match run() {
    while (text_at_ < text_.size()) {
      if (pattern_at_ < pattern_.size() && pattern_[pattern_at_] == '%' && !at_escape()) {
        ++pattern_at_;
        retry_pattern_ = pattern_at_;
        retry_text_ = text_at_;
        retry_ = true;
        continue;
      }
      const Match one = match_one();
      if (one == Match::fault) return one;
      if (one == Match::yes) continue;
      if (!retry_) return Match::no;
      retry_text_ = next_character(text_, retry_text_);
      text_at_ = retry_text_;
      pattern_at_ = retry_pattern_;
    }
    while (pattern_at_ < pattern_.size() && pattern_[pattern_at_] == '%' && !at_escape()) {
      ++pattern_at_;
    }
    return pattern_at_ == pattern_.size() ? Match::yes : Match::no;
  }

 private:
  [[nodiscard]] bool at_escape() const {
    return !escape_.empty() && pattern_.substr(pattern_at_).starts_with(escape_);
  }

  // One character of the text against one element of the pattern; moves on where they match.
  Match match_one() {
    if (pattern_at_ == pattern_.size()) return Match::no;
    const std::size_t text_end = next_character(text_, text_at_);
    std::size_t literal = pattern_at_;
    if (at_escape()) {
      literal += escape_.size();
      if (literal == pattern_.size()) return Match::fault;
    } else if (pattern_[literal] == '_') {
      text_at_ = text_end;
      pattern_at_ = literal + 1;
      return Match::yes;
    }
    const std::size_t literal_end = next_character(pattern_, literal);
    const std::string_view wanted = pattern_.substr(literal, literal_end - literal);
    const std::string_view character = text_.substr(text_at_, text_end - text_at_);
    if (ignore_case ? !same_without_case(wanted, character) : wanted != character) {
      return Match::no;
    }
    text_at_ = text_end;
    pattern_at_ = literal_end;
    return Match::yes;
  }

  std::string_view text_;
  std::string_view pattern_;
  std::string_view escape_;
  std::size_t text_at_ = 0;
  std::size_t pattern_at_ = 0;
  bool retry_ = false;
  std::size_t retry_text_ = 0;
  std::size_t retry_pattern_ = 0;
};

template <bool ignore_case>
void like(Arguments a, Datum& result, std::string&) {
  const std::string_view escape = a.size() > 2 ? a[2].text : std::string_view("\\");
  if (character_count(escape) > 1) {
    result.is_null = true;
    return;
  }
  const Match match = Matcher<ignore_case>(a[0].text, a[1].text, escape).run();
  result.boolean = match == Match::yes;
  result.is_null = match == Match::fault;
}

}  // namespace

void add_like_functions(FunctionTable& table) {
  constexpr DataType text = types::utf8;
  const FunctionTable::Text exact{
      "whether a pattern matches all of it: % any characters, _ one, \\ before either itself",
      "'abc' LIKE 'a%' → 'true'"};
  const FunctionTable::Text loose{"as LIKE, without regard to case", "'ABC' ILIKE '_b_' → 'true'"};
  table.row("like", {text, text}, types::boolean, like<false>, exact);
  table.row("like", {text, text, text}, types::boolean, like<false>, exact);
  table.row("ilike", {text, text}, types::boolean, like<true>, loose);
  table.row("ilike", {text, text, text}, types::boolean, like<true>, loose);
}

}  // namespace penstock::detail
