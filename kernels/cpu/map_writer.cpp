// SPDX-License-Identifier: Apache-2.0
#include "cpu/map_writer.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <type_traits>

namespace penstock::detail::cpu {

namespace {

// Appends `count` bits at bit `at`: what lies behind is overwritten later or never looked at.
void append_bits(std::uint64_t* bitmap, std::int64_t at, const std::uint64_t* bits, int count) {
  const int shift = static_cast<int>(at % 64);
  std::uint64_t* out = bitmap + at / 64;
  for (int w = 0; w * 64 < count; ++w) {
    const int here = std::min(64, count - w * 64);
    const std::uint64_t word = bits == nullptr ? all_bits : bits[w];
    const std::uint64_t keep = shift == 0 ? 0 : low_bits(shift);
    out[w] = (out[w] & keep) | (word << shift);
    if (shift + here > 64) out[w + 1] = word >> (64 - shift);
  }
}

template <class T>
void append_values(const Vector& from, int count, T* out) {
  const T* values = from.as<T>();
  for (int i = 0; i < count; ++i) {
    if constexpr (std::is_floating_point_v<T>) {
      const bool is_nan = values[i] != values[i];
      out[i] = is_nan ? std::numeric_limits<T>::quiet_NaN() : values[i];
    } else {
      out[i] = values[i];
    }
  }
}

void append_bytes(const Vector& from, int count, std::int64_t width, char* out) {
  for (int i = 0; i < count; ++i) {
    std::memcpy(out + i * width, from.as<Bytes16>() + i, static_cast<std::size_t>(width));
  }
}

void append_column(const Vector& from, Physical type, std::int64_t row, int count,
                   ColumnBuffer& column) {
  switch (type) {
    case Physical::bits:
      append_bits(column.values<std::uint64_t>(), row, from.bits(), count);
      return;
    case Physical::bytes16: {
      const std::int64_t width = value_width_bytes(column.type());
      append_bytes(from, count, width, column.values<char>() + row * width);
      return;
    }
    case Physical::f32: append_values(from, count, column.values<float>() + row); return;
    case Physical::f64: append_values(from, count, column.values<double>() + row); return;
    default: break;
  }
  const auto append = [&](auto sample) {
    append_values(from, count, column.values<decltype(sample)>() + row);
    return true;
  };
  visit_integer<bool>(type, append, false);
}

}  // namespace

MapWriter::MapWriter(const CompiledPlan& plan, MapResult& result)
    : plan_(plan), result_(result), has_nulls_(plan.plan.outputs.size()) {
  for (const Register r : plan.plan.outputs) {
    const auto found = std::find(plan.consumed.begin(), plan.consumed.end(), r);
    inputs_.push_back(static_cast<int>(found - plan.consumed.begin()));
  }
  result_.rows = 0;
}

void MapWriter::append(const CpuLane& lane, std::int64_t first_row, int count) {
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const Vector& from = lane.selected[static_cast<std::size_t>(inputs_[i])];
    ColumnBuffer& column = result_.columns[i];
    append_column(from, plan_.physical(inputs_[i]), result_.rows, count, column);
    append_bits(column.validity(), result_.rows, from.validity, count);
    if (from.validity != nullptr) has_nulls_[i] = true;
  }
  for (int k = 0; k < count; ++k) {
    result_.selected[static_cast<std::size_t>(result_.rows + k)] =
        static_cast<std::uint32_t>(first_row + lane.rows[k]);
  }
  result_.rows += count;
}

void MapWriter::finish() {
  for (std::size_t i = 0; i < inputs_.size(); ++i) result_.columns[i].set_has_nulls(has_nulls_[i]);
}

}  // namespace penstock::detail::cpu
