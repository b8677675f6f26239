// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <penstock/kernels/backend.h>

#include "cpu/limits.h"
#include "cpu/primitives/primitive.h"

namespace penstock::detail::cpu {

struct CompiledPlan;

// A register's values of the selected rows, one behind the other.
struct Compacted {
  char* values = nullptr;
  std::uint64_t* validity = nullptr;
};

// Scratch memory of one thread. All of it is taken when the lane is made.
class CpuLane final : public Lane {
 public:
  explicit CpuLane(const CompiledPlan& plan);

  bool poll() override { return true; }
  void wait() override {}

  std::vector<Vector> registers;     // of the vector at hand
  std::vector<Compacted> compacted;  // by index in CompiledPlan::consumed
  std::vector<Vector> selected;      // likewise: the registers of the selected rows
  char* scratch = nullptr;           // of the schedule's places
  std::uint64_t* pass = nullptr;     // bitmap of the rows that are selected
  std::uint16_t* rows = nullptr;     // and their numbers
  std::uint16_t* rows_of_window = nullptr;
  std::uint16_t* positions = nullptr;
  std::uint16_t* unresolved = nullptr;
  std::int64_t* times = nullptr;
  std::int64_t* starts = nullptr;
  std::int64_t* watermarks = nullptr;
  std::uint64_t* keys = nullptr;  // key words, row by row
  std::uint64_t* hashes = nullptr;
  std::uint32_t* groups = nullptr;   // of the selected rows
  std::uint32_t* members = nullptr;  // of a distinct set
  char** cells = nullptr;

 private:
  Buffer memory_;
};

}  // namespace penstock::detail::cpu
