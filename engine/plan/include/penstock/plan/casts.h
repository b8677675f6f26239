// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <penstock/kernels/types.h>
#include <penstock/plan/functions.h>

namespace penstock {

// When a cast happens: each also happens where the ones before it do not need to be asked for.
enum class CastLevel : std::uint8_t {
  implicit,    // by itself, in expressions
  assignment,  // by itself, into the declared columns of a sink
  explicit_,   // by CAST(x AS type) or x::type
  none,        // not at all
};

// Which casts there are, in one place. A cast from a type to itself is implicit. Nothing is cast
// to symbol (it is how tables keep text), nor between fixed_binary of different widths.
CastLevel cast_level(DataType from, DataType to) noexcept;

// The row function of a cast that has text on one side (also symbol → utf8), else nullptr: then
// Op::cast does it. Text that is not of the target's form gives NULL. Null arguments are not
// passed in.
RowFunction cast_row_function(DataType from, DataType to) noexcept;

}  // namespace penstock
