// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <penstock/data/slot_pool.h>
#include <penstock/io/source.h>
#include <penstock/plan/plan.h>

#include "executor.h"
#include "job_control.h"
#include "query_run.h"

namespace penstock {

// What a receiver hands to the gateway: rows, the end of a partition, or both.
struct Arrival {
  RecordBatch batch;
  std::uint32_t partition = 0;
  bool ends_partition = false;
};

// Arrivals of one table on their way from its receivers to the gateway. It has room for every slot
// and every partition's end, so that nobody ever waits to put one in.
class ArrivalQueue {
 public:
  void allocate(std::size_t capacity);
  void push(Arrival arrival) noexcept;
  [[nodiscard]] bool pop(Arrival& arrival) noexcept;  // false: empty
  [[nodiscard]] bool empty() const noexcept;

 private:
  mutable std::mutex mutex_;
  std::vector<Arrival> ring_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

// One source table at work: its slots, its partitions and who reads them.
class TableRun {
 public:
  struct Options {
    std::size_t slots = 0;
    std::int64_t batch_rows = 0;
    std::size_t batch_bytes = 0;
    std::int64_t linger_ns = 0;
    SymbolTable* symbols = nullptr;
    Diagnostics* diagnostics = nullptr;
  };
  TableRun(const SourceTable& table, std::unique_ptr<Source> source, std::uint32_t index,
           const Options& options);

  [[nodiscard]] const SourceTable& table() const noexcept { return table_; }
  [[nodiscard]] const std::string& name() const noexcept { return table_.definition.name; }
  [[nodiscard]] const Options& options() const noexcept { return options_; }
  [[nodiscard]] std::size_t partitions() const noexcept { return partitions_; }
  // At least one, which has ended already where the source has none.
  [[nodiscard]] std::size_t watermark_partitions() const noexcept { return partition_max_.size(); }
  // Of each utf8 column of a batch, whichever columns are wanted.
  [[nodiscard]] std::size_t text_bytes() const noexcept;

  // All queries first, then allocate(): the slots hold only what some query wants.
  void add_query(QueryRun& query) { queries_.push_back(&query); }
  [[nodiscard]] const std::vector<QueryRun*>& queries() const noexcept { return queries_; }
  void allocate();
  void open_readers();

  // The receivers' side.
  [[nodiscard]] SlotPool& pool() const noexcept { return *pool_; }
  [[nodiscard]] Reader& reader(std::uint32_t partition) const noexcept {
    return *readers_[partition];
  }
  ArrivalQueue& arrivals() noexcept { return arrivals_; }
  [[nodiscard]] bool closing() const noexcept { return closing_.load(std::memory_order_acquire); }
  void receiver_started() noexcept { receivers_left_.fetch_add(1); }
  void receiver_finished() noexcept { receivers_left_.fetch_sub(1); }
  void count_read(std::int64_t rows, std::int64_t busy_ns) noexcept;
  void count_batch() noexcept { batches_.fetch_add(1, std::memory_order_relaxed); }
  void count_credit_wait() noexcept { credit_waits_.fetch_add(1, std::memory_order_relaxed); }

  // The gateway's side.
  void close_input() noexcept;  // receivers hand over what they have, and finish
  // Moves an arrival on to the stamping stage, where one is there and every query has emitted far
  // enough for it to have a place. False: none moved.
  bool admit(Executor& executor, Executor::Stage stamp_stage);
  void drop_arrivals() noexcept;
  [[nodiscard]] bool quiet() const noexcept;  // all that was admitted has been emitted
  [[nodiscard]] bool drained() const noexcept;
  [[nodiscard]] bool all_full() const noexcept;

  // The stamping stage.
  struct Stamping : Message {
    TableRun* table = nullptr;
    std::uint64_t ordinal = 0;
    Arrival arrival;
  };
  void stamp(Stamping& stamping, std::uint64_t& sequence) noexcept;

  // From any thread.
  [[nodiscard]] std::int64_t rows_in() const noexcept {
    return rows_in_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] ReadProgress read_progress() const;  // once the readers are open
  void count_into_diagnostics() const;
  [[nodiscard]] std::size_t wanted_columns() const noexcept;
  [[nodiscard]] std::int64_t slot_rows() const noexcept { return slot_rows_; }

 private:
  const SourceTable& table_;
  const std::unique_ptr<Source> source_;
  const std::uint32_t index_;
  const Options options_;
  const std::size_t partitions_;
  std::vector<QueryRun*> queries_;
  std::vector<bool> wanted_;
  std::int64_t slot_rows_ = 0;
  std::unique_ptr<SlotPool> pool_;
  std::vector<std::unique_ptr<Reader>> readers_;
  std::atomic<bool> opened_{false};
  ArrivalQueue arrivals_;
  std::vector<Stamping> stampings_;          // by ordinal modulo their number
  std::uint64_t admitted_ = 0;               // the gateway's own
  std::vector<std::int64_t> partition_max_;  // event time so far; the stamping stage's own

  std::atomic<bool> closing_{false};
  std::atomic<int> receivers_left_{0};
  std::atomic<std::int64_t> rows_in_{0};
  std::atomic<std::int64_t> batches_{0};
  std::atomic<std::int64_t> credit_waits_{0};
  std::atomic<std::int64_t> busy_ns_{0};
};

}  // namespace penstock
