// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include <penstock/data/slot_pool.h>
#include <penstock/kernels/error.h>

namespace penstock {
namespace {

const Schema numbers{{{"n", {TypeId::int64, 0}}}};
const BatchBuilder::Options small{.capacity_rows = 8};

TEST(SlotPool, GivesAsManyBatchesAsItHasSlots) {
  SlotPool pool(2, numbers, small);
  EXPECT_EQ(pool.slots(), 2U);
  EXPECT_EQ(pool.size_bytes(), 2U * (64 * 8 + 8));
  RecordBatch a = pool.try_acquire();
  RecordBatch b = pool.try_acquire();
  ASSERT_TRUE(a);
  ASSERT_TRUE(b);
  EXPECT_EQ(pool.free_slots(), 0U);
  EXPECT_FALSE(pool.try_acquire());
  a.reset();
  EXPECT_EQ(pool.free_slots(), 1U);
  EXPECT_TRUE(pool.try_acquire());
  EXPECT_THROW(SlotPool(0, numbers, small), Error);
}

TEST(SlotPool, TakesASlotBackFromTheLastReader) {
  SlotPool pool(1, numbers, small);
  RecordBatch batch = pool.acquire();
  batch.builder().set<std::int64_t>(0, 0, 42);
  batch.builder().advance();
  batch.set_stamp({.sequence = 7, .source = 1, .partition = 2, .start_watermark = 3});
  RecordBatch second = batch.share();
  RecordBatch third = std::move(second);
  EXPECT_FALSE(second);  // NOLINT(bugprone-use-after-move): what a moved handle is, is promised
  batch.reset();
  EXPECT_EQ(pool.free_slots(), 0U);
  EXPECT_EQ(third.view().columns[0].values<std::int64_t>()[0], 42);
  EXPECT_EQ(third.stamp().sequence, 7U);
  third = RecordBatch();
  EXPECT_EQ(pool.free_slots(), 1U);
  const RecordBatch again = pool.acquire();
  EXPECT_EQ(again.view().rows, 0) << "a slot comes back empty";
  EXPECT_EQ(again.stamp().start_watermark, watermark_min);
}

TEST(SlotPool, MakesWhoAsksWaitForCredit) {
  SlotPool pool(1, numbers, small);
  RecordBatch held = pool.acquire();
  std::atomic<bool> got{false};
  std::thread receiver([&] {
    const RecordBatch batch = pool.acquire();
    got = static_cast<bool>(batch);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_FALSE(got);
  held.reset();
  receiver.join();
  EXPECT_TRUE(got);
  EXPECT_EQ(pool.free_slots(), 1U);
}

TEST(SlotPool, WakesAllWhenClosed) {
  SlotPool pool(1, numbers, small);
  RecordBatch held = pool.acquire();
  std::atomic<int> empty{0};
  std::vector<std::thread> receivers;
  for (int i = 0; i < 4; ++i)
    receivers.emplace_back([&] {
      if (!pool.acquire()) ++empty;
    });
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  pool.close();
  for (auto& receiver : receivers) receiver.join();
  EXPECT_EQ(empty, 4);
  held.reset();
  EXPECT_FALSE(pool.try_acquire()) << "closed stays closed";
  EXPECT_FALSE(pool.acquire());
}

TEST(SlotPool, MayGoBeforeItsBatches) {
  auto pool = std::make_unique<SlotPool>(2, numbers, small);
  RecordBatch batch = pool->acquire();
  batch.builder().set<std::int64_t>(0, 0, 5);
  batch.builder().advance();
  pool.reset();
  RecordBatch other = batch.share();
  batch.reset();
  EXPECT_EQ(other.view().columns[0].values<std::int64_t>()[0], 5);
}

TEST(SlotPool, PassesBatchesBetweenThreads) {
  constexpr std::int64_t batches = 3000;
  SlotPool pool(3, numbers, small);
  std::atomic<std::int64_t> sum{0};
  std::mutex mutex;
  std::vector<RecordBatch> queue;
  std::atomic<bool> done{false};
  std::vector<std::thread> workers;
  for (int i = 0; i < 3; ++i)
    workers.emplace_back([&] {
      for (;;) {
        const bool last = done;
        RecordBatch batch;
        {
          const std::lock_guard lock(mutex);
          if (!queue.empty()) {
            batch = std::move(queue.back());
            queue.pop_back();
          }
        }
        if (batch) {
          const RecordBatch also = batch.share();
          sum += also.view().columns[0].values<std::int64_t>()[0];
        } else if (last) {
          return;
        } else {
          std::this_thread::yield();
        }
      }
    });
  for (std::int64_t i = 1; i <= batches; ++i) {
    RecordBatch batch = pool.acquire();
    ASSERT_EQ(batch.view().rows, 0);
    batch.builder().set(0, 0, i);
    batch.builder().advance();
    const std::lock_guard lock(mutex);
    queue.push_back(std::move(batch));
  }
  done = true;
  for (auto& worker : workers) worker.join();
  EXPECT_EQ(sum, batches * (batches + 1) / 2);
  EXPECT_EQ(pool.free_slots(), 3U);
}

}  // namespace
}  // namespace penstock
