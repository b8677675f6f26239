// SPDX-License-Identifier: Apache-2.0
#include "cpu/group_table.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "cpu/hash.h"
#include "cpu/limits.h"
#include "state_errors.h"

namespace penstock::detail::cpu {

namespace {

constexpr std::uint64_t tag_mask = 0xFFFFFFFF00000000U;

constexpr std::uint64_t slot_of(std::uint64_t hash, std::uint32_t group) noexcept {
  return (hash & tag_mask) | (std::uint64_t{group} + 1);
}
constexpr std::uint32_t group_in(std::uint64_t slot) noexcept {
  return static_cast<std::uint32_t>(slot) - 1;  // an empty slot gives no_group
}

bool same_key(const char* cell, const std::uint64_t* key, int words) noexcept {
  return std::memcmp(cell, key, static_cast<std::size_t>(words) * 8) == 0;
}

}  // namespace

void Budget::take(std::size_t bytes) {
  if (bytes > max_bytes - std::min(used_bytes, max_bytes)) throw_state_full(max_bytes);
  used_bytes += bytes;
}

GroupTable::GroupTable(GroupTable&& other) noexcept {
  *this = std::move(other);
}

GroupTable& GroupTable::operator=(GroupTable&& other) noexcept {
  slots_ = std::move(other.slots_);
  cells_ = std::move(other.cells_);
  slot_count_ = std::exchange(other.slot_count_, 0);
  size_ = std::exchange(other.size_, 0);
  capacity_ = std::exchange(other.capacity_, 0);
  null_group_ = std::exchange(other.null_group_, no_group);
  return *this;
}

std::size_t GroupTable::size_bytes(const CellShape& shape) const noexcept {
  return slot_count_ * sizeof(std::uint64_t) + capacity_ * shape.stride;
}

std::uint32_t GroupTable::add_cell(const CellShape& shape, Budget& budget) {
  if (size_ == capacity_) {
    if (capacity_ >= (std::uint32_t{1} << 31)) throw_state_full(budget.max_bytes);
    const std::uint32_t capacity = std::max(cells_min, capacity_ * 2);
    budget.take((capacity - capacity_) * shape.stride);
    TableMemory<char> cells = allocate_table<char>(capacity * shape.stride, Content::undefined);
    if (size_ > 0) std::memcpy(cells.get(), cells_.get(), size_ * shape.stride);
    cells_ = std::move(cells);
    capacity_ = capacity;
  }
  std::memcpy(cell(shape, size_), shape.initial, shape.stride);
  return size_++;
}

void GroupTable::grow_slots(const CellShape& shape, Budget& budget) {
  const std::uint64_t count = std::max<std::uint64_t>(table_slots_min, slot_count_ * 2);
  budget.take((count - slot_count_) * sizeof(std::uint64_t));
  slots_ = allocate_table<std::uint64_t>(count, Content::zeros);
  std::uint64_t* fresh = slots_.get();
  slot_count_ = count;
  for (std::uint32_t first = 0; first < size_; first += 64) {
    std::uint64_t hashes[64];
    const std::uint32_t rows = std::min<std::uint32_t>(64, size_ - first);
    for (std::uint32_t i = 0; i < rows; ++i) {
      const auto* key = reinterpret_cast<const std::uint64_t*>(cell(shape, first + i));
      hash_keys(key, shape.key_words, 1, shape.seed, &hashes[i]);
      __builtin_prefetch(&fresh[hashes[i] & (count - 1)], 1);
    }
    for (std::uint32_t i = 0; i < rows; ++i) {
      if (first + i == null_group_) continue;
      std::uint64_t at = hashes[i] & (count - 1);
      while (fresh[at] != 0) at = (at + 1) & (count - 1);
      fresh[at] = slot_of(hashes[i], first + i);
    }
  }
}

std::uint32_t GroupTable::find_or_add_one(const CellShape& shape, const std::uint64_t* key,
                                          std::uint64_t hash, Budget& budget) {
  std::uint64_t at = hash & (slot_count_ - 1);
  for (; slots_[at] != 0; at = (at + 1) & (slot_count_ - 1)) {
    const std::uint32_t group = group_in(slots_[at]);
    if (slots_[at] == slot_of(hash, group) && same_key(cell(shape, group), key, shape.key_words)) {
      return group;
    }
  }
  if ((std::uint64_t{size_} + 1) * 2 > slot_count_) {
    grow_slots(shape, budget);
    at = hash & (slot_count_ - 1);
    while (slots_[at] != 0) at = (at + 1) & (slot_count_ - 1);
  }
  const std::uint32_t group = add_cell(shape, budget);
  std::memcpy(cell(shape, group), key, static_cast<std::size_t>(shape.key_words) * 8);
  slots_[at] = slot_of(hash, group);
  return group;
}

// Looks at the first slot of each key; returns how many keys that did not settle, whose positions
// are left in scratch.unresolved. words 0: any number of them.
template <int words>
int GroupTable::probe(const CellShape& shape, const std::uint64_t* keys, int rows,
                      const ProbeScratch& scratch, std::uint32_t* groups) const {
  const std::uint64_t mask = slot_count_ - 1;
  const std::uint64_t* slots = slots_.get();
  const std::uint64_t* hashes = scratch.hashes;
  const int key_words = words == 0 ? shape.key_words : words;
  if (slot_count_ * sizeof(std::uint64_t) > prefetch_above_bytes) {
    for (int i = 0; i < rows; ++i) __builtin_prefetch(&slots[hashes[i] & mask]);
  }
  if (size_ * shape.stride > prefetch_above_bytes) {
    for (int i = 0; i < rows; ++i) {
      const std::uint32_t group = group_in(slots[hashes[i] & mask]);
      const char* cell_of_row = cells_.get() + (group < size_ ? group : 0) * shape.stride;
      __builtin_prefetch(cell_of_row, 1);
      __builtin_prefetch(cell_of_row + shape.stride - 1, 1);  // it may lie across two lines
    }
  }
  int unresolved = 0;
  for (int i = 0; i < rows; ++i) {
    const std::uint64_t slot = slots[hashes[i] & mask];
    const std::uint32_t group = group_in(slot);
    bool found = slot != 0 && slot == slot_of(hashes[i], group);
    if (found) {
      const char* stored = cell(shape, group);
      if constexpr (words == 1) {
        std::uint64_t word;
        std::memcpy(&word, stored, sizeof word);
        found = word == keys[i];
      } else {
        found = same_key(stored, keys + i * key_words, key_words);
      }
    }
    groups[i] = group;
    scratch.unresolved[unresolved] = static_cast<std::uint16_t>(i);
    unresolved += found ? 0 : 1;
  }
  return unresolved;
}

void GroupTable::find_or_add(const CellShape& shape, const std::uint64_t* keys, int rows,
                             const ProbeScratch& scratch, Budget& budget, std::uint32_t* groups) {
  if (rows == 0) return;
  if (slot_count_ == 0) grow_slots(shape, budget);
  hash_keys(keys, shape.key_words, rows, shape.seed, scratch.hashes);
  int unresolved = 0;
  switch (shape.key_words) {
    case 1: unresolved = probe<1>(shape, keys, rows, scratch, groups); break;
    case 2: unresolved = probe<2>(shape, keys, rows, scratch, groups); break;
    case 3: unresolved = probe<3>(shape, keys, rows, scratch, groups); break;
    default: unresolved = probe<0>(shape, keys, rows, scratch, groups); break;
  }
  for (int k = 0; k < unresolved; ++k) {
    const int i = scratch.unresolved[k];
    groups[i] = find_or_add_one(shape, keys + i * shape.key_words, scratch.hashes[i], budget);
  }
}

std::uint32_t GroupTable::find_or_add_null(const CellShape& shape, Budget& budget) {
  if (null_group_ == no_group) null_group_ = add_cell(shape, budget);
  return null_group_;
}

std::uint32_t GroupTable::find_or_add_single(const CellShape& shape, Budget& budget) {
  return size_ == 0 ? add_cell(shape, budget) : 0;
}

}  // namespace penstock::detail::cpu
