// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <penstock/kernels/buffer.h>
#include <penstock/kernels/column_view.h>
#include <penstock/kernels/kernel_plan.h>

#include "int128.h"

namespace penstock::detail::reference {

// One scalar of any type that kernels see. Which member counts follows from the type, which the
// register or column knows: floats are in `real` (float32 exactly), bytes in `bytes`, the rest in
// `integer`.
struct Value {
  bool is_null = true;
  Int128 integer = 0;
  double real = 0;
  Bytes16 bytes;

  static Value null() { return {}; }
  static Value of_integer(Int128 value);
  static Value of_real(double value);
  static Value of_boolean(bool value) { return of_integer(value ? 1 : 0); }
  static Value of_bytes(const Bytes16& value);

  [[nodiscard]] bool is_true() const { return !is_null && integer != 0; }
};

Value read(const ColumnView& column, std::int64_t row);
Value read(const Constant& constant);
// Writes value and validity bit; returns whether it is null.
bool write(ColumnBuffer& column, std::int64_t row, const Value& value);

// Whether an integer is a value of this integer-like type.
bool fits(DataType type, Int128 value);

// −1, 0 or 1 in the order of kernel_plan.h: NaN is one value, the greatest, and −0 = +0.
int compare(DataType type, const Value& a, const Value& b);

// One NaN; with `zero` also one zero.
Value canonical(DataType type, Value value, bool zero);

// Equal strings for values of one group, nulls included.
std::string encode(DataType type, const Value& value);

}  // namespace penstock::detail::reference
