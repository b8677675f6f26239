// SPDX-License-Identifier: Apache-2.0
#include "cpu/cpu_backend.h"

#include <algorithm>
#include <cstring>

#include <penstock/kernels/error.h>

#include "cpu/batch_reader.h"
#include "cpu/cpu_state.h"
#include "cpu/hash.h"
#include "cpu/interpreter.h"
#include "cpu/map_writer.h"

namespace penstock::detail {

namespace cpu {
namespace {

class CpuProgram final : public Program {
 public:
  explicit CpuProgram(const KernelPlan& plan) : plan_(plan) {}

  [[nodiscard]] std::unique_ptr<Lane> new_lane() const override {
    return std::make_unique<CpuLane>(plan_);
  }

  [[nodiscard]] std::unique_ptr<State> new_state(const StateLimits& limits) const override {
    const bool one_group = plan_.plan.keys.empty() && !plan_.windowed();
    return std::make_unique<CpuState>(plan_, limits, one_group);
  }

  void map(Lane& lane, const BatchView& batch, MapResult& result) const override {
    auto& mine = dynamic_cast<CpuLane&>(lane);
    Submission submission;
    submission.batch = batch;
    RowCounts counts;
    BatchReader reader(plan_, mine, submission, counts);
    MapWriter writer(plan_, result);
    for (Selection selection; reader.next(selection);) {
      if (selection.count == 0) continue;
      compact(plan_, plan_.output_inputs, mine.rows, selection.count, selection.all(), mine);
      writer.append(mine, selection.first_row, selection.count);
    }
    writer.finish();
  }

  void submit(Lane& lane, const Submission& submission, State& state,
              RowCounts& counts) const override {
    auto& mine = dynamic_cast<CpuLane&>(lane);
    auto& groups = dynamic_cast<CpuState&>(state);
    BatchReader reader(plan_, mine, submission, counts);
    for (Selection selection; reader.next(selection);) {
      if (selection.count == 0) continue;
      if (selection.one_window) {
        compact(plan_, plan_.group_inputs, mine.rows, selection.count, selection.all(), mine);
        groups.absorb(selection.start, selection.count, mine);
      } else {
        absorb_windows(mine, selection.count, groups);
      }
    }
  }

  void partition(Lane& lane, const Submission& submission, int shards, std::uint8_t* shard_of_row,
                 RowCounts& counts) const override {
    PENSTOCK_ASSERT(shards >= 1 && shards <= max_shards);
    auto& mine = dynamic_cast<CpuLane&>(lane);
    std::memset(shard_of_row, no_shard, static_cast<std::size_t>(submission.batch.rows));
    BatchReader reader(plan_, mine, submission, counts);
    for (Selection selection; reader.next(selection);) {
      if (selection.count == 0) continue;
      std::uint8_t* out = shard_of_row + selection.first_row;
      if (plan_.keys.fields.empty()) {
        for (int k = 0; k < selection.count; ++k) out[mine.rows[k]] = 0;
        continue;
      }
      compact(plan_, plan_.key_inputs, mine.rows, selection.count, selection.all(), mine);
      pack_keys(plan_.keys, mine.selected.data(), selection.count, mine.keys);
      hash_keys(mine.keys, plan_.keys.words, selection.count, plan_.shard_seed, mine.hashes);
      for (int k = 0; k < selection.count; ++k) {
        const std::uint64_t scaled = (mine.hashes[k] >> 32) * static_cast<std::uint64_t>(shards);
        out[mine.rows[k]] = static_cast<std::uint8_t>(scaled >> 32);
      }
    }
  }

  void emit(Lane&, State& closed, EmitResult& result) const override {
    dynamic_cast<CpuState&>(closed).emit(result);
  }

 private:
  void absorb_rows(CpuLane& lane, std::int64_t start, const std::uint16_t* rows, int count,
                   CpuState& groups) const {
    compact(plan_, plan_.group_inputs, rows, count, false, lane);
    groups.absorb(start, count, lane);
  }

  // Rows of several windows: picks out the windows of the first rows one by one; where there are
  // many, sorts what is left.
  void absorb_windows(CpuLane& lane, int count, CpuState& groups) const {
    for (int picked = 0; count > 0 && picked < windows_picked; ++picked) {
      const std::int64_t start = lane.starts[0];
      int mine = 0;
      int others = 0;
      for (int k = 0; k < count; ++k) {
        const bool same = lane.starts[k] == start;
        const std::uint16_t row = lane.rows[k];
        lane.rows_of_window[mine] = row;
        lane.rows[others] = row;
        lane.starts[others] = lane.starts[k];
        mine += same ? 1 : 0;
        others += same ? 0 : 1;
      }
      absorb_rows(lane, start, lane.rows_of_window, mine, groups);
      count = others;
    }
    if (count == 0) return;
    absorb_sorted_windows(lane, count, groups);
  }

  void absorb_sorted_windows(CpuLane& lane, int count, CpuState& groups) const {
    for (int k = 0; k < count; ++k) lane.rows_of_window[k] = static_cast<std::uint16_t>(k);
    std::sort(
        lane.rows_of_window, lane.rows_of_window + count,
        [&lane](std::uint16_t a, std::uint16_t b) { return lane.starts[a] < lane.starts[b]; });
    std::int64_t* sorted_starts = lane.times;  // no longer needed
    for (int k = 0; k < count; ++k) {
      const std::uint16_t at = lane.rows_of_window[k];
      sorted_starts[k] = lane.starts[at];
      lane.rows_of_window[k] = lane.rows[at];
    }
    for (int first = 0; first < count;) {
      int end = first + 1;
      while (end < count && sorted_starts[end] == sorted_starts[first]) ++end;
      absorb_rows(lane, sorted_starts[first], lane.rows_of_window + first, end - first, groups);
      first = end;
    }
  }

  CompiledPlan plan_;
};

class CpuBackend final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "cpu"; }
  [[nodiscard]] std::string why_not(const KernelPlan&) const override { return {}; }
  [[nodiscard]] std::unique_ptr<Program> compile(const KernelPlan& plan) const override {
    validate(plan);
    return std::make_unique<CpuProgram>(plan);
  }
};

}  // namespace
}  // namespace cpu

std::unique_ptr<Backend> make_cpu_backend() {
  return std::make_unique<cpu::CpuBackend>();
}

}  // namespace penstock::detail
