// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <penstock/kernels/backend.h>
#include <penstock/kernels/buffer.h>
#include <penstock/operators/fold_pipeline.h>

#include "free_list.h"

namespace penstock {

enum class FoldMode : std::uint8_t { automatic, replica, shard };

// The keyed state of one query: replicas that any worker fills, shards that have one writer each,
// or first the one and then the other. Whatever absorbed a group, closing merges all of them.
class FoldRun {
 public:
  struct Options {
    FoldMode mode = FoldMode::automatic;
    int threads = 1;
    std::int64_t batch_rows = 0;
    std::size_t divisions = 0;        // batches that may be divided at once
    std::size_t state_bytes_max = 0;  // all states together
    FreeList::Order replica_order = FreeList::Order::warmest;
  };
  FoldRun(FoldPipeline pipeline, const Options& options);

  [[nodiscard]] const FoldPipeline& pipeline() const noexcept { return pipeline_; }
  [[nodiscard]] bool sharding() const noexcept { return sharding_.load(std::memory_order_acquire); }
  [[nodiscard]] std::size_t replicas() const noexcept { return replicas_.size(); }
  [[nodiscard]] std::size_t shards() const noexcept { return shards_.size(); }
  [[nodiscard]] std::size_t state_bytes_max() const noexcept { return state_bytes_max_; }
  [[nodiscard]] std::size_t scratch_bytes() const noexcept;

  // Absorbs a batch into a free replica; then looks whether those that follow are to be sharded.
  void absorb(const BatchView& batch, std::int64_t start_watermark, RowCounts& counts);
  // Decides for each row its shard, once; then each shard absorbs its own. One division at a time
  // with one index; the batch must live until its last shard is done.
  void divide(std::size_t division, const BatchView& batch, std::int64_t start_watermark,
              RowCounts& counts);
  void absorb_shard(std::size_t division, std::size_t shard);

  // Takes out and merges all windows with end ≤ watermark; nullptr where there are none. Of a fold
  // without a window, and with `last`, always a state: what is there at the end of the input.
  std::unique_ptr<State> close(std::int64_t watermark, bool last);
  // Hands out a closed state's rows, in chunks, earlier window ends first. One caller at a time.
  void emit(State& closed, const std::function<void(const BatchView&)>& take);

  void mark_symbols(std::vector<std::uint64_t>& used) const;  // while nothing else runs

 private:
  // One state with its writer's tools. The mutex is held for one batch, or to take windows out.
  struct Cell {
    std::mutex mutex;
    std::unique_ptr<State> state;
    std::unique_ptr<Lane> lane;
    std::unique_ptr<FoldPipeline::Worker> worker;  // of replicas alone
    std::atomic<std::int64_t> earliest_end{watermark_max};
  };
  struct Division {
    std::unique_ptr<FoldPipeline::Worker> worker;
    std::unique_ptr<Lane> lane;
    BatchView prepared;
    std::int64_t start_watermark = watermark_min;
    Buffer shard_of_row;
  };
  void take_closed(Cell& cell, std::int64_t watermark, bool last, std::unique_ptr<State>& closed);

  FoldPipeline pipeline_;
  const bool may_shard_;
  const std::size_t state_bytes_max_;
  std::atomic<bool> sharding_;
  std::vector<Cell> replicas_;
  std::vector<Cell> shards_;
  std::vector<Division> divisions_;
  FreeList free_replicas_;
  std::unique_ptr<Lane> emit_lane_;
  EmitResult emit_result_;
  std::vector<ColumnView> emit_views_;
};

}  // namespace penstock
