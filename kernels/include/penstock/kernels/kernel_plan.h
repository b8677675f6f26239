// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <penstock/kernels/types.h>

namespace penstock {

// The windowed part of a query as typed bytecode in SSA form: instruction i writes register i and
// reads registers below i only. A value; the same program gives the same bytes on every backend.
//
// Nulls: an instruction is null where an argument is null, unless its line says otherwise.
// Faults (integer overflow, division by zero, a cast out of range) give null, never a trap: what a
// program computes in lanes that a filter or a CASE leaves out can therefore do no harm. Division
// by zero is a fault for floats too, and so is a float64 too large for a float32.
// Floats: IEEE 754 binary64 and binary32 without contraction; comparisons treat NaN as one value,
// equal to itself and greater than all others, and −0 as +0. What leaves a program holds one NaN,
// the quiet positive one without payload; keys, min and max hold +0 and never −0.
enum class Op : std::uint8_t {
  load,      // column `a` of the batch
  constant,  // constant `a` of the plan
  // Arithmetic: a, b of the result's type. Also timestamp ± interval, timestamp − timestamp,
  // interval ± interval, interval · int64, interval / int64, negate and absolute of intervals.
  add,
  subtract,
  multiply,
  divide,  // integers truncate towards zero
  modulo,  // sign of the dividend; integers only
  negate,
  absolute,
  bit_and,
  bit_or,
  bit_xor,
  bit_not,
  shift_left,   // b: int32; by b modulo the width, as PostgreSQL does
  shift_right,  // arithmetic for signed
  floor,        // floats only, like ceil, round (half to even) and sqrt
  ceil,
  round,
  square_root,  // null below zero
  least,        // nulls are ignored: null only where both are; of two equals it takes a
  greatest,
  // Comparison: a, b of one type; the result is boolean. Symbols have no order: all but equal,
  // not_equal and is_not_distinct refuse them, as do least and greatest.
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  is_not_distinct,  // null-safe equality: never null
  // Logic, three-valued as in SQL.
  logical_and,
  logical_or,
  logical_not,
  is_null,   // never null
  is_true,   // never null; a NULL is not true
  select,    // a ? b : c; a null condition takes c
  coalesce,  // a where it is not null, else b
  // Conversion: from a's type to the result's. Float → integer rounds half to even; integers →
  // boolean: not zero; boolean → number: 0 or 1; timestamp ↔ int64 and interval ↔ int64 keep the
  // nanoseconds. There are no others but from a type to itself.
  cast,
  // Time: a, b timestamps or intervals as the name says.
  floor_time,     // a: timestamp, b: interval > 0, c: timestamp origin → start of a's bucket
  extract_field,  // a: timestamp; immediate: TimeField → int64, or float64 where it says so
  // Network.
  ip_in_network,  // a: ip, b: ip network; immediate: prefix length in bits of 128 → boolean
  ip_version,     // a: ip → int32 4 or 6
};

enum class TimeField : std::uint8_t {
  epoch,        // float64: double(whole seconds) + double(nanoseconds of the second) / 1e9
  second,       // float64: double(nanoseconds of the minute) / 1e9
  millisecond,  // float64: double(nanoseconds of the minute) / 1e6
  minute,
  hour,
  day,
  month,
  quarter,
  year,
  day_of_week,  // 0 = Sunday
  iso_day_of_week,
  day_of_year,
};

std::string_view to_string(Op op) noexcept;  // as in the enumeration
int argument_count(Op op) noexcept;          // registers that it reads; the others are ignored

using Register = std::uint16_t;
inline constexpr Register no_register = 0xFFFF;

struct Instruction {
  Op op = Op::load;
  DataType type;  // of the result
  Register a = no_register;
  Register b = no_register;
  Register c = no_register;
  std::int32_t immediate = 0;

  bool operator==(const Instruction&) const = default;
};

// bits holds: boolean and integers as (u)int64, timestamp and interval as int64, floats as the
// bits of a binary64 (float32 constants are exact in it), symbols as uint32, ip and binary as is.
struct Constant {
  DataType type;
  bool is_null = false;
  Bytes16 bits;

