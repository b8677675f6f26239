// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <penstock/sql/parse.h>

namespace penstock::test {

// A syntax tree as short text: calls as name(a, b), strings in quotes, columns as they are.
std::string dump(const ast::Expression& expression);
std::string dump(const ast::Select& select);
std::string dump(const ast::Statement& statement);

// All statements of a text, one a line.
std::string dump_sql(std::string_view sql, const ParseOptions& options = {});
// The first expression of SELECT <text>.
std::string dump_expression(std::string_view text);
// "code line:column message" of the Error that the text gives, or "parsed".
std::string error_of(std::string_view sql, const ParseOptions& options = {});

}  // namespace penstock::test
