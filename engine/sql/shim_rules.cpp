// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "keywords.h"
#include "shim.h"

namespace penstock::detail {
namespace {

// The grammar takes a word behind an interval as an alias, or stumbles over it.
void refuse_interval_unit(const ShimContext& context, std::size_t i) {
  const Tokens& tokens = context.tokens;
  if (!tokens.is_word(i, "interval")) return;
  std::size_t text = i + 1;
  if (tokens.is_symbol(text, "(") && tokens[text].partner != Token::none) {
    text = tokens[text].partner + 1;
  }
  if (!tokens.is(text, TokenKind::string)) return;
  const std::size_t unit = text + 1;
  if (unit >= context.last || !is_foreign_interval_unit(tokens.word(unit))) return;
  std::string spelled(tokens.spelling(text));
  std::string fixed = "INTERVAL '5 " + tokens.word(unit) + "'";
  if (spelled.size() >= 2 && spelled.front() == '\'' && spelled.size() <= 40) {
    spelled.pop_back();
    fixed = "INTERVAL " + spelled + " " + tokens.word(unit) + "'";
  }
  context.fail(ErrorCode::syntax,
               "'" + std::string(tokens.spelling(unit)) +
                   "' would be read as an alias of the interval; write the unit inside of the "
                   "quotes: " +
                   fixed,
               unit);
}

// `a ASOF JOIN b` would be a join of `a AS asof` with `b`.
void refuse_join_words(const ShimContext& context, std::size_t i) {
  const std::string word = context.tokens.word(i);
  if (word != "asof" && word != "semi" && word != "anti" && word != "lookup") return;
  if (i == context.first || context.tokens.is_word(i - 1, "as")) return;
  std::size_t join = i + 1;
  if (context.tokens.is_word(join, "left") || context.tokens.is_word(join, "inner")) ++join;
  if (!context.tokens.is_word(join, "join")) return;
  context.fail(ErrorCode::unsupported,
               "'" + std::string(context.tokens.spelling(i)) +
                   " JOIN' is not supported yet; PostgreSQL would read '" +
                   std::string(context.tokens.spelling(i)) + "' as an alias",
               i);
}

void refuse_emit(const ShimContext& context, std::size_t i) {
  const Tokens& tokens = context.tokens;
  if (!tokens.is_word(i, "emit") || i == context.first || i + 1 >= context.last) return;
  if (tokens.is_word(i - 1, "as") || tokens.is_symbol(i - 1, ".") || tokens.is_symbol(i - 1, ",") ||
      tokens.is_symbol(i - 1, "(")) {
    return;
  }
  const std::string next = tokens.word(i + 1);
  for (const char* const start : {"changes", "on", "final", "update", "updates", "stream", "after",
                                  "every", "with", "without"}) {
    if (next != start) continue;
    context.fail(ErrorCode::unsupported,
                 "EMIT is not supported yet; leave it out: a window gives its result once, when "
                 "it is complete",
                 i);
  }
}

void refuse_foreign_create(const ShimContext& context) {
  const Tokens& tokens = context.tokens;
  if (!tokens.is_word(context.first, "create")) return;
  const std::string what = tokens.word(context.first + 1);
  if (what != "source" && what != "stream" && what != "sink") return;
  context.fail(ErrorCode::unsupported,
               "CREATE " + std::string(tokens.spelling(context.first + 1)) +
                   " is not Penstock's SQL; sources and sinks are both CREATE TABLE … WITH "
                   "(connector = '…')",
               context.first + 1);
}

bool ends_expression(const ShimContext& context, std::size_t i) {
  if (i >= context.last || context.tokens.is_symbol(i, ",") || context.tokens.is_symbol(i, ")")) {
    return true;
  }
  for (const char* const word : {"from", "where", "group", "having", "order", "limit"}) {
    if (context.tokens.is_word(i, word)) return true;
  }
  return false;
}

// `SELECT a AND FROM t` would be `SELECT a AS "and" FROM t`.
void refuse_dangling_operator(const ShimContext& context, std::size_t i) {
  const Tokens& tokens = context.tokens;
  if (!ends_expression(context, i + 1) || i == context.first) return;
  if (tokens.is_word(i - 1, "as") || tokens.is_symbol(i - 1, ".") ||
      tokens.is_word(i - 1, "select")) {
    return;
  }
  for (const char* const word : {"and", "or", "not", "is", "in", "like", "ilike", "between", "case",
                                 "when", "then", "else", "collate"}) {
    if (!tokens.is_word(i, word)) continue;
    context.fail(ErrorCode::syntax,
                 "'" + std::string(tokens.spelling(i)) + "' lacks what should follow it", i);
  }
}

void refuse_misread_words(const ShimContext& context, std::size_t i) {
  const Tokens& tokens = context.tokens;
  refuse_interval_unit(context, i);
  refuse_join_words(context, i);
  refuse_emit(context, i);
  refuse_dangling_operator(context, i);
  // The grammar gives SUBSTRING(a SIMILAR b ESCAPE c) the tree of SUBSTRING(a FROM b FOR c).
  if (tokens.is_word(i, "similar") && !tokens.is_word(i + 1, "to") &&
      !(i > context.first && (tokens.is_symbol(i - 1, ".") || tokens.is_word(i - 1, "as")))) {
    context.fail(ErrorCode::unsupported, "SIMILAR is not supported; write LIKE", i);
  }
  if (tokens.is_word(i, "enforced") && i > context.first && tokens.is_word(i - 1, "not")) {
    context.fail(ErrorCode::unsupported,
                 "NOT ENFORCED is not supported; instead of PRIMARY KEY write the option "
                 "primary_key = 'column' in WITH (…)",
                 i - 1);
  }
}

void quote_window(const ShimContext& context, std::size_t i, std::vector<Edit>& edits) {
  const Tokens& tokens = context.tokens;
  if (!tokens.is_word(i, "window")) return;
  const bool clause =
      tokens.is_identifier(i + 1) && tokens.is_word(i + 2, "as") && tokens.is_symbol(i + 3, "(");
  if (!clause) edits.push_back({tokens[i].begin, tokens[i].end, "\"window\""});
}

void remove_token(const ShimContext& context, std::size_t i, std::vector<Edit>& edits) {
  edits.push_back({context.tokens[i].begin, context.tokens[i].end, " "});
}

// TABLE(TUMBLE(…)) → TUMBLE(…)
void unwrap_table_function(const ShimContext& context, std::size_t i, std::vector<Edit>& edits) {
  const Tokens& tokens = context.tokens;
  if (!tokens.is_word(i, "table") || !tokens.is_symbol(i + 1, "(")) return;
  if (!tokens.is(i + 2, TokenKind::word) || !tokens.is_symbol(i + 3, "(")) return;
  const std::size_t close = tokens[i + 1].partner;
  if (close == Token::none || tokens[i + 3].partner + 1 != close) return;
  remove_token(context, i, edits);
  remove_token(context, i + 1, edits);
  remove_token(context, close, edits);
}

// TUMBLE(TABLE t, DESCRIPTOR(ts), …) → TUMBLE(t, ts, …)
void unwrap_arguments(const ShimContext& context, std::size_t i, std::vector<Edit>& edits) {
  const Tokens& tokens = context.tokens;
  if (!is_window_function(tokens.word(i)) || !tokens.is_symbol(i + 1, "(")) return;
  const std::size_t close = tokens[i + 1].partner;
  if (close == Token::none || close > context.last) return;
  for (std::size_t k = i + 2; k < close; ++k) {
    if (tokens.is_symbol(k, "(") && tokens[k].partner != Token::none) {
      k = tokens[k].partner;
      continue;
    }
    const bool begins_argument = tokens.is_symbol(k - 1, "(") || tokens.is_symbol(k - 1, ",") ||
                                 tokens.is_symbol(k - 1, "=>") || tokens.is_symbol(k - 1, ":=");
    if (!begins_argument) continue;
    if (tokens.is_word(k, "table") && tokens.is_identifier(k + 1)) {
      remove_token(context, k, edits);
    } else if (tokens.is_word(k, "descriptor") && tokens.is_symbol(k + 1, "(")) {
      const std::size_t end = tokens[k + 1].partner;
      if (end != k + 3 || !tokens.is_identifier(k + 2)) {
        context.fail(ErrorCode::unsupported,
                     "DESCRIPTOR takes the name of one column: DESCRIPTOR(ts)", k);
      }
      remove_token(context, k, edits);
      remove_token(context, k + 1, edits);
      remove_token(context, end, edits);
      k = end;
    }
  }
}

bool begins_query(const Tokens& tokens, std::size_t i) {
  while (tokens.is_symbol(i, "(")) ++i;
  return tokens.is_word(i, "select") || tokens.is_word(i, "values") || tokens.is_word(i, "with");
}

// Follows the FROM clauses of a statement to find sub-queries without an alias.
class SubqueryAliases {
 public:
  SubqueryAliases(const ShimContext& context, std::vector<Edit>& edits)
      : context_(context), tokens_(context.tokens), edits_(edits) {}

