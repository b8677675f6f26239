// SPDX-License-Identifier: Apache-2.0
#include "executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <memory>
#include <mutex>
#include <numeric>
#include <thread>

#include <penstock/kernels/error.h>

#include "executors.h"

namespace penstock {
namespace {

struct Numbered : Message {
  int number = 0;
};

std::vector<Numbered> numbered(int count) {
  std::vector<Numbered> messages(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) messages[static_cast<std::size_t>(i)].number = i;
  return messages;
}

// Posts all messages, one a step.
Actor poster(Executor& executor, Executor::Stage stage, std::vector<Numbered>& messages) {
  auto next = std::make_shared<std::size_t>(0);
  return [&executor, stage, &messages, next](bool) {
    if (*next == messages.size()) return Activity::finished;
    executor.post(stage, messages[(*next)++]);
    return Activity::busy;
  };
}

class ExecutorTest : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Executor> make(int threads) { return make_executor(GetParam(), threads, 7); }
  [[nodiscard]] bool concurrent() const { return GetParam() != "seeded"; }
};

TEST_P(ExecutorTest, SerialStageKeepsTheOrderAndNeverOverlaps) {
  for (const bool light : {false, true}) {
    auto executor = make(4);
    std::atomic<int> inside{0};
    bool overlapped = false;
    std::vector<int> order;
    const auto stage = executor->add_stage({"serial", Concurrency::serial, light}, [&](Message& m) {
      overlapped = overlapped || inside.fetch_add(1) != 0;
      order.push_back(static_cast<Numbered&>(m).number);
      inside.fetch_sub(1);
    });
    auto messages = numbered(2000);
    executor->drive({}, poster(*executor, stage, messages));
    std::vector<int> expected(messages.size());
    std::iota(expected.begin(), expected.end(), 0);
    EXPECT_EQ(order, expected);
    EXPECT_FALSE(overlapped);
  }
}

TEST_P(ExecutorTest, UnlimitedStageRunsEveryMessageOnce) {
  for (const int threads : {1, 2, 8}) {
    auto executor = make(threads);
    std::vector<std::atomic<int>> runs(3000);
    std::atomic<int> inside{0};
    std::atomic<int> most{0};
    const auto stage =
        executor->add_stage({"unlimited", Concurrency::unlimited, false}, [&](Message& m) {
          const int now = inside.fetch_add(1) + 1;
          for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
          }
          runs[static_cast<std::size_t>(static_cast<Numbered&>(m).number)].fetch_add(1);
          inside.fetch_sub(1);
        });
    auto messages = numbered(3000);
    executor->drive({}, poster(*executor, stage, messages));
    for (const auto& count : runs) ASSERT_EQ(count, 1);
    EXPECT_LE(most, threads);
  }
}

TEST_P(ExecutorTest, UnlimitedStageUsesAllWorkers) {
  if (!concurrent()) GTEST_SKIP() << "seeded has one thread";
  constexpr int threads = 4;
  auto executor = make(threads);
  std::mutex mutex;
  std::condition_variable changed;
  int inside = 0;
  int met = 0;
  const auto stage = executor->add_stage({"meet", Concurrency::unlimited, false}, [&](Message&) {
    std::unique_lock lock(mutex);
    ++inside;
    changed.notify_all();
    if (changed.wait_for(lock, std::chrono::seconds(30), [&] { return inside == threads; })) ++met;
  });
  auto messages = numbered(threads);
  executor->drive({}, poster(*executor, stage, messages));
  EXPECT_EQ(met, threads);
}

