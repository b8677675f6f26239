// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "grammar.h"
#include "keywords.h"
#include "shim.h"

namespace penstock::detail {
namespace {

class TableShim {
 public:
  TableShim(const ShimContext& context, ShimmedStatement& statement, std::vector<Edit>& edits)
      : context_(context), tokens_(context.tokens), statement_(statement), edits_(edits) {}

  TableParts run() {
    std::size_t i = skip_name();
    if (i == Token::none) return {};
    if (tokens_.is_symbol(i, "(") && i < context_.last) {
      const std::size_t close = tokens_[i].partner;
      if (close == Token::none) {
        context_.fail(ErrorCode::syntax, "this column list is not closed; end it with ')'", i);
      }
      columns(i, close);
      i = close + 1;
    } else if (i >= context_.last || tokens_.is_word(i, "with")) {
      edits_.push_back({context_.offset(i), context_.offset(i), " () "});
    }
    if (i < context_.last && tokens_.is_word(i, "with")) i = options(i);
    if (i < context_.last && tokens_.is_word(i, "as")) {
      context_.fail(ErrorCode::unsupported,
                    "CREATE TABLE … AS is not supported; declare the table and write INSERT INTO "
                    "… SELECT, or write CREATE VIEW … AS",
                    i);
    }
    return parts_;
  }

 private:
  // The token behind the table's name, or none where there is no name: the grammar then says so.
  std::size_t skip_name() const {
    std::size_t i = context_.first;
    while (!tokens_.is_word(i, "table")) ++i;
    ++i;
    if (tokens_.is_word(i, "if") && tokens_.is_word(i + 1, "not")) i += 3;
    if (i >= context_.last || !tokens_.is_identifier(i)) return Token::none;
    ++i;
    while (i + 1 < context_.last && tokens_.is_symbol(i, ".")) i += 2;
    return std::min(i, context_.last);
  }

  // Elements are what commas part at the depth of the list.
  void columns(std::size_t open, std::size_t close) {
    std::size_t kept = 0;
    std::size_t begin = open + 1;
    while (begin < close) {
      std::size_t end = begin;
      while (end < close && !tokens_.is_symbol(end, ",")) {
        const bool nested = tokens_.is_symbol(end, "(") || tokens_.is_symbol(end, "[");
        end = (nested && tokens_[end].partner != Token::none ? tokens_[end].partner : end) + 1;
      }
      if (tokens_.is_word(begin, "watermark") && tokens_.is_word(begin + 1, "for")) {
        watermark(begin, end);
        cut_element(begin, end, open, close);
      } else {
        ++kept;
        column(begin, end);
      }
      begin = end + 1;
    }
    statement_.has_columns = kept > 0 || !statement_.watermark;
    if (statement_.has_columns && kept == 0) {
      context_.fail(ErrorCode::syntax,
                    "this column list is empty; leave the brackets out where the connector knows "
                    "its columns",
                    open);
    }
  }

  void column(std::size_t begin, std::size_t end) {
    const std::string word = tokens_.word(begin);
    if (begin + 1 == end && tokens_.is_identifier(begin) && !begins_table_constraint(word)) {
      const std::string name = tokens_.identifier(begin);
      context_.fail(ErrorCode::syntax,
                    "the column '" + name + "' needs a type: " + name + " bigint", begin);
    }
    if (begin + 1 >= end) return;
    if (is_reserved_word(word) && !begins_table_constraint(word) && word != "window") {
      edits_.push_back({tokens_[begin].begin, tokens_[begin].end, "\"" + word + "\""});
    }
    quote_unsigned_type(context_, begin + 1, edits_);
  }

  void watermark(std::size_t begin, std::size_t end) {
    if (statement_.watermark) {
      context_.fail(ErrorCode::duplicate_name, "a table has one watermark, and this is the second",
                    begin);
    }
    const std::size_t name = begin + 2;
    if (name >= end || !tokens_.is_identifier(name)) {
      context_.fail(ErrorCode::syntax,
                    "WATERMARK FOR needs the name of the column that holds the event time", name);
    }
    const std::size_t as = name + 1;
    if (as + 1 >= end || !tokens_.is_word(as, "as")) {
      context_.fail(ErrorCode::syntax,
                    "WATERMARK FOR " + tokens_.identifier(name) +
                        " needs AS and an expression: WATERMARK FOR ts AS ts - INTERVAL '5 "
                        "seconds'",
                    as < end ? as : end);
    }
    statement_.watermark = ShimmedWatermark{tokens_.identifier(name), tokens_[begin].begin, {}};
    parts_ = {as + 1, end};
  }

