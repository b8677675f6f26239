// SPDX-License-Identifier: Apache-2.0
#include "datum_access.h"

#include <cmath>
#include <cstring>
#include <limits>

#include <penstock/kernels/error.h>

namespace penstock::detail {

namespace {

template <class T>
T load(const ColumnView& column, std::int64_t row) noexcept {
  return column.values<T>()[row];
}

template <class T, class From>
void store(void* values, std::int64_t row, From value) noexcept {
  static_cast<T*>(values)[row] = static_cast<T>(value);
}

}  // namespace

Datum to_datum(const Value& value, DataType type) {
  Datum datum;
  datum.is_null = value.is_null();
  if (datum.is_null) return datum;
  switch (type.id) {
    case TypeId::boolean: datum.boolean = std::get<bool>(value.data); break;
    case TypeId::uint8:
    case TypeId::uint16:
    case TypeId::uint32:
    case TypeId::uint64: datum.unsigned_integer = std::get<std::uint64_t>(value.data); break;
    case TypeId::float32:
    case TypeId::float64: datum.real = std::get<double>(value.data); break;
    case TypeId::utf8:
    case TypeId::symbol: datum.text = std::get<std::string>(value.data); break;
    case TypeId::ip:
    case TypeId::fixed_binary: datum.bytes = std::get<Bytes16>(value.data); break;
    default: datum.integer = std::get<std::int64_t>(value.data); break;
  }
  return datum;
}

Value to_value(const Datum& datum, DataType type) {
  if (datum.is_null) return {};
  switch (type.id) {
    case TypeId::boolean: return {datum.boolean};
    case TypeId::uint8:
    case TypeId::uint16:
    case TypeId::uint32:
    case TypeId::uint64: return {datum.unsigned_integer};
    case TypeId::float32:
    case TypeId::float64: return {datum.real};
    case TypeId::utf8:
    case TypeId::symbol: return {std::string(datum.text)};
    case TypeId::ip:
    case TypeId::fixed_binary: return {datum.bytes};
    default: return {datum.integer};
  }
}

void read_datum(const ColumnView& column, std::int64_t row, const SymbolTable& symbols,
                Datum& datum) {
  datum.is_null = !column.is_valid(row);
  if (datum.is_null) return;
  switch (column.type.id) {
    case TypeId::boolean:
      datum.boolean = ((column.values<std::uint64_t>()[row / 64] >> (row % 64)) & 1U) != 0;
      break;
    case TypeId::int8: datum.integer = load<std::int8_t>(column, row); break;
    case TypeId::int16: datum.integer = load<std::int16_t>(column, row); break;
    case TypeId::int32: datum.integer = load<std::int32_t>(column, row); break;
    case TypeId::int64:
    case TypeId::timestamp:
    case TypeId::interval: datum.integer = load<std::int64_t>(column, row); break;
    case TypeId::uint8: datum.unsigned_integer = load<std::uint8_t>(column, row); break;
    case TypeId::uint16: datum.unsigned_integer = load<std::uint16_t>(column, row); break;
    case TypeId::uint32: datum.unsigned_integer = load<std::uint32_t>(column, row); break;
    case TypeId::uint64: datum.unsigned_integer = load<std::uint64_t>(column, row); break;
    case TypeId::float32: datum.real = static_cast<double>(load<float>(column, row)); break;
    case TypeId::float64: datum.real = load<double>(column, row); break;
    case TypeId::ip:
    case TypeId::fixed_binary: {
      const auto width = static_cast<std::size_t>(value_width_bytes(column.type));
      datum.bytes = {};
      std::memcpy(datum.bytes.bytes.data(),
                  column.values<std::uint8_t>() + static_cast<std::size_t>(row) * width, width);
      break;
    }
    case TypeId::utf8:
      datum.text = {column.values<char>() + column.offsets[row],
                    static_cast<std::size_t>(column.offsets[row + 1] - column.offsets[row])};
      break;
    case TypeId::symbol: datum.text = symbols.text(load<std::uint32_t>(column, row)); break;
  }
}

void write_fixed(DataType type, void* values, std::int64_t row, const Datum& datum,
                 std::uint32_t code) {
  switch (type.id) {
    case TypeId::boolean: {
      std::uint64_t& word = static_cast<std::uint64_t*>(values)[row / 64];
      const std::uint64_t bit = std::uint64_t{1} << (row % 64);
      word = datum.boolean ? word | bit : word & ~bit;
      break;
    }
    case TypeId::int8: store<std::int8_t>(values, row, datum.integer); break;
    case TypeId::int16: store<std::int16_t>(values, row, datum.integer); break;
    case TypeId::int32: store<std::int32_t>(values, row, datum.integer); break;
    case TypeId::int64:
    case TypeId::timestamp:
    case TypeId::interval: store<std::int64_t>(values, row, datum.integer); break;
    case TypeId::uint8: store<std::uint8_t>(values, row, datum.unsigned_integer); break;
    case TypeId::uint16: store<std::uint16_t>(values, row, datum.unsigned_integer); break;
    case TypeId::uint32: store<std::uint32_t>(values, row, datum.unsigned_integer); break;
    case TypeId::uint64: store<std::uint64_t>(values, row, datum.unsigned_integer); break;
    case TypeId::float32:
      store<float>(values, row,
                   std::isnan(datum.real) ? std::numeric_limits<float>::quiet_NaN()
                                          : static_cast<float>(datum.real));
      break;
    case TypeId::float64:
      store<double>(values, row,
                    std::isnan(datum.real) ? std::numeric_limits<double>::quiet_NaN() : datum.real);
      break;
    case TypeId::symbol: store<std::uint32_t>(values, row, code); break;
    case TypeId::ip:
    case TypeId::fixed_binary: {
      const auto width = static_cast<std::size_t>(value_width_bytes(type));
      std::memcpy(static_cast<std::uint8_t*>(values) + static_cast<std::size_t>(row) * width,
                  datum.bytes.bytes.data(), width);
      break;
    }
    case TypeId::utf8: PENSTOCK_ASSERT(false); break;
  }
}

}  // namespace penstock::detail
