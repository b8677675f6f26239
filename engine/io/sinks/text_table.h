// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <penstock/data/schema.h>
#include <penstock/kernels/column_view.h>

namespace penstock::detail {

// Rows as an aligned table for people: numbers to the right, the rest to the left, NULL as NULL.
// Widths come from the rows there are at the first flush and stay; a wider value pushes its line.
// Control characters are shown as escapes, so that data cannot drive a terminal.
class TextTable {
 public:
  explicit TextTable(const Schema& schema);

  // Flushes by itself when many rows wait.
  void append(std::string& out, const BatchView& rows);
  void flush(std::string& out);
  void finish(std::string& out);  // the header where there was no row, and how many rows

 private:
  struct Cell {
    std::string text;
    std::size_t width = 0;  // in characters
  };
  static Cell cell_of(std::string_view text);
  void append_header(std::string& out);
  void append_line(std::string& out, const Cell* cells) const;

  std::vector<Cell> names_;
  std::vector<bool> right_;
  std::vector<std::size_t> widths_;
  std::vector<Cell> waiting_;  // row after row
  std::string scratch_;
  std::int64_t rows_ = 0;
  bool has_header_ = false;
};

}  // namespace penstock::detail
