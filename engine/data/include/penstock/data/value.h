// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <penstock/kernels/column_view.h>
#include <penstock/kernels/types.h>

namespace penstock {

// One value: bool for boolean; int64 for signed integers, timestamp and interval; uint64 for
// unsigned integers; double for floats; std::string for text; Bytes16 for ip and fixed binary.
// monostate is NULL.
struct Value {
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Bytes16>
      data;

  [[nodiscard]] bool is_null() const noexcept { return data.index() == 0; }
  // NaN equals NaN here, so that plans with such literals compare equal to themselves.
  bool operator==(const Value& other) const;
};

// Text forms, the same in every sink and message. Timestamps: ISO 8601 in UTC with as many
// fractional digits as needed of 0, 3, 6, 9 ("2026-01-02T03:04:05.678Z"); intervals as PostgreSQL
// prints them ("1 day 02:03:04.5"); floats: the fewest digits that read back as the same value,
// laid out as PostgreSQL does ("0.0001", "1e-05", "NaN", "-Infinity"); ip: dotted IPv4 or RFC 5952;
// fixed binary of 6 bytes as a MAC ("aa:bb:cc:dd:ee:ff"), else hex after "\\x"; boolean "true" /
// "false".
void append_timestamp(std::string& out, std::int64_t ns);
void append_interval(std::string& out, std::int64_t ns);
void append_float64(std::string& out, double value);
void append_float32(std::string& out, float value);
void append_ip(std::string& out, const Bytes16& ip);
void append_fixed_binary(std::string& out, const Bytes16& bytes, int width_bytes);
// Any fixed-width or utf8 column's value at a row; "" for null. Symbols must be decoded before.
void append_value(std::string& out, const ColumnView& column, std::int64_t row);
std::string to_string(const Value& value, DataType type);

// The other way: nullopt where the text is not of the form. ISO 8601 / RFC 3339 with 'T' or a
// space, fraction up to 9 digits (more are truncated), zone 'Z', ±hh:mm, ±hhmm, ±hh or none (UTC).
std::optional<std::int64_t> parse_timestamp(std::string_view text);
// PostgreSQL's interval input: "5 seconds", "1 hour 30 min", "00:05:00", "1 day -2:00", "250 ms",
// also "10 us", "7 ns"; a number without a unit is seconds. Months and years are refused: they have
// no fixed length.
std::optional<std::int64_t> parse_interval(std::string_view text);
std::optional<Bytes16> parse_ip(std::string_view text);
std::optional<Bytes16> parse_mac(std::string_view text);
// "10.0.0.0/8", "2001:db8::/32"; an address alone is its own network. Host bits are cleared.
struct IpNetwork {
  Bytes16 address;
  int prefix_bits = 128;  // of the 16 bytes: an IPv4 /8 is 104
};
std::optional<IpNetwork> parse_ip_network(std::string_view text);

// One value at a row of a column (not a symbol's), for tests, sorting and messages; not for hot
// paths.
Value value_at(const ColumnView& column, std::int64_t row);

}  // namespace penstock
