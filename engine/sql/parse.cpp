// SPDX-License-Identifier: Apache-2.0
#include <penstock/sql/parse.h>

#include <string>

#include "converter.h"
#include "parser_thread.h"
#include "shim.h"
#include "variables.h"

namespace penstock {
namespace {

void check_size(std::string_view text, const ParseOptions& options) {
  if (text.size() <= max_sql_bytes) return;
  throw Error(ErrorCode::invalid_argument,
              "the text has " + std::to_string(text.size()) + " bytes; at most " +
                  std::to_string(max_sql_bytes) + " are read: split it into several files",
              {options.name, 0, 0});
}

std::vector<ast::Statement> parse_here(std::string_view text, const ParseOptions& options) {
  detail::Script script(options.name, text);
  detail::substitute_variables(script, options.variables);
  check_size(script.text(), options);
  const detail::Tokens tokens(script);
  std::vector<ast::Statement> statements;
  for (const detail::ShimmedStatement& shimmed : detail::shim(script, tokens)) {
    if (shimmed.describe) {
      statements.emplace_back(*shimmed.describe);
    } else {
      statements.push_back(detail::Converter(script, tokens, shimmed).convert());
    }
  }
  return statements;
}

}  // namespace

std::vector<ast::Statement> parse(std::string_view text, const ParseOptions& options) {
  check_size(text, options);
  std::vector<ast::Statement> statements;
  detail::run_on_parser_thread([&] { statements = parse_here(text, options); });
  return statements;
}

}  // namespace penstock
