// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>

#include <array>
#include <cstring>
#include <limits>

#include <penstock/data/value.h>

namespace penstock {

namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t ns_per_second = 1'000'000'000;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_space(char c) noexcept {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Reads from the front of a text; each call takes what it names or nothing.
class Cursor {
 public:
  explicit Cursor(std::string_view text) noexcept : text_(text) {}
  [[nodiscard]] bool done() const noexcept { return text_.empty(); }
  [[nodiscard]] char peek() const noexcept { return text_.empty() ? '\0' : text_.front(); }
  bool take(char c) noexcept {
    if (peek() != c || text_.empty()) return false;
    text_.remove_prefix(1);
    return true;
  }
  // Exactly this many digits.
  bool fixed_digits(int count, int& value) noexcept {
    if (text_.size() < static_cast<std::size_t>(count)) return false;
    int sum = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      if (!is_digit(text_[i])) return false;
      sum = sum * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(static_cast<std::size_t>(count));
    value = sum;
    return true;
  }
  // One digit or more; false where there is none or it leaves int64.
  bool digits(std::int64_t& value) noexcept {
    if (!is_digit(peek())) return false;
    std::int64_t sum = 0;
    while (is_digit(peek())) {
      if (__builtin_mul_overflow(sum, std::int64_t{10}, &sum) ||
          __builtin_add_overflow(sum, std::int64_t{text_.front() - '0'}, &sum))
        return false;
      text_.remove_prefix(1);
    }
    value = sum;
    return true;
  }
  // The digits behind a point as billionths; what comes after the ninth is dropped.
  bool billionths(std::int64_t& value) noexcept {
    if (!is_digit(peek())) return false;
    std::int64_t sum = 0;
    int count = 0;
    for (; is_digit(peek()); text_.remove_prefix(1)) {
      if (count == 9) continue;
      sum = sum * 10 + (text_.front() - '0');
      ++count;
    }
    for (; count < 9; ++count) sum *= 10;
    value = sum;
    return true;
  }
  std::string_view word() noexcept {
    std::size_t length = 0;
    while (length < text_.size() && is_letter(text_[length])) ++length;
    const std::string_view result = text_.substr(0, length);
    text_.remove_prefix(length);
    return result;
  }
  void spaces() noexcept {
    while (!text_.empty() && is_space(text_.front())) text_.remove_prefix(1);
  }

