// SPDX-License-Identifier: Apache-2.0
#include "cpu/cpu_state.h"

#include <algorithm>

#include <penstock/kernels/error.h>

#include "cpu/interpreter.h"

namespace penstock::detail::cpu {

CpuState::CpuState(const CompiledPlan& plan, const StateLimits& limits, bool owes_row)
    : plan_(plan), owes_row_(owes_row) {
  budget_.max_bytes = limits.max_bytes;
}

std::int64_t CpuState::window_end(std::int64_t start) const {
  return plan_.windowed() ? plan_.windows.end_of(start) : watermark_max;
}

std::size_t CpuState::bytes_of(const OpenWindow& window) const {
  std::size_t bytes = sizeof(OpenWindow) + window.groups.size_bytes(plan_.shape);
  for (std::size_t i = 0; i < window.distinct.size(); ++i) {
    bytes += window.distinct[i].size_bytes(plan_.distinct_sets[i].shape);
  }
  return bytes;
}

OpenWindow& CpuState::open(std::int64_t start) {
  const auto found = windows_.find(start);
  if (found != windows_.end()) return found->second;
  budget_.take(sizeof(OpenWindow));
  OpenWindow& window = windows_[start];
  window.distinct.resize(plan_.distinct_sets.size());
  return window;
}

// Writes lane.groups and lane.cells.
void CpuState::find_groups(OpenWindow& window, int count, CpuLane& lane) {
  const ProbeScratch scratch{lane.hashes, lane.unresolved};
  pack_keys(plan_.keys, lane.selected.data(), count, lane.keys);
  const KeyField& first = plan_.keys.fields.front();
  const Vector& column = lane.selected[static_cast<std::size_t>(first.consumed)];
  if (first.null_word >= 0 || column.validity == nullptr) {
    window.groups.find_or_add(plan_.shape, lane.keys, count, scratch, budget_, lane.groups);
  } else {
    // The key fills its words: rows with NULL go to a group that is not in the table.
    const int words = plan_.keys.words;
    int valid = 0;
    for (int i = 0; i < count; ++i) {
      if (!get_bit(column.validity, i)) continue;
      for (int w = 0; w < words; ++w) lane.keys[valid * words + w] = lane.keys[i * words + w];
      ++valid;
    }
    window.groups.find_or_add(plan_.shape, lane.keys, valid, scratch, budget_, lane.groups);
    // A column with a bitmap may still hold no NULL among these rows: then there is no such group.
    const std::uint32_t null_group =
        valid == count ? 0 : window.groups.find_or_add_null(plan_.shape, budget_);
    for (int i = count; i-- > 0;) {
      lane.groups[i] = get_bit(column.validity, i) ? lane.groups[--valid] : null_group;
    }
  }
  for (int i = 0; i < count; ++i) lane.cells[i] = window.groups.cell(plan_.shape, lane.groups[i]);
}

void CpuState::absorb(std::int64_t window_start, int count, CpuLane& lane) {
  if (count == 0) return;
  OpenWindow& window = open(window_start);
  if (plan_.keys.fields.empty()) {
    window.groups.find_or_add_single(plan_.shape, budget_);
  } else {
    find_groups(window, count, lane);
  }
  for (std::size_t s = 0; s < plan_.row_sets.size(); ++s) {
    const RowSet& set = plan_.row_sets[s];
    const Vector none;
    const Vector& input = set.input < 0 ? none : lane.selected[static_cast<std::size_t>(set.input)];
    if (set.filter < 0 && input.validity == nullptr) {
      update(window, static_cast<int>(s), nullptr, count, count, lane);
      continue;
    }
    std::uint64_t bitmap[vector_words];
    const int words = (count + 63) / 64;
    for (int w = 0; w < words; ++w) bitmap[w] = input.valid(w);
    if (set.filter >= 0) {
      const Vector& filter = lane.selected[static_cast<std::size_t>(set.filter)];
      for (int w = 0; w < words; ++w) bitmap[w] &= filter.bits()[w] & filter.valid(w);
    }
    if (count % 64 != 0) bitmap[words - 1] &= low_bits(count % 64);
    const int counted = list_rows(bitmap, words, lane.positions);
    if (counted > 0) update(window, static_cast<int>(s), lane.positions, counted, count, lane);
  }
}

// Updates the fields of a row set; `all`: how many rows lane.selected has.
void CpuState::update(OpenWindow& window, int row_set, const std::uint16_t* rows, int count,
                      int all, CpuLane& lane) {
  const int input = plan_.row_sets[static_cast<std::size_t>(row_set)].input;
  const void* values = input < 0 ? nullptr : lane.selected[static_cast<std::size_t>(input)].values;
  const bool single = plan_.keys.fields.empty();
  for (const Field& field : plan_.fields) {
    if (field.row_set != row_set) continue;
    if (field.kind == FieldKind::distinct) {
      update_distinct(window, static_cast<std::size_t>(field.distinct), rows, count, all, lane);
    } else if (single) {
      char* cell = window.groups.cell(plan_.shape, 0);
      field.operations.update_single(cell + field.offset, values, rows, count);
    } else {
      field.operations.update(lane.cells, field.offset, values, rows, count);
    }
  }
}

// Adds (group, value) of the rows to a set. The words of the groups' keys are no longer needed.
void CpuState::update_distinct(OpenWindow& window, std::size_t set, const std::uint16_t* rows,
                               int count, int all, CpuLane& lane) {
  const DistinctSet& distinct = plan_.distinct_sets[set];
  const int words = distinct.shape.key_words;
  const int input = plan_
                        .row_sets[static_cast<std::size_t>(
                            plan_.fields[static_cast<std::size_t>(distinct.field)].row_set)]
                        .input;
  pack_values(lane.selected[static_cast<std::size_t>(input)], distinct.input, all, lane.keys + 1,
              words);
  const bool single = plan_.keys.fields.empty();
  for (int k = 0; k < count; ++k) {
    const int row = rows == nullptr ? k : rows[k];
    lane.keys[k * words] = single ? 0 : lane.groups[row];
    for (int w = 1; w < words; ++w) lane.keys[k * words + w] = lane.keys[row * words + w];
  }
  GroupTable& table = window.distinct[set];
  const std::uint32_t before = table.size();
  table.find_or_add(distinct.shape, lane.keys, count, {lane.hashes, lane.unresolved}, budget_,
                    lane.members);
  count_new_members(window, set, before);
}

// Each member that is new counts in its group.
void CpuState::count_new_members(OpenWindow& window, std::size_t set, std::uint32_t first) {
  const DistinctSet& distinct = plan_.distinct_sets[set];
  const GroupTable& table = window.distinct[set];
  const std::size_t offset = plan_.fields[static_cast<std::size_t>(distinct.field)].offset;
  for (std::uint32_t i = first; i < table.size(); ++i) {
    const auto* member = reinterpret_cast<const std::uint64_t*>(table.cell(distinct.shape, i));
    const auto group = static_cast<std::uint32_t>(member[0]);
    ++*reinterpret_cast<std::uint64_t*>(window.groups.cell(plan_.shape, group) + offset);
  }
}

std::unique_ptr<State> CpuState::split(std::int64_t watermark) {
  const bool owes_row = owes_row_ && watermark == watermark_max;
  auto closed = std::make_unique<CpuState>(plan_, StateLimits{budget_.max_bytes}, owes_row);
  if (owes_row) owes_row_ = false;
  while (!windows_.empty() && window_end(windows_.begin()->first) <= watermark) {
    auto node = windows_.extract(windows_.begin());
    const std::size_t bytes = bytes_of(node.mapped());
    budget_.give(bytes);
    closed->budget_.used_bytes += bytes;
    closed->windows_.insert(closed->windows_.end(), std::move(node));
  }
  return closed;
}

std::int64_t CpuState::earliest_window_end() const {
  return windows_.empty() ? watermark_max : window_end(windows_.begin()->first);
}

std::int64_t CpuState::group_count() const {
  std::int64_t count = -std::int64_t{emitted_};
  for (const auto& [start, window] : windows_) count += window.groups.size();
  return count;
}

void CpuState::mark_symbols(std::vector<std::uint64_t>& used) const {
  const auto mark = [&used](std::uint64_t code) {
    if (used.size() <= code / 64) used.resize(code / 64 + 1);
    used[code / 64] |= std::uint64_t{1} << (code % 64);
  };
  for (const auto& [start, window] : windows_) {
    for (const KeyField& field : plan_.keys.fields) {
      if (field.type.id != TypeId::symbol) continue;
      for (std::uint32_t i = 0; i < window.groups.size(); ++i) {
        const auto* words =
            reinterpret_cast<const std::uint64_t*>(window.groups.cell(plan_.shape, i));
        const bool is_null = ((words[field.null_word] >> field.null_shift) & 1U) != 0;
        if (!is_null) mark((words[field.word] >> field.shift) & 0xFFFFFFFFU);
      }
    }
    for (std::size_t s = 0; s < window.distinct.size(); ++s) {
      const DistinctSet& set = plan_.distinct_sets[s];
      if (set.type.id != TypeId::symbol) continue;
      for (std::uint32_t i = 0; i < window.distinct[s].size(); ++i) {
        mark(reinterpret_cast<const std::uint64_t*>(window.distinct[s].cell(set.shape, i))[1]);
      }
    }
  }
}

}  // namespace penstock::detail::cpu
