// SPDX-License-Identifier: Apache-2.0
#include <penstock/plan/casts.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include <penstock/data/value.h>

#include "literals.h"

namespace penstock {

namespace {

using Arguments = std::span<const Datum>;

bool widens(DataType from, DataType to) noexcept {
  if (!is_numeric(from.id) || !is_numeric(to.id)) return false;
  if (to.id == TypeId::float64) return true;
  if (!is_integer(from.id) || !is_integer(to.id)) return false;
  const int from_width = value_width_bytes(from);
  const int to_width = value_width_bytes(to);
  if (is_signed_integer(from.id) == is_signed_integer(to.id)) return from_width < to_width;
  return is_unsigned_integer(from.id) && from_width < to_width;
}

void text_to_text(Arguments a, Datum& result, std::string&) {
  result.text = a[0].text;
}

void boolean_to_text(Arguments a, Datum& result, std::string&) {
  result.text = a[0].boolean ? "true" : "false";
}
template <class T>
void print(T value, Datum& result, std::string& scratch) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  scratch.assign(digits.data(), end);
  result.text = scratch;
}
void signed_to_text(Arguments a, Datum& result, std::string& scratch) {
  print(a[0].integer, result, scratch);
}
void unsigned_to_text(Arguments a, Datum& result, std::string& scratch) {
  print(a[0].unsigned_integer, result, scratch);
}
void float32_to_text(Arguments a, Datum& result, std::string& scratch) {
  append_float32(scratch, static_cast<float>(a[0].real));
  result.text = scratch;
}
void float64_to_text(Arguments a, Datum& result, std::string& scratch) {
  append_float64(scratch, a[0].real);
  result.text = scratch;
}
void timestamp_to_text(Arguments a, Datum& result, std::string& scratch) {
  append_timestamp(scratch, a[0].integer);
  result.text = scratch;
}
void interval_to_text(Arguments a, Datum& result, std::string& scratch) {
  append_interval(scratch, a[0].integer);
  result.text = scratch;
}
void ip_to_text(Arguments a, Datum& result, std::string& scratch) {
  append_ip(scratch, a[0].bytes);
  result.text = scratch;
}
template <int width>
void binary_to_text(Arguments a, Datum& result, std::string& scratch) {
  append_fixed_binary(scratch, a[0].bytes, width);
  result.text = scratch;
}

template <class T>
void set(Datum& result, const std::optional<T>& value, T Datum::*member) {
  result.is_null = !value.has_value();
  if (value.has_value()) result.*member = *value;
}

void text_to_boolean(Arguments a, Datum& result, std::string&) {
  set(result, detail::parse_boolean(a[0].text), &Datum::boolean);
}
template <class T>
void text_to_signed(Arguments a, Datum& result, std::string&) {
  set(result,
      detail::parse_signed(a[0].text, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()),
      &Datum::integer);
}
template <class T>
void text_to_unsigned(Arguments a, Datum& result, std::string&) {
  set(result, detail::parse_unsigned(a[0].text, std::numeric_limits<T>::max()),
      &Datum::unsigned_integer);
}
void text_to_float32(Arguments a, Datum& result, std::string&) {
  set(result, detail::parse_float(a[0].text, TypeId::float32), &Datum::real);
}
void text_to_float64(Arguments a, Datum& result, std::string&) {
  set(result, detail::parse_float(a[0].text, TypeId::float64), &Datum::real);
}
void text_to_timestamp(Arguments a, Datum& result, std::string&) {
  set(result, parse_timestamp(a[0].text), &Datum::integer);
}
void text_to_interval(Arguments a, Datum& result, std::string&) {
  set(result, parse_interval(a[0].text), &Datum::integer);
}
void text_to_ip(Arguments a, Datum& result, std::string&) {
  set(result, parse_ip(a[0].text), &Datum::bytes);
}
template <int width>
void text_to_binary(Arguments a, Datum& result, std::string&) {
  set(result, detail::parse_fixed_binary(a[0].text, width), &Datum::bytes);
}

using WidthTable = std::array<RowFunction, max_fixed_width_bytes>;
template <std::size_t... index>
constexpr WidthTable to_text_by_width(std::index_sequence<index...>) {
  return {binary_to_text<static_cast<int>(index) + 1>...};
}
template <std::size_t... index>
constexpr WidthTable from_text_by_width(std::index_sequence<index...>) {
  return {text_to_binary<static_cast<int>(index) + 1>...};
}

RowFunction by_width(const WidthTable& table, DataType type) noexcept {
  const std::size_t width = type.width_bytes;
  return width >= 1 && width <= table.size() ? table[width - 1] : nullptr;
}

RowFunction to_text(DataType from) noexcept {
  static constexpr auto widths = std::make_index_sequence<max_fixed_width_bytes>();
  static constexpr WidthTable binary = to_text_by_width(widths);
  switch (from.id) {
    case TypeId::boolean: return boolean_to_text;
    case TypeId::int8:
    case TypeId::int16:
    case TypeId::int32:
    case TypeId::int64: return signed_to_text;
    case TypeId::uint8:
    case TypeId::uint16:
    case TypeId::uint32:
    case TypeId::uint64: return unsigned_to_text;
    case TypeId::float32: return float32_to_text;
    case TypeId::float64: return float64_to_text;
    case TypeId::timestamp: return timestamp_to_text;
    case TypeId::interval: return interval_to_text;
    case TypeId::ip: return ip_to_text;
    case TypeId::fixed_binary: return by_width(binary, from);
    case TypeId::utf8:
    case TypeId::symbol: return text_to_text;
  }
  return nullptr;
}

RowFunction from_text(DataType to) noexcept {
  static constexpr auto widths = std::make_index_sequence<max_fixed_width_bytes>();
  static constexpr WidthTable binary = from_text_by_width(widths);
  switch (to.id) {
    case TypeId::boolean: return text_to_boolean;
    case TypeId::int8: return text_to_signed<std::int8_t>;
    case TypeId::int16: return text_to_signed<std::int16_t>;
    case TypeId::int32: return text_to_signed<std::int32_t>;
    case TypeId::int64: return text_to_signed<std::int64_t>;
    case TypeId::uint8: return text_to_unsigned<std::uint8_t>;
    case TypeId::uint16: return text_to_unsigned<std::uint16_t>;
    case TypeId::uint32: return text_to_unsigned<std::uint32_t>;
    case TypeId::uint64: return text_to_unsigned<std::uint64_t>;
    case TypeId::float32: return text_to_float32;
    case TypeId::float64: return text_to_float64;
    case TypeId::timestamp: return text_to_timestamp;
    case TypeId::interval: return text_to_interval;
    case TypeId::ip: return text_to_ip;
    case TypeId::fixed_binary: return by_width(binary, to);
    case TypeId::utf8: return text_to_text;
    case TypeId::symbol: return nullptr;
  }
  return nullptr;
}

}  // namespace

CastLevel cast_level(DataType from, DataType to) noexcept {
  if (from == to) return CastLevel::implicit;
  if (to.id == TypeId::symbol) return CastLevel::none;
  if (to.id == TypeId::utf8) {
    return from.id == TypeId::symbol ? CastLevel::implicit : CastLevel::assignment;
  }
  if (is_text(from.id)) return CastLevel::explicit_;
  if (widens(from, to)) return CastLevel::implicit;
  if (is_numeric(from.id) && is_numeric(to.id)) return CastLevel::assignment;
  const bool from_boolean = from.id == TypeId::boolean && is_integer(to.id);
  const bool to_boolean = to.id == TypeId::boolean && is_integer(from.id);
  return from_boolean || to_boolean ? CastLevel::explicit_ : CastLevel::none;
}

RowFunction cast_row_function(DataType from, DataType to) noexcept {
  if (from == to || cast_level(from, to) == CastLevel::none) return nullptr;
  if (to.id == TypeId::utf8) return to_text(from);
  return is_text(from.id) ? from_text(to) : nullptr;
}

}  // namespace penstock
