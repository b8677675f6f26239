// SPDX-License-Identifier: Apache-2.0
#include "tokens.h"

#include <algorithm>

namespace penstock::detail {
namespace {

constexpr std::size_t max_identifier_bytes = 63;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
bool begins_word(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool continues_word(char c) noexcept {
  return begins_word(c) || is_digit(c) || c == '$';
}
bool is_operator_character(char c) noexcept {
  return std::string_view("~!@#^&|`?+-*/%<>=").find(c) != std::string_view::npos;
}

struct LookAlike {
  std::string_view bytes;
  const char* message;
};

// PostgreSQL takes every byte over 127 as a letter, so these would silently become part of a name.
constexpr LookAlike look_alikes[] = {
    {"\xC2\xA0", "a no-break space (U+00A0); write an ordinary space"},
    {"\xE2\x80\x8B", "a zero-width space (U+200B); remove it"},
    {"\xE2\x80\xAF", "a narrow no-break space (U+202F); write an ordinary space"},
    {"\xE3\x80\x80", "an ideographic space (U+3000); write an ordinary space"},
    {"\xEF\xBB\xBF", "a byte order mark (U+FEFF); remove it"},
    {"\xE2\x80\x98", "a typographic quote (U+2018); write '"},
    {"\xE2\x80\x99", "a typographic quote (U+2019); write '"},
    {"\xE2\x80\x9C", "a typographic quote (U+201C); write \""},
    {"\xE2\x80\x9D", "a typographic quote (U+201D); write \""},
};

class Lexer {
 public:
  explicit Lexer(const Script& script) : script_(script), text_(script.text()) {}

  std::vector<Token> run() {
    if (text_.starts_with("\xEF\xBB\xBF")) i_ = 3;
    while (skip_blanks_and_comments()) next();
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return i_ + ahead < text_.size() ? text_[i_ + ahead] : '\0';
  }

  void push(TokenKind kind, std::size_t begin) {
    tokens_.push_back({kind, begin, i_, Token::none});
  }

  bool skip_blanks_and_comments() {
    while (i_ < text_.size()) {
      if (is_blank(peek())) {
        ++i_;
      } else if (peek() == '-' && peek(1) == '-') {
        while (i_ < text_.size() && peek() != '\n' && peek() != '\r') ++i_;
      } else if (peek() == '/' && peek(1) == '*') {
        skip_nested_comment();
      } else {
        return true;
      }
    }
    return false;
  }

  void skip_nested_comment() {
    const std::size_t begin = i_;
    int depth = 0;
    do {
      if (i_ >= text_.size()) {
        script_.fail(ErrorCode::syntax, "this comment is not closed; end it with */", begin);
      }
      if (peek() == '/' && peek(1) == '*') {
        ++depth;
        i_ += 2;
      } else if (peek() == '*' && peek(1) == '/') {
        --depth;
        i_ += 2;
      } else {
        ++i_;
      }
    } while (depth > 0);
  }

  void next() {
    const std::size_t begin = i_;
    const char c = peek();
    const char lower = to_lower_ascii(c);
    if (c == '\'') {
      quoted(begin, '\'', false);
    } else if (c == '"') {
      quoted_identifier(begin);
    } else if ((lower == 'e' || lower == 'b' || lower == 'x' || lower == 'n') && peek(1) == '\'') {
      ++i_;
      quoted(begin, '\'', lower == 'e');
    } else if (lower == 'u' && peek(1) == '&' && (peek(2) == '\'' || peek(2) == '"')) {
      i_ += 2;
      peek() == '"' ? quoted_identifier(begin) : quoted(begin, '\'', false);
    } else if (begins_word(c)) {
      word(begin);
    } else if (c == '$') {
      dollar(begin);
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      number(begin);
    } else {
      symbol(begin);
    }
  }

  void quoted(std::size_t begin, char quote, bool backslash_escapes) {
    ++i_;
    while (i_ < text_.size()) {
      const bool escaped = backslash_escapes && peek() == '\\';
      if (escaped || (peek() == quote && peek(1) == quote)) {
        i_ += 2;
      } else if (peek() == quote) {
        ++i_;
        push(TokenKind::string, begin);
        return;
      } else {
        ++i_;
      }
    }
    script_.fail(ErrorCode::syntax,
                 quote == '"' ? "this quoted name is not closed; end it with \""
                              : "this string is not closed; end it with '",
                 begin);
  }

  void quoted_identifier(std::size_t begin) {
    const std::size_t open = i_;
    quoted(begin, '"', false);
    tokens_.back().kind = TokenKind::quoted_identifier;
    const std::string_view inside = text_.substr(open + 1, i_ - open - 2);
    const auto doubled = std::count(inside.begin(), inside.end(), '"') / 2;
    check_length(begin, inside.size() - static_cast<std::size_t>(doubled));
    if (inside.empty()) script_.fail(ErrorCode::syntax, "a quoted name cannot be empty", begin);
  }

  void word(std::size_t begin) {
    while (i_ < text_.size() && continues_word(peek())) ++i_;
    const std::string_view spelled = text_.substr(begin, i_ - begin);
    for (const LookAlike& look_alike : look_alikes) {
      const std::size_t at = spelled.find(look_alike.bytes);
      if (at == std::string_view::npos) continue;
      script_.fail(ErrorCode::syntax, std::string("here is ") + look_alike.message, begin + at);
    }
    check_length(begin, spelled.size());
    push(TokenKind::word, begin);
  }

  void check_length(std::size_t begin, std::size_t bytes) const {
    if (bytes <= max_identifier_bytes) return;
    script_.fail(
        ErrorCode::syntax,
        "this name is " + std::to_string(bytes) + " bytes long, and names end after 63; shorten it",
        begin);
  }

  void dollar(std::size_t begin) {
    ++i_;
    if (is_digit(peek())) {
      while (is_digit(peek())) ++i_;
      push(TokenKind::parameter, begin);
      return;
    }
    std::size_t tag_end = i_;
    if (begins_word(peek())) {
      while (tag_end < text_.size() && text_[tag_end] != '$' && continues_word(text_[tag_end])) {
        ++tag_end;
      }
    }
    if (tag_end >= text_.size() || text_[tag_end] != '$') {
      script_.fail(ErrorCode::syntax, "'$' stands alone here; names begin with a letter", begin);
    }
    const std::string_view tag = text_.substr(begin, tag_end + 1 - begin);
    const std::size_t close = text_.find(tag, tag_end + 1);
    if (close == std::string_view::npos) {
      script_.fail(ErrorCode::syntax, "this string is not closed; end it with " + std::string(tag),
                   begin);
    }
    i_ = close + tag.size();
    push(TokenKind::string, begin);
  }

  void number(std::size_t begin) {
    while (is_digit(peek())) ++i_;
    if (peek() == '.' && peek(1) != '.') {
      ++i_;
      while (is_digit(peek())) ++i_;
    }
    const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
    if (to_lower_ascii(peek()) == 'e' && is_digit(peek(1 + sign))) {
      i_ += 1 + sign;
      while (is_digit(peek())) ++i_;
    }
    if (begins_word(peek())) {
      std::size_t end = i_;
      while (end < text_.size() && continues_word(text_[end])) ++end;
      script_.fail(ErrorCode::syntax,
                   "'" + std::string(text_.substr(begin, end - begin)) +
                       "' is neither a number nor a name; put a blank between the two",
                   begin);
    }
    push(TokenKind::number, begin);
  }

  void symbol(std::size_t begin) {
    const char c = peek();
    if (c == ':' && (peek(1) == ':' || peek(1) == '=')) {
      i_ += 2;
    } else if (is_operator_character(c)) {
      operator_symbol();
    } else if (std::string_view(",()[].;:").find(c) != std::string_view::npos) {
      ++i_;
    } else {
      script_.fail(ErrorCode::syntax, "unexpected character '" + std::string(1, c) + "'", begin);
    }
    push(TokenKind::symbol, begin);
  }

  // The longest run, ended by a comment; a run of more than one gives back a + or - at its end,
  // unless it holds a character that no standard operator has.
  void operator_symbol() {
    const std::size_t begin = i_;
    while (is_operator_character(peek()) && !(peek() == '-' && peek(1) == '-') &&
           !(peek() == '/' && peek(1) == '*')) {
      ++i_;
    }
    const std::string_view run = text_.substr(begin, i_ - begin);
    if (run.find_first_of("~!@#^&|`?%") != std::string_view::npos) return;
    while (i_ - begin > 1 && (text_[i_ - 1] == '+' || text_[i_ - 1] == '-')) --i_;
  }

  const Script& script_;
  std::string_view text_;
  std::size_t i_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

Tokens::Tokens(const Script& script) : text_(script.text()), tokens_(Lexer(script).run()) {
  pair_brackets();
}

void Tokens::pair_brackets() {
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (is_symbol(i, ";")) {
      open.clear();
    } else if (is_symbol(i, "(") || is_symbol(i, "[")) {
      open.push_back(i);
    } else if ((is_symbol(i, ")") || is_symbol(i, "]")) && !open.empty()) {
      tokens_[i].partner = open.back();
      tokens_[open.back()].partner = i;
      open.pop_back();
    }
  }
}

std::string_view Tokens::spelling(std::size_t i) const {
  if (i >= tokens_.size()) return {};
  return text_.substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin);
}

bool Tokens::is(std::size_t i, TokenKind kind) const {
  return i < tokens_.size() && tokens_[i].kind == kind;
}

bool Tokens::is_symbol(std::size_t i, std::string_view wanted) const {
  return is(i, TokenKind::symbol) && spelling(i) == wanted;
}

bool Tokens::is_word(std::size_t i, std::string_view lower_case) const {
  if (!is(i, TokenKind::word)) return false;
  const std::string_view spelled = spelling(i);
  return spelled.size() == lower_case.size() &&
         std::equal(spelled.begin(), spelled.end(), lower_case.begin(),
                    [](char a, char b) { return to_lower_ascii(a) == b; });
}

std::string Tokens::word(std::size_t i) const {
  return is(i, TokenKind::word) ? to_lower_ascii(spelling(i)) : std::string();
}

bool Tokens::is_identifier(std::size_t i) const {
  return is(i, TokenKind::word) || is(i, TokenKind::quoted_identifier);
}

std::string Tokens::identifier(std::size_t i) const {
  if (!is(i, TokenKind::quoted_identifier)) return word(i);
  std::string_view inside = spelling(i);
  inside = inside.substr(inside.find('"') + 1);
  inside.remove_suffix(1);
  std::string name;
  for (std::size_t k = 0; k < inside.size(); ++k) {
    name += inside[k];
    if (inside[k] == '"') ++k;
  }
  return name;
}

std::size_t Tokens::at(std::size_t offset) const {
  const auto found =
      std::lower_bound(tokens_.begin(), tokens_.end(), offset,
                       [](const Token& token, std::size_t wanted) { return token.end <= wanted; });
  return static_cast<std::size_t>(found - tokens_.begin());
}

}  // namespace penstock::detail
