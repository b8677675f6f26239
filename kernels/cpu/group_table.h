// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "cpu/table_memory.h"

namespace penstock::detail::cpu {

// Memory that a state may take, and has taken.
struct Budget {
  std::size_t used_bytes = 0;
  std::size_t max_bytes = 0;

  void take(std::size_t bytes);  // throws Error{resource_exhausted}
  void give(std::size_t bytes) noexcept { used_bytes -= bytes; }
};

// Scratch for one call, of vector_rows each, in a lane.
struct ProbeScratch {
  std::uint64_t* hashes;
  std::uint16_t* unresolved;
};

// What a group's cell looks like: the key's words, then what aggregates keep.
struct CellShape {
  int key_words = 1;
  std::size_t stride = 8;  // bytes of a cell, a multiple of 8
  const char* initial =
      nullptr;  // of a new cell, `stride` bytes; the words of its key are replaced
  std::uint64_t seed = 0;
};

inline constexpr std::uint32_t no_group = 0xFFFFFFFF;

// Groups numbered densely in the order of their first row: an open-addressing table of 8-byte
// slots (32 bits of the hash, number of the group + 1) at most half full, and the cells in an
// array, so that a probe touches one line of each.
class GroupTable {
 public:
  GroupTable() = default;
  GroupTable(GroupTable&& other) noexcept;
  GroupTable& operator=(GroupTable&& other) noexcept;

  // Numbers of the groups of `rows` ≤ vector_rows keys; new groups are added.
  void find_or_add(const CellShape& shape, const std::uint64_t* keys, int rows,
                   const ProbeScratch& scratch, Budget& budget, std::uint32_t* groups);
  // The group of the NULL key, for layouts that have no bit for it.
  std::uint32_t find_or_add_null(const CellShape& shape, Budget& budget);
  // The only group of a program without keys.
  std::uint32_t find_or_add_single(const CellShape& shape, Budget& budget);

  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  [[nodiscard]] std::uint32_t null_group() const noexcept { return null_group_; }
  [[nodiscard]] char* cell(const CellShape& shape, std::uint32_t group) const noexcept {
    return cells_.get() + group * shape.stride;
  }
  [[nodiscard]] std::size_t size_bytes(const CellShape& shape) const noexcept;

 private:
  template <int words>
  int probe(const CellShape& shape, const std::uint64_t* keys, int rows,
            const ProbeScratch& scratch, std::uint32_t* groups) const;
  std::uint32_t find_or_add_one(const CellShape& shape, const std::uint64_t* key,
                                std::uint64_t hash, Budget& budget);
  std::uint32_t add_cell(const CellShape& shape, Budget& budget);
  void grow_slots(const CellShape& shape, Budget& budget);

  TableMemory<std::uint64_t> slots_;
  TableMemory<char> cells_;
  std::uint64_t slot_count_ = 0;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
  std::uint32_t null_group_ = no_group;
};

}  // namespace penstock::detail::cpu
