// SPDX-License-Identifier: Apache-2.0
#include "reference/accumulator.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace penstock::detail::reference {

namespace {

// magnitude · 2^exponent, rounded once, half to even.
double scaled(UInt128 magnitude, int exponent) {
  int length = 0;
  while (length < 128 && (magnitude >> length) != 0) ++length;
  // What binary64 cannot hold: bits beyond 53, and bits below 2^−1074.
  const int surplus = std::max(length - 53, -1074 - exponent);
  if (surplus <= 0) return std::ldexp(static_cast<double>(magnitude), exponent);
  if (surplus >= 128) return 0.0;
  UInt128 kept = magnitude >> surplus;
  const UInt128 rest = magnitude - (kept << surplus);
  const UInt128 half = UInt128{1} << (surplus - 1);
  if (rest > half || (rest == half && (kept & 1) != 0)) ++kept;
  return std::ldexp(static_cast<double>(kept), exponent + surplus);
}

// value / 2^exponent, truncated towards zero.
Int128 truncated_multiple(double value, int exponent) {
  if (value == 0) return 0;
  int exponent_of_value = 0;
  const double fraction = std::frexp(value, &exponent_of_value);
  const auto mantissa = static_cast<Int128>(std::ldexp(fraction, 53));
  const int shift = exponent_of_value - 53 - exponent;
  if (shift >= 0) return mantissa * (Int128{1} << shift);
  if (shift <= -64) return 0;
  return mantissa / (Int128{1} << -shift);
}

}  // namespace

double reproducible_sum(const std::vector<double>& values) {
  bool nan = false;
  bool plus_infinity = false;
  bool minus_infinity = false;
  double largest = 0;
  for (const double x : values) {
    nan = nan || std::isnan(x);
    plus_infinity = plus_infinity || (std::isinf(x) && x > 0);
    minus_infinity = minus_infinity || (std::isinf(x) && x < 0);
    if (std::isfinite(x)) largest = std::max(largest, std::abs(x));
  }
  if (nan || (plus_infinity && minus_infinity)) return std::numeric_limits<double>::quiet_NaN();
  if (plus_infinity) return std::numeric_limits<double>::infinity();
  if (minus_infinity) return -std::numeric_limits<double>::infinity();
  if (largest == 0) return 0.0;
  const int e = static_cast<int>(std::floor(std::ilogb(largest) / 32.0));
  const int grid = 32 * (e - 2);
  Int128 sum = 0;
  for (const double x : values) sum += truncated_multiple(x, grid);
  return sum < 0 ? -scaled(static_cast<UInt128>(-sum), grid)
                 : scaled(static_cast<UInt128>(sum), grid);
}

std::size_t Accumulator::add(AggregateKind kind, DataType type, const Value& value) {
  ++count_;
  switch (kind) {
    case AggregateKind::count_rows:
    case AggregateKind::count: return 0;
    case AggregateKind::sum:
    case AggregateKind::average:
      if (!is_float(type.id)) {
        sum_ += value.integer;
        return 0;
      }
      reals_.push_back(value.real);
      return sizeof(double);
    case AggregateKind::minimum:
      if (!extreme_.has_value() || compare(type, value, *extreme_) < 0) extreme_ = value;
      return 0;
    case AggregateKind::maximum:
      if (!extreme_.has_value() || compare(type, value, *extreme_) > 0) extreme_ = value;
      return 0;
    case AggregateKind::count_distinct: {
      std::string text = encode(type, value);
      const std::size_t bytes = text.size() + sizeof(Value);
      return distinct_.emplace(std::move(text), canonical(type, value, true)).second ? bytes : 0;
    }
  }
  return 0;
}

std::size_t Accumulator::merge(AggregateKind kind, DataType type, Accumulator& other) {
  std::size_t bytes = other.reals_.size() * sizeof(double);
  if (other.extreme_.has_value()) add(kind, type, *other.extreme_);
  for (const auto& [text, value] : other.distinct_) bytes += add(kind, type, value);
  if (!other.extreme_.has_value() && other.distinct_.empty()) count_ += other.count_;
  sum_ += other.sum_;
  reals_.insert(reals_.end(), other.reals_.begin(), other.reals_.end());
  return bytes;
}

Value Accumulator::finish(AggregateKind kind, DataType type, bool& overflow) const {
  switch (kind) {
    case AggregateKind::count_rows:
    case AggregateKind::count: return Value::of_integer(count_);
    case AggregateKind::count_distinct:
      return Value::of_integer(static_cast<Int128>(distinct_.size()));
    case AggregateKind::minimum:
    case AggregateKind::maximum:
      return extreme_.has_value() ? canonical(type, *extreme_, true) : Value::null();
    case AggregateKind::sum:
      if (count_ == 0) return Value::null();
      if (is_float(type.id)) return Value::of_real(reproducible_sum(reals_));
      overflow = !fits(aggregate_result_type(kind, type), sum_);
      return overflow ? Value::null() : Value::of_integer(sum_);
    case AggregateKind::average: break;
  }
  if (count_ == 0) return Value::null();
  const double sum = is_float(type.id) ? reproducible_sum(reals_) : static_cast<double>(sum_);
  return canonical({TypeId::float64}, Value::of_real(sum / static_cast<double>(count_)), false);
}

}  // namespace penstock::detail::reference
