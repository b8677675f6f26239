// SPDX-License-Identifier: Apache-2.0
#include "sources/column_decoder.h"

#include <simdjson.h>

#include <charconv>
#include <cstring>

#include <penstock/data/value.h>

namespace penstock {
namespace {

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}

bool equals_word(std::string_view text, std::string_view lower) noexcept {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != lower[i]) return false;
  }
  return true;
}

std::optional<bool> parse_boolean(std::string_view text) noexcept {
  if (const std::optional<bool> word = parse_boolean_word(text)) return word;
  if (text == "1" || equals_word(text, "t") || equals_word(text, "yes")) return true;
  if (text == "0" || equals_word(text, "f") || equals_word(text, "no")) return false;
  return std::nullopt;
}

bool is_ascii(std::string_view text) noexcept {
  std::uint64_t high_bits = 0;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    high_bits |= word;
  }
  for (; i < text.size(); ++i) high_bits |= static_cast<unsigned char>(text[i]);
  return (high_bits & 0x8080808080808080U) == 0;
}

bool is_utf8(std::string_view text) noexcept {
  return is_ascii(text) || simdjson::validate_utf8(text.data(), text.size());
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string_view reason_of(Decoded failure) noexcept {
  switch (failure) {
    case Decoded::bad_number: return "bad_number";
    case Decoded::out_of_range: return "out_of_range";
    case Decoded::bad_boolean: return "bad_boolean";
    case Decoded::bad_timestamp: return "bad_timestamp";
    case Decoded::bad_interval: return "bad_interval";
    case Decoded::bad_ip: return "bad_ip";
    case Decoded::bad_binary: return "bad_binary";
    case Decoded::invalid_utf8: return "invalid_utf8";
    case Decoded::wrong_type: return "wrong_type";
    case Decoded::null_in_not_null: return "null_in_not_null";
    case Decoded::null_event_time: return "null_event_time";
    case Decoded::ok:
    case Decoded::text_full: break;
  }
  return "row_too_long";
}

std::string describe_failure(Decoded failure, const Field& field, std::string_view text) {
  constexpr std::size_t shown_bytes_max = 60;
  const std::string column = "column '" + field.name + "' (" + to_string(field.type) + ")";
  std::string value = "'" + std::string(text.substr(0, shown_bytes_max)) + "'";
  if (text.size() > shown_bytes_max) value += "…";
  switch (failure) {
    case Decoded::bad_number: return column + ": " + value + " is not a number of this type";
    case Decoded::out_of_range: return column + ": " + value + " is out of the type's range";
    case Decoded::bad_boolean: return column + ": " + value + " is neither true nor false";
    case Decoded::bad_timestamp:
      return column + ": " + value + " is no timestamp in the table's timestamp_format";
    case Decoded::bad_interval: return column + ": " + value + " is not an interval";
    case Decoded::bad_ip: return column + ": " + value + " is not an IP address";
    case Decoded::bad_binary:
      return column + ": " + value + " is not " + std::to_string(field.type.width_bytes) +
             " bytes in hexadecimal";
    case Decoded::invalid_utf8: return column + ": the text is not valid UTF-8";
    case Decoded::wrong_type: return column + ": " + value + " is of another JSON type";
    case Decoded::null_in_not_null: return column + ": NULL in a NOT NULL column";
    case Decoded::null_event_time: return column + ": NULL in the event-time column";
    case Decoded::ok:
    case Decoded::text_full: break;
  }
  return column + ": the text is longer than a batch's text memory";
}

std::string_view trim_blanks(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<bool> parse_boolean_word(std::string_view text) noexcept {
  if (equals_word(text, "true")) return true;
  if (equals_word(text, "false")) return false;
  return std::nullopt;
}

ColumnDecoder::ColumnDecoder(const Field& field, std::size_t column, bool is_event_time,
                             const TimestampFormat& format) noexcept
    : type_(field.type),
      column_(column),
      nullable_(field.nullable),
      is_event_time_(is_event_time),
      format_(&format) {}

Decoded ColumnDecoder::decode_null(BatchBuilder& batch) const noexcept {
  if (is_event_time_) return Decoded::null_event_time;
  if (!nullable_) return Decoded::null_in_not_null;
  batch.set_null(column_, batch.rows());
  return Decoded::ok;
}

Decoded ColumnDecoder::decode_boolean(bool value, std::size_t column,
                                      BatchBuilder& batch) noexcept {
  batch.set_boolean(column, batch.rows(), value);
  return Decoded::ok;
}

template <class T>
Decoded ColumnDecoder::decode_number(std::string_view text, BatchBuilder& batch) const noexcept {
  const char* begin = text.data();
  const char* const end = begin + text.size();
  if (text.size() > 1 && *begin == '+' && begin[1] != '-') ++begin;
  T value{};
  const auto [next, error] = std::from_chars(begin, end, value);
  if (error == std::errc::result_out_of_range) return Decoded::out_of_range;
  if (error != std::errc() || next != end) {
    // An unsigned type reads no sign at all, which would be called bad.
    std::int64_t wider = 0;
    const auto [wider_next, wider_error] = std::from_chars(begin, end, wider);
    const bool negative = std::is_unsigned_v<T> && wider_error == std::errc() && wider_next == end;
    return negative ? Decoded::out_of_range : Decoded::bad_number;
  }
  batch.set<T>(column_, batch.rows(), value);
  return Decoded::ok;
}

Decoded ColumnDecoder::decode_text(std::string_view text, BatchBuilder& batch,
                                   SymbolTable& symbols) const {
  if (!is_utf8(text)) return Decoded::invalid_utf8;
  if (type_.id == TypeId::symbol) {
    batch.set<std::uint32_t>(column_, batch.rows(), symbols.intern(text));
    return Decoded::ok;
  }
  return batch.set_text(column_, batch.rows(), text) ? Decoded::ok : Decoded::text_full;
}

Decoded ColumnDecoder::decode_binary(std::string_view text, BatchBuilder& batch) const noexcept {
  Bytes16 bytes;
  if (type_.width_bytes == 6) {
    if (const std::optional<Bytes16> mac = parse_mac(text)) {
      batch.set_bytes(column_, batch.rows(), *mac);
      return Decoded::ok;
    }
  }
  if (text.starts_with("\\x")) text.remove_prefix(2);
  if (text.size() != std::size_t{2} * type_.width_bytes) return Decoded::bad_binary;
  for (std::size_t i = 0; i < type_.width_bytes; ++i) {
    const int high = hex_digit(text[2 * i]);
    const int low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return Decoded::bad_binary;
    bytes.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  batch.set_bytes(column_, batch.rows(), bytes);
  return Decoded::ok;
}

Decoded ColumnDecoder::decode(std::string_view text, BatchBuilder& batch,
                              SymbolTable& symbols) const {
  if (is_text(type_.id)) return decode_text(text, batch, symbols);
  if (!text.empty() && (is_blank(text.front()) || is_blank(text.back()))) text = trim_blanks(text);
  const std::int64_t row = batch.rows();
  switch (type_.id) {
    case TypeId::boolean: {
      const std::optional<bool> value = parse_boolean(text);
      return value ? decode_boolean(*value, column_, batch) : Decoded::bad_boolean;
    }
    case TypeId::int8: return decode_number<std::int8_t>(text, batch);
    case TypeId::int16: return decode_number<std::int16_t>(text, batch);
    case TypeId::int32: return decode_number<std::int32_t>(text, batch);
    case TypeId::int64: return decode_number<std::int64_t>(text, batch);
    case TypeId::uint8: return decode_number<std::uint8_t>(text, batch);
    case TypeId::uint16: return decode_number<std::uint16_t>(text, batch);
    case TypeId::uint32: return decode_number<std::uint32_t>(text, batch);
    case TypeId::uint64: return decode_number<std::uint64_t>(text, batch);
    case TypeId::float32: return decode_number<float>(text, batch);
    case TypeId::float64: return decode_number<double>(text, batch);
    case TypeId::timestamp: {
      const std::optional<std::int64_t> ns = format_->parse(text);
      if (!ns) return Decoded::bad_timestamp;
      batch.set<std::int64_t>(column_, row, *ns);
      return Decoded::ok;
    }
    case TypeId::interval: {
      const std::optional<std::int64_t> ns = parse_interval(text);
      if (!ns) return Decoded::bad_interval;
      batch.set<std::int64_t>(column_, row, *ns);
      return Decoded::ok;
    }
    case TypeId::ip: {
      const std::optional<Bytes16> ip = parse_ip(text);
      if (!ip) return Decoded::bad_ip;
      batch.set_bytes(column_, row, *ip);
      return Decoded::ok;
    }
    case TypeId::fixed_binary: return decode_binary(text, batch);
    case TypeId::utf8:
    case TypeId::symbol: break;
  }
  return Decoded::wrong_type;
}

void abandon_row(BatchBuilder& batch) noexcept {
  const std::int64_t row = batch.rows();
  for (std::size_t column = 0; column < batch.schema().size(); ++column) {
    if (batch.wants(column)) batch.validity(column)[row / 64] |= std::uint64_t{1} << (row % 64);
  }
}

}  // namespace penstock
