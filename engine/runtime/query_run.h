// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <penstock/data/slot_pool.h>
#include <penstock/io/diagnostics.h>
#include <penstock/operators/row_pipeline.h>
#include <penstock/plan/plan.h>

#include "delivery.h"
#include "executor.h"
#include "fold_run.h"
#include "free_list.h"
#include "job_control.h"

namespace penstock {

// What the stamping stage says of one arrival: a batch, the end of its partition, or both.
struct Arrived {
  std::uint64_t ordinal = 0;  // within the table: 0, 1, 2, …
  std::uint32_t partition = 0;
  bool ends_partition = false;
  std::int64_t start_watermark = watermark_min;  // the partition's, before the batch
  std::int64_t end_watermark = watermark_min;    //   and behind it
};

// One query at work: transform and fold (any worker), shards (one writer each), emit (serial).
class QueryRun {
 public:
  struct Options {
    std::string name;
    const Backend* backend = nullptr;
    SymbolTable* symbols = nullptr;
    Executor* executor = nullptr;
    JobControl* control = nullptr;
    Diagnostics* diagnostics = nullptr;
    int threads = 1;
    bool one_thread = false;  // whatever `threads` says, bodies run one after the other
    std::int64_t batch_rows = 0;
    std::size_t text_bytes = 0;  // first size of a result's text columns
    std::size_t in_flight = 0;   // arrivals between the gateway and the emitted prefix
    std::size_t partitions = 0;
    FoldMode fold = FoldMode::automatic;
    std::size_t state_bytes_max = 0;
    std::size_t sort_bytes_max = 0;
  };
  QueryRun(const SourceTable& source, const Query& query, SinkRun& sink, const Options& options);

  [[nodiscard]] const std::string& name() const noexcept { return options_.name; }
  [[nodiscard]] const std::vector<bool>& wanted_columns() const noexcept;

  // From the stamping stage, in order. An empty batch goes straight to emit.
  void accept(const Arrived& arrived, RecordBatch batch) noexcept;
  // Has the sink commit in its turn, between results. The message must live until it ran.
  struct Commit : Message {
    SinkRun* sink = nullptr;
    std::uint64_t epoch = 0;
    std::atomic<bool> pending{false};
  };
  void post_commit(Commit& commit) noexcept;

  // How many arrivals have passed through emit; from any thread.
  [[nodiscard]] std::uint64_t emitted() const noexcept {
    return emitted_.load(std::memory_order_acquire);
  }
  [[nodiscard]] bool full() const noexcept { return full_.load(std::memory_order_acquire); }
  [[nodiscard]] std::int64_t watermark() const noexcept {
    return watermark_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] const FoldRun* fold() const noexcept { return fold_.get(); }
  void count_into_diagnostics() const;
  void warn() const;  // of rows that came too late, after the end

  void describe(std::vector<std::string>& lines) const;
  [[nodiscard]] std::size_t result_slots() const noexcept { return fold_ ? 1 : items_.size(); }
  [[nodiscard]] std::size_t result_bytes() const noexcept;

 private:
  static constexpr std::uint32_t kind_item = 0;
  static constexpr std::uint32_t kind_commit = 1;

  struct Item;
  struct ShardMessage : Message {
    Item* item = nullptr;
    std::size_t shard = 0;
  };
  struct Item : Message {
    Arrived arrived;
    RecordBatch batch;
    RowCounts counts;
    std::int64_t busy_ns = 0;
    bool has_rows = false;
    bool completed = false;                // emit's own
    std::unique_ptr<BatchBuilder> result;  // of a map
    std::vector<ShardMessage> shards;
    std::atomic<std::size_t> shards_left{0};
  };

  void compile(const SourceTable& source, const Query& query, SinkRun& sink);
  void add_stages();
  void allocate();
  void transform(Item& item);
  void map(Item& item);
  void divide(Item& item);
  void absorb_shard(ShardMessage& message) noexcept;
  void finish_item(Item& item) noexcept;
  void emit(Message& message) noexcept;
  void consume(Item& item);
  void fire();
  void deliver_closed(State& closed);
  [[nodiscard]] std::int64_t operator_watermark() const noexcept;

  Options options_;
  std::optional<RowPipeline> rows_;  // of a map: all of it; of a fold: what follows it
  std::unique_ptr<FoldRun> fold_;
  std::unique_ptr<Delivery> delivery_;

  std::vector<std::unique_ptr<RowPipeline::Worker>> map_workers_;
  std::unique_ptr<FreeList> free_map_workers_;
  std::unique_ptr<RowPipeline::Worker> tail_worker_;
  std::unique_ptr<BatchBuilder> tail_result_;

  Executor::Stage transform_stage_ = 0;
  Executor::Stage emit_stage_ = 0;
  std::vector<Executor::Stage> shard_stages_;

  std::vector<Item> items_;  // by ordinal modulo their number
  std::atomic<std::uint64_t> emitted_{0};
  std::atomic<bool> full_{false};

  // emit's own
  std::uint64_t prefix_ = 0;
  std::vector<std::int64_t> partition_watermarks_;
  std::int64_t last_finite_watermark_ = watermark_min;
  std::size_t partitions_ended_ = 0;
  std::int64_t fired_ = watermark_min;
  bool finished_ = false;

  std::atomic<std::int64_t> watermark_{watermark_min};
  struct Counters {
    std::atomic<std::int64_t> rows_in{0};
    std::atomic<std::int64_t> batches{0};
    std::atomic<std::int64_t> rows_late{0};
    std::atomic<std::int64_t> rows_null_event_time{0};
    std::atomic<std::int64_t> busy_ns{0};
  } counters_;
};

}  // namespace penstock
