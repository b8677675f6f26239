// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <penstock/data/schema.h>
#include <penstock/io/options.h>
#include <penstock/kernels/column_view.h>

namespace penstock::detail {

// Reads option `delimiter`: one character, or 'tab'.
char csv_delimiter(OptionReader& options, const TableDefinition& table);

// Rows as RFC 4180 has them, but for lines that end in a line feed alone. NULL is an empty field,
// an empty text is "". Bytes go out as they are.
class CsvRows {
 public:
  CsvRows(const Schema& schema, char delimiter);
  void append_header(std::string& out) const;
  void append_row(std::string& out, const BatchView& rows, std::int64_t row) const;

 private:
  void append_text(std::string& out, std::string_view text) const;
  void quote_from(std::string& out, std::size_t start) const;

  Schema schema_;
  char delimiter_;
  bool delimits_values_;  // it occurs in times, addresses or binaries
};

}  // namespace penstock::detail
