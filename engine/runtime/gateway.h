// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <penstock/data/symbol_table.h>

#include "delivery.h"
#include "executor.h"
#include "job_control.h"
#include "query_run.h"
#include "table_run.h"

namespace penstock {

// The loop of the thread in run(): moves arrivals into the graph, keeps the beat of the epochs,
// collects symbols, and sees to it that the job ends.
class Gateway {
 public:
  struct Parts {
    JobControl* control = nullptr;
    Executor* executor = nullptr;
    SymbolTable* symbols = nullptr;
    std::vector<TableRun*> tables;
    std::vector<QueryRun*> queries;
    std::vector<SinkRun*> sinks;
    std::vector<QueryRun*> writers;  // of each sink one query that writes to it
    std::int64_t commit_interval_ns = 0;
  };
  explicit Gateway(Parts parts);

  Activity step(bool may_wait) noexcept;
  // Epochs that sinks were asked to commit so far; after drive().
  [[nodiscard]] std::uint64_t epoch() const noexcept { return epoch_; }

 private:
  bool admit();
  bool collect_symbols();  // whether the graph is being kept empty for it
  void begin_epoch();
  void close_inputs();
  [[nodiscard]] bool finished() const noexcept;

  const Parts parts_;
  Executor::Stage stamp_stage_ = 0;
  std::uint64_t sequence_ = 0;  // the stamping stage's own
  std::uint64_t epoch_ = 0;
  std::int64_t epoch_began_ns_ = 0;
  bool collecting_ = false;
  std::vector<std::uint64_t> used_symbols_;
  std::vector<QueryRun::Commit> commits_;  // one a sink
};

}  // namespace penstock
