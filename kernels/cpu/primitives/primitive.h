// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <penstock/kernels/kernel_plan.h>

#include "cpu/bitmap.h"
#include "cpu/physical_type.h"

namespace penstock::detail::cpu {

// One register's values in one vector of rows. No validity: no nulls.
struct Vector {
  const void* values = nullptr;
  const std::uint64_t* validity = nullptr;

  template <class T>
  [[nodiscard]] const T* as() const noexcept {
    return static_cast<const T*>(values);
  }
  [[nodiscard]] const std::uint64_t* bits() const noexcept { return as<std::uint64_t>(); }
  // A word of the validity.
  [[nodiscard]] std::uint64_t valid(int word) const noexcept {
    return validity == nullptr ? all_bits : validity[word];
  }
};

// One instruction on one vector. All loops run over whole words of 64 rows; what they compute for
// null rows and behind the last row means nothing, and must not trap.
struct Operation {
  Vector a;
  Vector b;
  Vector c;
  void* out = nullptr;
  std::uint64_t* out_validity = nullptr;
  int words = 0;
  std::int32_t immediate = 0;

  [[nodiscard]] int rows() const noexcept { return words * 64; }
  template <class T>
  [[nodiscard]] T* out_as() const noexcept {
    return static_cast<T*>(out);
  }
};

// Computes values, and validity where the result has nulls: returns whether it has.
using Primitive = bool (*)(const Operation&);

// Each gives nullptr where the operation is another's.
Primitive find_arithmetic(Op op, Physical result);
Primitive find_integer_arithmetic(Op op, Physical result);
Primitive find_comparison(Op op, Physical argument);
Primitive find_extreme(Op op, Physical result);
Primitive find_logic(Op op, Physical result);
Primitive find_cast(Physical from, Physical to);
Primitive find_time(Op op, std::int32_t immediate);
Primitive find_network(Op op);

// The primitive of an instruction that is neither load nor constant.
Primitive find_primitive(const Instruction& instruction, DataType argument);

// Null where a, b (or c) is null: writes the validity; returns whether there is any.
inline bool combine_validity(const Operation& op) noexcept {
  if (op.a.validity == nullptr && op.b.validity == nullptr && op.c.validity == nullptr) {
    return false;
  }
  for (int w = 0; w < op.words; ++w) {
    op.out_validity[w] = op.a.valid(w) & op.b.valid(w) & op.c.valid(w);
  }
  return true;
}

// Makes rows null where `fault(i)`: the rare second pass of a primitive that saw a fault.
template <class Fault>
bool mark_faults(const Operation& op, bool has_nulls, Fault fault) {
  for (int w = 0; w < op.words; ++w) {
    std::uint64_t faults = 0;
    for (int i = 0; i < 64; ++i) faults |= std::uint64_t{fault(w * 64 + i)} << i;
    op.out_validity[w] = (has_nulls ? op.out_validity[w] : all_bits) & ~faults;
  }
  return true;
}

}  // namespace penstock::detail::cpu
