// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "source_text.h"

namespace penstock::detail {

enum class TokenKind : std::uint8_t {
  word,               // an unquoted name or keyword
  quoted_identifier,  // "…" and U&"…"
  string,             // '…', E'…', B'…', X'…', N'…', U&'…' and dollar quotes
  number,
  parameter,  // $1
  symbol,     // an operator or one of , ( ) [ ] . ; : :: := =>
};

struct Token {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  TokenKind kind = TokenKind::symbol;
  std::size_t begin = 0;  // bytes of the script's text
  std::size_t end = 0;
  std::size_t partner = none;  // of a bracket: the index of the other one in the statement
};

// A script cut up by PostgreSQL's lexical rules; blanks and comments are left out. Every question
// may be asked of an index past the end: the answer is no.
class Tokens {
 public:
  // Throws Error{syntax} for unterminated quotes and comments, identifiers over 63 bytes, and
  // blanks and quotes that only look like the ASCII ones.
  explicit Tokens(const Script& script);

  [[nodiscard]] std::size_t size() const noexcept { return tokens_.size(); }
  [[nodiscard]] const Token& operator[](std::size_t i) const { return tokens_[i]; }
  [[nodiscard]] std::string_view spelling(std::size_t i) const;
  [[nodiscard]] bool is(std::size_t i, TokenKind kind) const;
  [[nodiscard]] bool is_symbol(std::size_t i, std::string_view wanted) const;
  [[nodiscard]] bool is_word(std::size_t i, std::string_view lower_case) const;
  // A word in lower case; empty for all other tokens.
  [[nodiscard]] std::string word(std::size_t i) const;
  // A word or a quoted identifier.
  [[nodiscard]] bool is_identifier(std::size_t i) const;
  // The name that it means: lower case, or what is between the quotes.
  [[nodiscard]] std::string identifier(std::size_t i) const;
  // The token that holds or follows the offset; size() behind the last one.
  [[nodiscard]] std::size_t at(std::size_t offset) const;

 private:
  void pair_brackets();

  std::string_view text_;
  std::vector<Token> tokens_;
};

}  // namespace penstock::detail
