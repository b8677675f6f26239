// SPDX-License-Identifier: Apache-2.0
#include <penstock/operators/sorter.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <penstock/data/batch_builder.h>
#include <penstock/kernels/error.h>

#include "sort_columns.h"

namespace penstock {

namespace {

constexpr std::int64_t output_batch_rows = 4096;
constexpr std::int64_t fewest_rows_to_prune = 4096;
constexpr std::int64_t most_rows = std::numeric_limits<std::uint32_t>::max();
constexpr std::int64_t chunk_rows = 1024;

struct Key {
  std::size_t column = 0;
  int sign = 1;
  int null_sign = 1;  // of a null against a value
  detail::CompareRows compare = nullptr;
};

}  // namespace

struct Sorter::Implementation {
  Schema schema;
  std::vector<Key> keys;
  std::size_t max_bytes = 0;
  std::int64_t offset = 0;
  std::int64_t end = most_rows;  // of the rows let through: offset + limit
  std::vector<detail::SortColumn> columns;
  std::int64_t rows = 0;
  bool limited = false;

  void reset() {
    columns.clear();
    for (const Field& field : schema.fields) columns.emplace_back(field.type);
    rows = 0;
  }

  [[nodiscard]] bool before(std::uint32_t a, std::uint32_t b) const {
    for (const Key& key : keys) {
      const detail::SortColumn& column = columns[key.column];
      const bool a_valid = column.is_valid(a);
      const bool b_valid = column.is_valid(b);
      int order = 0;
      if (a_valid && b_valid) {
        order = key.sign * key.compare(column, a, b);
      } else if (a_valid != b_valid) {
        order = a_valid ? -key.null_sign : key.null_sign;
      }
      if (order != 0) return order < 0;
    }
    return false;
  }

  [[nodiscard]] std::vector<std::uint32_t> sorted() const {
    std::vector<std::uint32_t> order(static_cast<std::size_t>(rows));
    std::iota(order.begin(), order.end(), 0U);
    if (!keys.empty()) {
      std::stable_sort(order.begin(), order.end(),
                       [this](std::uint32_t a, std::uint32_t b) { return before(a, b); });
    }
    if (rows > end) order.resize(static_cast<std::size_t>(end));
    return order;
  }

  // Drops what cannot come among the rows let through; the others keep the order they came in.
  void prune() {
    if (!limited || rows <= end) return;
    std::vector<std::uint32_t> kept = sorted();
    std::sort(kept.begin(), kept.end());
    for (detail::SortColumn& column : columns) column.keep(kept);
    rows = static_cast<std::int64_t>(kept.size());
  }

  // With the index that sorting makes, and its scratch memory.
  [[nodiscard]] std::size_t size_bytes() const {
    std::size_t bytes = static_cast<std::size_t>(rows) * 2 * sizeof(std::uint32_t);
    for (const detail::SortColumn& column : columns) bytes += column.size_bytes();
    return bytes;
  }

  [[nodiscard]] bool full() const noexcept {
    return limited && (end == 0 || (keys.empty() && rows >= end));
  }
};

Sorter::Sorter(const Schema& schema, const SortStep& step, std::size_t max_bytes)
    : implementation_(std::make_unique<Implementation>()) {
  implementation_->schema = schema;
  implementation_->max_bytes = max_bytes;
  implementation_->offset = std::max<std::int64_t>(0, step.offset);
  if (step.limit) {
    const std::int64_t limit = std::max<std::int64_t>(0, *step.limit);
    const bool bounded = limit <= most_rows && implementation_->offset <= most_rows - limit;
    implementation_->limited = bounded;
    if (limit == 0) {
      implementation_->end = 0;
      implementation_->limited = true;
    } else if (bounded) {
      implementation_->end = limit + implementation_->offset;
    }
  }
  for (const SortKey& sort_key : step.keys) {
    if (sort_key.column >= schema.size()) {
      throw Error(ErrorCode::internal, "the plan sorts by a column that is not there");
    }
    Key key;
    key.column = sort_key.column;
    key.sign = sort_key.descending ? -1 : 1;
    key.null_sign = sort_key.nulls_first ? -1 : 1;
    key.compare = detail::comparison_of(schema.fields[sort_key.column].type);
    implementation_->keys.push_back(key);
  }
  implementation_->reset();
}

Sorter::~Sorter() = default;
Sorter::Sorter(Sorter&&) noexcept = default;
Sorter& Sorter::operator=(Sorter&&) noexcept = default;

void Sorter::add(const BatchView& batch) {
  Implementation& own = *implementation_;
  for (std::int64_t first = 0; first < batch.rows && !own.full(); first += chunk_rows) {
    const std::int64_t count = std::min(chunk_rows, batch.rows - first);
    if (own.rows > most_rows - count) {
      throw Error(ErrorCode::resource_exhausted,
                  "ORDER BY holds more than 4294967295 rows; add a LIMIT");
    }
    for (std::size_t i = 0; i < own.columns.size(); ++i) {
      own.columns[i].append(batch.columns[i], first, count);
    }
    own.rows += count;
    if (own.rows > std::max(fewest_rows_to_prune, 2 * own.end)) own.prune();
    if (own.size_bytes() <= own.max_bytes) continue;
    own.prune();
    if (own.size_bytes() <= own.max_bytes) continue;
    throw Error(ErrorCode::resource_exhausted,
                "the rows that " + std::string(own.keys.empty() ? "LIMIT" : "ORDER BY") +
                    " holds are over the cap of " + std::to_string(own.max_bytes) +
                    " bytes; raise 'sort_max_bytes' or lower the LIMIT");
  }
}

void Sorter::finish(const std::function<void(const BatchView&)>& take) {
  Implementation& own = *implementation_;
  const std::vector<std::uint32_t> order = own.sorted();
  BatchBuilder::Options options;
  const auto total = static_cast<std::int64_t>(order.size());
  options.capacity_rows = std::clamp<std::int64_t>(total - own.offset, 1, output_batch_rows);
  options.text_bytes = 4096;
  options.text_growth = TextGrowth::growable;
  BatchBuilder out(own.schema, options);
  for (std::int64_t i = own.offset; i < total; ++i) {
    for (std::size_t column = 0; column < own.columns.size(); ++column) {
      own.columns[column].write(order[static_cast<std::size_t>(i)], out, column, out.rows());
    }
    out.advance();
    if (out.room() == 0) {
      take(out.view());
      out.clear();
    }
  }
  if (out.rows() > 0) take(out.view());
  own.reset();
}

bool Sorter::full() const noexcept {
  return implementation_->full();
}

}  // namespace penstock
