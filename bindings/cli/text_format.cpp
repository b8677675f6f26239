// SPDX-License-Identifier: Apache-2.0
#include "text_format.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace penstock::cli {
namespace {

std::string formatted(const char* format, double value, const char* unit) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, value, unit);
  return text.data();
}

std::string scaled(double value, double step, const std::array<const char*, 5>& units) {
  std::size_t unit = 0;
  while (value >= step && unit + 1 < units.size()) {
    value /= step;
    ++unit;
  }
  return formatted(unit == 0 ? "%.0f%s" : "%.1f %s", value, units[unit]);
}

}  // namespace

std::string with_separators(std::int64_t value) {
  const bool negative = value < 0;
  std::string digits = std::to_string(value);
  if (negative) digits.erase(0, 1);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return negative ? "-" + digits : digits;
}

std::string short_count(double value) {
  return scaled(value, 1000, {"", "K", "M", "G", "T"});
}

std::string short_bytes(double bytes) {
  return scaled(bytes, 1024, {" B", "KiB", "MiB", "GiB", "TiB"});
}

std::string short_duration(double seconds) {
  if (seconds < 1) return formatted("%.0f %s", seconds * 1e3, "ms");
  if (seconds < 120) return formatted("%.1f %s", seconds, "s");
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%lld min %02lld s", static_cast<long long>(whole / 60),
                static_cast<long long>(whole % 60));
  return text.data();
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", byte);
      out += escape.data();
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace penstock::cli
