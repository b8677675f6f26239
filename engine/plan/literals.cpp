// SPDX-License-Identifier: Apache-2.0
#include "literals.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "characters.h"

namespace penstock::detail {

namespace {

std::string lower_case(std::string_view text) {
  std::string out;
  for (const char c : text) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

// Without the spaces around it and a plus sign that from_chars does not take.
std::string_view number_of(std::string_view text) {
  text = strip(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  return text;
}

template <class T>
std::optional<T> parse_whole(std::string_view text) {
  T value{};
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

struct IntegerRange {
  std::int64_t minimum = 0;
  std::uint64_t maximum = 0;
};

IntegerRange range_of(TypeId id) {
  switch (id) {
    case TypeId::int8: return {INT8_MIN, INT8_MAX};
    case TypeId::int16: return {INT16_MIN, INT16_MAX};
    case TypeId::int32: return {INT32_MIN, INT32_MAX};
    case TypeId::int64: return {INT64_MIN, INT64_MAX};
    case TypeId::uint8: return {0, UINT8_MAX};
    case TypeId::uint16: return {0, UINT16_MAX};
    case TypeId::uint32: return {0, UINT32_MAX};
    default: return {0, UINT64_MAX};
  }
}

template <class T>
std::optional<Value> wrap(const std::optional<T>& value) {
  if (!value.has_value()) return std::nullopt;
  return Value{*value};
}

std::optional<Value> integer_value(bool negative, std::uint64_t magnitude, TypeId id) {
  const IntegerRange range = range_of(id);
  if (negative) {
    const std::uint64_t limit = 0 - static_cast<std::uint64_t>(range.minimum);
    if (magnitude > limit) return std::nullopt;
  } else if (magnitude > range.maximum) {
    return std::nullopt;
  }
  const std::uint64_t bits = negative ? 0 - magnitude : magnitude;
  if (is_signed_integer(id)) return Value{static_cast<std::int64_t>(bits)};
  return Value{bits};
}

}  // namespace

std::optional<bool> parse_boolean(std::string_view text) {
  const std::string word = lower_case(strip(text));
  if (word.empty()) return std::nullopt;
  const auto starts = [&](std::string_view full) { return full.starts_with(word); };
  if (word == "1" || word == "on" || starts("true") || starts("yes")) return true;
  if (word == "0" || (word.size() > 1 && starts("off")) || starts("false") || starts("no")) {
    return false;
  }
  return std::nullopt;
}

std::optional<std::int64_t> parse_signed(std::string_view text, std::int64_t minimum,
                                         std::int64_t maximum) {
  const auto value = parse_whole<std::int64_t>(number_of(text));
  if (!value.has_value() || *value < minimum || *value > maximum) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text, std::uint64_t maximum) {
  const std::string_view number = number_of(text);
  if (number.empty() || number[0] == '-') return std::nullopt;
  const auto value = parse_whole<std::uint64_t>(number);
  if (!value.has_value() || *value > maximum) return std::nullopt;
  return value;
}

std::optional<double> parse_float(std::string_view text, TypeId id) {
  const std::string_view number = number_of(text);
  if (number.find('(') != std::string_view::npos) return std::nullopt;  // nan(…)
  std::optional<double> value;
  if (id == TypeId::float32) {
    const auto single = parse_whole<float>(number);
    if (single.has_value()) value = static_cast<double>(*single);
  } else {
    value = parse_whole<double>(number);
  }
  if (value.has_value() && std::isnan(*value)) return std::numeric_limits<double>::quiet_NaN();
  return value;
}

std::optional<Bytes16> parse_fixed_binary(std::string_view text, int width_bytes) {
  text = strip(text);
  if (width_bytes == 6) {
    if (const auto mac = parse_mac(text)) return mac;
  }
  if (text.size() != 2 + 2 * static_cast<std::size_t>(width_bytes) || !text.starts_with("\\x")) {
    return std::nullopt;
  }
  text.remove_prefix(2);
  Bytes16 out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.bytes[i / 2] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return out;
}

std::optional<Value> parse_value(std::string_view text, DataType type) {
  switch (type.id) {
    case TypeId::boolean: return wrap(parse_boolean(text));
    case TypeId::int8:
    case TypeId::int16:
    case TypeId::int32:
    case TypeId::int64: {
      const IntegerRange range = range_of(type.id);
      return wrap(parse_signed(text, range.minimum, static_cast<std::int64_t>(range.maximum)));
    }
    case TypeId::uint8:
    case TypeId::uint16:
    case TypeId::uint32:
    case TypeId::uint64: return wrap(parse_unsigned(text, range_of(type.id).maximum));
    case TypeId::float32:
    case TypeId::float64: return wrap(parse_float(text, type.id));
    case TypeId::timestamp: return wrap(parse_timestamp(text));
    case TypeId::interval: return wrap(parse_interval(text));
    case TypeId::ip: return wrap(parse_ip(text));
    case TypeId::fixed_binary: return wrap(parse_fixed_binary(text, type.width_bytes));
    case TypeId::utf8:
    case TypeId::symbol: return Value{std::string(text)};
  }
  return std::nullopt;
}

std::string form_of(DataType type) {
  switch (type.id) {
    case TypeId::boolean: return "'true' or 'false'";
    case TypeId::timestamp: return "'2026-01-31 12:00:00.5' (UTC) or '2026-01-31T12:00:00+02:00'";
    case TypeId::interval:
      return "'90 seconds', '1 hour 30 minutes' or '00:05:00'; months and years have no fixed "
             "length";
    case TypeId::ip: return "'10.0.0.1' or '2001:db8::1'";
    case TypeId::fixed_binary:
      if (type.width_bytes == 6) return "'aa:bb:cc:dd:ee:ff'";
      return "'\\x' and " + std::to_string(2 * type.width_bytes) + " hexadecimal digits";
    case TypeId::float32:
    case TypeId::float64: return "'1.5' or '2e-3'";
    case TypeId::utf8:
    case TypeId::symbol: return "'any text'";
    default: {
      const IntegerRange range = range_of(type.id);
      return "a whole number from " + std::to_string(range.minimum) + " to " +
             std::to_string(range.maximum);
    }
  }
}

std::optional<Value> convert_number(const Value& value, DataType type) {
  if (value.is_null()) return value;
  if (const auto* real = std::get_if<double>(&value.data)) {
    if (type.id == TypeId::float64) return value;
    const bool fits = type.id == TypeId::float32 &&
                      (!std::isfinite(*real) ||
                       (std::abs(*real) <= static_cast<double>(std::numeric_limits<float>::max()) &&
                        static_cast<double>(static_cast<float>(*real)) == *real));
    if (fits) return value;
    return std::nullopt;
  }
  bool negative = false;
  std::uint64_t magnitude = 0;
  if (const auto* whole = std::get_if<std::int64_t>(&value.data)) {
    negative = *whole < 0;
    magnitude =
        negative ? 0 - static_cast<std::uint64_t>(*whole) : static_cast<std::uint64_t>(*whole);
  } else if (const auto* natural = std::get_if<std::uint64_t>(&value.data)) {
    magnitude = *natural;
  } else {
    return std::nullopt;
  }
  if (is_integer(type.id)) return integer_value(negative, magnitude, type.id);
  if (!is_float(type.id)) return std::nullopt;
  const std::uint64_t exact = std::uint64_t{1} << (type.id == TypeId::float32 ? 24U : 53U);
  if (magnitude > exact) return std::nullopt;
  const auto real = static_cast<double>(magnitude);
  return Value{negative ? -real : real};
}

}  // namespace penstock::detail
