// SPDX-License-Identifier: Apache-2.0
#include "reference/value.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace penstock::detail::reference {

namespace {

template <class T>
T load(const void* data, std::int64_t row) {
  T value;
  std::memcpy(&value, static_cast<const char*>(data) + row * std::int64_t{sizeof(T)}, sizeof(T));
  return value;
}

template <class T>
void store(void* data, std::int64_t row, T value) {
  std::memcpy(static_cast<char*>(data) + row * std::int64_t{sizeof(T)}, &value, sizeof(T));
}

void set_bit(std::uint64_t* bitmap, std::int64_t row, bool value) {
  const std::uint64_t mask = std::uint64_t{1} << (row % 64);
  bitmap[row / 64] = value ? bitmap[row / 64] | mask : bitmap[row / 64] & ~mask;
}

}  // namespace

Value Value::of_integer(Int128 value) {
  Value v;
  v.is_null = false;
  v.integer = value;
  return v;
}

Value Value::of_real(double value) {
  Value v;
  v.is_null = false;
  v.real = value;
  return v;
}

Value Value::of_bytes(const Bytes16& value) {
  Value v;
  v.is_null = false;
  v.bytes = value;
  return v;
}

Value read(const ColumnView& column, std::int64_t row) {
  if (!column.is_valid(row)) return Value::null();
  switch (column.type.id) {
    case TypeId::boolean: {
      const auto* words = column.values<std::uint64_t>();
      return Value::of_boolean(((words[row / 64] >> (row % 64)) & 1U) != 0);
    }
    case TypeId::int8: return Value::of_integer(load<std::int8_t>(column.data, row));
    case TypeId::int16: return Value::of_integer(load<std::int16_t>(column.data, row));
    case TypeId::int32: return Value::of_integer(load<std::int32_t>(column.data, row));
    case TypeId::int64:
    case TypeId::timestamp:
    case TypeId::interval: return Value::of_integer(load<std::int64_t>(column.data, row));
    case TypeId::uint8: return Value::of_integer(load<std::uint8_t>(column.data, row));
    case TypeId::uint16: return Value::of_integer(load<std::uint16_t>(column.data, row));
    case TypeId::uint32:
    case TypeId::symbol: return Value::of_integer(load<std::uint32_t>(column.data, row));
    case TypeId::uint64: return Value::of_integer(load<std::uint64_t>(column.data, row));
    case TypeId::float32: return Value::of_real(double{load<float>(column.data, row)});
    case TypeId::float64: return Value::of_real(load<double>(column.data, row));
    case TypeId::ip: return Value::of_bytes(load<Bytes16>(column.data, row));
    case TypeId::fixed_binary: {
      Bytes16 bytes;
      const std::size_t width = column.type.width_bytes;
      std::memcpy(bytes.bytes.data(),
                  column.values<char>() + row * static_cast<std::int64_t>(width), width);
      return Value::of_bytes(bytes);
    }
    case TypeId::utf8: break;
  }
  return Value::null();
}

Value read(const Constant& constant) {
  if (constant.is_null) return Value::null();
  const void* bits = constant.bits.bytes.data();
  switch (constant.type.id) {
    case TypeId::float32:
    case TypeId::float64: return Value::of_real(load<double>(bits, 0));
    case TypeId::ip:
    case TypeId::fixed_binary: return Value::of_bytes(constant.bits);
    case TypeId::symbol: return Value::of_integer(load<std::uint32_t>(bits, 0));
    case TypeId::boolean: return Value::of_boolean(load<std::int64_t>(bits, 0) != 0);
    default:
      if (is_unsigned_integer(constant.type.id)) {
        return Value::of_integer(load<std::uint64_t>(bits, 0));
      }
      return Value::of_integer(load<std::int64_t>(bits, 0));
  }
}

bool write(ColumnBuffer& column, std::int64_t row, const Value& value) {
  set_bit(column.validity(), row, !value.is_null);
  void* data = column.values<char>();
  switch (column.type().id) {
    case TypeId::boolean: set_bit(column.values<std::uint64_t>(), row, value.is_true()); break;
    case TypeId::int8:
    case TypeId::uint8: store(data, row, static_cast<std::uint8_t>(value.integer)); break;
    case TypeId::int16:
    case TypeId::uint16: store(data, row, static_cast<std::uint16_t>(value.integer)); break;
    case TypeId::int32:
    case TypeId::uint32:
    case TypeId::symbol: store(data, row, static_cast<std::uint32_t>(value.integer)); break;
    case TypeId::int64:
    case TypeId::uint64:
    case TypeId::timestamp:
    case TypeId::interval: store(data, row, static_cast<std::uint64_t>(value.integer)); break;
    case TypeId::float32: store(data, row, static_cast<float>(value.real)); break;
    case TypeId::float64: store(data, row, value.real); break;
    case TypeId::ip: store(data, row, value.bytes); break;
    case TypeId::fixed_binary: {
      const std::size_t width = column.type().width_bytes;
      std::memcpy(column.values<char>() + row * static_cast<std::int64_t>(width),
                  value.bytes.bytes.data(), width);
      break;
    }
    case TypeId::utf8: break;
  }
  return value.is_null;
}

bool fits(DataType type, Int128 value) {
  const auto within = [value](Int128 low, Int128 high) { return low <= value && value <= high; };
  switch (type.id) {
    case TypeId::boolean: return within(0, 1);
    case TypeId::int8: return within(INT8_MIN, INT8_MAX);
    case TypeId::int16: return within(INT16_MIN, INT16_MAX);
    case TypeId::int32: return within(INT32_MIN, INT32_MAX);
    case TypeId::int64:
    case TypeId::timestamp:
    case TypeId::interval: return within(INT64_MIN, INT64_MAX);
    case TypeId::uint8: return within(0, UINT8_MAX);
    case TypeId::uint16: return within(0, UINT16_MAX);
    case TypeId::uint32:
    case TypeId::symbol: return within(0, UINT32_MAX);
    case TypeId::uint64: return within(0, UINT64_MAX);
    default: return false;
  }
}

int compare(DataType type, const Value& a, const Value& b) {
  if (is_float(type.id)) {
    const bool a_nan = std::isnan(a.real);
    const bool b_nan = std::isnan(b.real);
    if (a_nan || b_nan) return int{a_nan} - int{b_nan};
    return int{a.real > b.real} - int{a.real < b.real};
  }
  if (is_bytes(type.id)) return int{a.bytes > b.bytes} - int{a.bytes < b.bytes};
  return int{a.integer > b.integer} - int{a.integer < b.integer};
}

Value canonical(DataType type, Value value, bool zero) {
  if (value.is_null || !is_float(type.id)) return value;
  if (std::isnan(value.real)) value.real = std::numeric_limits<double>::quiet_NaN();
  if (zero && value.real == 0.0) value.real = 0.0;
  return value;
}

std::string encode(DataType type, const Value& value) {
  if (value.is_null) return "n";
  const Value v = canonical(type, value, true);
  std::string text = "v";
  if (is_float(type.id)) {
    text.append(reinterpret_cast<const char*>(&v.real), sizeof v.real);
  } else if (is_bytes(type.id)) {
    text.append(reinterpret_cast<const char*>(v.bytes.bytes.data()), v.bytes.bytes.size());
  } else {
    text.append(reinterpret_cast<const char*>(&v.integer), sizeof v.integer);
  }
  return text;
}

}  // namespace penstock::detail::reference
