// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <penstock/data/batch_builder.h>
#include <penstock/kernels/column_view.h>

namespace penstock::detail {

// One column of rows that are kept: owned, without gaps, growing.
class SortColumn {
 public:
  explicit SortColumn(DataType type) : type_(type) {}

  // Rows [first, first + count) of a column.
  void append(const ColumnView& source, std::int64_t first, std::int64_t count);
  // Keeps the given rows alone, ascending.
  void keep(const std::vector<std::uint32_t>& rows);
  // Row `from` of this column as row `to` of a batch's column.
  void write(std::uint32_t from, BatchBuilder& out, std::size_t column, std::int64_t to) const;

  [[nodiscard]] std::size_t size_bytes() const noexcept;
  [[nodiscard]] DataType type() const noexcept { return type_; }
  [[nodiscard]] bool is_valid(std::uint32_t row) const noexcept { return valid_[row] != 0; }
  [[nodiscard]] std::string_view text(std::uint32_t row) const noexcept;
  [[nodiscard]] const std::uint8_t* value(std::uint32_t row) const noexcept {
    return values_.data() + row * width_bytes();
  }

 private:
  // A boolean is kept as a byte; of a text here are only the bytes.
  [[nodiscard]] std::size_t width_bytes() const noexcept;

  DataType type_;
  std::vector<std::uint8_t> values_;
  std::vector<std::uint8_t> valid_;
  std::vector<std::size_t> text_ends_;
};

// Negative, zero or positive, as for the values of two rows that are not null. NaN is the greatest
// float and −0 equals +0; texts compare by bytes.
using CompareRows = int (*)(const SortColumn& column, std::uint32_t a, std::uint32_t b);
CompareRows comparison_of(DataType type) noexcept;

}  // namespace penstock::detail
