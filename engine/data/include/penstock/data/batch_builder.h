// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <penstock/data/schema.h>
#include <penstock/kernels/buffer.h>
#include <penstock/kernels/column_view.h>

namespace penstock {

enum class TextGrowth : std::uint8_t { fixed, growable };

// Columns being filled, in Arrow's layout. All memory is taken at construction (text may grow where
// that was asked for). Readers and operators write the columns of a row, then advance(); what was
// written for a row that was never advanced over is overwritten by the next.
class BatchBuilder {
 public:
  struct Options {
    std::int64_t capacity_rows = 65536;
    std::size_t text_bytes = 1U << 20;  // of each utf8 column
    TextGrowth text_growth = TextGrowth::fixed;
    std::vector<bool> wanted;  // pruned columns get no memory; empty = all wanted
  };
  BatchBuilder(const Schema& schema, const Options& options);

  [[nodiscard]] const Schema& schema() const noexcept { return schema_; }
  [[nodiscard]] std::int64_t capacity_rows() const noexcept { return capacity_rows_; }
  [[nodiscard]] std::int64_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::int64_t room() const noexcept { return limit_rows_ - rows_; }
  [[nodiscard]] bool wants(std::size_t column) const noexcept { return columns_[column].wanted; }
  [[nodiscard]] std::size_t size_bytes() const noexcept;  // memory held, the bound of the slot

  // The whole array of a fixed-width column; bits (as uint64 words) for boolean, which start at 0.
  template <class T>
  [[nodiscard]] T* values(std::size_t column) noexcept {
    return columns_[column].values.as<T>();
  }
  // The validity bitmap; all rows start valid. Whoever writes it directly calls mark_nulls().
  [[nodiscard]] std::uint64_t* validity(std::size_t column) noexcept;
  void mark_nulls(std::size_t column) noexcept { columns_[column].has_nulls = true; }

  // For one row at a time; row = rows() for the row being written. Also for pruned columns, where
  // they do nothing. set_null also sets the end offset of a utf8 row.
  void set_null(std::size_t column, std::int64_t row) noexcept;
  void set_boolean(std::size_t column, std::int64_t row, bool value) noexcept;
  void set_bytes(std::size_t column, std::int64_t row, const Bytes16& value) noexcept;
  // False where the column's text memory is full: close the batch, write the row into the next.
  // A row that does not fit into an empty batch is too long for this job's batches.
  bool set_text(std::size_t column, std::int64_t row, std::string_view text);
  template <class T>
  void set(std::size_t column, std::int64_t row, T value) noexcept {
    if (columns_[column].wanted) values<T>(column)[row] = value;
  }

  // Completes n rows. The zone map covers the event-time column, where one is set.
  void advance(std::int64_t rows = 1) noexcept;
  void set_event_time_column(std::size_t column) noexcept { event_time_column_ = column; }
  // Lowers how many rows this batch takes (never above the capacity).
  void set_limit_rows(std::int64_t rows) noexcept;
  // Starts over, keeping the memory.
  void clear() noexcept;

  // Column views by schema position; a pruned column has no data.
  [[nodiscard]] BatchView view() const noexcept;

 private:
  struct Column {
    DataType type;
    bool wanted = true;
    bool has_nulls = false;
    Buffer values;
    Buffer validity;
    Buffer offsets;
    std::size_t text_capacity_bytes = 0;
  };
  static constexpr std::size_t no_column = static_cast<std::size_t>(-1);

  Schema schema_;
  std::vector<Column> columns_;
  mutable std::vector<ColumnView> views_;
  std::int64_t capacity_rows_ = 0;
  std::int64_t limit_rows_ = 0;
  std::int64_t rows_ = 0;
  std::size_t event_time_column_ = no_column;
  TextGrowth text_growth_ = TextGrowth::fixed;
  ZoneMap zone_;
};

}  // namespace penstock
