// SPDX-License-Identifier: Apache-2.0
#include "query_run.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

#include <penstock/kernels/error.h>

#include "job_limits.h"

namespace penstock {
namespace {

// A query's steps by who runs them.
struct StepParts {
  std::span<const Step> fold;  // filters and projections, then the aggregate; or empty
  std::span<const Step> rows;  // filters and projections: all of a map, or what follows the fold
  std::optional<SortStep> sort;
};

StepParts split_steps(const Query& query, const std::string& name) {
  std::span<const Step> steps = query.steps;
  StepParts parts;
  if (!steps.empty() && std::holds_alternative<SortStep>(steps.back())) {
    parts.sort = std::get<SortStep>(steps.back());
    steps = steps.first(steps.size() - 1);
  }
  std::size_t folded = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (std::holds_alternative<SortStep>(steps[i])) {
      throw Error(ErrorCode::unsupported,
                  "query '" + name + "' sorts before its last step; ORDER BY and LIMIT go last");
    }
    if (!std::holds_alternative<AggregateStep>(steps[i])) continue;
    if (folded > 0) {
      throw Error(ErrorCode::unsupported, "query '" + name +
                                              "' aggregates what was aggregated before; write the "
                                              "inner result to a table and read that");
    }
    folded = i + 1;
  }
  parts.fold = steps.first(folded);
  parts.rows = steps.subspan(folded);
  return parts;
}

std::int64_t monotonic_ns() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

QueryRun::QueryRun(const SourceTable& source, const Query& query, SinkRun& sink,
                   const Options& options)
    : options_(options),
      items_(options.in_flight),
      partition_watermarks_(options.partitions, watermark_min) {
  compile(source, query, sink);
  add_stages();
  allocate();
}

void QueryRun::compile(const SourceTable& source, const Query& query, SinkRun& sink) {
  const StepParts parts = split_steps(query, options_.name);
  const Schema* input = &source.schema;
  if (!parts.fold.empty()) {
    FoldRun::Options fold;
    fold.mode = options_.fold;
    fold.threads = options_.threads;
    fold.batch_rows = options_.batch_rows;
    fold.divisions = items_.size();
    fold.state_bytes_max = options_.state_bytes_max;
    if (options_.one_thread) fold.replica_order = FreeList::Order::coldest;
    fold_ = std::make_unique<FoldRun>(FoldPipeline(source.schema, source.watermark, parts.fold,
                                                   *options_.backend, *options_.symbols),
                                      fold);
    input = &fold_->pipeline().output_schema();
  }
  rows_.emplace(*input, parts.rows, *options_.backend, *options_.symbols);
  delivery_ =
      std::make_unique<Delivery>(sink, rows_->output_schema(), parts.sort, options_.sort_bytes_max);
}

void QueryRun::add_stages() {
  Executor& executor = *options_.executor;
  transform_stage_ =
      executor.add_stage({options_.name + ".transform", Concurrency::unlimited, false},
                         [this](Message& message) { transform(static_cast<Item&>(message)); });
  const std::size_t shards = fold_ ? fold_->shards() : 0;
  for (std::size_t i = 0; i < shards; ++i) {
    shard_stages_.push_back(executor.add_stage(
        {options_.name + ".shard", Concurrency::serial, false},
        [this](Message& message) { absorb_shard(static_cast<ShardMessage&>(message)); }));
  }
  emit_stage_ = executor.add_stage({options_.name + ".emit", Concurrency::serial, false},
                                   [this](Message& message) { emit(message); });
}

void QueryRun::allocate() {
  BatchBuilder::Options result;
  result.text_growth = TextGrowth::growable;
  result.text_bytes = options_.text_bytes;
  const Schema& output = rows_->output_schema();
  for (Item& item : items_) {
    item.kind = kind_item;
    if (!fold_) {
      result.capacity_rows = options_.batch_rows;
      item.result = std::make_unique<BatchBuilder>(output, result);
    }
    item.shards = std::vector<ShardMessage>(shard_stages_.size());
    for (std::size_t i = 0; i < item.shards.size(); ++i) {
      item.shards[i].item = &item;
      item.shards[i].shard = i;
    }
  }
  if (fold_) {
    result.capacity_rows = limits::emit_rows;
    result.text_bytes = std::min(result.text_bytes, limits::text_bytes_min);
    tail_result_ = std::make_unique<BatchBuilder>(output, result);
    tail_worker_ = rows_->new_worker(limits::emit_rows);
    return;
  }
  const auto workers = static_cast<std::size_t>(options_.one_thread ? 1 : options_.threads);
  for (std::size_t i = 0; i < workers; ++i) {
    map_workers_.push_back(rows_->new_worker(options_.batch_rows));
  }
  free_map_workers_ = std::make_unique<FreeList>(workers, FreeList::Order::warmest);
}

const std::vector<bool>& QueryRun::wanted_columns() const noexcept {
  return fold_ ? fold_->pipeline().wanted_columns() : rows_->wanted_columns();
}

std::size_t QueryRun::result_bytes() const noexcept {
  if (fold_) return tail_result_->size_bytes();
  std::size_t bytes = 0;
  for (const Item& item : items_) bytes += item.result->size_bytes();
  return bytes;
}

void QueryRun::accept(const Arrived& arrived, RecordBatch batch) noexcept {
  Item& item = items_[arrived.ordinal % items_.size()];
  PENSTOCK_ASSERT(!item.completed);
  item.arrived = arrived;
  item.counts = {};
  item.busy_ns = 0;
  item.has_rows = static_cast<bool>(batch) && !full() && !options_.control->failed();
  if (item.has_rows) item.batch = std::move(batch);
  options_.executor->post(item.has_rows ? transform_stage_ : emit_stage_, item);
}

void QueryRun::post_commit(Commit& commit) noexcept {
  commit.kind = kind_commit;
  options_.executor->post(emit_stage_, commit);
}

void QueryRun::transform(Item& item) {
  const std::int64_t started = monotonic_ns();
  bool divided = false;
  try {
    if (!options_.control->failed()) {
      const BatchView view = item.batch.view();
      if (!fold_) {
        map(item);
      } else if (fold_->sharding()) {
        divide(item);
        divided = true;
      } else {
        fold_->absorb(view, item.arrived.start_watermark, item.counts);
      }
    }
  } catch (...) {
    options_.control->fail(std::current_exception());
  }
  item.busy_ns = monotonic_ns() - started;
  if (!divided) {
    finish_item(item);
    return;
  }
  item.shards_left.store(item.shards.size(), std::memory_order_relaxed);
  for (std::size_t i = 0; i < item.shards.size(); ++i) {
    options_.executor->post(shard_stages_[i], item.shards[i]);
  }
}

void QueryRun::map(Item& item) {
  const FreeList::Loan loan(*free_map_workers_);
  const BatchView view = item.batch.view();
  item.counts.rows_in = view.rows;
  rows_->run(*map_workers_[loan.index()], view, *item.result);
}

void QueryRun::divide(Item& item) {
  const auto division = static_cast<std::size_t>(&item - items_.data());
  fold_->divide(division, item.batch.view(), item.arrived.start_watermark, item.counts);
}

void QueryRun::absorb_shard(ShardMessage& message) noexcept {
  Item& item = *message.item;
  const std::int64_t started = monotonic_ns();
  try {
    if (!options_.control->failed()) {
      fold_->absorb_shard(static_cast<std::size_t>(&item - items_.data()), message.shard);
    }
  } catch (...) {
    options_.control->fail(std::current_exception());
  }
  counters_.busy_ns.fetch_add(monotonic_ns() - started, std::memory_order_relaxed);
  if (item.shards_left.fetch_sub(1, std::memory_order_acq_rel) == 1) finish_item(item);
}

// The last reader of the batch: its credit goes back before anybody looks at the results.
void QueryRun::finish_item(Item& item) noexcept {
  item.batch.reset();
  options_.executor->post(emit_stage_, item);
}

void QueryRun::emit(Message& message) noexcept {
  JobControl& control = *options_.control;
  try {
    if (message.kind == kind_commit) {
      auto& commit = static_cast<Commit&>(message);
      if (!control.failed()) commit.sink->commit(commit.epoch);
      commit.pending.store(false, std::memory_order_release);
    } else {
      static_cast<Item&>(message).completed = true;
    }
  } catch (...) {
    static_cast<Commit&>(message).pending.store(false, std::memory_order_release);
    control.fail(std::current_exception());
  }
  const std::uint64_t before = prefix_;
  for (;;) {
    Item& item = items_[prefix_ % items_.size()];
    if (!item.completed) break;
    item.completed = false;
    try {
      if (!control.failed()) consume(item);
    } catch (...) {
      control.fail(std::current_exception());
    }
    if (item.result) item.result->clear();
    ++prefix_;
  }
  try {
    if (prefix_ != before && !control.failed()) fire();
  } catch (...) {
    control.fail(std::current_exception());
  }
  emitted_.store(prefix_, std::memory_order_release);
  control.bell().ring();
}

void QueryRun::consume(Item& item) {
  if (item.has_rows) {
    counters_.rows_in.fetch_add(item.counts.rows_in, std::memory_order_relaxed);
    counters_.batches.fetch_add(1, std::memory_order_relaxed);
    counters_.rows_late.fetch_add(item.counts.rows_late, std::memory_order_relaxed);
    counters_.rows_null_event_time.fetch_add(item.counts.rows_null_event_time,
                                             std::memory_order_relaxed);
    counters_.busy_ns.fetch_add(item.busy_ns, std::memory_order_relaxed);
    if (item.result) delivery_->add(item.result->view());
  }
  std::int64_t& watermark = partition_watermarks_[item.arrived.partition];
  watermark = item.arrived.end_watermark;
  last_finite_watermark_ = std::max(last_finite_watermark_, watermark);
  if (item.arrived.ends_partition) {
    watermark = watermark_max;
    ++partitions_ended_;
  }
}

std::int64_t QueryRun::operator_watermark() const noexcept {
  return *std::min_element(partition_watermarks_.begin(), partition_watermarks_.end());
}

void QueryRun::fire() {
  const std::int64_t watermark = operator_watermark();
  const bool last = partitions_ended_ == partition_watermarks_.size();
  watermark_.store(watermark == watermark_max ? last_finite_watermark_ : watermark,
                   std::memory_order_relaxed);
  if (delivery_->full()) full_.store(true, std::memory_order_release);
  if (finished_ || (!last && watermark <= fired_)) return;
  fired_ = watermark;
  if (fold_ && (last || fold_->pipeline().windowed())) {
    const std::unique_ptr<State> closed = fold_->close(watermark, last);
    if (closed) deliver_closed(*closed);
  }
  if (last) {
    delivery_->finish();
    finished_ = true;
  }
  if (delivery_->full()) full_.store(true, std::memory_order_release);
}

void QueryRun::deliver_closed(State& closed) {
  fold_->emit(closed, [this](const BatchView& groups) {
    rows_->run(*tail_worker_, groups, *tail_result_);
    delivery_->add(tail_result_->view());
    tail_result_->clear();
  });
}

void QueryRun::count_into_diagnostics() const {
  const auto set = [this](const char* counter, std::int64_t value) {
    options_.diagnostics->counter(options_.name + counter).store(value, std::memory_order_relaxed);
  };
  set(".rows_in", counters_.rows_in.load(std::memory_order_relaxed));
  set(".rows_out", delivery_->rows_out());
  set(".batches", counters_.batches.load(std::memory_order_relaxed));
  set(".busy_ns", counters_.busy_ns.load(std::memory_order_relaxed));
  if (!fold_) return;
  set(".rows_late", counters_.rows_late.load(std::memory_order_relaxed));
  set(".rows_null_event_time", counters_.rows_null_event_time.load(std::memory_order_relaxed));
}

void QueryRun::warn() const {
  const std::int64_t late = counters_.rows_late.load(std::memory_order_relaxed);
  if (late == 0) return;
  options_.diagnostics->warn(std::to_string(late) + (late == 1 ? " row" : " rows") + " of '" +
                             options_.name + "' came after " + (late == 1 ? "its" : "their") +
                             " window had closed: raise the watermark's delay");
}

void QueryRun::describe(std::vector<std::string>& lines) const {
  if (fold_) {
    for (const std::string& line : fold_->pipeline().describe()) lines.push_back(line);
  }
  for (const std::string& line : rows_->describe()) lines.push_back(line);
}

}  // namespace penstock