  bool operator==(const Constant&) const = default;
};

enum class AggregateKind : std::uint8_t {
  count_rows,      // count(*)
  count,           // count(x): rows where x is not null
  count_distinct,  // exact
  sum,             // integers: exact, signed → int64, unsigned → uint64; floats: see below
  minimum,         // not of symbols, which have no order
  maximum,
  average,  // float64: the sum (exact, or see below) and the count, each rounded half to even
            // to binary64, and one division
};
std::string_view to_string(AggregateKind kind) noexcept;  // as in SQL: "count(*)", "avg", …

// Nulls are ignored: over no value at all a count is 0, all else null. Keys: nulls are one group,
// as are all NaNs, and −0 and +0.
//
// Integer sums are exact however they pass through the extremes; only a result that leaves int64
// or uint64 overflows. (Of inputs up to 32 bits the sum is held in 64: it takes more than 2^32
// rows of a group to leave them.) The sum of intervals is an interval.
// Float sums are reproducible whatever the order of rows and however states are split and merged.
// With grid 2^(32 j) and e = the largest j whose grid is ≤ the largest |x| of the group, each x is
// truncated towards zero to a multiple of 2^(32 (e − 2)), the multiples are added exactly, and the
// sum is rounded once, half to even, to binary64. Error below n · 2^−64 · max|x|, before rounding.
// Any NaN, or infinities of both signs, give NaN; infinities of one sign give that infinity.
// float32 inputs are widened first and the sum of float32 is float64. After J. Demmel and
// H. D. Nguyen, "Parallel Reproducible Summation", IEEE Trans. Computers 64(7), 2015.

// Judged when a group is emitted: Error{overflow} that names aggregate and window, or null.
enum class OverflowPolicy : std::uint8_t { fail, null };

struct Aggregate {
  AggregateKind kind = AggregateKind::count_rows;
  Register input = no_register;
  Register filter = no_register;  // FILTER (WHERE …): a boolean register
  OverflowPolicy on_overflow = OverflowPolicy::fail;

  bool operator==(const Aggregate&) const = default;
};

// Tumbling windows [start, start + size) with start = floor((t − offset) / size) · size + offset.
// A time whose window would leave int64, or end at its maximum, which is watermark_max, belongs to
// no window, like a null.
struct TumblingWindow {
  Register time = no_register;  // timestamp; a null belongs to no window and is counted
  std::int64_t size_ns = 0;
  std::int64_t offset_ns = 0;
  // The watermark of a row is max(watermark before the batch, event times of the rows before it in
  // the batch − delay); a row is late when it is ≥ the end of the row's window. Without one no row
  // is late. The event time is column `watermark_column` of the batch, over all of its rows, those
  // that the filter drops too; nulls do not move the watermark. Where has_watermark, the zone map
  // of a batch is of that column. Differences that would leave int64 saturate.
  bool has_watermark = false;
  std::uint16_t watermark_column = 0;
  std::int64_t watermark_delay_ns = 0;

  bool operator==(const TumblingWindow&) const = default;
};

struct KernelPlan {
  std::vector<DataType> inputs;  // the batch's columns, by position
  std::vector<Constant> constants;
  std::vector<Instruction> instructions;
  Register filter = no_register;  // boolean; rows where it is true pass
  // A map program has outputs; an aggregating one has aggregates (and maybe keys and a window).
  std::vector<Register> outputs;
  std::vector<Register> keys;
  std::optional<TumblingWindow> window;
  std::vector<Aggregate> aggregates;

  [[nodiscard]] bool aggregating() const noexcept { return !aggregates.empty() || !keys.empty(); }
  [[nodiscard]] DataType type_of(Register r) const { return instructions.at(r).type; }
  bool operator==(const KernelPlan&) const = default;
};

// The type that an aggregate emits, by the type of its input.
DataType aggregate_result_type(AggregateKind kind, DataType input);

// Throws Error{internal} where a plan is not well formed: a register read before it is written,
// a type that an instruction does not take, a program that both maps and aggregates.
void validate(const KernelPlan& plan);

}  // namespace penstock
