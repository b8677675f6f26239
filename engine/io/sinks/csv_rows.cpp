// SPDX-License-Identifier: Apache-2.0
#include "csv_rows.h"

#include <penstock/data/value.h>
#include <penstock/kernels/error.h>

namespace penstock::detail {

char csv_delimiter(OptionReader& options, const TableDefinition& table) {
  const std::string text = options.text("delimiter", ",");
  if (text == "tab" || text == "\\t") return '\t';
  const char c = text.size() == 1 ? text.front() : '"';
  const bool of_numbers = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                          (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '+';
  if (of_numbers || c == '"' || c == '\n' || c == '\r' || c == '\0' ||
      (static_cast<unsigned char>(c) & 0x80U) != 0)
    throw Error(ErrorCode::invalid_argument,
                "option 'delimiter' of table '" + table.name + "' is '" + text +
                    "'; give 'tab' or one character that is no letter, digit, quote, sign or point",
                options.where("delimiter"));
  return c;
}

CsvRows::CsvRows(const Schema& schema, char delimiter)
    : schema_(schema),
      delimiter_(delimiter),
      delimits_values_(delimiter == ':' || delimiter == ' ' || delimiter == '\\') {}

// Quotes what was put out since `start` where it has to be.
void CsvRows::quote_from(std::string& out, std::size_t start) const {
  const char special[] = {delimiter_, '"', '\n', '\r'};
  const bool empty = out.size() == start;
  if (!empty && out.find_first_of(special, start, sizeof special) == std::string::npos) return;
  for (std::size_t at = out.find('"', start); at != std::string::npos; at = out.find('"', at + 2))
    out.insert(at, 1, '"');
  out.insert(start, 1, '"');
  out += '"';
}

void CsvRows::append_text(std::string& out, std::string_view text) const {
  const std::size_t start = out.size();
  out += text;
  quote_from(out, start);
}

void CsvRows::append_header(std::string& out) const {
  for (std::size_t i = 0; i < schema_.size(); ++i) {
    if (i > 0) out += delimiter_;
    append_text(out, schema_.fields[i].name);
  }
  out += '\n';
}

void CsvRows::append_row(std::string& out, const BatchView& rows, std::int64_t row) const {
  for (std::size_t i = 0; i < schema_.size(); ++i) {
    if (i > 0) out += delimiter_;
    const ColumnView& column = rows.columns[i];
    if (!column.is_valid(row)) continue;
    const std::size_t start = out.size();
    append_value(out, column, row);
    const bool is_text = column.type.id == TypeId::utf8;
    if (is_text || (delimits_values_ && !is_numeric(column.type.id))) quote_from(out, start);
  }
  out += '\n';
}

}  // namespace penstock::detail
