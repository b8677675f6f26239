// SPDX-License-Identifier: Apache-2.0
#include "function_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>

namespace penstock::detail {

namespace {

using Arguments = std::span<const Datum>;

// PostgreSQL raises an error where a finite argument gives no finite result; here that is a fault.
template <double (*compute)(double)>
void unary(Arguments a, Datum& result, std::string&) {
  result.real = compute(a[0].real);
  const bool worse = std::isfinite(a[0].real) ? !std::isfinite(result.real)
                                              : std::isnan(result.real) && !std::isnan(a[0].real);
  result.is_null = worse;
}

double sign(double x) {
  if (std::isnan(x)) return x;
  return x > 0 ? 1 : (x < 0 ? -1 : 0);
}
double logarithm(double x) {
  return x > 0 ? std::log(x) : std::nan("");
}
double logarithm10(double x) {
  return x > 0 ? std::log10(x) : std::nan("");
}
double to_degrees(double x) {
  return x * (180.0 / std::numbers::pi);
}
double to_radians(double x) {
  return x * (std::numbers::pi / 180.0);
}
double exponential(double x) {
  return std::exp(x);
}
// The C library's result for double is off by one bit now and then: cbrt(27) would not be 3.
double cube_root(double x) {
  return static_cast<double>(std::cbrt(static_cast<long double>(x)));
}
double sine(double x) {
  return std::sin(x);
}
double cosine(double x) {
  return std::cos(x);
}
double tangent(double x) {
  return std::tan(x);
}
double arc_sine(double x) {
  return std::asin(x);
}
double arc_cosine(double x) {
  return std::acos(x);
}
double arc_tangent(double x) {
  return std::atan(x);
}

void logarithm_to_base(Arguments a, Datum& result, std::string&) {
  const double base = a[0].real;
  const double x = a[1].real;
  result.is_null = !(base > 0) || !(x > 0) || base == 1;
  if (!result.is_null) result.real = std::log(x) / std::log(base);
}

void power(Arguments a, Datum& result, std::string&) {
  result.real = std::pow(a[0].real, a[1].real);
  const bool finite = std::isfinite(a[0].real) && std::isfinite(a[1].real);
  result.is_null = finite && !std::isfinite(result.real);
}

void arc_tangent2(Arguments a, Datum& result, std::string&) {
  result.real = std::atan2(a[0].real, a[1].real);
}

// Rounds the shortest decimal text of a double, half away from zero, so that round(2.675, 2) is
// 2.68 as it is with PostgreSQL's numeric, not what the binary value happens to be next to.
double round_decimal(double x, std::int64_t places, bool half_up) {
  if (!std::isfinite(x) || x == 0) return x;
  std::array<char, 64> text{};
  const auto printed = std::to_chars(text.data(), text.data() + text.size(), std::abs(x),
                                     std::chars_format::scientific);
  char* mark = std::find(text.data(), printed.ptr, 'e');
  int exponent = 0;
  std::from_chars(mark[1] == '+' ? mark + 2 : mark + 1, printed.ptr, exponent);
  std::string digits;
  for (const char* c = text.data(); c != mark; ++c) {
    if (*c != '.') digits += *c;
  }
  const std::int64_t kept = exponent + 1 + places;  // digits that stay
  if (kept >= static_cast<std::int64_t>(digits.size())) return x;
  if (kept < 0) return std::copysign(0.0, x);
  const bool up = half_up && digits[static_cast<std::size_t>(kept)] >= '5';
  digits.resize(static_cast<std::size_t>(kept));
  digits.insert(digits.begin(), '0');
  if (up) {
    std::size_t i = digits.size() - 1;
    while (digits[i] == '9') digits[i--] = '0';
    ++digits[i];
  }
  digits += "e" + std::to_string(-places);
  double magnitude = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), magnitude);
  return std::copysign(magnitude, x);
}

void round_places(Arguments a, Datum& result, std::string&) {
  result.real = round_decimal(a[0].real, a[1].integer, true);
}
void truncate_places(Arguments a, Datum& result, std::string&) {
  result.real = round_decimal(a[0].real, a[1].integer, false);
}
double truncate(double x) {
  return std::trunc(x);
}

