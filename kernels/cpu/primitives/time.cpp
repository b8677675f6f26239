// SPDX-License-Identifier: Apache-2.0
#include "cpu/primitives/primitive.h"
#include "int128.h"

namespace penstock::detail::cpu {

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t day_ns = 86'400 * second_ns;

constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) noexcept {
  return a / b - (a % b < 0 ? 1 : 0);
}
constexpr std::int64_t floor_modulo(std::int64_t a, std::int64_t b) noexcept {
  return a % b + (a % b < 0 ? b : 0);
}

// Start of a's bucket; returns whether there is none.
bool bucket_start(std::int64_t time, std::int64_t size, std::int64_t origin, std::int64_t& start) {
  if (size <= 0) return true;
  std::int64_t since = 0;
  std::int64_t into = 0;
  if (!__builtin_sub_overflow(time, origin, &since)) {
    into = floor_modulo(since, size);
  } else {
    const Int128 rest = (Int128{time} - origin) % size;
    into = static_cast<std::int64_t>(rest < 0 ? rest + size : rest);
  }
  return __builtin_sub_overflow(time, into, &start);
}

bool floor_time(const Operation& op) {
  const auto* time = op.a.as<std::int64_t>();
  const auto* size = op.b.as<std::int64_t>();
  const auto* origin = op.c.as<std::int64_t>();
  auto* out = op.out_as<std::int64_t>();
  bool faults = false;
  for (int i = 0; i < op.rows(); ++i) {
    std::int64_t start = 0;
    faults |= bucket_start(time[i], size[i], origin[i], start);
    out[i] = start;
  }
  const bool has_nulls = combine_validity(op);
  if (!faults) return has_nulls;
  return mark_faults(op, has_nulls, [=](int i) {
    std::int64_t ignored = 0;
    return bucket_start(time[i], size[i], origin[i], ignored);
  });
}

struct Date {
  std::int64_t year;
  std::int64_t month;
  std::int64_t day;
};

// The proleptic Gregorian date of a day since 1970, by eras of 400 years from 0000-03-01 (after
// H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
constexpr Date date_of(std::int64_t days) noexcept {
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = floor_divide(shifted, 146'097);
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

constexpr bool is_leap(std::int64_t year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr std::int64_t day_of_year(const Date& date) noexcept {
  constexpr std::int64_t before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  const std::int64_t leap = date.month > 2 && is_leap(date.year) ? 1 : 0;
  return before[date.month - 1] + leap + date.day;
}

template <TimeField field>
auto extract(std::int64_t time) {
  if constexpr (field == TimeField::epoch) {
    return static_cast<double>(floor_divide(time, second_ns)) +
           static_cast<double>(floor_modulo(time, second_ns)) / 1e9;
  } else if constexpr (field == TimeField::second) {
    return static_cast<double>(floor_modulo(time, 60 * second_ns)) / 1e9;
  } else if constexpr (field == TimeField::millisecond) {
    return static_cast<double>(floor_modulo(time, 60 * second_ns)) / 1e6;
  } else if constexpr (field == TimeField::minute) {
    return floor_modulo(time, 3600 * second_ns) / (60 * second_ns);
  } else if constexpr (field == TimeField::hour) {
    return floor_modulo(time, day_ns) / (3600 * second_ns);
  } else {
    const std::int64_t days = floor_divide(time, day_ns);
    if constexpr (field == TimeField::day_of_week) return floor_modulo(days + 4, 7);
    if constexpr (field == TimeField::iso_day_of_week) return floor_modulo(days + 3, 7) + 1;
    const Date date = date_of(days);
    if constexpr (field == TimeField::year) return date.year;
    if constexpr (field == TimeField::quarter) return (date.month + 2) / 3;
    if constexpr (field == TimeField::month) return date.month;
    if constexpr (field == TimeField::day_of_year) return day_of_year(date);
    return date.day;
  }
}

template <TimeField field>
bool extract_field(const Operation& op) {
  const auto* time = op.a.as<std::int64_t>();
  auto* out = op.out_as<decltype(extract<field>(0))>();
  for (int i = 0; i < op.rows(); ++i) out[i] = extract<field>(time[i]);
  return combine_validity(op);
}

}  // namespace

Primitive find_time(Op op, std::int32_t immediate) {
  if (op == Op::floor_time) return floor_time;
  if (op != Op::extract_field) return nullptr;
  switch (static_cast<TimeField>(immediate)) {
    case TimeField::epoch: return extract_field<TimeField::epoch>;
    case TimeField::second: return extract_field<TimeField::second>;
    case TimeField::millisecond: return extract_field<TimeField::millisecond>;
    case TimeField::minute: return extract_field<TimeField::minute>;
    case TimeField::hour: return extract_field<TimeField::hour>;
    case TimeField::day: return extract_field<TimeField::day>;
    case TimeField::month: return extract_field<TimeField::month>;
    case TimeField::quarter: return extract_field<TimeField::quarter>;
    case TimeField::year: return extract_field<TimeField::year>;
    case TimeField::day_of_week: return extract_field<TimeField::day_of_week>;
    case TimeField::iso_day_of_week: return extract_field<TimeField::iso_day_of_week>;
    case TimeField::day_of_year: return extract_field<TimeField::day_of_year>;
  }
  return nullptr;
}

}  // namespace penstock::detail::cpu
