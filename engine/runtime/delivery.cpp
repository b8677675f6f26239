// SPDX-License-Identifier: Apache-2.0
#include "delivery.h"

#include <utility>

namespace penstock {

SinkRun::SinkRun(const SinkTable& table, Schema rows) : table_(table), rows_(std::move(rows)) {}

void SinkRun::open(const Registry& registry, const SinkContext& context) {
  sink_ = registry.make_sink(table_.definition, rows_, context);
}

void SinkRun::write(const BatchView& rows) {
  const std::lock_guard lock(mutex_);
  sink_->write(rows);
  dirty_.store(true, std::memory_order_release);
  rows_out_.fetch_add(rows.rows, std::memory_order_relaxed);
}

void SinkRun::commit(std::uint64_t epoch) {
  const std::lock_guard lock(mutex_);
  sink_->commit(epoch);
  dirty_.store(false, std::memory_order_release);
}

void SinkRun::close() {
  const std::lock_guard lock(mutex_);
  sink_->close();
  sink_.reset();
}

void SinkRun::drop() noexcept {
  const std::lock_guard lock(mutex_);
  sink_.reset();
}

Delivery::Delivery(SinkRun& sink, const Schema& rows, const std::optional<SortStep>& sort,
                   std::size_t sort_bytes_max)
    : sink_(sink) {
  if (sort) sorter_.emplace(rows, *sort, sort_bytes_max);
}

void Delivery::add(const BatchView& rows) {
  if (rows.rows == 0) return;
  if (sorter_) {
    sorter_->add(rows);
  } else {
    write(rows);
  }
}

void Delivery::finish() {
  if (sorter_) sorter_->finish([this](const BatchView& rows) { write(rows); });
}

void Delivery::write(const BatchView& rows) {
  if (rows.rows == 0) return;
  sink_.write(rows);
  rows_out_.fetch_add(rows.rows, std::memory_order_relaxed);
}

}  // namespace penstock
