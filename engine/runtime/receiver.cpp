// SPDX-License-Identifier: Apache-2.0
#include "receiver.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "job_limits.h"

namespace penstock {

Receiver::Receiver(TableRun& table, const std::vector<std::uint32_t>& partitions,
                   JobControl& control)
    : table_(table), control_(control) {
  for (const std::uint32_t index : partitions) partitions_.push_back({index, {}, 0});
  table_.receiver_started();
}

Activity Receiver::step(bool may_wait) noexcept {
  if (control_.failed()) return finish(false);
  if (control_.stopping() || table_.closing()) return finish(true);
  next_ = next_ < partitions_.size() ? next_ : 0;
  Activity activity = Activity::idle;
  const std::size_t before = partitions_.size();
  try {
    activity = poll(partitions_[next_], may_wait);
  } catch (...) {
    control_.fail(std::current_exception());
    return finish(false);
  }
  if (partitions_.empty()) return finish(true);
  if (partitions_.size() == before) ++next_;
  idle_in_a_row_ = activity == Activity::busy ? 0 : idle_in_a_row_ + 1;
  if (may_wait && idle_in_a_row_ >= partitions_.size()) {
    std::this_thread::sleep_for(std::chrono::nanoseconds(limits::idle_sleep_ns));
  }
  return activity;
}

Activity Receiver::finish(bool hand_over_rows) noexcept {
  for (Partition& partition : partitions_) {
    if (hand_over_rows) {
      hand_over(partition, true);
    } else {
      partition.batch.reset();
    }
  }
  partitions_.clear();
  table_.receiver_finished();
  control_.bell().ring();
  return Activity::finished;
}

Activity Receiver::poll(Partition& partition, bool may_wait) {
  if (!partition.batch && !take_slot(partition, may_wait)) return Activity::idle;
  return read(partition);
}

bool Receiver::holds_a_batch() const noexcept {
  return std::any_of(partitions_.begin(), partitions_.end(),
                     [](const Partition& partition) { return static_cast<bool>(partition.batch); });
}

bool Receiver::take_slot(Partition& partition, bool may_wait) {
  partition.batch = table_.pool().try_acquire();
  if (!partition.batch) {
    table_.count_credit_wait();
    // Whoever holds a batch half full must go on filling it: nobody else can close it.
    if (!may_wait || holds_a_batch()) return false;
    partition.batch = table_.pool().acquire();  // the gateway ends the wait by closing the pool
    if (!partition.batch) return false;
  }
  if (table_.table().watermark) {
    partition.batch.builder().set_event_time_column(table_.table().watermark->column);
  }
  return true;
}

Activity Receiver::read(Partition& partition) {
  BatchBuilder& batch = partition.batch.builder();
  const std::int64_t before = batch.rows();
  const auto started = std::chrono::steady_clock::now();
  Reader::Status status = Reader::Status::idle;
  {
    const PauseGate::Pass pass(control_.gate());
    status = table_.reader(partition.index).read(batch);
  }
  const auto busy = std::chrono::steady_clock::now() - started;
  const std::int64_t rows = batch.rows();
  table_.count_read(rows - before,
                    status == Reader::Status::idle
                        ? 0
                        : std::chrono::duration_cast<std::chrono::nanoseconds>(busy).count());
  if (status == Reader::Status::end) {
    hand_over(partition, true);
    end(partition);
    return Activity::busy;
  }
  if (rows == 0) {
    // An idle partition does not sit on credit that others could use.
    if (status == Reader::Status::idle) partition.batch.reset();
    return status == Reader::Status::idle ? Activity::idle : Activity::busy;
  }
  if (before == 0) partition.first_row_ns = control_.now_ns();
  const bool full = batch.room() == 0 || (status == Reader::Status::more && rows == before);
  if (full || control_.now_ns() - partition.first_row_ns >= table_.options().linger_ns) {
    hand_over(partition, false);
    return Activity::busy;
  }
  return rows == before ? Activity::idle : Activity::busy;
}

void Receiver::hand_over(Partition& partition, bool ends) noexcept {
  if (partition.batch && partition.batch.builder().rows() == 0) partition.batch.reset();
  if (!partition.batch && !ends) return;
  if (partition.batch) table_.count_batch();
  table_.arrivals().push({std::move(partition.batch), partition.index, ends});
  control_.bell().ring();
}

void Receiver::end(const Partition& partition) noexcept {
  const auto at = partitions_.begin() + (&partition - partitions_.data());
  partitions_.erase(at);
}

}  // namespace penstock