  // With the comma behind it, or the one before where it is the last.
  void cut_element(std::size_t begin, std::size_t end, std::size_t open, std::size_t close) {
    std::size_t from = begin;
    std::size_t to = end;  // the comma, or the closing bracket
    if (end < close) {
      to = end + 1;
    } else if (begin > open + 1) {
      from = begin - 1;
    }
    edits_.push_back({tokens_[from].begin, tokens_[to].begin, " "});
  }

  std::size_t options(std::size_t with) {
    const std::size_t open = with + 1;
    if (!tokens_.is_symbol(open, "(") || open >= context_.last) {
      context_.fail(ErrorCode::syntax, "WITH needs options in brackets: WITH (connector = 'pcap')",
                    open);
    }
    const std::size_t close = tokens_[open].partner;
    if (close == Token::none) {
      context_.fail(ErrorCode::syntax, "these options are not closed; end them with ')'", open);
    }
    std::size_t i = open + 1;
    while (i < close) {
      i = option(i, close);
      if (i == close) break;
      if (!tokens_.is_symbol(i, ",")) {
        context_.fail(ErrorCode::syntax, "options are parted by commas; write ',' before this", i);
      }
      ++i;
      if (i == close) {
        context_.fail(ErrorCode::syntax, "an option is missing between ',' and ')'", i);
      }
    }
    edits_.push_back({tokens_[with].begin, tokens_[close].end, " "});
    return close + 1;
  }

  std::size_t option(std::size_t i, std::size_t close) {
    ast::Option option;
    option.where = context_.where(i);
    const std::size_t key = i;
    if (tokens_.is(i, TokenKind::string)) {
      option.key = to_lower_ascii(literal(i));
      ++i;
    } else if (tokens_.is_identifier(i)) {
      option.key = tokens_.identifier(i);
      ++i;
      while (tokens_.is_symbol(i, ".") && tokens_.is_identifier(i + 1)) {
        option.key += "." + tokens_.identifier(i + 1);
        i += 2;
      }
      option.key = to_lower_ascii(option.key);
    } else {
      context_.fail(ErrorCode::syntax,
                    "an option is a name and a value: connector = 'pcap'; this is not a name", i);
    }
    if (i >= close || !tokens_.is_symbol(i, "=") || i + 1 >= close) {
      context_.fail(ErrorCode::syntax,
                    "the option '" + option.key + "' needs a value: " + option.key + " = '…'", i);
    }
    ++i;
    option.value_where = context_.where(i);
    i = value(i, close, option);
    const auto same = [&](const ast::Option& other) { return other.key == option.key; };
    if (std::any_of(statement_.options.begin(), statement_.options.end(), same)) {
      context_.fail(ErrorCode::duplicate_name, "the option '" + option.key + "' is given twice",
                    key);
    }
    statement_.options.push_back(std::move(option));
    return i;
  }

  std::size_t value(std::size_t i, std::size_t close, ast::Option& option) const {
    const bool sign = tokens_.is_symbol(i, "-") || tokens_.is_symbol(i, "+");
    if (tokens_.is(i, TokenKind::string)) {
      option.value = literal(i);
    } else if (tokens_.is(i, TokenKind::number)) {
      option.value = std::string(tokens_.spelling(i));
    } else if (sign && i + 1 < close && tokens_.is(i + 1, TokenKind::number)) {
      if (tokens_.is_symbol(i, "-")) option.value = "-";
      option.value += tokens_.spelling(++i);
    } else if (tokens_.is_identifier(i)) {
      option.value = tokens_.identifier(i);
    } else {
      context_.fail(ErrorCode::syntax,
                    "the value of the option '" + option.key +
                        "' must be a string, a number, or a word like true: " + option.key +
                        " = '…'",
                    i);
    }
    return i + 1;
  }

  std::string literal(std::size_t i) const {
    const std::string_view spelled = tokens_.spelling(i);
    MappedText text;
    text.insert("SELECT ", tokens_[i].begin);
    text.copy(spelled, tokens_[i].begin);
    return parse_string_literal(context_.script, tokens_, text);
  }

  const ShimContext& context_;
  const Tokens& tokens_;
  ShimmedStatement& statement_;
  std::vector<Edit>& edits_;
  TableParts parts_;
};

}  // namespace

TableParts apply_table_rules(const ShimContext& context, ShimmedStatement& statement,
                             std::vector<Edit>& edits) {
  return TableShim(context, statement, edits).run();
}

}  // namespace penstock::detail
