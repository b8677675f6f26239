// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cmath>
#include <cstring>

#include <penstock/data/value.h>
#include <penstock/kernels/error.h>

namespace penstock {

namespace {

constexpr std::int64_t ns_per_second = 1'000'000'000;
constexpr std::int64_t ns_per_day = 86400 * ns_per_second;

template <class Integer>
void append_integer(std::string& out, Integer value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

char* put_digits(char* out, std::uint64_t value, int width) noexcept {
  for (int i = width - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return out + width;
}

char* put_clock(char* out, std::uint64_t seconds) noexcept {
  out = put_digits(out, seconds / 3600, 2);
  *out++ = ':';
  out = put_digits(out, seconds / 60 % 60, 2);
  *out++ = ':';
  return put_digits(out, seconds % 60, 2);
}

struct Date {
  std::int64_t year;
  unsigned month;
  unsigned day;
};

// Days since 1970-01-01 in the proleptic Gregorian calendar. Years are counted from March, so that
// the leap day ends one; 719468 days lie between 0000-03-01 and the epoch.
Date date_of(std::int64_t days) noexcept {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const unsigned of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted = (5 * of_year + 2) / 153;
  const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0), month,
          of_year - (153 * shifted + 2) / 5 + 1};
}

// Fewest digits; digits without an exponent while the value lies in [1e-4, bound).
template <class Float>
void append_float(std::string& out, Float value, Float bound) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value < 0 ? "-Infinity" : "Infinity";
    return;
  }
  const Float size = std::fabs(value);
  const bool plain = size == 0 || (size >= static_cast<Float>(1e-4) && size < bound);
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific);
  out.append(text, end.ptr);
}

}  // namespace

void append_timestamp(std::string& out, std::int64_t ns) {
  std::int64_t days = ns / ns_per_day;
  std::int64_t of_day = ns % ns_per_day;
  if (of_day < 0) {
    of_day += ns_per_day;
    --days;
  }
  const Date date = date_of(days);
  char text[40];
  char* end = put_digits(text, static_cast<std::uint64_t>(date.year), 4);
  *end++ = '-';
  end = put_digits(end, date.month, 2);
  *end++ = '-';
  end = put_digits(end, date.day, 2);
  *end++ = 'T';
  end = put_clock(end, static_cast<std::uint64_t>(of_day / ns_per_second));
  const auto fraction = static_cast<std::uint64_t>(of_day % ns_per_second);
  if (fraction != 0) {
    *end++ = '.';
    if (fraction % 1'000'000 == 0) {
      end = put_digits(end, fraction / 1'000'000, 3);
    } else if (fraction % 1000 == 0) {
      end = put_digits(end, fraction / 1000, 6);
    } else {
      end = put_digits(end, fraction, 9);
    }
  }
  *end++ = 'Z';
  out.append(text, end);
}

void append_interval(std::string& out, std::int64_t ns) {
  const bool negative = ns < 0;
  const std::uint64_t size =
      negative ? ~static_cast<std::uint64_t>(ns) + 1 : static_cast<std::uint64_t>(ns);
  const std::uint64_t days = size / ns_per_day;
  const std::uint64_t of_day = size % ns_per_day;
  if (days != 0) {
    if (negative) out += '-';
    append_integer(out, days);
    out += days == 1 && !negative ? " day" : " days";
    if (of_day == 0) return;
    out += ' ';
  }
  if (negative) out += '-';
  char text[24];
  char* end = put_clock(text, of_day / ns_per_second);
  if (of_day % ns_per_second != 0) {
    *end++ = '.';
    end = put_digits(end, of_day % ns_per_second, 9);
    while (end[-1] == '0') --end;
  }
  out.append(text, end);
}

// 15 and 6 digits are what the types hold of any decimal number, and PostgreSQL's bounds.
void append_float64(std::string& out, double value) {
  append_float(out, value, 1e15);
}
void append_float32(std::string& out, float value) {
  append_float(out, value, 1e6F);
}

