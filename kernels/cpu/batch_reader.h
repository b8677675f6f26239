// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cpu/compiled_plan.h"
#include "cpu/lane.h"

namespace penstock::detail::cpu {

// The rows of a vector that filter, window and watermark let pass.
struct Selection {
  std::int64_t first_row = 0;  // of the vector in its batch
  int rows = 0;                // of the vector
  int count = 0;               // rows that pass; their numbers are in lane.rows
  bool one_window = true;      // all in the window `start`; else each in its own of lane.starts
  std::int64_t start = 0;

  [[nodiscard]] bool all() const noexcept { return count == rows; }
};

// Runs a program over a batch, vector by vector: computes registers, filters, finds windows, drops
// the late, and counts.
class BatchReader {
 public:
  BatchReader(const CompiledPlan& plan, CpuLane& lane, const Submission& submission,
              RowCounts& counts);

  // The next vector; false at the end. A vector of which no row passes has count 0.
  bool next(Selection& selection);

 private:
  [[nodiscard]] bool sharded() const noexcept { return submission_.shard_of_row != nullptr; }
  [[nodiscard]] bool judges_late() const noexcept;
  void find_batch_window();
  bool filter(const Selection& selection);
  void pass_shard(const Selection& selection);
  void assign_windows(Selection& selection);
  void drop_without_window(Selection& selection);
  void drop_late(Selection& selection);
  void advance_watermark(std::int64_t end_row);
  void fill_watermarks(const Selection& selection);

  const CompiledPlan& plan_;
  CpuLane& lane_;
  const Submission& submission_;
  RowCounts& counts_;
  std::int64_t next_row_ = 0;
  // One window for the whole batch, and nothing late in it.
  bool batch_window_known_ = false;
  std::int64_t batch_window_ = 0;
  std::int64_t watermark_max_ = watermark_max;  // no row of the batch has a later one
  std::int64_t watermark_;                      // before row watermark_row_
  std::int64_t watermark_row_ = 0;
};

}  // namespace penstock::detail::cpu
