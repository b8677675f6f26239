// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
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
    std::vector<bool> wanted = {};  // pruned columns get no memory; empty = all wanted
  };
  // Error{invalid_argument} for a capacity below one row or text above 2 GiB.
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
  [[nodiscard]] std::uint64_t* validity(std::size_t column) noexcept {
    return columns_[column].validity.as<std::uint64_t>();
  }
  void mark_nulls(std::size_t column) noexcept {
    Column& target = columns_[column];
    target.has_nulls = true;
    views_[column].validity = target.validity.as<std::uint64_t>();
  }

  // For one row at a time; row = rows() for the row being written. Also for pruned columns, where
  // they do nothing. set_null also sets the end offset of a utf8 row.
  void set_null(std::size_t column, std::int64_t row) noexcept {
    Column& target = columns_[column];
    if (!target.wanted) return;
    mark_nulls(column);
    assign_bit(target.validity, row, false);
    if (target.type.id == TypeId::utf8) {
      auto* offsets = target.offsets.as<std::int32_t>();
      offsets[row + 1] = offsets[row];
    }
  }
  void set_boolean(std::size_t column, std::int64_t row, bool value) noexcept {
    Column& target = columns_[column];
    if (!target.wanted) return;
    assign_bit(target.values, row, value);
    make_valid(target, row);
  }
  void set_bytes(std::size_t column, std::int64_t row, const Bytes16& value) noexcept {
    Column& target = columns_[column];
    if (!target.wanted) return;
    const auto width = static_cast<std::size_t>(value_width_bytes(target.type));
    auto* bytes = target.values.as<unsigned char>();
    std::memcpy(bytes + static_cast<std::size_t>(row) * width, value.bytes.data(), width);
    make_valid(target, row);
  }
  // False where the column's text memory is full: close the batch, write the row into the next.
  // A row that does not fit into an empty batch is too long for this job's batches.
  bool set_text(std::size_t column, std::int64_t row, std::string_view text) {
    Column& target = columns_[column];
    if (!target.wanted) return true;
    auto* offsets = target.offsets.as<std::int32_t>();
    const auto start = static_cast<std::size_t>(offsets[row]);
    if (text.size() > target.values.size_bytes() - start && !grow_text(column, start, text.size()))
      return false;
    if (!text.empty()) std::memcpy(target.values.as<char>() + start, text.data(), text.size());
    offsets[row + 1] = static_cast<std::int32_t>(start + text.size());
    make_valid(target, row);
    return true;
  }
  template <class T>
  void set(std::size_t column, std::int64_t row, T value) noexcept {
    Column& target = columns_[column];
    if (!target.wanted) return;
    target.values.as<T>()[row] = value;
    make_valid(target, row);
  }

  // Completes n rows. The zone map covers the event-time column, where one is set; nulls in it do
  // not count.
  void advance(std::int64_t rows = 1) noexcept {
    if (event_time_column_ != no_column) extend_zone(rows);
    rows_ += rows;
  }
  // A timestamp column. Before the first row; pruned, it leaves the zone map unknown.
  void set_event_time_column(std::size_t column) noexcept { event_time_column_ = column; }
  // Lowers how many rows this batch takes (never above the capacity), until clear().
  void set_limit_rows(std::int64_t rows) noexcept {
    limit_rows_ = std::clamp(rows, rows_, capacity_rows_);
  }
  // Starts over, keeping the memory.
  void clear() noexcept;

  // Column views by schema position; a pruned column has no data. Costs nothing, and may be called
  // by several threads at once while nobody writes.
  [[nodiscard]] BatchView view() const noexcept { return {views_, rows_, zone_}; }

 private:
  struct Column {
    DataType type;
    bool wanted = true;
    bool has_nulls = false;
    Buffer values;
    Buffer validity;
    Buffer offsets;
  };
  static constexpr std::size_t no_column = static_cast<std::size_t>(-1);

  static void assign_bit(Buffer& bitmap, std::int64_t row, bool value) noexcept {
    std::uint64_t& word = bitmap.as<std::uint64_t>()[row / 64];
    const std::uint64_t bit = std::uint64_t{1} << (row % 64);
    word = value ? word | bit : word & ~bit;
  }
  // A row that was given up may have left a null here.
  static void make_valid(Column& column, std::int64_t row) noexcept {
    if (column.has_nulls) assign_bit(column.validity, row, true);
  }
  bool grow_text(std::size_t column, std::size_t used_bytes, std::size_t more_bytes);
  void extend_zone(std::int64_t rows) noexcept;

  Schema schema_;
  std::vector<Column> columns_;
  std::vector<ColumnView> views_;  // kept true by all that changes a column
  std::int64_t capacity_rows_ = 0;
  std::int64_t limit_rows_ = 0;
  std::int64_t rows_ = 0;
  std::size_t event_time_column_ = no_column;
  TextGrowth text_growth_ = TextGrowth::fixed;
  ZoneMap zone_;
};

}  // namespace penstock
