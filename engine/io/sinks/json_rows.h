// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <penstock/data/schema.h>
#include <penstock/kernels/column_view.h>

namespace penstock::detail {

// Quoted and escaped; bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

// Rows as JSON objects, one a line: numbers as numbers (also those above 2^53), booleans and null
// as such, NaN and infinities as the texts "NaN", "Infinity", "-Infinity", all else as text.
class JsonRows {
 public:
  explicit JsonRows(const Schema& schema);
  void append_row(std::string& out, const BatchView& rows, std::int64_t row);

 private:
  std::vector<std::string> keys_;  // with what goes before: {"a": and ,"b":
  std::string scratch_;
};

}  // namespace penstock::detail
