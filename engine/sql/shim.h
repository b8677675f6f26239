// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <penstock/plan/ast.h>

#include "source_text.h"
#include "tokens.h"

namespace penstock::detail {

// The alias that a sub-query in FROM gets where it has none; the grammar wants one.
inline constexpr const char* no_alias = "<subquery>";

struct ShimmedWatermark {
  std::string column;
  std::size_t offset = 0;  // of WATERMARK, in the script's text
  MappedText expression;   // "SELECT (…)"
};

// One statement in the words of PostgreSQL's grammar, and what that grammar has no words for.
struct ShimmedStatement {
  std::size_t first = 0;  // tokens [first, last); last is the semicolon or the end
  std::size_t last = 0;
  MappedText text;
  std::optional<ast::Describe> describe;  // then text is empty
  bool has_columns = false;               // the rest: of CREATE TABLE
  std::optional<ShimmedWatermark> watermark;
  std::vector<ast::Option> options;
};

// A place where the shim changes the text.
struct Edit {
  std::size_t begin = 0;  // offsets of the script's text
  std::size_t end = 0;
  std::string replacement;
};

struct ShimContext {
  const Script& script;
  const Tokens& tokens;
  std::size_t first = 0;
  std::size_t last = 0;

  [[noreturn]] void fail(ErrorCode code, const std::string& message, std::size_t token) const;
  // Of the token, or the end of the statement's last token.
  [[nodiscard]] std::size_t offset(std::size_t token) const;
  [[nodiscard]] Where where(std::size_t token) const { return script.where(offset(token)); }
};

// Refuses what the grammar would misread; rewrites what may stand in any statement.
void apply_token_rules(const ShimContext& context, std::vector<Edit>& edits);
void quote_unsigned_type(const ShimContext& context, std::size_t type, std::vector<Edit>& edits);

// CREATE TABLE: the column list or its absence, watermark, options.
struct TableParts {
  std::size_t watermark_first = 0;  // tokens of the expression; none where first == last
  std::size_t watermark_last = 0;
};
TableParts apply_table_rules(const ShimContext& context, ShimmedStatement& statement,
                             std::vector<Edit>& edits);

// Splits at semicolons; empty statements are left out.
std::vector<ShimmedStatement> shim(const Script& script, const Tokens& tokens);

}  // namespace penstock::detail
