// SPDX-License-Identifier: Apache-2.0
#include <penstock/data/value.h>

#include <cmath>
#include <cstring>

#include <penstock/kernels/error.h>

namespace penstock {

bool Value::operator==(const Value& other) const {
  const auto* a = std::get_if<double>(&data);
  const auto* b = std::get_if<double>(&other.data);
  if (a != nullptr && b != nullptr && std::isnan(*a) && std::isnan(*b)) return true;
  return data == other.data;
}

Value value_at(const ColumnView& column, std::int64_t row) {
  if (!column.is_valid(row)) return {};
  switch (column.type.id) {
    case TypeId::boolean:
      return {((column.values<std::uint64_t>()[row / 64] >> (row % 64)) & 1U) != 0};
    case TypeId::int8: return {std::int64_t{column.values<std::int8_t>()[row]}};
    case TypeId::int16: return {std::int64_t{column.values<std::int16_t>()[row]}};
    case TypeId::int32: return {std::int64_t{column.values<std::int32_t>()[row]}};
    case TypeId::int64:
    case TypeId::timestamp:
    case TypeId::interval: return {column.values<std::int64_t>()[row]};
    case TypeId::uint8: return {std::uint64_t{column.values<std::uint8_t>()[row]}};
    case TypeId::uint16: return {std::uint64_t{column.values<std::uint16_t>()[row]}};
    case TypeId::uint32: return {std::uint64_t{column.values<std::uint32_t>()[row]}};
    case TypeId::uint64: return {column.values<std::uint64_t>()[row]};
    case TypeId::float32: return {double{column.values<float>()[row]}};
    case TypeId::float64: return {column.values<double>()[row]};
    case TypeId::ip:
    case TypeId::fixed_binary: {
      const auto width = static_cast<std::size_t>(value_width_bytes(column.type));
      Bytes16 value;
      std::memcpy(value.bytes.data(),
                  column.values<unsigned char>() + static_cast<std::size_t>(row) * width, width);
      return {value};
    }
    case TypeId::utf8: {
      const std::int32_t start = column.offsets[row];
      return {std::string(column.values<char>() + start,
                          static_cast<std::size_t>(column.offsets[row + 1] - start))};
    }
    case TypeId::symbol: break;
  }
  throw Error(ErrorCode::internal, "a symbol column was read before its texts were put in");
}

std::string to_string(const Value& value, DataType type) {
  std::string out;
  if (value.is_null()) return out;
  if (const auto* boolean = std::get_if<bool>(&value.data)) {
    out = *boolean ? "true" : "false";
  } else if (const auto* integer = std::get_if<std::int64_t>(&value.data)) {
    if (type.id == TypeId::timestamp) {
      append_timestamp(out, *integer);
    } else if (type.id == TypeId::interval) {
      append_interval(out, *integer);
    } else {
      out = std::to_string(*integer);
    }
  } else if (const auto* natural = std::get_if<std::uint64_t>(&value.data)) {
    out = std::to_string(*natural);
  } else if (const auto* real = std::get_if<double>(&value.data)) {
    if (type.id == TypeId::float32) {
      append_float32(out, static_cast<float>(*real));
    } else {
      append_float64(out, *real);
    }
  } else if (const auto* text = std::get_if<std::string>(&value.data)) {
    out = *text;
  } else if (type.id == TypeId::fixed_binary) {
    append_fixed_binary(out, std::get<Bytes16>(value.data), type.width_bytes);
  } else {
    append_ip(out, std::get<Bytes16>(value.data));
  }
  return out;
}

}  // namespace penstock
