// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <penstock/io/options.h>

namespace penstock {

// How a source writes its timestamps: the option timestamp_format. All are UTC unless the text
// itself carries a zone.
class TimestampFormat {
 public:
  enum class Kind : std::uint8_t { iso, unix_time, pattern };

  // 'iso' | 'unix_s' | 'unix_ms' | 'unix_us' | 'unix_ns' | a strptime pattern (it contains a '%').
  // Error{invalid_argument} names a directive that is not known.
  static TimestampFormat from_options(OptionReader& options, std::string_view fallback);

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  // Nanoseconds of one unit of a unix_… format.
  [[nodiscard]] std::int64_t unit_ns() const noexcept { return unit_ns_; }
  // As written in the option, for messages.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  // nullopt where the text is not of the format or out of the range of int64 nanoseconds. A
  // unix_… text may have a fraction ("1700000000.25"); digits below a nanosecond are cut.
  [[nodiscard]] std::optional<std::int64_t> parse(std::string_view text) const;

 private:
  Kind kind_ = Kind::iso;
  std::int64_t unit_ns_ = 1;
  std::string name_;
};

// Reads a text by a strptime pattern, whole: %Y %y %m %d %e %j %H %I %M %S %f %p %b %B %h %a %A %z
// %Z(UTC, GMT, Z) %s %T %R %F %D %n %t %%; blanks match any number of blanks. %f is a fraction of a
// second of 1 to 9 digits (more are cut). Locale-free. Without a date it is 1970-01-01.
std::optional<std::int64_t> parse_timestamp_by_pattern(std::string_view text,
                                                       std::string_view pattern);

}  // namespace penstock