void pi(Arguments, Datum& result, std::string&) {
  result.real = std::numbers::pi;
}

void add_rounding(FunctionTable& table) {
  constexpr DataType real = types::float64;
  table.kernel("floor", {real}, real, Op::floor, {"next integer below", "floor(-2.5) → '-3'"});
  table.kernel("ceil", {real}, real, Op::ceil, {"next integer above", "ceil(-2.5) → '-2'"});
  table.kernel("ceiling", {real}, real, Op::ceil, {"as ceil", "ceiling(2.5) → '3'"});
  table.kernel("round", {real}, real, Op::round,
               {"nearest integer, halves to the even one", "round(2.5) → '2'"});
  table.row("round", {real, types::int32}, real, round_places,
            {"to that many decimal places, halves away from zero", "round(2.675, 2) → '2.68'"});
  table.row("trunc", {real}, real, unary<truncate>, {"towards zero", "trunc(-2.7) → '-2'"});
  table.row("trunc", {real, types::int32}, real, truncate_places,
            {"towards zero, to that many decimal places", "trunc(42.4382, 2) → '42.43'"});
}

void add_trigonometry(FunctionTable& table) {
  constexpr DataType real = types::float64;
  table.row("pi", {}, real, pi, {"π", "pi() → '3.141592653589793'"});
  table.row("degrees", {real}, real, unary<to_degrees>,
            {"radians to degrees", "degrees(pi()) → '180'"});
  table.row("radians", {real}, real, unary<to_radians>,
            {"degrees to radians", "radians(180) → '3.141592653589793'"});
  table.row("sin", {real}, real, unary<sine>, {"sine of radians", "sin(0) → '0'"});
  table.row("cos", {real}, real, unary<cosine>, {"cosine of radians", "cos(0) → '1'"});
  table.row("tan", {real}, real, unary<tangent>, {"tangent of radians", "tan(0) → '0'"});
  table.row("asin", {real}, real, unary<arc_sine>, {"arc sine, in radians", "asin(0) → '0'"});
  table.row("acos", {real}, real, unary<arc_cosine>, {"arc cosine, in radians", "acos(1) → '0'"});
  table.row("atan", {real}, real, unary<arc_tangent>, {"arc tangent, in radians", "atan(0) → '0'"});
  table.row("atan2", {real, real}, real, arc_tangent2,
            {"angle of the point (second, first)", "atan2(0, 1) → '0'"});
}

}  // namespace

void add_math_functions(FunctionTable& table) {
  constexpr DataType real = types::float64;
  for (const TypeId id :
       {TypeId::int8, TypeId::int16, TypeId::int32, TypeId::int64, TypeId::uint8, TypeId::uint16,
        TypeId::uint32, TypeId::uint64, TypeId::float32, TypeId::float64}) {
    table.kernel("abs", {{id}}, {id}, Op::absolute, {"absolute value", "abs(-17) → '17'"});
  }
  table.row("sign", {real}, real, unary<sign>, {"-1, 0 or 1", "sign(-8.4) → '-1'"});
  add_rounding(table);
  table.kernel("sqrt", {real}, real, Op::square_root,
               {"square root; NULL below zero", "sqrt(2) → '1.4142135623730951'"});
  table.row("cbrt", {real}, real, unary<cube_root>, {"cube root", "cbrt(27) → '3'"});
  table.row("power", {real, real}, real, power,
            {"the first raised to the second; also ^ and pow", "power(9, 3) → '729'"});
  table.row("exp", {real}, real, unary<exponential>, {"e raised to it", "exp(0) → '1'"});
  table.row("ln", {real}, real, unary<logarithm>,
            {"natural logarithm; NULL unless above zero", "ln(1) → '0'"});
  table.row("log", {real}, real, unary<logarithm10>,
            {"logarithm to base 10; also log10", "log(100) → '2'"});
  table.row("log10", {real}, real, unary<logarithm10>, {"as log", "log10(1000) → '3'"});
  table.row("log", {real, real}, real, logarithm_to_base,
            {"logarithm of the second to the base of the first", "log(2, 64) → '6'"});
  add_trigonometry(table);
}

}  // namespace penstock::detail
