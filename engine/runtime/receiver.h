// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "executor.h"
#include "job_control.h"
#include "table_run.h"

namespace penstock {

// Polls some partitions of a table in turn: takes a slot, has the reader fill it, closes it by
// rows, bytes or linger. Without a free slot it stops reading: that is the only backpressure.
class Receiver {
 public:
  Receiver(TableRun& table, const std::vector<std::uint32_t>& partitions, JobControl& control);

  Activity step(bool may_wait) noexcept;

 private:
  struct Partition {
    std::uint32_t index = 0;
    RecordBatch batch;
    std::int64_t first_row_ns = 0;
  };
  Activity finish(bool hand_over) noexcept;
  Activity poll(Partition& partition, bool may_wait);
  bool take_slot(Partition& partition, bool may_wait);
  Activity read(Partition& partition);
  void hand_over(Partition& partition, bool ends) noexcept;
  void end(const Partition& partition) noexcept;
  [[nodiscard]] bool holds_a_batch() const noexcept;

  TableRun& table_;
  JobControl& control_;
  std::vector<Partition> partitions_;  // those that have not ended
  std::size_t next_ = 0;
  std::size_t idle_in_a_row_ = 0;
};

}  // namespace penstock