void append_ip(std::string& out, const Bytes16& ip) {
  static constexpr std::uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  const auto& bytes = ip.bytes;
  char text[40];
  char* end = text;
  if (std::memcmp(bytes.data(), mapped, sizeof mapped) == 0) {
    for (std::size_t i = 12; i < 16; ++i) {
      if (i > 12) *end++ = '.';
      end = std::to_chars(end, text + sizeof text, unsigned{bytes[i]}).ptr;
    }
    out.append(text, end);
    return;
  }
  const auto group = [&bytes](int i) {
    const auto at = static_cast<std::size_t>(i) * 2;
    return static_cast<unsigned>(bytes[at] << 8 | bytes[at + 1]);
  };
  int gap_start = -1;  // the first longest run of at least two zero groups
  int gap_length = 1;
  for (int i = 0; i < 8;) {
    int length = 0;
    while (i + length < 8 && group(i + length) == 0) ++length;
    if (length > gap_length) {
      gap_start = i;
      gap_length = length;
    }
    i += length + 1;
  }
  for (int i = 0; i < 8; ++i) {
    if (i == gap_start) {
      *end++ = ':';
      *end++ = ':';
      i += gap_length - 1;
      continue;
    }
    if (i > 0 && end[-1] != ':') *end++ = ':';
    end = std::to_chars(end, text + sizeof text, group(i), 16).ptr;
  }
  out.append(text, end);
}

void append_fixed_binary(std::string& out, const Bytes16& bytes, int width_bytes) {
  static constexpr char hex[] = "0123456789abcdef";
  const bool mac = width_bytes == 6;
  if (!mac) out += "\\x";
  for (std::size_t i = 0; i < static_cast<std::size_t>(width_bytes); ++i) {
    if (mac && i > 0) out += ':';
    out += hex[bytes.bytes[i] >> 4];
    out += hex[bytes.bytes[i] & 15];
  }
}

void append_value(std::string& out, const ColumnView& column, std::int64_t row) {
  if (!column.is_valid(row)) return;
  switch (column.type.id) {
    case TypeId::boolean: {
      const bool set = ((column.values<std::uint64_t>()[row / 64] >> (row % 64)) & 1U) != 0;
      out += set ? "true" : "false";
      return;
    }
    case TypeId::int8: append_integer(out, int{column.values<std::int8_t>()[row]}); return;
    case TypeId::int16: append_integer(out, column.values<std::int16_t>()[row]); return;
    case TypeId::int32: append_integer(out, column.values<std::int32_t>()[row]); return;
    case TypeId::int64: append_integer(out, column.values<std::int64_t>()[row]); return;
    case TypeId::uint8: append_integer(out, unsigned{column.values<std::uint8_t>()[row]}); return;
    case TypeId::uint16: append_integer(out, column.values<std::uint16_t>()[row]); return;
    case TypeId::uint32: append_integer(out, column.values<std::uint32_t>()[row]); return;
    case TypeId::uint64: append_integer(out, column.values<std::uint64_t>()[row]); return;
    case TypeId::float32: append_float32(out, column.values<float>()[row]); return;
    case TypeId::float64: append_float64(out, column.values<double>()[row]); return;
    case TypeId::timestamp: append_timestamp(out, column.values<std::int64_t>()[row]); return;
    case TypeId::interval: append_interval(out, column.values<std::int64_t>()[row]); return;
    case TypeId::ip: append_ip(out, column.values<Bytes16>()[row]); return;
    case TypeId::fixed_binary: {
      const std::size_t width = column.type.width_bytes;
      Bytes16 value;
      std::memcpy(value.bytes.data(),
                  column.values<unsigned char>() + static_cast<std::size_t>(row) * width, width);
      append_fixed_binary(out, value, column.type.width_bytes);
      return;
    }
    case TypeId::utf8: {
      const std::int32_t start = column.offsets[row];
      const auto length = static_cast<std::size_t>(column.offsets[row + 1] - start);
      if (length > 0) out.append(column.values<char>() + start, length);
      return;
    }
    case TypeId::symbol: break;
  }
  throw Error(ErrorCode::internal, "a symbol column was printed before its texts were put in");
}

}  // namespace penstock