  void see(std::size_t i) {
    if (tokens_.is_symbol(i, "(")) {
      if (levels_.back().relation_next && begins_query(tokens_, i)) name_subquery(i);
      levels_.back().relation_next = false;
      levels_.emplace_back();
    } else if (tokens_.is_symbol(i, ")")) {
      if (levels_.size() > 1) levels_.pop_back();
    } else {
      Level& level = levels_.back();
      const bool comma = tokens_.is_symbol(i, ",");
      const bool join = tokens_.is_word(i, "join");
      const bool lateral = tokens_.is_word(i, "lateral");
      level.relation_next = level.in_from && (comma || join || (lateral && level.relation_next));
      see_word(i, level);
    }
  }

 private:
  struct Level {
    bool is_select = false;
    bool in_from = false;
    bool relation_next = false;
  };

  void see_word(std::size_t i, Level& level) {
    if (!tokens_.is(i, TokenKind::word)) return;
    if (tokens_.is_word(i, "select")) {
      level = {true, false, false};
    } else if (tokens_.is_word(i, "from")) {
      const bool comparison = i >= context_.first + 2 && tokens_.is_word(i - 1, "distinct") &&
                              (tokens_.is_word(i - 2, "is") || tokens_.is_word(i - 2, "not"));
      if (level.is_select && !comparison) level.in_from = level.relation_next = true;
    } else if (level.in_from && !tokens_.is_word(i, "join")) {
      for (const char* const end : {"where", "group", "having", "order", "limit", "offset", "fetch",
                                    "union", "intersect", "except", "for"}) {
        if (tokens_.is_word(i, end)) level.in_from = false;
      }
    }
  }

