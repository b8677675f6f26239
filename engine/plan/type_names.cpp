// SPDX-License-Identifier: Apache-2.0
#include "type_names.h"

#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include "binding.h"

namespace penstock::detail {

namespace {

struct TypeName {
  std::string_view name;
  DataType type;
};

constexpr std::array type_names = {
    TypeName{"boolean", {TypeId::boolean}},
    TypeName{"bool", {TypeId::boolean}},
    TypeName{"tinyint", {TypeId::int8}},
    TypeName{"smallint", {TypeId::int16}},
    TypeName{"int2", {TypeId::int16}},
    TypeName{"int16", {TypeId::int16}},
    TypeName{"integer", {TypeId::int32}},
    TypeName{"int", {TypeId::int32}},
    TypeName{"int4", {TypeId::int32}},
    TypeName{"int32", {TypeId::int32}},
    TypeName{"bigint", {TypeId::int64}},
    TypeName{"int8", {TypeId::int64}},  // bytes in PostgreSQL's name, bits in uint8
    TypeName{"int64", {TypeId::int64}},
    TypeName{"tinyint unsigned", {TypeId::uint8}},
    TypeName{"uint8", {TypeId::uint8}},
    TypeName{"smallint unsigned", {TypeId::uint16}},
    TypeName{"uint16", {TypeId::uint16}},
    TypeName{"integer unsigned", {TypeId::uint32}},
    TypeName{"int unsigned", {TypeId::uint32}},
    TypeName{"uint32", {TypeId::uint32}},
    TypeName{"bigint unsigned", {TypeId::uint64}},
    TypeName{"uint64", {TypeId::uint64}},
    TypeName{"real", {TypeId::float32}},
    TypeName{"float4", {TypeId::float32}},
    TypeName{"float32", {TypeId::float32}},
    TypeName{"double precision", {TypeId::float64}},
    TypeName{"double", {TypeId::float64}},
    TypeName{"float", {TypeId::float64}},
    TypeName{"float8", {TypeId::float64}},
    TypeName{"float64", {TypeId::float64}},
    TypeName{"timestamp", {TypeId::timestamp}},
    TypeName{"timestamp without time zone", {TypeId::timestamp}},
    TypeName{"timestamp with time zone", {TypeId::timestamp}},
    TypeName{"timestamptz", {TypeId::timestamp}},
    TypeName{"interval", {TypeId::interval}},
    TypeName{"ip", {TypeId::ip}},
    TypeName{"inet", {TypeId::ip}},
    TypeName{"macaddr", {TypeId::fixed_binary, 6}},
    TypeName{"text", {TypeId::utf8}},
    TypeName{"varchar", {TypeId::utf8}},
    TypeName{"character varying", {TypeId::utf8}},
    TypeName{"string", {TypeId::utf8}},
    TypeName{"utf8", {TypeId::utf8}},
    TypeName{"symbol", {TypeId::symbol}},
};

struct Refused {
  std::string_view name;
  std::string_view instead;
};

constexpr std::array refused_names = {
    Refused{"numeric",
            "there is no exact decimal type; write double precision, or bigint in a "
            "smaller unit"},
    Refused{"decimal",
            "there is no exact decimal type; write double precision, or bigint in a "
            "smaller unit"},
    Refused{"money", "write bigint, in cents"},
    Refused{"char", "write text"},
    Refused{"character", "write text"},
    Refused{"bpchar", "write text"},
    Refused{"bytea", "write binary(n) with n from 1 to 16, or text"},
    Refused{"varbinary", "write binary(n) with n from 1 to 16, or text"},
    Refused{"uuid", "write binary(16)"},
    Refused{"date", "write timestamp; date_trunc('day', …) gives its day"},
    Refused{"time", "write interval, the time since midnight"},
    Refused{"json", "write text"},
    Refused{"jsonb", "write text"},
    Refused{"cidr", "a network is written as a literal: address << '10.0.0.0/8'"},
    Refused{"serial", "write bigint; rows are not numbered"},
    Refused{"bigserial", "write bigint; rows are not numbered"},
    Refused{"row", "write one column for each member"},
    Refused{"array", "write one column for each element"},
};

// "varchar (20) x" → "varchar x" and "20".
struct Parts {
  std::string base;
  std::optional<std::string> argument;
};

Parts split(const std::string& name) {
  const std::size_t open = name.find('(');
  if (open == std::string::npos) return {name, std::nullopt};
  const std::size_t close = name.find(')', open);
  Parts parts;
  parts.base = name.substr(0, open);
  while (!parts.base.empty() && parts.base.back() == ' ') parts.base.pop_back();
  if (close != std::string::npos) parts.base += name.substr(close + 1);
  const std::size_t length = close == std::string::npos ? close : close - open - 1;
  parts.argument = name.substr(open + 1, length);
  return parts;
}

DataType binary_type(const Parts& parts, const Where& where) {
  int width = 0;
  if (parts.argument.has_value()) {
    const std::string& text = *parts.argument;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), width);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) width = 0;
  }
  if (width < 1 || width > max_fixed_width_bytes) {
    fail(ErrorCode::invalid_argument,
         quoted(parts.base) + " needs a width of 1 to 16 bytes: binary(8)", where);
  }
  return {TypeId::fixed_binary, static_cast<std::uint8_t>(width)};
}

}  // namespace

DataType type_of_name(const std::string& name, const Where& where) {
  if (name.find('[') != std::string::npos) {
    fail(ErrorCode::unsupported,
         "type " + quoted(name) + " is not supported: write one column for each element", where);
  }
  const Parts parts = split(name);
  if (parts.base == "binary" || parts.base == "fixed_binary") return binary_type(parts, where);
  for (const Refused& refused : refused_names) {
    if (refused.name == parts.base) {
      fail(ErrorCode::unsupported,
           "type " + quoted(name) + " is not supported: " + std::string(refused.instead), where);
    }
  }
  std::vector<std::string> candidates = {"binary(8)"};
  for (const TypeName& known : type_names) {
    if (known.name == parts.base) {
      if (!parts.argument.has_value()) return known.type;
      const bool text = is_text(known.type.id);
      fail(ErrorCode::unsupported,
           "type " + quoted(name) + " is not supported: " +
               (text ? "text has no maximum length; write text"
                     : to_string(known.type) + " has no parameters"),
           where);
    }
    candidates.emplace_back(known.name);
  }
  fail(ErrorCode::unknown_name,
       "there is no type " + quoted(name) + suggestion(parts.base, candidates), where);
}

}  // namespace penstock::detail
