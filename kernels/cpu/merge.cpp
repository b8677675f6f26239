// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <penstock/kernels/error.h>

#include "cpu/cpu_state.h"
#include "cpu/limits.h"

namespace penstock::detail::cpu {

void CpuState::merge(State& other_state) {
  auto& other = dynamic_cast<CpuState&>(other_state);
  PENSTOCK_ASSERT(emitted_ == 0 && other.emitted_ == 0);
  owes_row_ = owes_row_ || other.owes_row_;
  other.owes_row_ = false;
  while (!other.windows_.empty()) {
    auto node = other.windows_.extract(other.windows_.begin());
    const std::size_t bytes = bytes_of(node.mapped());
    other.budget_.give(bytes);
    const auto found = windows_.find(node.key());
    if (found != windows_.end()) {
      merge_window(found->second, node.mapped());
    } else {
      budget_.take(bytes);
      windows_.insert(std::move(node));
    }
  }
}

void CpuState::merge_window(OpenWindow& mine, OpenWindow& theirs) {
  // The larger table stays: fewer groups are looked up.
  if (theirs.groups.size() > mine.groups.size()) {
    budget_.give(bytes_of(mine));
    std::swap(mine, theirs);
    budget_.take(bytes_of(mine));
  }
  const std::uint32_t size = theirs.groups.size();
  std::vector<std::uint32_t> group_of(size);  // mine, by theirs
  const auto key_bytes = static_cast<std::size_t>(plan_.keys.words) * 8;
  std::vector<char> keys(vector_rows * std::max<std::size_t>(key_bytes, 8));
  std::vector<std::uint64_t> hashes(vector_rows);
  std::vector<std::uint16_t> unresolved(vector_rows);
  std::vector<std::uint32_t> found(vector_rows);
  const bool single = plan_.keys.fields.empty();
  for (std::uint32_t first = 0; first < size; first += vector_rows) {
    const std::uint32_t end = std::min<std::uint32_t>(size, first + vector_rows);
    std::vector<std::uint32_t> sources;
    for (std::uint32_t g = first; g < end; ++g) {
      if (single) {
        group_of[g] = mine.groups.find_or_add_single(plan_.shape, budget_);
      } else if (g == theirs.groups.null_group()) {
        group_of[g] = mine.groups.find_or_add_null(plan_.shape, budget_);
      } else {
        std::copy_n(theirs.groups.cell(plan_.shape, g), key_bytes,
                    keys.data() + sources.size() * key_bytes);
        sources.push_back(g);
      }
    }
    mine.groups.find_or_add(plan_.shape, reinterpret_cast<const std::uint64_t*>(keys.data()),
                            static_cast<int>(sources.size()), {hashes.data(), unresolved.data()},
                            budget_, found.data());
    for (std::size_t i = 0; i < sources.size(); ++i) group_of[sources[i]] = found[i];
  }
  for (const Field& field : plan_.fields) {
    if (field.kind == FieldKind::distinct) continue;
    for (std::uint32_t g = 0; g < size; ++g) {
      field.operations.merge(mine.groups.cell(plan_.shape, group_of[g]) + field.offset,
                             theirs.groups.cell(plan_.shape, g) + field.offset);
    }
  }
  merge_distinct(mine, theirs, group_of);
}

void CpuState::merge_distinct(OpenWindow& mine, const OpenWindow& theirs,
                              const std::vector<std::uint32_t>& group_of) {
  std::vector<std::uint64_t> keys(std::size_t{vector_rows} * 3);
  std::vector<std::uint64_t> hashes(vector_rows);
  std::vector<std::uint16_t> unresolved(vector_rows);
  std::vector<std::uint32_t> found(vector_rows);
  for (std::size_t s = 0; s < plan_.distinct_sets.size(); ++s) {
    const CellShape& shape = plan_.distinct_sets[s].shape;
    const auto words = static_cast<std::size_t>(shape.key_words);
    const std::uint32_t before = mine.distinct[s].size();
    const std::uint32_t size = theirs.distinct[s].size();
    for (std::uint32_t first = 0; first < size; first += vector_rows) {
      const std::uint32_t end = std::min<std::uint32_t>(size, first + vector_rows);
      for (std::uint32_t m = first; m < end; ++m) {
        const auto* member =
            reinterpret_cast<const std::uint64_t*>(theirs.distinct[s].cell(shape, m));
        std::uint64_t* key = keys.data() + (m - first) * words;
        key[0] = group_of[static_cast<std::size_t>(member[0])];
        std::copy_n(member + 1, words - 1, key + 1);
      }
      mine.distinct[s].find_or_add(shape, keys.data(), static_cast<int>(end - first),
                                   {hashes.data(), unresolved.data()}, budget_, found.data());
    }
    count_new_members(mine, s, before);
  }
}

}  // namespace penstock::detail::cpu
