// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include <penstock/data/batch_builder.h>

namespace penstock {

class SlotPool;

// A batch in one slot of a pool, shared by its readers; the slot goes back, and with it the credit
// to fill it again, when the last of them lets go. Move-only: share() makes another reader.
class RecordBatch {
 public:
  RecordBatch() = default;
  RecordBatch(RecordBatch&& other) noexcept;
  RecordBatch& operator=(RecordBatch&& other) noexcept;
  RecordBatch(const RecordBatch&) = delete;
  RecordBatch& operator=(const RecordBatch&) = delete;
  ~RecordBatch();

  [[nodiscard]] RecordBatch share() const noexcept;
  void reset() noexcept;
  [[nodiscard]] explicit operator bool() const noexcept { return slot_ != nullptr; }

  [[nodiscard]] BatchView view() const noexcept;
  // Only while there is one reader: the receiver that fills the batch.
  [[nodiscard]] BatchBuilder& builder() noexcept;

  // Set by the stamping stage, once, before the batch is shared.
  struct Stamp {
    std::uint64_t sequence = 0;  // over the job: 0, 1, 2, …
    std::uint32_t source = 0;
    std::uint32_t partition = 0;
    std::int64_t start_watermark = watermark_min;  // the partition's, before the first row
  };
  [[nodiscard]] const Stamp& stamp() const noexcept;
  void set_stamp(const Stamp& stamp) noexcept;

  struct Slot;  // private to the pool

 private:
  explicit RecordBatch(Slot* slot) noexcept : slot_(slot) {}
  Slot* slot_ = nullptr;

 public:
  // For SlotPool alone.
  static RecordBatch adopt(Slot* slot) noexcept { return RecordBatch(slot); }
};

// A fixed number of slots of one layout: the only credit there is.
class SlotPool {
 public:
  SlotPool(std::size_t slots, const Schema& schema, const BatchBuilder::Options& options);
  ~SlotPool();
  SlotPool(const SlotPool&) = delete;
  SlotPool& operator=(const SlotPool&) = delete;

  // An empty slot, or an empty handle where none is free (try_acquire) or close() was called.
  [[nodiscard]] RecordBatch try_acquire();
  [[nodiscard]] RecordBatch acquire();  // waits for credit
  void close();                         // wakes all who wait; they get an empty handle

  [[nodiscard]] std::size_t slots() const noexcept { return slots_.size(); }
  [[nodiscard]] std::size_t free_slots() const;
  [[nodiscard]] std::size_t size_bytes() const noexcept;

  void release(RecordBatch::Slot* slot) noexcept;  // for RecordBatch alone

 private:
  std::vector<std::unique_ptr<RecordBatch::Slot>> slots_;
  mutable std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<RecordBatch::Slot*> free_;
  bool closed_ = false;
};

}  // namespace penstock
