// SPDX-License-Identifier: Apache-2.0
#include <penstock/data/batch_builder.h>

#include <limits>
#include <string>

#include <penstock/kernels/error.h>

namespace penstock {

namespace {

constexpr std::size_t text_bytes_max = std::numeric_limits<std::int32_t>::max();

std::size_t value_bytes(DataType type, std::int64_t capacity_rows, std::size_t text_bytes) {
  const auto words = static_cast<std::size_t>(bitmap_words(capacity_rows));
  if (type.id == TypeId::utf8) return text_bytes;
  if (type.id == TypeId::boolean) return words * 8;
  return words * static_cast<std::size_t>(row_padding * value_width_bytes(type));
}

void check(const Schema& schema, const BatchBuilder::Options& options) {
  if (options.capacity_rows < 1 || options.capacity_rows > std::numeric_limits<int>::max())
    throw Error(ErrorCode::invalid_argument, "a batch of " + std::to_string(options.capacity_rows) +
                                                 " rows; give 1 to 2147483647");
  if (options.text_bytes < 1 || options.text_bytes > text_bytes_max)
    throw Error(ErrorCode::invalid_argument, "a batch with " + std::to_string(options.text_bytes) +
                                                 " bytes of text a column; give 1 to 2147483647");
  if (!options.wanted.empty() && options.wanted.size() != schema.size())
    throw Error(ErrorCode::internal, "as many columns must be wanted or not as the schema has");
}

}  // namespace

BatchBuilder::BatchBuilder(const Schema& schema, const Options& options)
    : schema_(schema),
      columns_(schema.size()),
      views_(schema.size()),
      capacity_rows_(options.capacity_rows),
      limit_rows_(options.capacity_rows),
      text_growth_(options.text_growth) {
  check(schema, options);
  const auto words = static_cast<std::size_t>(bitmap_words(capacity_rows_));
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    column.type = views_[i].type = schema.fields[i].type;
    column.wanted = options.wanted.empty() || options.wanted[i];
    if (!column.wanted) continue;
    column.values = Buffer(value_bytes(column.type, capacity_rows_, options.text_bytes));
    column.validity = Buffer(words * 8);
    std::memset(column.validity.data(), 0xFF, column.validity.size_bytes());
    views_[i].data = column.values.data();
    if (column.type.id != TypeId::utf8) continue;
    column.offsets = Buffer((words * row_padding + 1) * sizeof(std::int32_t));
    views_[i].offsets = column.offsets.as<std::int32_t>();
  }
}

std::size_t BatchBuilder::size_bytes() const noexcept {
  std::size_t total = 0;
  for (const Column& column : columns_)
    total +=
        column.values.size_bytes() + column.validity.size_bytes() + column.offsets.size_bytes();
  return total;
}

bool BatchBuilder::grow_text(std::size_t column, std::size_t used_bytes, std::size_t more_bytes) {
  if (text_growth_ == TextGrowth::fixed || more_bytes > text_bytes_max - used_bytes) return false;
  Buffer& values = columns_[column].values;
  const std::size_t doubled = std::min(values.size_bytes() * 2, text_bytes_max);
  Buffer larger(std::max(doubled, used_bytes + more_bytes));
  std::memcpy(larger.data(), values.data(), used_bytes);
  values = std::move(larger);
  views_[column].data = values.data();
  return true;
}

void BatchBuilder::extend_zone(std::int64_t rows) noexcept {
  const Column& column = columns_[event_time_column_];
  if (!column.wanted) return;
  const auto* times = column.values.as<std::int64_t>() + rows_;
  std::int64_t low = zone_.event_time_min;
  std::int64_t high = zone_.event_time_max;
  if (column.has_nulls) {
    const auto* validity = column.validity.as<std::uint64_t>();
    for (std::int64_t i = 0; i < rows; ++i) {
      const std::int64_t row = rows_ + i;
      const bool valid = ((validity[row / 64] >> (row % 64)) & 1U) != 0;
      low = std::min(low, valid ? times[i] : watermark_max);
      high = std::max(high, valid ? times[i] : watermark_min);
    }
  } else {
    // Four chains at once: one would wait for itself.
    constexpr std::int64_t chains = 4;
    std::int64_t lows[chains] = {low, low, low, low};
    std::int64_t highs[chains] = {high, high, high, high};
    std::int64_t i = 0;
    for (; i + chains <= rows; i += chains)
      for (std::int64_t k = 0; k < chains; ++k) {
        lows[k] = std::min(lows[k], times[i + k]);
        highs[k] = std::max(highs[k], times[i + k]);
      }
    for (; i < rows; ++i) {
      lows[0] = std::min(lows[0], times[i]);
      highs[0] = std::max(highs[0], times[i]);
    }
    low = std::min(std::min(lows[0], lows[1]), std::min(lows[2], lows[3]));
    high = std::max(std::max(highs[0], highs[1]), std::max(highs[2], highs[3]));
  }
  zone_ = {low, high};
}

void BatchBuilder::clear() noexcept {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    if (!column.wanted) continue;
    // Whole bitmaps: rows may have been written that were never advanced over.
    if (column.type.id == TypeId::boolean)
      std::memset(column.values.data(), 0, column.values.size_bytes());
    if (!column.has_nulls) continue;
    std::memset(column.validity.data(), 0xFF, column.validity.size_bytes());
    column.has_nulls = false;
    views_[i].validity = nullptr;
  }
  rows_ = 0;
  limit_rows_ = capacity_rows_;
  zone_ = {};
}

}  // namespace penstock