  void name_subquery(std::size_t open) {
    const std::size_t close = tokens_[open].partner;
    if (close == Token::none || close >= context_.last) return;
    const std::size_t next = close + 1;
    if (next < context_.last && tokens_.is_identifier(next) &&
        !follows_relation(tokens_.word(next))) {
      return;
    }
    edits_.push_back(
        {tokens_[close].end, tokens_[close].end, " AS \"" + std::string(no_alias) + "\""});
  }

  const ShimContext& context_;
  const Tokens& tokens_;
  std::vector<Edit>& edits_;
  std::vector<Level> levels_{Level{}};
};

}  // namespace

// bigint UNSIGNED → "bigint unsigned"
void quote_unsigned_type(const ShimContext& context, std::size_t type, std::vector<Edit>& edits) {
  const Tokens& tokens = context.tokens;
  if (!tokens.is(type, TokenKind::word) || !tokens.is_word(type + 1, "unsigned")) return;
  if (type + 1 >= context.last) return;
  edits.push_back(
      {tokens[type].begin, tokens[type + 1].end, "\"" + tokens.word(type) + " unsigned\""});
}

void apply_token_rules(const ShimContext& context, std::vector<Edit>& edits) {
  const Tokens& tokens = context.tokens;
  refuse_foreign_create(context);
  SubqueryAliases aliases(context, edits);
  for (std::size_t i = context.first; i < context.last; ++i) {
    refuse_misread_words(context, i);
    aliases.see(i);
    if (tokens.is_symbol(i, "::") || tokens.is_word(i, "as")) {
      quote_unsigned_type(context, i + 1, edits);
    }
    quote_window(context, i, edits);
    unwrap_table_function(context, i, edits);
    unwrap_arguments(context, i, edits);
  }
}

}  // namespace penstock::detail
