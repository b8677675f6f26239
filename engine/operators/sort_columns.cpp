// SPDX-License-Identifier: Apache-2.0
#include "sort_columns.h"

#include <cmath>
#include <cstring>

#include <penstock/kernels/error.h>

#include "column_append.h"

namespace penstock::detail {

namespace {

template <class T>
int compare_values(const SortColumn& column, std::uint32_t a, std::uint32_t b) {
  T x;
  T y;
  std::memcpy(&x, column.value(a), sizeof x);
  std::memcpy(&y, column.value(b), sizeof y);
  return static_cast<int>(y < x) - static_cast<int>(x < y);
}

template <class T>
int compare_floats(const SortColumn& column, std::uint32_t a, std::uint32_t b) {
  T x;
  T y;
  std::memcpy(&x, column.value(a), sizeof x);
  std::memcpy(&y, column.value(b), sizeof y);
  const int nans = static_cast<int>(std::isnan(x)) - static_cast<int>(std::isnan(y));
  if (nans != 0) return nans;
  return static_cast<int>(y < x) - static_cast<int>(x < y);
}

int compare_bytes(const SortColumn& column, std::uint32_t a, std::uint32_t b) {
  return std::memcmp(column.value(a), column.value(b),
                     static_cast<std::size_t>(value_width_bytes(column.type())));
}

int compare_texts(const SortColumn& column, std::uint32_t a, std::uint32_t b) {
  return column.text(a).compare(column.text(b));
}

}  // namespace

CompareRows comparison_of(DataType type) noexcept {
  switch (type.id) {
    case TypeId::int8: return compare_values<std::int8_t>;
    case TypeId::int16: return compare_values<std::int16_t>;
    case TypeId::int32: return compare_values<std::int32_t>;
    case TypeId::int64:
    case TypeId::timestamp:
    case TypeId::interval: return compare_values<std::int64_t>;
    case TypeId::boolean:
    case TypeId::uint8: return compare_values<std::uint8_t>;
    case TypeId::uint16: return compare_values<std::uint16_t>;
    case TypeId::uint32:
    case TypeId::symbol: return compare_values<std::uint32_t>;
    case TypeId::uint64: return compare_values<std::uint64_t>;
    case TypeId::float32: return compare_floats<float>;
    case TypeId::float64: return compare_floats<double>;
    case TypeId::ip:
    case TypeId::fixed_binary: return compare_bytes;
    case TypeId::utf8: return compare_texts;
  }
  return compare_bytes;
}

std::size_t SortColumn::width_bytes() const noexcept {
  if (type_.id == TypeId::boolean) return 1;
  return static_cast<std::size_t>(value_width_bytes(type_));
}

std::size_t SortColumn::size_bytes() const noexcept {
  return values_.size() + valid_.size() + text_ends_.size() * sizeof(std::size_t);
}

std::string_view SortColumn::text(std::uint32_t row) const noexcept {
  const std::size_t begin = row == 0 ? 0 : text_ends_[row - 1];
  return {reinterpret_cast<const char*>(values_.data()) + begin, text_ends_[row] - begin};
}

void SortColumn::append(const ColumnView& source, std::int64_t first, std::int64_t count) {
  PENSTOCK_ASSERT(source.type == type_);
  for (std::int64_t row = first; row < first + count; ++row) {
    valid_.push_back(source.is_valid(row) ? 1 : 0);
  }
  if (type_.id == TypeId::utf8) {
    for (std::int64_t row = first; row < first + count; ++row) {
      if (source.is_valid(row)) {
        const auto* bytes = source.values<std::uint8_t>();
        values_.insert(values_.end(), bytes + source.offsets[row], bytes + source.offsets[row + 1]);
      }
      text_ends_.push_back(values_.size());
    }
  } else if (type_.id == TypeId::boolean) {
    const auto* bits = source.values<std::uint64_t>();
    for (std::int64_t row = first; row < first + count; ++row) {
      values_.push_back(static_cast<std::uint8_t>((bits[row / 64] >> (row % 64)) & 1U));
    }
  } else {
    const auto width = static_cast<std::int64_t>(width_bytes());
    const auto* bytes = source.values<std::uint8_t>() + first * width;
    values_.insert(values_.end(), bytes, bytes + count * width);
  }
}

void SortColumn::keep(const std::vector<std::uint32_t>& rows) {
  std::uint32_t to = 0;
  std::size_t end = 0;
  const std::size_t width = width_bytes();
  for (const std::uint32_t row : rows) {
    if (type_.id == TypeId::utf8) {
      // Reads text_ends_[row − 1], which was overwritten only where no row before was dropped, and
      // then with what it was.
      const std::string_view kept = text(row);
      if (!kept.empty()) std::memmove(values_.data() + end, kept.data(), kept.size());
      end += kept.size();
      text_ends_[to] = end;
    } else if (to != row) {
      std::memcpy(values_.data() + to * width, values_.data() + row * width, width);
    }
    valid_[to++] = valid_[row];
  }
  valid_.resize(to);
  values_.resize(type_.id == TypeId::utf8 ? end : to * width);
  if (type_.id == TypeId::utf8) text_ends_.resize(to);
}

void SortColumn::write(std::uint32_t from, BatchBuilder& out, std::size_t column,
                       std::int64_t to) const {
  if (!is_valid(from)) {
    out.set_null(column, to);
  } else if (type_.id == TypeId::utf8) {
    if (!out.set_text(column, to, text(from))) {
      throw_text_full(out, column);
    }
  } else if (type_.id == TypeId::boolean) {
    out.set_boolean(column, to, *value(from) != 0);
  } else {
    const std::size_t width = width_bytes();
    std::memcpy(out.values<std::uint8_t>(column) + static_cast<std::size_t>(to) * width,
                value(from), width);
  }
}

}  // namespace penstock::detail
