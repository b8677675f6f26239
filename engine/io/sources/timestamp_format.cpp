// SPDX-License-Identifier: Apache-2.0
#include "sources/timestamp_format.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <penstock/data/value.h>

namespace penstock {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::string_view directives = "YymdejHIMSfpbBhaAzZsTRFDnt%";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

std::optional<std::int64_t> scale(std::int64_t units, std::int64_t fraction_ns,
                                  std::int64_t unit_ns) {
  std::int64_t ns = 0;
  if (__builtin_mul_overflow(units, unit_ns, &ns)) return std::nullopt;
  if (__builtin_add_overflow(ns, fraction_ns, &ns)) return std::nullopt;
  return ns;
}

std::optional<std::int64_t> parse_unix(std::string_view text, std::int64_t unit_ns) {
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text.front() == '-') return std::nullopt;
  }
  const bool negative = !text.empty() && text.front() == '-';
  const char* const end = text.data() + text.size();
  std::int64_t units = 0;
  const auto [next, error] = std::from_chars(text.data(), end, units);
  if (error != std::errc()) return std::nullopt;
  std::int64_t fraction_ns = 0;
  if (next != end) {
    if (*next != '.') return std::nullopt;
    std::int64_t digit_ns = unit_ns;
    for (const char* p = next + 1; p != end; ++p) {
      if (!is_digit(*p)) return std::nullopt;
      digit_ns /= 10;
      fraction_ns += (*p - '0') * digit_ns;
    }
  }
  return scale(units, negative ? -fraction_ns : fraction_ns, unit_ns);
}

// Days since 1970-01-01 of a day of the proleptic Gregorian calendar.
constexpr std::int64_t days_from_civil(std::int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

constexpr int days_in_month(std::int64_t year, int month) {
  if (month == 2) return (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

constexpr std::array<std::string_view, 12> month_names = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 7> day_names = {"sunday",   "monday", "tuesday", "wednesday",
                                                       "thursday", "friday", "saturday"};

// One reading of a text by a pattern.
class PatternReader {
 public:
  explicit PatternReader(std::string_view text) : text_(text) {}

  bool read(std::string_view pattern) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      const char c = pattern[i];
      if (is_blank(c)) {
        skip_blanks();
      } else if (c != '%') {
        if (!take(c)) return false;
      } else if (++i >= pattern.size() || !directive(pattern[i])) {
        return false;
      }
    }
    return true;
  }

  [[nodiscard]] bool at_end() const { return text_.empty(); }

  [[nodiscard]] std::optional<std::int64_t> result() const {
    if (unix_seconds_) return scale(*unix_seconds_, fraction_ns_, second_ns);
    int hour = hour_;
    if (afternoon_) hour = hour % 12 + (*afternoon_ ? 12 : 0);
    std::int64_t days = 0;
    if (day_of_year_ > 0) {
      days = days_from_civil(year_, 1, 1) + day_of_year_ - 1;
    } else {
      if (day_ > days_in_month(year_, month_)) return std::nullopt;
      days = days_from_civil(year_, month_, day_);
    }
    const std::int64_t seconds =
        days * 86400 + hour * 3600 + minute_ * 60 + second_ - zone_seconds_;
    return scale(seconds, fraction_ns_, second_ns);
  }

 private:
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void skip_blanks() {
    while (!text_.empty() && is_blank(text_.front())) text_.remove_prefix(1);
  }

  bool number(std::size_t digits_max, int minimum, int maximum, int& out) {
    std::size_t digits = 0;
    int value = 0;
    while (digits < digits_max && digits < text_.size() && is_digit(text_[digits])) {
      value = value * 10 + (text_[digits++] - '0');
    }
    text_.remove_prefix(digits);
    out = value;
    return digits > 0 && value >= minimum && value <= maximum;
  }

  bool fraction() {
    std::size_t digits = 0;
    std::int64_t digit_ns = second_ns;
    fraction_ns_ = 0;
    for (; digits < text_.size() && is_digit(text_[digits]); ++digits) {
      digit_ns /= 10;
      fraction_ns_ += (text_[digits] - '0') * digit_ns;
    }
    text_.remove_prefix(digits);
    return digits > 0;
  }

  bool seconds_since_epoch() {
    std::int64_t seconds = 0;
    const auto [next, error] = std::from_chars(text_.data(), text_.data() + text_.size(), seconds);
    if (error != std::errc()) return false;
    text_.remove_prefix(static_cast<std::size_t>(next - text_.data()));
    unix_seconds_ = seconds;
    return true;
  }

  bool zone() {
    if (take('Z') || take('z')) return true;
    const int sign = !text_.empty() && text_.front() == '-' ? -1 : 1;
    if (!take('+') && !take('-')) return false;
    int hours = 0;
    int minutes = 0;
    if (!number(2, 0, 23, hours)) return false;
    const bool colon = take(':');
    if (colon || (!text_.empty() && is_digit(text_.front()))) {
      if (!number(2, 0, 59, minutes)) return false;
    }
    zone_seconds_ = sign * (hours * 3600 + minutes * 60);
    return true;
  }

  bool word(std::string_view lower) {
    if (text_.size() < lower.size()) return false;
    for (std::size_t i = 0; i < lower.size(); ++i) {
      const char c = text_[i];
      const char folded = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      if (folded != lower[i]) return false;
    }
    text_.remove_prefix(lower.size());
    return true;
  }

  template <std::size_t n>
  bool name(const std::array<std::string_view, n>& names, int& index) {
    for (std::size_t i = 0; i < n; ++i) {
      if (word(names[i]) || word(names[i].substr(0, 3))) {
        index = static_cast<int>(i) + 1;
        return true;
      }
    }
    return false;
  }

  bool two_digit_year() {
    int year = 0;
    if (!number(2, 0, 99, year)) return false;
    year_ = year < 69 ? 2000 + year : 1900 + year;  // as POSIX
    return true;
  }

  bool half_day() {
    if (word("am")) {
      afternoon_ = false;
    } else if (word("pm")) {
      afternoon_ = true;
    } else {
      return false;
    }
    return true;
  }

  bool directive(char c) {
    int unused = 0;
    switch (c) {
      case 'Y': return number(4, 0, 9999, year_);
      case 'y': return two_digit_year();
      case 'm': return number(2, 1, 12, month_);
      case 'e': skip_blanks(); return number(2, 1, 31, day_);
      case 'd': return number(2, 1, 31, day_);
      case 'j': return number(3, 1, 366, day_of_year_);
      case 'H': return number(2, 0, 23, hour_);
      case 'I': return number(2, 1, 12, hour_);
      case 'M': return number(2, 0, 59, minute_);
      case 'S': return number(2, 0, 60, second_);
      case 'f': return fraction();
      case 'p': return half_day();
      case 'b':
      case 'B':
      case 'h': return name(month_names, month_);
      case 'a':
      case 'A': return name(day_names, unused);
      case 'z': return zone();
      case 'Z': return word("utc") || word("gmt") || take('Z');
      case 's': return seconds_since_epoch();
      case 'T': return read("%H:%M:%S");
      case 'R': return read("%H:%M");
      case 'F': return read("%Y-%m-%d");
      case 'D': return read("%m/%d/%y");
      case 'n':
      case 't': skip_blanks(); return true;
      case '%': return take('%');
      default: return false;
    }
  }

  std::string_view text_;
  int year_ = 1970;
  int month_ = 1;
  int day_ = 1;
  int day_of_year_ = 0;
  int hour_ = 0;
  int minute_ = 0;
  int second_ = 0;
  int zone_seconds_ = 0;
  std::int64_t fraction_ns_ = 0;
  std::optional<bool> afternoon_;
  std::optional<std::int64_t> unix_seconds_;
};

}  // namespace

