// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include <penstock/kernels/backend.h>

#include "cpu/compiled_plan.h"
#include "cpu/lane.h"

namespace penstock::detail::cpu {

// The groups of one window.
struct OpenWindow {
  GroupTable groups;
  std::vector<GroupTable> distinct;  // by CompiledPlan::distinct_sets
};

class CpuState final : public State {
 public:
  CpuState(const CompiledPlan& plan, const StateLimits& limits, bool owes_row);

  // Adds `count` rows to the window that starts there (0 without windows): their registers are in
  // lane.selected.
  void absorb(std::int64_t window_start, int count, CpuLane& lane);
  void emit(EmitResult& result);

  std::unique_ptr<State> split(std::int64_t watermark) override;
  void merge(State& other) override;
  [[nodiscard]] std::int64_t earliest_window_end() const override;
  [[nodiscard]] std::int64_t group_count() const override;
  [[nodiscard]] std::size_t size_bytes() const override { return budget_.used_bytes; }
  void mark_symbols(std::vector<std::uint64_t>& used) const override;

 private:
  [[nodiscard]] std::int64_t window_end(std::int64_t start) const;
  [[nodiscard]] std::size_t bytes_of(const OpenWindow& window) const;
  OpenWindow& open(std::int64_t start);
  void find_groups(OpenWindow& window, int count, CpuLane& lane);
  void update(OpenWindow& window, int row_set, const std::uint16_t* rows, int count, int all,
              CpuLane& lane);
  void update_distinct(OpenWindow& window, std::size_t set, const std::uint16_t* rows, int count,
                       int all, CpuLane& lane);
  void count_new_members(OpenWindow& window, std::size_t set, std::uint32_t first);
  void merge_window(OpenWindow& mine, OpenWindow& theirs);
  void merge_distinct(OpenWindow& mine, const OpenWindow& theirs,
                      const std::vector<std::uint32_t>& group_of);
  void write_groups(std::int64_t start, const OpenWindow& window, std::uint32_t first,
                    std::int64_t count, EmitResult& result, std::vector<bool>& has_nulls) const;

  const CompiledPlan& plan_;                    // the program's, which outlives its states
  std::map<std::int64_t, OpenWindow> windows_;  // by start
  Budget budget_;
  std::uint32_t emitted_ = 0;  // groups of the first window that emit() has written
  bool owes_row_;              // of the single group of a program without keys and without a window
};

}  // namespace penstock::detail::cpu
