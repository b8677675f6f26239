// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <penstock/plan/ast.h>

namespace penstock {

inline constexpr std::size_t max_sql_bytes = 65536;

struct ParseOptions {
  std::string name;  // of the text, for errors: a file's name, or empty
  // psql's variables: :'name' becomes a string literal, :name the text itself, :"name" an
  // identifier. A name that is not set is an Error{unknown_name}.
  std::map<std::string, std::string> variables;
};

// PostgreSQL's grammar and Penstock's additions (docs/sql.md) to our own syntax tree. Throws Error
// with line and column in `text`. Safe to call from several threads.
std::vector<ast::Statement> parse(std::string_view text, const ParseOptions& options = {});

}  // namespace penstock