 private:
  std::string_view text_;
};

bool is_leap(int year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in(int year, int month) noexcept {
  static constexpr std::array<int, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

std::int64_t days_of(int year, int month, int day) noexcept {
  const int shifted = month <= 2 ? year - 1 : year;  // years that start in March
  const int era = shifted / 400;
  const int of_era = shifted - era * 400;
  const int of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return std::int64_t{era} * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

std::optional<std::int64_t> narrow(Wide value) noexcept {
  if (value < std::numeric_limits<std::int64_t>::min() ||
      value > std::numeric_limits<std::int64_t>::max())
    return std::nullopt;
  return static_cast<std::int64_t>(value);
}

// The seconds east of UTC; true where nothing follows.
bool parse_zone(Cursor& cursor, int& offset_s) noexcept {
  offset_s = 0;
  if (cursor.done() || cursor.take('Z') || cursor.take('z')) return cursor.done();
  const bool west = cursor.peek() == '-';
  if (!cursor.take('+') && !cursor.take('-')) return false;
  int hours = 0;
  int minutes = 0;
  if (!cursor.fixed_digits(2, hours)) return false;
  if (!cursor.done()) {
    cursor.take(':');
    if (!cursor.fixed_digits(2, minutes)) return false;
  }
  if (hours > 23 || minutes > 59) return false;
  offset_s = (hours * 60 + minutes) * 60 * (west ? -1 : 1);
  return cursor.done();
}

struct Unit {
  std::string_view name;
  std::int64_t ns;
};

constexpr std::int64_t minute_ns = 60 * ns_per_second;
constexpr std::int64_t hour_ns = 60 * minute_ns;
constexpr std::int64_t day_ns = 24 * hour_ns;
constexpr Unit units[] = {
    {"ns", 1},
    {"nsec", 1},
    {"nanosecond", 1},
    {"us", 1000},
    {"usec", 1000},
    {"microsecond", 1000},
    {"ms", 1'000'000},
    {"msec", 1'000'000},
    {"millisecond", 1'000'000},
    {"s", ns_per_second},
    {"sec", ns_per_second},
    {"second", ns_per_second},
    {"m", minute_ns},
    {"min", minute_ns},
    {"minute", minute_ns},
    {"h", hour_ns},
    {"hr", hour_ns},
    {"hour", hour_ns},
    {"d", day_ns},
    {"day", day_ns},
    {"w", 7 * day_ns},
    {"week", 7 * day_ns},
};

// 0 for what is no unit.
std::int64_t unit_ns(std::string_view word) noexcept {
  char lower[16];
  if (word.empty() || word.size() > sizeof lower) return 0;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    lower[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  const std::string_view name(lower, word.size());
  for (const Unit& unit : units) {
    if (name == unit.name) return unit.ns;
    const bool plural = unit.name.size() > 1 && name.size() == unit.name.size() + 1 &&
                        name.back() == 's' && name.substr(0, unit.name.size()) == unit.name;
    if (plural) return unit.ns;
  }
  return 0;
}

// What follows "hh:": minutes, and maybe seconds with a fraction.
bool parse_clock(Cursor& cursor, std::int64_t hours, Wide& ns) noexcept {
  int minutes = 0;
  int seconds = 0;
  std::int64_t fraction = 0;
  if (!cursor.fixed_digits(2, minutes) || minutes > 59) return false;
  if (cursor.take(':')) {
    if (!cursor.fixed_digits(2, seconds) || seconds > 59) return false;
    if (cursor.take('.') && !cursor.billionths(fraction)) return false;
  }
  ns = Wide{hours} * hour_ns + (minutes * 60 + seconds) * ns_per_second + fraction;
  return true;
}

bool parse_ipv4(std::string_view text, std::uint8_t* out) noexcept {
  std::size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at >= text.size() || text[at++] != '.')) return false;
    const std::size_t start = at;
    unsigned value = 0;
    while (at < text.size() && is_digit(text[at]) && at - start < 3)
      value = value * 10 + static_cast<unsigned>(text[at++] - '0');
    if (at == start || value > 255 || (at - start > 1 && text[start] == '0')) return false;
    out[part] = static_cast<std::uint8_t>(value);
  }
  return at == text.size();
}

int hex_digit(char c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<std::int64_t> parse_timestamp(std::string_view text) {
  Cursor cursor(trimmed(text));
  int year = 0;
  int month = 0;
  int day = 0;
  if (!cursor.fixed_digits(4, year) || !cursor.take('-') || !cursor.fixed_digits(2, month) ||
      !cursor.take('-') || !cursor.fixed_digits(2, day))
    return std::nullopt;
  if (month < 1 || month > 12 || day < 1 || day > days_in(year, month)) return std::nullopt;
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  std::int64_t fraction = 0;
  int offset_s = 0;
  if (!cursor.done()) {
    if (!cursor.take('T') && !cursor.take(' ') && !cursor.take('t')) return std::nullopt;
    if (!cursor.fixed_digits(2, hours) || !cursor.take(':') || !cursor.fixed_digits(2, minutes))
      return std::nullopt;
    if (cursor.take(':')) {
      if (!cursor.fixed_digits(2, seconds)) return std::nullopt;
      if (cursor.take('.') && !cursor.billionths(fraction)) return std::nullopt;
    }
    // 60 is a leap second; like PostgreSQL it is the first of the next minute.
    if (hours > 23 || minutes > 59 || seconds > 60 || !parse_zone(cursor, offset_s))
      return std::nullopt;
  }
  const std::int64_t total_s =
      days_of(year, month, day) * 86400 + hours * 3600 + minutes * 60 + seconds - offset_s;
  return narrow(Wide{total_s} * ns_per_second + fraction);
}

std::optional<std::int64_t> parse_interval(std::string_view text) {
  Cursor cursor(trimmed(text));
  if (cursor.done()) return std::nullopt;
  Wide total = 0;
  while (!cursor.done()) {
    const bool negative = cursor.peek() == '-';
    if (negative || cursor.peek() == '+') cursor.take(cursor.peek());
    std::int64_t whole = 0;
    std::int64_t fraction = 0;
    const bool has_whole = cursor.digits(whole);
    if (!has_whole && cursor.peek() != '.') return std::nullopt;
    Wide part = 0;
    if (has_whole && cursor.take(':')) {
      if (!parse_clock(cursor, whole, part)) return std::nullopt;
    } else {
      if (cursor.take('.') && !cursor.billionths(fraction)) return std::nullopt;
      cursor.spaces();
      std::int64_t unit = ns_per_second;
      if (is_letter(cursor.peek())) {
        unit = unit_ns(cursor.word());
        if (unit == 0) return std::nullopt;
      } else if (!cursor.done()) {
        return std::nullopt;  // a number without a unit is the last
      }
      part = Wide{whole} * unit + Wide{fraction} * unit / ns_per_second;
    }
    total += negative ? -part : part;
    if (!narrow(total)) return std::nullopt;
    if (!cursor.done() && !is_space(cursor.peek()) && !is_digit(cursor.peek())) return std::nullopt;
    cursor.spaces();
  }
  return narrow(total);
}

std::optional<Bytes16> parse_ip(std::string_view text) {
  Bytes16 ip;
  if (parse_ipv4(text, ip.bytes.data() + 12)) {
    ip.bytes[10] = ip.bytes[11] = 0xFF;
    return ip;
  }
  char terminated[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof terminated || text.find(':') == std::string_view::npos ||
      text.find('\0') != std::string_view::npos)
    return std::nullopt;
  std::memcpy(terminated, text.data(), text.size());
  terminated[text.size()] = '\0';
  if (inet_pton(AF_INET6, terminated, ip.bytes.data()) != 1) return std::nullopt;
  return ip;
}

std::optional<Bytes16> parse_mac(std::string_view text) {
  if (text.size() != 17 || (text[2] != ':' && text[2] != '-')) return std::nullopt;
  Bytes16 mac;
  for (std::size_t i = 0; i < 6; ++i) {
    const int high = hex_digit(text[i * 3]);
    const int low = hex_digit(text[i * 3 + 1]);
    if (high < 0 || low < 0 || (i > 0 && text[i * 3 - 1] != text[2])) return std::nullopt;
    mac.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return mac;
}

std::optional<IpNetwork> parse_ip_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  const auto ip = parse_ip(address);
  if (!ip) return std::nullopt;
  IpNetwork network{*ip, 128};
  if (slash != std::string_view::npos) {
    const bool v4 = address.find(':') == std::string_view::npos;
    Cursor cursor(text.substr(slash + 1));
    std::int64_t prefix = 0;
    if (!cursor.digits(prefix) || !cursor.done() || prefix > (v4 ? 32 : 128)) return std::nullopt;
    network.prefix_bits = static_cast<int>(prefix) + (v4 ? 96 : 0);
  }
  for (int bit = network.prefix_bits; bit < 128; ++bit) {
    auto& byte = network.address.bytes[static_cast<std::size_t>(bit / 8)];
    byte = static_cast<std::uint8_t>(byte & ~(0x80U >> (bit % 8)));
  }
  return network;
}

}  // namespace penstock
