// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <penstock/kernels/kernel_plan.h>

#include "cpu/primitives/primitive.h"

namespace penstock::detail::cpu {

// What a group keeps of one input: a field of its cell. Aggregates share fields: avg(x) and sum(x)
// one sum, avg(x) and count(x) one count.
enum class FieldKind : std::uint8_t { count, seen, distinct, sum, minimum, maximum };

// The loops over one field. `cells` are the cells of the rows, `rows` the positions of the rows
// that count (nullptr: all `count` of them). Field offsets are added by the caller's `offset`.
struct FieldOperations {
  std::size_t size_bytes = 0;
  void (*initialise)(char* field) = nullptr;
  void (*update)(char* const* cells, std::size_t offset, const void* values,
                 const std::uint16_t* rows, int count) = nullptr;
  // All rows are of one group.
  void (*update_single)(char* field, const void* values, const std::uint16_t* rows,
                        int count) = nullptr;
  void (*merge)(char* field, const char* other) = nullptr;
};

// `input` counts for sums, minima and maxima alone.
FieldOperations field_operations(FieldKind kind, Physical input);

}  // namespace penstock::detail::cpu
