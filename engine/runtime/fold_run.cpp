// SPDX-License-Identifier: Apache-2.0
#include "fold_run.h"

#include <algorithm>
#include <utility>

#include "job_limits.h"

namespace penstock {
namespace {

bool shards_possible(const FoldRun::Options& options) {
  if (options.mode == FoldMode::automatic) return options.threads > 1;
  return options.mode == FoldMode::shard;
}

std::size_t replica_count(const FoldRun::Options& options) {
  return options.mode == FoldMode::shard ? 0 : static_cast<std::size_t>(options.threads);
}

std::size_t shard_count(const FoldRun::Options& options) {
  if (!shards_possible(options)) return 0;
  return static_cast<std::size_t>(
      std::clamp(options.threads, limits::shards_min, limits::shards_max));
}

}  // namespace

FoldRun::FoldRun(FoldPipeline pipeline, const Options& options)
    : pipeline_(std::move(pipeline)),
      may_shard_(shards_possible(options)),
      state_bytes_max_(options.state_bytes_max),
      sharding_(options.mode == FoldMode::shard),
      replicas_(replica_count(options)),
      shards_(shard_count(options)),
      divisions_(may_shard_ ? options.divisions : 0),
      free_replicas_(replicas_.size(), options.replica_order) {
  const Program& program = pipeline_.program();
  // One part more than states: what close() has taken out and not yet emitted.
  const StateLimits state_limits{options.state_bytes_max / (replicas_.size() + shards_.size() + 1)};
  for (Cell& cell : replicas_) {
    cell.state = program.new_state(state_limits);
    cell.lane = program.new_lane();
    cell.worker = pipeline_.new_worker(options.batch_rows);
  }
  for (Cell& cell : shards_) {
    cell.state = program.new_state(state_limits);
    cell.lane = program.new_lane();
  }
  for (Division& division : divisions_) {
    division.worker = pipeline_.new_worker(options.batch_rows);
    division.lane = program.new_lane();
    division.shard_of_row = Buffer(static_cast<std::size_t>(padded_rows(options.batch_rows)));
  }
  emit_lane_ = program.new_lane();
  for (const Field& field : pipeline_.output_schema().fields) {
    emit_result_.columns.emplace_back(field.type, limits::emit_rows);
  }
  emit_views_.resize(emit_result_.columns.size());
}

std::size_t FoldRun::scratch_bytes() const noexcept {
  std::size_t bytes = 0;
  for (const Division& division : divisions_) bytes += division.shard_of_row.size_bytes();
  for (const ColumnBuffer& column : emit_result_.columns) {
    bytes += static_cast<std::size_t>(column.capacity_rows() * value_width_bytes(column.type()));
  }
  return bytes;
}

void FoldRun::absorb(const BatchView& batch, std::int64_t start_watermark, RowCounts& counts) {
  const FreeList::Loan loan(free_replicas_);
  Cell& cell = replicas_[loan.index()];
  const std::lock_guard lock(cell.mutex);
  Submission submission;
  submission.batch = pipeline_.prepare(*cell.worker, batch);
  submission.start_watermark = start_watermark;
  pipeline_.program().submit(*cell.lane, submission, *cell.state, counts);
  cell.lane->wait();
  cell.earliest_end.store(cell.state->earliest_window_end(), std::memory_order_release);
  if (may_shard_ && !sharding() && cell.state->group_count() > limits::replica_groups_max) {
    sharding_.store(true, std::memory_order_release);
  }
}

void FoldRun::divide(std::size_t division, const BatchView& batch, std::int64_t start_watermark,
                     RowCounts& counts) {
  Division& part = divisions_[division];
  part.prepared = pipeline_.prepare(*part.worker, batch);
  part.start_watermark = start_watermark;
  Submission submission;
  submission.batch = part.prepared;
  submission.start_watermark = start_watermark;
  pipeline_.program().partition(*part.lane, submission, static_cast<int>(shards_.size()),
                                part.shard_of_row.as<std::uint8_t>(), counts);
  part.lane->wait();
}

void FoldRun::absorb_shard(std::size_t division, std::size_t shard) {
  const Division& part = divisions_[division];
  Cell& cell = shards_[shard];
  const std::lock_guard lock(cell.mutex);
  Submission submission;
  submission.batch = part.prepared;
  submission.start_watermark = part.start_watermark;
  submission.shard_of_row = part.shard_of_row.as<std::uint8_t>();
  submission.shard = static_cast<std::uint8_t>(shard);
  RowCounts counted_by_divide;
  pipeline_.program().submit(*cell.lane, submission, *cell.state, counted_by_divide);
  cell.lane->wait();
  cell.earliest_end.store(cell.state->earliest_window_end(), std::memory_order_release);
}

void FoldRun::take_closed(Cell& cell, std::int64_t watermark, bool last,
                          std::unique_ptr<State>& closed) {
  // A worker may be raising it meanwhile, but only for windows that this watermark leaves open.
  if (!last && cell.earliest_end.load(std::memory_order_acquire) > watermark) return;
  std::unique_ptr<State> taken;
  {
    const std::lock_guard lock(cell.mutex);
    taken = cell.state->split(watermark);
    cell.earliest_end.store(cell.state->earliest_window_end(), std::memory_order_release);
  }
  if (closed == nullptr) {
    closed = std::move(taken);
  } else {
    closed->merge(*taken);
  }
}

std::unique_ptr<State> FoldRun::close(std::int64_t watermark, bool last) {
  std::unique_ptr<State> closed;
  for (Cell& cell : replicas_) take_closed(cell, watermark, last, closed);
  for (Cell& cell : shards_) take_closed(cell, watermark, last, closed);
  return closed;
}

void FoldRun::emit(State& closed, const std::function<void(const BatchView&)>& take) {
  for (;;) {
    emit_result_.rows = 0;
    pipeline_.program().emit(*emit_lane_, closed, emit_result_);
    emit_lane_->wait();
    if (emit_result_.rows == 0) return;
    for (std::size_t i = 0; i < emit_views_.size(); ++i) {
      emit_views_[i] = emit_result_.columns[i].view();
    }
    BatchView rows;
    rows.columns = emit_views_;
    rows.rows = emit_result_.rows;
    take(rows);
  }
}

void FoldRun::mark_symbols(std::vector<std::uint64_t>& used) const {
  for (const Cell& cell : replicas_) cell.state->mark_symbols(used);
  for (const Cell& cell : shards_) cell.state->mark_symbols(used);
}

}  // namespace penstock
