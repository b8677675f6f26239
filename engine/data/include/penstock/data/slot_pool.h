// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include <penstock/data/batch_builder.h>

namespace penstock {

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

// A fixed number of slots of one layout: the only credit there is. Batches may outlive the pool
// (an exported one is released when its consumer likes): the memory goes with the last of them.
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

  [[nodiscard]] std::size_t slots() const noexcept;
  [[nodiscard]] std::size_t free_slots() const;
  [[nodiscard]] std::size_t size_bytes() const noexcept;  // at construction; growable text may add

  struct Core;  // private to the pool

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace penstock
