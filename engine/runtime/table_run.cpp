// SPDX-License-Identifier: Apache-2.0
#include "table_run.h"

#include <algorithm>
#include <utility>

#include <penstock/kernels/error.h>

#include "job_limits.h"

namespace penstock {
namespace {

std::int64_t minus_delay(std::int64_t event_time, std::int64_t delay_ns) noexcept {
  std::int64_t watermark = 0;
  if (__builtin_sub_overflow(event_time, delay_ns, &watermark)) {
    return delay_ns > 0 ? watermark_min : watermark_max;
  }
  return watermark;
}

}  // namespace

void ArrivalQueue::allocate(std::size_t capacity) {
  ring_ = std::vector<Arrival>(capacity);
}

void ArrivalQueue::push(Arrival arrival) noexcept {
  const std::lock_guard lock(mutex_);
  PENSTOCK_ASSERT(size_ < ring_.size());
  ring_[(first_ + size_++) % ring_.size()] = std::move(arrival);
}

bool ArrivalQueue::pop(Arrival& arrival) noexcept {
  const std::lock_guard lock(mutex_);
  if (size_ == 0) return false;
  arrival = std::move(ring_[first_]);
  first_ = (first_ + 1) % ring_.size();
  --size_;
  return true;
}

bool ArrivalQueue::empty() const noexcept {
  const std::lock_guard lock(mutex_);
  return size_ == 0;
}

TableRun::TableRun(const SourceTable& table, std::unique_ptr<Source> source, std::uint32_t index,
                   const Options& options)
    : table_(table),
      source_(std::move(source)),
      index_(index),
      options_(options),
      partitions_(source_->partitions()),
      stampings_(options.slots),
      partition_max_(std::max<std::size_t>(partitions_, 1), watermark_min) {
  for (Stamping& stamping : stampings_) stamping.table = this;
}

std::size_t TableRun::text_bytes() const noexcept {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < table_.schema.size(); ++i) {
    const bool wanted = wanted_.empty() || wanted_[i];
    columns += wanted && table_.schema.fields[i].type.id == TypeId::utf8 ? 1 : 0;
  }
  return std::max(options_.batch_bytes / std::max<std::size_t>(columns, 1), limits::text_bytes_min);
}

void TableRun::allocate() {
  wanted_.assign(table_.schema.size(), false);
  for (const QueryRun* query : queries_) {
    const std::vector<bool>& columns = query->wanted_columns();
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      wanted_[i] = wanted_[i] || (i < columns.size() && columns[i]);
    }
  }
  if (table_.watermark) wanted_[table_.watermark->column] = true;
  std::size_t row_bytes = 0;
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    if (!wanted_[i]) continue;
    const DataType type = table_.schema.fields[i].type;
    row_bytes += static_cast<std::size_t>(std::max(value_width_bytes(type), 1));
  }
  const auto rows_by_bytes =
      static_cast<std::int64_t>(options_.batch_bytes / std::max<std::size_t>(row_bytes, 1));
  BatchBuilder::Options slot;
  slot_rows_ = std::clamp<std::int64_t>(rows_by_bytes, 1, options_.batch_rows);
  slot.capacity_rows = slot_rows_;
  slot.text_bytes = text_bytes();
  slot.wanted = wanted_;
  pool_ = std::make_unique<SlotPool>(options_.slots, table_.schema, slot);
  arrivals_.allocate(options_.slots + partition_max_.size());
}

void TableRun::open_readers() {
  ReaderContext context{*options_.symbols, *options_.diagnostics, {}};
  if (table_.watermark) context.event_time_column = table_.watermark->column;
  for (std::size_t i = 0; i < partitions_; ++i) readers_.push_back(source_->open(i, context));
  if (partitions_ == 0) arrivals_.push({{}, 0, true});
  opened_.store(true, std::memory_order_release);
}

void TableRun::count_read(std::int64_t rows, std::int64_t busy_ns) noexcept {
  rows_in_.fetch_add(rows, std::memory_order_relaxed);
  busy_ns_.fetch_add(busy_ns, std::memory_order_relaxed);
}

void TableRun::close_input() noexcept {
  if (closing_.exchange(true, std::memory_order_acq_rel)) return;
  pool_->close();
}

bool TableRun::admit(Executor& executor, Executor::Stage stamp_stage) {
  for (const QueryRun* query : queries_) {
    if (admitted_ - query->emitted() >= stampings_.size()) return false;
  }
  Stamping& stamping = stampings_[admitted_ % stampings_.size()];
  if (!arrivals_.pop(stamping.arrival)) return false;
  stamping.ordinal = admitted_++;
  executor.post(stamp_stage, stamping);
  return true;
}

void TableRun::drop_arrivals() noexcept {
  Arrival arrival;
  while (arrivals_.pop(arrival)) arrival.batch.reset();
}

bool TableRun::quiet() const noexcept {
  return std::all_of(queries_.begin(), queries_.end(),
                     [this](const QueryRun* query) { return query->emitted() == admitted_; });
}

bool TableRun::drained() const noexcept {
  return receivers_left_.load() == 0 && arrivals_.empty() && quiet();
}

bool TableRun::all_full() const noexcept {
  return std::all_of(queries_.begin(), queries_.end(),
                     [](const QueryRun* query) { return query->full(); });
}

void TableRun::stamp(Stamping& stamping, std::uint64_t& sequence) noexcept {
  Arrival arrival = std::move(stamping.arrival);
  std::int64_t& event_time_max = partition_max_[arrival.partition];
  const auto watermark = [&] {
    if (!table_.watermark || event_time_max == watermark_min) return watermark_min;
    return minus_delay(event_time_max, table_.watermark->delay_ns);
  };
  Arrived arrived;
  arrived.ordinal = stamping.ordinal;
  arrived.partition = arrival.partition;
  arrived.ends_partition = arrival.ends_partition;
  arrived.start_watermark = watermark();
  if (arrival.batch) {
    const ZoneMap zone = arrival.batch.view().zone;
    if (zone.known()) event_time_max = std::max(event_time_max, zone.event_time_max);
    arrival.batch.set_stamp({sequence++, index_, arrival.partition, arrived.start_watermark});
  }
  arrived.end_watermark = watermark();
  for (QueryRun* query : queries_) {
    query->accept(arrived,
                  query == queries_.back() ? std::move(arrival.batch) : arrival.batch.share());
  }
}

ReadProgress TableRun::read_progress() const {
  ReadProgress total;
  if (!opened_.load(std::memory_order_acquire)) return total;
  bool known = true;
  for (const auto& reader : readers_) {
    const ReadProgress one = reader->progress();
    total.bytes_done += one.bytes_done;
    total.bytes_total += one.bytes_total;
    known = known && one.bytes_total != 0;
  }
  if (!known) total.bytes_total = 0;
  return total;
}

void TableRun::count_into_diagnostics() const {
  const auto set = [this](const char* counter, std::int64_t value) {
    options_.diagnostics->counter(name() + counter).store(value, std::memory_order_relaxed);
  };
  set(".rows_in", rows_in());
  set(".bytes", static_cast<std::int64_t>(read_progress().bytes_done));
  set(".batches", batches_.load(std::memory_order_relaxed));
  set(".credit_waits", credit_waits_.load(std::memory_order_relaxed));
  set(".busy_ns", busy_ns_.load(std::memory_order_relaxed));
}

std::size_t TableRun::wanted_columns() const noexcept {
  return static_cast<std::size_t>(std::count(wanted_.begin(), wanted_.end(), true));
}

}  // namespace penstock