TEST_P(ExecutorTest, StagesPostToStages) {
  auto executor = make(3);
  std::vector<int> collected;
  std::atomic<std::int64_t> squares{0};
  Executor::Stage collect = 0;
  const auto work = executor->add_stage({"work", Concurrency::unlimited, false}, [&](Message& m) {
    const auto n = static_cast<std::int64_t>(static_cast<Numbered&>(m).number);
    squares += n * n;
    executor->post(collect, m);
  });
  collect = executor->add_stage({"collect", Concurrency::serial, false}, [&](Message& m) {
    collected.push_back(static_cast<Numbered&>(m).number);
  });
  const auto enter = executor->add_stage({"enter", Concurrency::serial, true},
                                         [&](Message& m) { executor->post(work, m); });
  auto messages = numbered(1000);
  executor->drive({}, poster(*executor, enter, messages));
  EXPECT_EQ(squares, 332833500);
  std::sort(collected.begin(), collected.end());
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(collected[static_cast<std::size_t>(i)], i);
}

TEST_P(ExecutorTest, ReturnsWhenAllIsWorkedOff) {
  auto executor = make(2);
  std::atomic<int> done{0};
  const auto stage = executor->add_stage({"slow", Concurrency::unlimited, false}, [&](Message&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    ++done;
  });
  auto messages = numbered(20);
  executor->drive({}, [&](bool) {
    for (auto& message : messages) executor->post(stage, message);
    return Activity::finished;
  });
  EXPECT_EQ(done, 20);
}

TEST_P(ExecutorTest, DrivesReceiversUntilTheyFinish) {
  auto executor = make(2);
  std::vector<int> steps(3, 0);
  std::atomic<int> finished{0};
  std::vector<Actor> receivers;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    receivers.emplace_back([&, i](bool may_wait) {
      EXPECT_EQ(may_wait, concurrent());
      if (++steps[i] < 10) return Activity::busy;
      ++finished;
      return Activity::finished;
    });
  }
  executor->drive(receivers, [&](bool) {
    std::this_thread::yield();
    return finished == 3 ? Activity::finished : Activity::idle;
  });
  EXPECT_EQ(steps, std::vector<int>(3, 10));
}

TEST_P(ExecutorTest, SleepsWhileThereIsNothingToDo) {
  if (!concurrent()) GTEST_SKIP() << "seeded has one thread, the caller's";
  auto executor = make(2);
  const std::clock_t before = std::clock();
  int steps = 0;
  executor->drive({}, [&](bool) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    return ++steps == 5 ? Activity::finished : Activity::idle;
  });
  const double cpu_seconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  EXPECT_LT(cpu_seconds, 0.4) << "of 0.5 s, two idle workers";
}

INSTANTIATE_TEST_SUITE_P(Executors, ExecutorTest, testing::ValuesIn(test::executors()),
                         [](const auto& variant) { return variant.param; });

std::vector<int> seeded_order(std::uint64_t seed) {
  auto executor = make_executor("seeded", 4, seed);
  std::vector<int> order;
  const auto stage = executor->add_stage({"any", Concurrency::unlimited, false}, [&](Message& m) {
    order.push_back(static_cast<Numbered&>(m).number);
  });
  auto messages = numbered(200);
  executor->drive({}, poster(*executor, stage, messages));
  return order;
}

TEST(SeededExecutor, TheSeedDecidesTheOrder) {
  const auto first = seeded_order(1);
  EXPECT_EQ(first, seeded_order(1));
  EXPECT_NE(first, seeded_order(2));
  EXPECT_FALSE(std::is_sorted(first.begin(), first.end()));
}

TEST(MakeExecutor, NamesTheNearest) {
  try {
    (void)make_executor("treads", 1, 1);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unknown_name);
    EXPECT_NE(error.message().find("'threads'"), std::string::npos) << error.message();
  }
}

TEST(MessageQueueTest, TakesFromAnywhere) {
  auto messages = numbered(4);
  MessageQueue queue;
  for (auto& message : messages) queue.push(message);
  EXPECT_EQ(&queue.take(3), &messages[3]);
  EXPECT_EQ(&queue.take(1), &messages[1]);
  queue.push(messages[3]);
  EXPECT_EQ(&queue.pop(), &messages[0]);
  EXPECT_EQ(&queue.pop(), &messages[2]);
  EXPECT_EQ(&queue.pop(), &messages[3]);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace penstock
