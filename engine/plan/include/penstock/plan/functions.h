// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <penstock/kernels/kernel_plan.h>
#include <penstock/kernels/types.h>

namespace penstock {

// One value on its way through a row function. The member that the type says is set: boolean,
// integer (signed integers, timestamp, interval), unsigned_integer, real (both floats), text
// (utf8 and symbol), bytes (ip, fixed binary).
struct Datum {
  bool is_null = false;
  bool boolean = false;
  std::int64_t integer = 0;
  std::uint64_t unsigned_integer = 0;
  double real = 0;
  std::string_view text;
  Bytes16 bytes;
};

// Computes one row. A text result is a view of an argument or of `scratch`, which is empty at the
// call. Faults set result.is_null. Must be pure.
using RowFunction = void (*)(std::span<const Datum> arguments, Datum& result, std::string& scratch);

// An overload of a scalar function or operator. It has either a kernel instruction (arguments in
// a, b, c) or a row function; functions that touch utf8 are always row functions.
// One has an immediate that a plan chooses: "ip in network"(ip, ip, integer), whose second and
// third arguments are literals always. The third is no register but Op::ip_in_network's immediate,
// the prefix length in bits of 128. The arguments of "date_bin" are floor_time's, in its order.
struct ScalarFunction {
  std::string_view name;  // in SQL: "lower"; operators by spelling: "+", "<=", "and"
  std::vector<DataType> arguments;
  DataType result;
  std::optional<Op> op;
  std::int32_t immediate = 0;
  RowFunction row_function = nullptr;
  bool null_if_any_null = true;  // of a row function: then it never sees a null
  std::string_view summary;      // for docs/sql.md
  std::string_view example;      // "lower('Ab') → 'ab'"; the tests run it
};

// The overload with exactly these argument types, or nullptr.
const ScalarFunction* find_function(std::string_view name, std::span<const DataType> arguments);
// All of them, in the order of the docs.
std::span<const ScalarFunction> all_functions();

}  // namespace penstock