TimestampFormat TimestampFormat::from_options(OptionReader& options, std::string_view fallback) {
  TimestampFormat format;
  format.name_ = options.text("timestamp_format", fallback);
  constexpr std::array<std::string_view, 4> units = {"unix_s", "unix_ms", "unix_us", "unix_ns"};
  std::int64_t unit_ns = second_ns;
  for (const std::string_view unit : units) {
    if (format.name_ == unit) {
      format.kind_ = Kind::unix_time;
      format.unit_ns_ = unit_ns;
      return format;
    }
    unit_ns /= 1000;
  }
  if (format.name_ == "iso") return format;
  const Where where = options.where("timestamp_format");
  if (format.name_.find('%') == std::string::npos) {
    throw Error(ErrorCode::invalid_argument,
                "timestamp_format = '" + format.name_ +
                    "' is none of 'iso', 'unix_s', 'unix_ms', "
                    "'unix_us', 'unix_ns' and no pattern with '%' directives such as "
                    "'%Y-%m-%d %H:%M:%S.%f'",
                where);
  }
  for (std::size_t i = 0; i < format.name_.size(); ++i) {
    if (format.name_[i] != '%') continue;
    const char directive = ++i < format.name_.size() ? format.name_[i] : '\0';
    if (directive == '\0' || directives.find(directive) == std::string_view::npos) {
      throw Error(ErrorCode::invalid_argument,
                  "timestamp_format = '" + format.name_ + "': the directive '%" +
                      (directive == '\0' ? std::string() : std::string(1, directive)) +
                      "' is not known; known are %Y %y %m %d %e %j %H %I %M %S %f %p %b %B %a %A "
                      "%z %Z %s %T %R %F %D %n %t %%",
                  where);
    }
  }
  format.kind_ = Kind::pattern;
  return format;
}

std::optional<std::int64_t> TimestampFormat::parse(std::string_view text) const {
  switch (kind_) {
    case Kind::iso: return parse_timestamp(text);
    case Kind::unix_time: return parse_unix(text, unit_ns_);
    case Kind::pattern: return parse_timestamp_by_pattern(text, name_);
  }
  return std::nullopt;
}

std::optional<std::int64_t> parse_timestamp_by_pattern(std::string_view text,
                                                       std::string_view pattern) {
  PatternReader reader(text);
  if (!reader.read(pattern) || !reader.at_end()) return std::nullopt;
  return reader.result();
}

}  // namespace penstock
