// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

#include "cpu/cpu_state.h"
#include "cpu/float_sum.h"
#include "cpu/ordering.h"
#include "state_errors.h"

namespace penstock::detail::cpu {

namespace {

// The cells of consecutive groups, and where in a column they go.
struct Cells {
  const char* first;
  std::size_t stride;
  std::int64_t count;
  std::int64_t row;

  [[nodiscard]] const char* at(std::int64_t i, std::size_t offset) const noexcept {
    return first + static_cast<std::size_t>(i) * stride + offset;
  }
};

template <class T>
T load(const char* memory) noexcept {
  T value;
  std::memcpy(&value, memory, sizeof value);
  return value;
}

bool is_present(const Field* presence, const Cells& cells, std::int64_t i) noexcept {
  if (presence == nullptr) return true;
  const char* memory = cells.at(i, presence->offset);
  return presence->kind == FieldKind::count ? load<std::uint64_t>(memory) != 0 : *memory != 0;
}

// Writes `value(field's memory, i)` for each group that has one; returns whether some have none.
template <class T, class Value>
bool write(const Cells& cells, const Field& field, const Field* presence, ColumnBuffer& column,
           Value value) {
  bool has_nulls = false;
  for (std::int64_t i = 0; i < cells.count; ++i) {
    const bool present = is_present(presence, cells, i);
    T result{};
    const bool valid = present && value(cells.at(i, field.offset), i, result);
    column.values<T>()[cells.row + i] = valid ? result : T{};
    put_bit(column.validity(), cells.row + i, valid);
    has_nulls |= !valid;
  }
  return has_nulls;
}

bool write_extreme(const Cells& cells, const Field& field, const Field* presence,
                   ColumnBuffer& column) {
  const auto pick = [&](auto type) {
    using T = decltype(type);
    const auto value = [](const char* memory, std::int64_t, T& result) {
      result = canonical(load<T>(memory));
      return true;
    };
    return write<T>(cells, field, presence, column, value);
  };
  if (field.input == Physical::bits) {
    bool has_nulls = false;
    for (std::int64_t i = 0; i < cells.count; ++i) {
      const bool present = is_present(presence, cells, i);
      put_bit(column.values<std::uint64_t>(), cells.row + i,
              present && *cells.at(i, field.offset) != 0);
      put_bit(column.validity(), cells.row + i, present);
      has_nulls |= !present;
    }
    return has_nulls;
  }
  if (field.input == Physical::bytes16) {
    bool has_nulls = false;
    const std::int64_t width = value_width_bytes(column.type());
    for (std::int64_t i = 0; i < cells.count; ++i) {
      const bool present = is_present(presence, cells, i);
      std::memcpy(column.values<char>() + (cells.row + i) * width, cells.at(i, field.offset),
                  static_cast<std::size_t>(width));
      put_bit(column.validity(), cells.row + i, present);
      has_nulls |= !present;
    }
    return has_nulls;
  }
  return visit_integer<bool>(field.input, pick, visit_float<bool>(field.input, pick, false));
}

bool is_unsigned(Physical type) noexcept {
  return type >= Physical::u8 && type <= Physical::u64;
}

// The exact sum of integers. Inputs of 64 bits have 128.
Int128 exact_sum(const Field& field, const char* memory) noexcept {
  if (width_of(field.input) == 8) return load<WideSum>(memory).value();
  if (is_unsigned(field.input)) return load<std::uint64_t>(memory);
  return load<std::int64_t>(memory);
}

bool is_float(Physical type) noexcept {
  return type == Physical::f32 || type == Physical::f64;
}

template <class T, class Overflow>
bool write_integer_sum(const Cells& cells, const Field& field, const Field* presence,
                       ColumnBuffer& column, Overflow overflow) {
  return write<T>(cells, field, presence, column, [&](const char* memory, std::int64_t, T& result) {
    const Int128 sum = exact_sum(field, memory);
    result = static_cast<T>(sum);
    if (Int128{result} == sum) return true;
    overflow();
    return false;
  });
}

template <class Overflow>
bool write_sum(const Cells& cells, const Field& field, const Field* presence, ColumnBuffer& column,
               Overflow overflow) {
  if (is_float(field.input)) {
    return write<double>(cells, field, presence, column,
                         [](const char* memory, std::int64_t, double& result) {
                           result = load<FloatSum>(memory).finish();
                           return true;
                         });
  }
  if (is_unsigned(field.input)) {
    return write_integer_sum<std::uint64_t>(cells, field, presence, column, overflow);
  }
  return write_integer_sum<std::int64_t>(cells, field, presence, column, overflow);
}

bool write_average(const Cells& cells, const Field& field, const Field& count,
                   ColumnBuffer& column) {
  return write<double>(
      cells, field, &count, column, [&](const char* memory, std::int64_t i, double& result) {
        const double sum = is_float(field.input) ? load<FloatSum>(memory).finish()
                                                 : static_cast<double>(exact_sum(field, memory));
        const auto rows = load<std::int64_t>(cells.at(i, count.offset));
        result = sum / static_cast<double>(rows);
        return true;
      });
}

bool write_count(const Cells& cells, const Field& field, ColumnBuffer& column) {
  return write<std::int64_t>(cells, field, nullptr, column,
                             [](const char* memory, std::int64_t, std::int64_t& result) {
                               result = load<std::int64_t>(memory);
                               return true;
                             });
}

void write_time(std::int64_t time, const Cells& cells, ColumnBuffer& column) {
  for (std::int64_t i = 0; i < cells.count; ++i) {
    column.values<std::int64_t>()[cells.row + i] = time;
    put_bit(column.validity(), cells.row + i, true);
  }
}

}  // namespace

void CpuState::write_groups(std::int64_t start, const OpenWindow& window, std::uint32_t first,
                            std::int64_t count, EmitResult& result,
                            std::vector<bool>& has_nulls) const {
  const Cells cells{window.groups.cell(plan_.shape, first), plan_.shape.stride, count, result.rows};
  std::size_t column = 0;
  for (const KeyField& field : plan_.keys.fields) {
    const std::int64_t null_row = std::int64_t{window.groups.null_group()} - first;
    const bool nulls = unpack_key(field, cells.first, cells.stride, count, null_row,
                                  result.columns[column], cells.row);
    if (nulls) has_nulls[column] = true;
    ++column;
  }
  for (std::size_t i = 0; i < plan_.outputs.size(); ++i) {
    const Aggregate& aggregate = plan_.plan.aggregates[i];
    const Output& output = plan_.outputs[i];
    const Field& field = plan_.fields[static_cast<std::size_t>(output.value)];
    const Field* presence =
        output.presence < 0 ? nullptr : &plan_.fields[static_cast<std::size_t>(output.presence)];
    ColumnBuffer& out = result.columns[column];
    const auto overflow = [&] {
      if (aggregate.on_overflow == OverflowPolicy::fail) throw_overflow(plan_.plan, i, start);
    };
    bool nulls = false;
    switch (aggregate.kind) {
      case AggregateKind::count_rows:
      case AggregateKind::count:
      case AggregateKind::count_distinct: nulls = write_count(cells, field, out); break;
      case AggregateKind::minimum:
      case AggregateKind::maximum: nulls = write_extreme(cells, field, presence, out); break;
      case AggregateKind::sum: nulls = write_sum(cells, field, presence, out, overflow); break;
      case AggregateKind::average: nulls = write_average(cells, field, *presence, out); break;
    }
    if (nulls) has_nulls[column] = true;
    ++column;
  }
  if (plan_.windowed()) {
    write_time(start, cells, result.columns[column]);
    write_time(window_end(start), cells, result.columns[column + 1]);
  }
  result.rows += count;
}

void CpuState::emit(EmitResult& result) {
  result.rows = 0;
  std::vector<bool> has_nulls(result.columns.size());
  std::int64_t capacity = watermark_max;
  for (const ColumnBuffer& column : result.columns) {
    capacity = std::min(capacity, column.capacity_rows());
  }
  if (owes_row_ && windows_.empty() && capacity > 0) {
    OpenWindow& window = open(0);
    window.groups.find_or_add_single(plan_.shape, budget_);
  }
  owes_row_ = false;
  while (!windows_.empty() && result.rows < capacity) {
    const auto first = windows_.begin();
    const OpenWindow& window = first->second;
    const std::int64_t count =
        std::min<std::int64_t>(window.groups.size() - emitted_, capacity - result.rows);
    write_groups(first->first, window, emitted_, count, result, has_nulls);
    emitted_ += static_cast<std::uint32_t>(count);
    if (emitted_ < window.groups.size()) break;
    emitted_ = 0;
    budget_.give(bytes_of(window));
    windows_.erase(first);
  }
  for (std::size_t i = 0; i < result.columns.size(); ++i) {
    result.columns[i].set_has_nulls(has_nulls[i]);
  }
}

}  // namespace penstock::detail::cpu
