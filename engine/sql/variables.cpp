// SPDX-License-Identifier: Apache-2.0
#include "variables.h"

#include <optional>
#include <utility>
#include <vector>

#include <penstock/data/schema.h>
#include <penstock/sql/parse.h>

#include "tokens.h"

namespace penstock::detail {
namespace {

[[noreturn]] void fail_unset(const Script& script, const std::string& name, std::size_t offset,
                             const std::map<std::string, std::string>& variables) {
  std::vector<std::string> names;
  names.reserve(variables.size());
  for (const auto& [set, value] : variables) names.push_back(set);
  std::string message = "the variable '" + name + "' is not set";
  if (const auto near = nearest_name(name, names)) message += "; did you mean '" + *near + "'?";
  message += "; set it with --set " + name + "=…";
  script.fail(ErrorCode::unknown_name, message, offset);
}

std::string quoted(const std::string& value, char quote) {
  std::string out(1, quote);
  for (const char c : value) {
    if (c == quote) out += quote;
    out += c;
  }
  return out + quote;
}

}  // namespace

void substitute_variables(Script& script, const std::map<std::string, std::string>& variables) {
  const Tokens tokens(script);
  const std::string_view text = script.text();
  MappedText out;
  std::size_t copied = 0;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (!tokens.is_symbol(i, ":") || tokens[i].end != tokens[i + 1].begin) continue;
    const std::string_view spelled = tokens.spelling(i + 1);
    const char form = spelled.front() == '\'' || spelled.front() == '"' ? spelled.front() : '\0';
    if (form == '\0' && !tokens.is(i + 1, TokenKind::word)) continue;
    const std::string name(form == '\0' ? spelled : spelled.substr(1, spelled.size() - 2));
    const std::size_t colon = tokens[i].begin;
    const auto found = variables.find(name);
    if (found == variables.end()) fail_unset(script, name, colon, variables);
    if (found->second.find('\0') != std::string::npos ||
        find_invalid_utf8(found->second) != std::string_view::npos) {
      script.fail(ErrorCode::invalid_argument,
                  "the value of the variable '" + name + "' is not valid UTF-8 text", colon);
    }
    out.copy(text.substr(copied, colon - copied), copied);
    out.insert(form == '\0' ? found->second : quoted(found->second, form), colon);
    if (out.text().size() > max_sql_bytes) {
      script.fail(ErrorCode::invalid_argument,
                  "the text grows over " + std::to_string(max_sql_bytes) +
                      " bytes as variables are replaced; give shorter values",
                  colon);
    }
    copied = tokens[i + 1].end;
    ++i;
  }
  out.copy(text.substr(copied), copied);
  script.substitute(std::move(out));
}

}  // namespace penstock::detail
