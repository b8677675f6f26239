// SPDX-License-Identifier: Apache-2.0
#include "arrow_format.h"

#include <charconv>
#include <cstdint>
#include <cstring>

namespace penstock::detail {

namespace {

struct Format {
  std::string_view text;
  TypeId id;
};

constexpr Format formats[] = {
    {"b", TypeId::boolean}, {"c", TypeId::int8},    {"s", TypeId::int16},
    {"i", TypeId::int32},   {"l", TypeId::int64},   {"C", TypeId::uint8},
    {"S", TypeId::uint16},  {"I", TypeId::uint32},  {"L", TypeId::uint64},
    {"f", TypeId::float32}, {"g", TypeId::float64}, {"tDn", TypeId::interval},
    {"u", TypeId::utf8},
};

void append_counted(std::string& out, std::string_view text) {
  const auto length = static_cast<std::int32_t>(text.size());
  char bytes[sizeof length];
  std::memcpy(bytes, &length, sizeof length);
  out.append(bytes, sizeof length);
  out += text;
}

std::string_view read_counted(const char*& at) {
  std::int32_t length = 0;
  std::memcpy(&length, at, sizeof length);
  const std::string_view text(at + sizeof length, static_cast<std::size_t>(length));
  at += sizeof length + text.size();
  return text;
}

}  // namespace

std::string arrow_format(DataType type) {
  switch (type.id) {
    case TypeId::timestamp: return "tsn:UTC";
    case TypeId::ip: return "w:16";
    case TypeId::fixed_binary: return "w:" + std::to_string(type.width_bytes);
    case TypeId::symbol: return "I";
    default: break;
  }
  for (const Format& format : formats)
    if (format.id == type.id) return std::string(format.text);
  return {};
}

std::optional<DataType> type_of_arrow_format(std::string_view text) {
  for (const Format& format : formats)
    if (format.text == text) return DataType{format.id, 0};
  if (text.starts_with("tsn:")) return DataType{TypeId::timestamp, 0};
  if (!text.starts_with("w:")) return std::nullopt;
  int width = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), width);
  if (error != std::errc{} || end != text.data() + text.size() || width < 1 ||
      width > max_fixed_width_bytes)
    return std::nullopt;
  return DataType{TypeId::fixed_binary, static_cast<std::uint8_t>(width)};
}

std::string arrow_metadata(std::string_view key, std::string_view value) {
  std::string out;
  const std::int32_t pairs = 1;
  char bytes[sizeof pairs];
  std::memcpy(bytes, &pairs, sizeof pairs);
  out.append(bytes, sizeof pairs);
  append_counted(out, key);
  append_counted(out, value);
  return out;
}

std::string_view find_arrow_metadata(const char* metadata, std::string_view key) {
  if (metadata == nullptr) return {};
  std::int32_t pairs = 0;
  std::memcpy(&pairs, metadata, sizeof pairs);
  const char* at = metadata + sizeof pairs;
  for (std::int32_t i = 0; i < pairs; ++i) {
    const std::string_view found = read_counted(at);
    const std::string_view value = read_counted(at);
    if (found == key) return value;
  }
  return {};
}

}  // namespace penstock::detail
