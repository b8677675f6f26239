// SPDX-License-Identifier: Apache-2.0
#include "reference/evaluate.h"

#include <chrono>
#include <cmath>

namespace penstock::detail::reference {

namespace {

struct Arguments {
  const Instruction& instruction;
  DataType type_a;  // of argument a
  const Value& a;
  const Value& b;
  const Value& c;
};

Value integer_or_null(DataType type, Int128 value) {
  return fits(type, value) ? Value::of_integer(value) : Value::null();
}

int bits_of(DataType type) {
  return value_width_bytes(type) * 8;
}

// The low bits of a value as a value of the type.
Value wrapped(DataType type, Int128 value) {
  const int width = bits_of(type);
  const UInt128 mask = (UInt128{1} << width) - 1;
  Int128 low = static_cast<Int128>(static_cast<UInt128>(value) & mask);
  if (is_signed_integer(type.id) && ((low >> (width - 1)) & 1) != 0) low -= Int128{1} << width;
  return Value::of_integer(low);
}

Value integer_arithmetic(Op op, DataType type, Int128 a, Int128 b) {
  switch (op) {
    case Op::add: return integer_or_null(type, a + b);
    case Op::subtract: return integer_or_null(type, a - b);
    case Op::multiply: {
      Int128 product = 0;  // of two uint64 it may leave even 128 bits with a sign
      if (__builtin_mul_overflow(a, b, &product)) return Value::null();
      return integer_or_null(type, product);
    }
    case Op::divide: return b == 0 ? Value::null() : integer_or_null(type, a / b);
    case Op::modulo: return b == 0 ? Value::null() : integer_or_null(type, a % b);
    case Op::negate: return integer_or_null(type, -a);
    case Op::absolute: return integer_or_null(type, a < 0 ? -a : a);
    case Op::bit_and: return Value::of_integer(a & b);
    case Op::bit_or: return Value::of_integer(a | b);
    case Op::bit_xor: return Value::of_integer(a ^ b);
    case Op::bit_not: return wrapped(type, ~a);
    default: break;
  }
  const int distance = static_cast<int>(b & (bits_of(type) - 1));
  return wrapped(type, op == Op::shift_left ? a << distance : a >> distance);
}

template <class F>
Value float_arithmetic(Op op, F a, F b) {
  switch (op) {
    case Op::add: return Value::of_real(double{a + b});
    case Op::subtract: return Value::of_real(double{a - b});
    case Op::multiply: return Value::of_real(double{a * b});
    case Op::divide: return b == 0 ? Value::null() : Value::of_real(double{a / b});
    case Op::negate: return Value::of_real(double{-a});
    case Op::absolute: return Value::of_real(double{std::abs(a)});
    case Op::floor: return Value::of_real(double{std::floor(a)});
    case Op::ceil: return Value::of_real(double{std::ceil(a)});
    case Op::round: return Value::of_real(double{std::nearbyint(a)});
    default: return a < 0 ? Value::null() : Value::of_real(double{std::sqrt(a)});
  }
}

Value arithmetic(const Arguments& x) {
  if (x.a.is_null || x.b.is_null) return Value::null();
  const Op op = x.instruction.op;
  const DataType type = x.instruction.type;
  if (type.id == TypeId::float64) return float_arithmetic(op, x.a.real, x.b.real);
  if (type.id == TypeId::float32) {
    return float_arithmetic(op, static_cast<float>(x.a.real), static_cast<float>(x.b.real));
  }
  return integer_arithmetic(op, type, x.a.integer, x.b.integer);
}

Value extreme(const Arguments& x) {
  if (x.a.is_null) return x.b;
  if (x.b.is_null) return x.a;
  const int order = compare(x.instruction.type, x.b, x.a);
  const bool take_b = x.instruction.op == Op::least ? order < 0 : order > 0;
  return take_b ? x.b : x.a;
}

Value comparison(const Arguments& x) {
  const Op op = x.instruction.op;
  if (x.a.is_null || x.b.is_null) {
    if (op != Op::is_not_distinct) return Value::null();
    return Value::of_boolean(x.a.is_null && x.b.is_null);
  }
  const int order = compare(x.type_a, x.a, x.b);
  switch (op) {
    case Op::not_equal: return Value::of_boolean(order != 0);
    case Op::less: return Value::of_boolean(order < 0);
    case Op::less_equal: return Value::of_boolean(order <= 0);
    case Op::greater: return Value::of_boolean(order > 0);
    case Op::greater_equal: return Value::of_boolean(order >= 0);
    default: return Value::of_boolean(order == 0);
  }
}

// With AND the deciding value is false, with OR it is true.
Value logical(const Arguments& x, bool deciding) {
  const auto decides = [deciding](const Value& v) { return !v.is_null && v.is_true() == deciding; };
  if (decides(x.a) || decides(x.b)) return Value::of_boolean(deciding);
  if (x.a.is_null || x.b.is_null) return Value::null();
  return Value::of_boolean(!deciding);
}

Value cast(const Arguments& x) {
  if (x.a.is_null || x.type_a == x.instruction.type) return x.a;
  const DataType to = x.instruction.type;
  if (is_float(x.type_a.id)) {
    if (to.id == TypeId::float64) return x.a;
    if (to.id == TypeId::float32) {
      const float narrow = static_cast<float>(x.a.real);
      if (std::isinf(narrow) && !std::isinf(x.a.real)) return Value::null();
      return Value::of_real(double{narrow});
    }
    const double whole = std::nearbyint(x.a.real);
    if (!(std::abs(whole) < 0x1p70)) return Value::null();
    return integer_or_null(to, static_cast<Int128>(whole));
  }
  if (to.id == TypeId::float64) return Value::of_real(static_cast<double>(x.a.integer));
  if (to.id == TypeId::float32) {
    return Value::of_real(double{static_cast<float>(x.a.integer)});
  }
  if (to.id == TypeId::boolean) return Value::of_boolean(x.a.integer != 0);
  return integer_or_null(to, x.a.integer);
}

Value floor_time(const Arguments& x) {
  if (x.a.is_null || x.b.is_null || x.c.is_null || x.b.integer <= 0) return Value::null();
  const Int128 since = x.a.integer - x.c.integer;
  Int128 buckets = since / x.b.integer;
  if (buckets * x.b.integer > since) --buckets;
  return integer_or_null(x.instruction.type, buckets * x.b.integer + x.c.integer);
}

Value extract_field(const Arguments& x) {
  if (x.a.is_null) return Value::null();
  using namespace std::chrono;
  // std::chrono::floor would overflow at the far ends of int64.
  const auto time = static_cast<std::int64_t>(x.a.integer);
  constexpr std::int64_t second_ns = 1'000'000'000;
  const std::int64_t fraction = time % second_ns + (time % second_ns < 0 ? second_ns : 0);
  const sys_seconds second{seconds{time / second_ns - (time % second_ns < 0 ? 1 : 0)}};
  const auto date = floor<days>(second);
  const year_month_day day{date};
  const hh_mm_ss<seconds> clock{second - date};
  const auto of_minute = static_cast<double>(fraction + clock.seconds().count() * second_ns);
  const unsigned month = unsigned{day.month()};
  switch (static_cast<TimeField>(x.instruction.immediate)) {
    case TimeField::epoch:
      return Value::of_real(static_cast<double>(second.time_since_epoch().count()) +
                            static_cast<double>(fraction) / 1e9);
    case TimeField::second: return Value::of_real(of_minute / 1e9);
    case TimeField::millisecond: return Value::of_real(of_minute / 1e6);
    case TimeField::minute: return Value::of_integer(clock.minutes().count());
    case TimeField::hour: return Value::of_integer(clock.hours().count());
    case TimeField::day: return Value::of_integer(unsigned{day.day()});
    case TimeField::month: return Value::of_integer(month);
    case TimeField::quarter: return Value::of_integer((month + 2) / 3);
    case TimeField::year: return Value::of_integer(int{day.year()});
    case TimeField::day_of_week: return Value::of_integer(weekday{date}.c_encoding());
    case TimeField::iso_day_of_week: return Value::of_integer(weekday{date}.iso_encoding());
    case TimeField::day_of_year:
      return Value::of_integer((date - sys_days{day.year() / January / 1}).count() + 1);
  }
  return Value::null();
}

Value ip_in_network(const Arguments& x) {
  if (x.a.is_null || x.b.is_null) return Value::null();
  for (std::int32_t bit = 0; bit < x.instruction.immediate; ++bit) {
    const auto byte = static_cast<std::size_t>(bit / 8);
    const int mask = 0x80 >> (bit % 8);
    if (((x.a.bytes.bytes[byte] ^ x.b.bytes.bytes[byte]) & mask) != 0) {
      return Value::of_boolean(false);
    }
  }
  return Value::of_boolean(true);
}

Value ip_version(const Value& ip) {
  if (ip.is_null) return Value::null();
  for (std::size_t i = 0; i < 12; ++i) {
    if (ip.bytes.bytes[i] != (i < 10 ? 0x00 : 0xFF)) return Value::of_integer(6);
  }
  return Value::of_integer(4);
}

Value apply(const Arguments& x) {
  switch (x.instruction.op) {
    case Op::least:
    case Op::greatest: return extreme(x);
    case Op::equal:
    case Op::not_equal:
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
    case Op::is_not_distinct: return comparison(x);
    case Op::logical_and: return logical(x, false);
    case Op::logical_or: return logical(x, true);
    case Op::logical_not: return x.a.is_null ? x.a : Value::of_boolean(!x.a.is_true());
    case Op::is_null: return Value::of_boolean(x.a.is_null);
    case Op::is_true: return Value::of_boolean(x.a.is_true());
    case Op::select: return x.a.is_true() ? x.b : x.c;
    case Op::coalesce: return x.a.is_null ? x.b : x.a;
    case Op::cast: return cast(x);
    case Op::floor_time: return floor_time(x);
    case Op::extract_field: return extract_field(x);
    case Op::ip_in_network: return ip_in_network(x);
    case Op::ip_version: return ip_version(x.a);
    default: return arithmetic(x);
  }
}

}  // namespace

void evaluate(const KernelPlan& plan, const BatchView& batch, std::int64_t row,
              std::vector<Value>& registers) {
  registers.resize(plan.instructions.size());
  for (std::size_t i = 0; i < plan.instructions.size(); ++i) {
    const Instruction& instruction = plan.instructions[i];
    if (instruction.op == Op::load) {
      registers[i] = read(batch.columns[instruction.a], row);
    } else if (instruction.op == Op::constant) {
      registers[i] = read(plan.constants[instruction.a]);
    } else {
      // One argument stands for the missing ones: nobody looks at them but for their nulls.
      const Value& a = registers[instruction.a];
      const int count = argument_count(instruction.op);
      const Value& b = count > 1 ? registers[instruction.b] : a;
      const Value& c = count > 2 ? registers[instruction.c] : a;
      registers[i] = apply({instruction, plan.type_of(instruction.a), a, b, c});
    }
  }
}

}  // namespace penstock::detail::reference
