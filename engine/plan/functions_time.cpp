// SPDX-License-Identifier: Apache-2.0
#include "function_table.h"

#include <array>
#include <cmath>
#include <limits>

namespace penstock::detail {

namespace {

using Arguments = std::span<const Datum>;

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t minute_ns = 60 * second_ns;
constexpr std::int64_t day_ns = 24 * 60 * minute_ns;

struct Date {
  std::int64_t year = 0;
  int month = 0;  // 1 to 12
  int day = 0;    // 1 to 31
};

// Proleptic Gregorian calendar, in eras of 400 years that start on 1 March.
// After H. Hinnant, "chrono-compatible low-level date algorithms".
Date date_of(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;  // from March
  Date date;
  date.day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
  date.month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

std::int64_t days_of(Date date) {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
  const std::int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

void set_day(Datum& result, std::int64_t days) {
  result.is_null = __builtin_mul_overflow(days, day_ns, &result.integer);
}

template <int months>
void truncate_to_months(Arguments a, Datum& result, std::string&) {
  Date date = date_of(floor_divide(a[0].integer, day_ns));
  date.month = (date.month - 1) / months * months + 1;
  date.day = 1;
  set_day(result, days_of(date));
}

// The year that the Thursday of the date's week is in, and the number of that week.
Date iso_week(std::int64_t ns) {
  const std::int64_t days = floor_divide(ns, day_ns);
  const std::int64_t weekday = days + 3 - 7 * floor_divide(days + 3, 7);  // 0 = Monday
  const std::int64_t thursday = days - weekday + 3;
  Date result;
  result.year = date_of(thursday).year;
  result.day = static_cast<int>((thursday - days_of({result.year, 1, 1})) / 7 + 1);
  return result;
}

void extract_week(Arguments a, Datum& result, std::string&) {
  result.integer = iso_week(a[0].integer).day;
}
void extract_iso_year(Arguments a, Datum& result, std::string&) {
  result.integer = iso_week(a[0].integer).year;
}
void extract_microsecond(Arguments a, Datum& result, std::string&) {
  const std::int64_t minutes = floor_divide(a[0].integer, minute_ns);
  result.integer = (a[0].integer - minutes * minute_ns) / 1000;
}
void interval_seconds(Arguments a, Datum& result, std::string&) {
  const std::int64_t ns = a[0].integer;
  result.real = static_cast<double>(ns / second_ns) + static_cast<double>(ns % second_ns) / 1e9;
}

void set_nanoseconds(Datum& result, double ns) {
  constexpr double limit = 9223372036854775808.0;
  result.is_null = !(ns >= -limit && ns < limit);
  if (!result.is_null) result.integer = static_cast<std::int64_t>(std::nearbyint(ns));
}

void multiply_interval(Arguments a, Datum& result, std::string&) {
  set_nanoseconds(result, static_cast<double>(a[0].integer) * a[1].real);
}
void divide_interval(Arguments a, Datum& result, std::string&) {
  result.is_null = a[1].real == 0;
  if (!result.is_null) set_nanoseconds(result, static_cast<double>(a[0].integer) / a[1].real);
}

void timestamp_of_seconds(Arguments a, Datum& result, std::string&) {
  result.is_null = __builtin_mul_overflow(a[0].integer, second_ns, &result.integer);
}

// Rounded to microseconds as in PostgreSQL: a double has no more at today's dates.
void timestamp_of_real_seconds(Arguments a, Datum& result, std::string&) {
  const double whole = std::floor(a[0].real);
  result.is_null = !(std::abs(whole) < 9.3e9);
  if (result.is_null) return;
  const double microseconds = std::nearbyint((a[0].real - whole) * 1e6);
  std::int64_t ns = 0;
  result.is_null =
      __builtin_mul_overflow(static_cast<std::int64_t>(whole), second_ns, &ns) ||
      __builtin_add_overflow(ns, static_cast<std::int64_t>(microseconds) * 1000, &result.integer);
}

struct Field {
  std::string_view name;
  TimeField field;
  DataType result;
  std::string_view example;
};

// Their names are not SQL's: extract() and date_part() with a field become them.
void add_extract(FunctionTable& table) {
  constexpr DataType ts = types::timestamp;
  constexpr DataType real = types::float64;
  constexpr DataType integer = types::int64;
  static constexpr std::array<Field, 12> fields = {{
      {"extract epoch", TimeField::epoch, real,
       "extract(epoch FROM TIMESTAMP '2001-09-09 01:46:40.5') → '1000000000.5'"},
      {"extract second", TimeField::second, real,
       "extract(second FROM TIMESTAMP '2001-02-16 20:38:40.12') → '40.12'"},
      {"extract milliseconds", TimeField::millisecond, real,
       "extract(milliseconds FROM TIMESTAMP '2001-02-16 20:38:40.12') → '40120'"},
      {"extract minute", TimeField::minute, integer,
       "extract(minute FROM TIMESTAMP '2001-02-16 20:38:40') → '38'"},
      {"extract hour", TimeField::hour, integer,
       "extract(hour FROM TIMESTAMP '2001-02-16 20:38:40') → '20'"},
      {"extract day", TimeField::day, integer,
       "extract(day FROM TIMESTAMP '2001-02-16 20:38:40') → '16'"},
      {"extract month", TimeField::month, integer,
       "extract(month FROM TIMESTAMP '2001-02-16 20:38:40') → '2'"},
      {"extract quarter", TimeField::quarter, integer,
       "extract(quarter FROM TIMESTAMP '2001-02-16 20:38:40') → '1'"},
      {"extract year", TimeField::year, integer,
       "extract(year FROM TIMESTAMP '2001-02-16 20:38:40') → '2001'"},
      {"extract dow", TimeField::day_of_week, integer,
       "extract(dow FROM TIMESTAMP '2001-02-18 20:38:40') → '0'"},
      {"extract isodow", TimeField::iso_day_of_week, integer,
       "extract(isodow FROM TIMESTAMP '2001-02-18 20:38:40') → '7'"},
      {"extract doy", TimeField::day_of_year, integer,
       "extract(doy FROM TIMESTAMP '2001-02-16 20:38:40') → '47'"},
  }};
  for (const Field& field : fields) {
    table.kernel(field.name, {ts}, field.result, Op::extract_field,
                 {"a field of a timestamp, in UTC", field.example},
                 static_cast<std::int32_t>(field.field));
  }
  table.row("extract week", {ts}, integer, extract_week,
            {"the ISO 8601 week", "extract(week FROM TIMESTAMP '2006-01-01 00:00:00') → '52'"});
  table.row("extract isoyear", {ts}, integer, extract_iso_year,
            {"the year that the ISO week is of",
             "extract(isoyear FROM TIMESTAMP '2006-01-01 00:00:00') → '2005'"});
  table.row("extract microseconds", {ts}, integer, extract_microsecond,
            {"seconds and their fraction, times 1,000,000",
             "extract(microseconds FROM TIMESTAMP '2001-02-16 20:38:40.12') → '40120000'"});
  table.row("extract epoch", {types::interval}, real, interval_seconds,
            {"seconds of an interval", "extract(epoch FROM INTERVAL '1 minute 0.5 s') → '60.5'"});
}

}  // namespace

void add_time_functions(FunctionTable& table) {
  constexpr DataType ts = types::timestamp;
  constexpr DataType interval = types::interval;
  const FunctionTable::Text truncate{
      "start of the microsecond … year that a timestamp is in; weeks start on Monday",
      "date_trunc('hour', TIMESTAMP '2001-02-16 20:38:40') → '2001-02-16T20:00:00Z'"};
  table.kernel("date_bin", {ts, interval, ts}, ts, Op::floor_time,
               {"start of the bucket: date_bin(width, timestamp, origin)",
                "date_bin(INTERVAL '15 min', TIMESTAMP '2020-02-11 15:44:17', TIMESTAMP "
                "'2001-01-01') → '2020-02-11T15:30:00Z'"});
  table.row("date_trunc month", {ts}, ts, truncate_to_months<1>, truncate);
  table.row("date_trunc quarter", {ts}, ts, truncate_to_months<3>, truncate);
  table.row("date_trunc year", {ts}, ts, truncate_to_months<12>, truncate);
  add_extract(table);
  const FunctionTable::Text to_timestamp{
      "seconds since 1970 to a timestamp; fractions are rounded to microseconds",
      "to_timestamp(1284352323.5) → '2010-09-13T04:32:03.500Z'"};
  table.row("to_timestamp", {types::int64}, ts, timestamp_of_seconds, to_timestamp);
  table.row("to_timestamp", {types::float64}, ts, timestamp_of_real_seconds, to_timestamp);
  table.kernel("epoch_ns", {ts}, types::int64, Op::cast,
               {"nanoseconds since 1970; of an interval: its nanoseconds",
                "epoch_ns(TIMESTAMP '1970-01-01 00:00:01') → '1000000000'"});
  table.kernel("epoch_ns", {interval}, types::int64, Op::cast,
               {"nanoseconds of an interval", "epoch_ns(INTERVAL '1 us') → '1000'"});
  table.kernel("timestamp_ns", {types::int64}, ts, Op::cast,
               {"nanoseconds since 1970 to a timestamp",
                "timestamp_ns(1000000000) → '1970-01-01T00:00:01Z'"});
  table.kernel("interval_ns", {types::int64}, interval, Op::cast,
               {"nanoseconds to an interval", "interval_ns(1500000000) → '00:00:01.5'"});
  const FunctionTable::Text scale{"an interval times or divided by a number",
                                  "INTERVAL '1 hour' * 1.5 → '01:30:00'"};
  table.row("*", {interval, types::float64}, interval, multiply_interval, scale);
  table.row("/", {interval, types::float64}, interval, divide_interval, scale);
}

}  // namespace penstock::detail
