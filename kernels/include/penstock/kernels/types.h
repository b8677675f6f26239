// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>

namespace penstock {

enum class TypeId : std::uint8_t {
  boolean,  // one bit a row, least significant first
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float32,
  float64,
  timestamp,     // int64 nanoseconds since 1970-01-01 UTC
  interval,      // int64 nanoseconds
  ip,            // 16 bytes in network order; IPv4 as ::ffff:a.b.c.d
  fixed_binary,  // 1 to 16 bytes
  utf8,          // int32 offsets and bytes; never seen by kernels
  symbol,        // uint32 code of a text in the job's SymbolTable; text to the user
};

inline constexpr int max_fixed_width_bytes = 16;

struct DataType {
  TypeId id = TypeId::int64;
  std::uint8_t width_bytes = 0;  // of fixed_binary alone, else 0

  constexpr bool operator==(const DataType&) const = default;
};

// Bytes of one value in a column's data: 0 for boolean (bits) and utf8 (offsets).
constexpr int value_width_bytes(DataType type) noexcept {
  switch (type.id) {
    case TypeId::boolean:
    case TypeId::utf8: return 0;
    case TypeId::int8:
    case TypeId::uint8: return 1;
    case TypeId::int16:
    case TypeId::uint16: return 2;
    case TypeId::int32:
    case TypeId::uint32:
    case TypeId::float32:
    case TypeId::symbol: return 4;
    case TypeId::int64:
    case TypeId::uint64:
    case TypeId::float64:
    case TypeId::timestamp:
    case TypeId::interval: return 8;
    case TypeId::ip: return 16;
    case TypeId::fixed_binary: return type.width_bytes;
  }
  return 0;
}

constexpr bool is_signed_integer(TypeId id) noexcept {
  return id >= TypeId::int8 && id <= TypeId::int64;
}
constexpr bool is_unsigned_integer(TypeId id) noexcept {
  return id >= TypeId::uint8 && id <= TypeId::uint64;
}
constexpr bool is_integer(TypeId id) noexcept {
  return is_signed_integer(id) || is_unsigned_integer(id);
}
constexpr bool is_float(TypeId id) noexcept {
  return id == TypeId::float32 || id == TypeId::float64;
}
constexpr bool is_numeric(TypeId id) noexcept {
  return is_integer(id) || is_float(id);
}
constexpr bool is_text(TypeId id) noexcept {
  return id == TypeId::utf8 || id == TypeId::symbol;
}
constexpr bool is_bytes(TypeId id) noexcept {
  return id == TypeId::ip || id == TypeId::fixed_binary;
}

// The SQL spelling: "bigint", "bigint unsigned", "double precision", "timestamp", "ip", "text", …
std::string to_string(DataType type);

// An IP address or a fixed binary (zero bytes after its width). Ordered as unsigned bytes.
struct Bytes16 {
  std::array<std::uint8_t, max_fixed_width_bytes> bytes{};

  constexpr auto operator<=>(const Bytes16&) const = default;  // NOLINT(modernize-use-nullptr)
};

}  // namespace penstock
