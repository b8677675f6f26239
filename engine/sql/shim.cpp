// SPDX-License-Identifier: Apache-2.0
#include "shim.h"

#include <algorithm>
#include <utility>

namespace penstock::detail {
namespace {

// The script's text from begin to end with the edits that lie inside.
MappedText edited(const Script& script, std::size_t begin, std::size_t end,
                  const std::vector<Edit>& edits, std::string_view prefix,
                  std::string_view suffix) {
  MappedText out;
  out.insert(prefix, begin);
  std::size_t copied = begin;
  for (const Edit& edit : edits) {
    if (edit.begin < copied || edit.end > end) continue;
    out.copy(script.text().substr(copied, edit.begin - copied), copied);
    out.insert(edit.replacement, edit.begin);
    copied = edit.end;
  }
  out.copy(script.text().substr(copied, end - copied), copied);
  out.insert(suffix, end);
  return out;
}

ast::Describe describe(const ShimContext& context) {
  const Tokens& tokens = context.tokens;
  const std::size_t name = context.first + 1;
  if (name >= context.last || !tokens.is_identifier(name)) {
    context.fail(ErrorCode::syntax, "DESCRIBE needs the name of a table or view: DESCRIBE packets",
                 std::min(name, context.last));
  }
  if (name + 1 < context.last) {
    context.fail(ErrorCode::syntax,
                 "DESCRIBE takes one name; what follows '" + tokens.identifier(name) +
                     "' does not belong to it",
                 name + 1);
  }
  return {tokens.identifier(name), context.where(name)};
}

bool is_create_table(const ShimContext& context) {
  if (!context.tokens.is_word(context.first, "create")) return false;
  for (std::size_t i = context.first + 1; i < context.last; ++i) {
    const std::string word = context.tokens.word(i);
    if (word == "table") return true;
    if (word != "global" && word != "local" && word != "temporary" && word != "temp" &&
        word != "unlogged") {
      return false;
    }
  }
  return false;
}

ShimmedStatement shim_statement(const ShimContext& context) {
  ShimmedStatement statement;
  statement.first = context.first;
  statement.last = context.last;
  if (context.tokens.is_word(context.first, "describe") ||
      context.tokens.is_word(context.first, "desc")) {
    statement.describe = describe(context);
    return statement;
  }
  std::vector<Edit> edits;
  apply_token_rules(context, edits);
  TableParts parts;
  if (is_create_table(context)) parts = apply_table_rules(context, statement, edits);
  // Of those that begin together an insertion comes first, then the longest, so that what lies
  // inside of it is left out.
  std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) {
    if (a.begin != b.begin) return a.begin < b.begin;
    const bool a_inserts = a.end == a.begin;
    const bool b_inserts = b.end == b.begin;
    return a_inserts != b_inserts ? a_inserts : a.end > b.end;
  });
  statement.text = edited(context.script, context.tokens[context.first].begin,
                          context.tokens[context.last - 1].end, edits, "", "");
  if (parts.watermark_first != parts.watermark_last) {
    statement.watermark->expression =
        edited(context.script, context.tokens[parts.watermark_first].begin,
               context.tokens[parts.watermark_last - 1].end, edits, "SELECT (", ")");
  }
  return statement;
}

}  // namespace

void ShimContext::fail(ErrorCode code, const std::string& message, std::size_t token) const {
  script.fail(code, message, offset(token));
}

std::size_t ShimContext::offset(std::size_t token) const {
  return token < last ? tokens[token].begin : tokens[last - 1].end;
}

std::vector<ShimmedStatement> shim(const Script& script, const Tokens& tokens) {
  std::vector<ShimmedStatement> statements;
  std::size_t first = 0;
  for (std::size_t i = 0; i <= tokens.size(); ++i) {
    if (i < tokens.size() && !tokens.is_symbol(i, ";")) continue;
    if (i > first) statements.push_back(shim_statement({script, tokens, first, i}));
    first = i + 1;
  }
  return statements;
}

}  // namespace penstock::detail
