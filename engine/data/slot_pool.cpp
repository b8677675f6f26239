// SPDX-License-Identifier: Apache-2.0
#include <penstock/data/slot_pool.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include <penstock/kernels/error.h>

namespace penstock {

struct RecordBatch::Slot {
  explicit Slot(const Schema& schema, const BatchBuilder::Options& options)
      : builder(schema, options) {}

  std::atomic<std::uint32_t> readers{0};
  Stamp stamp;
  BatchBuilder builder;
  std::shared_ptr<SlotPool::Core> pool;  // while the slot is taken
};

struct SlotPool::Core {
  std::vector<std::unique_ptr<RecordBatch::Slot>> slots;
  std::size_t size_bytes = 0;
  mutable std::mutex mutex;
  std::condition_variable freed;
  std::vector<RecordBatch::Slot*> free;  // never grows beyond what was reserved
  bool closed = false;

  void release(RecordBatch::Slot* slot) noexcept {
    {
      const std::lock_guard lock(mutex);
      free.push_back(slot);
    }
    freed.notify_one();
  }
};

namespace {

void let_go(RecordBatch::Slot* slot) noexcept {
  if (slot->readers.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  slot->builder.clear();
  slot->stamp = {};
  const std::shared_ptr<SlotPool::Core> pool = std::move(slot->pool);
  pool->release(slot);
}

}  // namespace

RecordBatch::RecordBatch(RecordBatch&& other) noexcept
    : slot_(std::exchange(other.slot_, nullptr)) {}

RecordBatch& RecordBatch::operator=(RecordBatch&& other) noexcept {
  if (this != &other) {
    reset();
    slot_ = std::exchange(other.slot_, nullptr);
  }
  return *this;
}

RecordBatch::~RecordBatch() {
  reset();
}

RecordBatch RecordBatch::share() const noexcept {
  if (slot_ != nullptr) slot_->readers.fetch_add(1, std::memory_order_relaxed);
  return RecordBatch(slot_);
}

void RecordBatch::reset() noexcept {
  if (slot_ != nullptr) let_go(std::exchange(slot_, nullptr));
}

BatchView RecordBatch::view() const noexcept {
  PENSTOCK_ASSERT(slot_ != nullptr);
  return slot_->builder.view();
}

BatchBuilder& RecordBatch::builder() noexcept {
  PENSTOCK_ASSERT(slot_ != nullptr);
  PENSTOCK_ASSERT(slot_->readers.load(std::memory_order_relaxed) == 1);
  return slot_->builder;
}

const RecordBatch::Stamp& RecordBatch::stamp() const noexcept {
  PENSTOCK_ASSERT(slot_ != nullptr);
  return slot_->stamp;
}

void RecordBatch::set_stamp(const Stamp& stamp) noexcept {
  PENSTOCK_ASSERT(slot_ != nullptr);
  slot_->stamp = stamp;
}

SlotPool::SlotPool(std::size_t slots, const Schema& schema, const BatchBuilder::Options& options)
    : core_(std::make_shared<Core>()) {
  if (slots == 0) throw Error(ErrorCode::invalid_argument, "a pool of 0 batches; give 1 or more");
  core_->slots.reserve(slots);
  core_->free.reserve(slots);
  for (std::size_t i = 0; i < slots; ++i) {
    core_->slots.push_back(std::make_unique<RecordBatch::Slot>(schema, options));
    core_->free.push_back(core_->slots.back().get());
    core_->size_bytes += core_->slots.back()->builder.size_bytes();
  }
}

SlotPool::~SlotPool() {
  close();
}

RecordBatch SlotPool::try_acquire() {
  RecordBatch::Slot* slot = nullptr;
  {
    const std::lock_guard lock(core_->mutex);
    if (core_->closed || core_->free.empty()) return {};
    slot = core_->free.back();
    core_->free.pop_back();
  }
  slot->pool = core_;
  slot->readers.store(1, std::memory_order_relaxed);
  return RecordBatch::adopt(slot);
}

RecordBatch SlotPool::acquire() {
  RecordBatch::Slot* slot = nullptr;
  {
    std::unique_lock lock(core_->mutex);
    core_->freed.wait(lock, [this] { return core_->closed || !core_->free.empty(); });
    if (core_->closed) return {};
    slot = core_->free.back();
    core_->free.pop_back();
  }
  slot->pool = core_;
  slot->readers.store(1, std::memory_order_relaxed);
  return RecordBatch::adopt(slot);
}

void SlotPool::close() {
  {
    const std::lock_guard lock(core_->mutex);
    core_->closed = true;
  }
  core_->freed.notify_all();
}

std::size_t SlotPool::slots() const noexcept {
  return core_->slots.size();
}
std::size_t SlotPool::size_bytes() const noexcept {
  return core_->size_bytes;
}

std::size_t SlotPool::free_slots() const {
  const std::lock_guard lock(core_->mutex);
  return core_->free.size();
}

}  // namespace penstock
