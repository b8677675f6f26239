// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <penstock/io/registry.h>
#include <penstock/plan/plan.h>

namespace penstock {

// Where and how to run; never changes the rows that come out.
struct JobOptions {
  int threads = 0;                         // 0 = as many as the process may use
  std::int64_t batch_rows = 65536;         // a batch closes at its rows,
  std::size_t batch_bytes = 4U << 20;      //   its bytes,
  std::chrono::microseconds linger{5000};  //   or this long after its first row
  std::size_t slots = 0;                   // batches in flight of a table; 0 = 2 × threads + 4,
                                           //   and one for each partition after the first
  std::string backend = "cpu";
  std::string executor = "tbb";                        // "tbb", "threads", "seeded"
  std::uint64_t seed = 1;                              // of "seeded"
  std::string fold = "auto";                           // "auto", "replica", "shard"
  std::size_t state_max_bytes = std::size_t{8} << 30;  // all queries and workers together
  std::size_t sort_max_bytes = std::size_t{1} << 30;   // of ORDER BY
  std::size_t symbols_max = std::size_t{1} << 24;      // different texts of keys at a time
  std::size_t symbols_max_bytes = std::size_t{1} << 30;
  std::chrono::milliseconds commit_interval{1000};  // epochs: how often sinks commit
  SinkContext sinks;
};

struct JobProgress {
  std::int64_t rows_in = 0;
  std::int64_t rows_out = 0;
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;  // 0 = not known
  std::int64_t watermark = 0;     // lowest of all sources; INT64_MIN = none yet
  std::size_t slots_free = 0;
  std::size_t slots = 0;
  std::chrono::nanoseconds elapsed{0};
};

struct JobStatistics {
  JobProgress progress;
  std::vector<std::pair<std::string, std::int64_t>> counters;
  std::vector<std::string> warnings;
  std::string backend;  // that really ran
  std::string executor;
  std::vector<std::string> folds;  // of each query: "replica", "shard", "none"
};

// One run of a Plan. Everything is allocated by the constructor ("compile"), which throws Error
// for what cannot run.
class Job {
 public:
  Job(const Plan& plan, const Registry& registry, const JobOptions& options);
  ~Job();
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  // Opens sinks and inputs, so that a missing directory or a locked file is found before data
  // flows: what it throws left nothing behind. run() calls it where nobody has.
  void open();
  // Runs to the end of the input, or until stop(). Throws Error for what ended the job early; rows
  // committed before stay. Call once.
  void run();
  // Ends the input now: what was read is drained, open windows fire, sinks commit, run() returns.
  // Safe from any thread and from a signal handler.
  void stop() noexcept;

  [[nodiscard]] JobProgress progress() const;      // from any thread
  [[nodiscard]] JobStatistics statistics() const;  // from any thread
  // Plan, placement, each pool with its size, and the bound on memory, as text for people.
  [[nodiscard]] std::string explain() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace penstock
