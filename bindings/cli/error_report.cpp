// SPDX-License-Identifier: Apache-2.0
#include "error_report.h"

#include <cstdio>
#include <string>

#include <penstock/kernels/error.h>

namespace penstock::cli {
namespace {

std::string_view line_of(std::string_view text, int line) {
  for (int i = 1; i < line; ++i) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find_first_of("\r\n"));
}

// Spaces, and the line's own tabs, up to a column counted in characters, so that the caret stands
// under it whatever the terminal makes of a tab.
std::string indent_to(std::string_view line, int column) {
  std::string indent;
  int seen = 1;
  for (const char c : line) {
    const bool continues_character = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    if (continues_character) continue;
    if (seen == column) break;
    indent += c == '\t' ? '\t' : ' ';
    ++seen;
  }
  return indent;
}

}  // namespace

void report_error(const std::exception& error, std::string_view sql_text) {
  std::fprintf(stderr, "penstock: error: %s\n", error.what());
  const auto* known = dynamic_cast<const Error*>(&error);
  if (known == nullptr || known->where().line <= 0) return;
  const std::string line(line_of(sql_text, known->where().line));
  if (line.empty()) return;
  std::fprintf(stderr, "  %s\n", line.c_str());
  if (known->where().column > 0) {
    std::fprintf(stderr, "  %s^\n", indent_to(line, known->where().column).c_str());
  }
}

void report_warning(std::string_view text) {
  std::fprintf(stderr, "penstock: warning: %.*s\n", static_cast<int>(text.size()), text.data());
}

}  // namespace penstock::cli
