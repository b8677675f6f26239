// SPDX-License-Identifier: Apache-2.0
#include <penstock/runtime/job.h>

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <limits>
#include <stdexcept>
#include <thread>

#include <penstock/kernels/error.h>

#include "executors.h"
#include "memory_connectors.h"
#include "plans.h"

namespace penstock {
namespace {

using test::MemorySink;
using test::MemorySource;
using test::Row;

std::vector<Row> ascending(int rows) {
  std::vector<Row> all;
  for (int i = 0; i < rows; ++i) all.push_back({i, i % 5, "n", 1});
  return all;
}

// A job over one memory source into memory sinks, for each executor.
class JobEndsTest : public testing::TestWithParam<std::string> {
 protected:
  Job& make(const Plan& plan) {
    sinks_ = std::vector<MemorySink>(plan.sinks.size());
    test::add_memory_source(registry_, source_);
    test::add_memory_sinks(registry_, sinks_);
    options_.executor = GetParam();
    job_ = std::make_unique<Job>(plan, registry_, options_);
    return *job_;
  }
  // The code of what run() throws.
  ErrorCode run_fails(Job& job) {
    try {
      job.run();
    } catch (const Error& error) {
      message_ = error.message();
      return error.code();
    }
    ADD_FAILURE() << "run() threw no error";
    return ErrorCode::internal;
  }

  MemorySource source_;
  std::vector<MemorySink> sinks_;
  Registry registry_;
  JobOptions options_ = [] {
    JobOptions options;
    options.threads = 2;
    options.batch_rows = 16;
    return options;
  }();
  std::string message_;
  std::unique_ptr<Job> job_;
};

TEST_P(JobEndsTest, EmptyInput) {
  source_.partitions.resize(2);
  Plan plan = test::plan_over_memory(0);
  test::add_query(plan, {test::count_by_key(100)});
  test::add_query(plan, {test::count_all()});
  test::add_query(plan, {test::project_all()});
  make(plan).run();
  EXPECT_TRUE(sinks_[0].written.empty());
  EXPECT_EQ(sinks_[1].written, std::vector<std::string>{"0|"});
  EXPECT_TRUE(sinks_[2].written.empty());
  for (const MemorySink& sink : sinks_) {
    EXPECT_EQ(sink.epochs.size(), 1U);
    EXPECT_TRUE(sink.closed);
  }
}

TEST_P(JobEndsTest, NoPartitions) {
  Plan plan = test::plan_over_memory(0);
  test::add_query(plan, {test::count_all()});
  make(plan).run();
  EXPECT_EQ(sinks_[0].written, std::vector<std::string>{"0|"});
}

TEST_P(JobEndsTest, OneRowExactlyWithoutKeys) {
  source_.partitions = {ascending(1000), ascending(10)};
  Plan plan = test::plan_over_memory({});
  test::add_query(plan, {test::count_all()});
  for (const char* fold : {"replica", "shard"}) {
    options_.fold = fold;
    make(plan).run();
    EXPECT_EQ(sinks_[0].written, std::vector<std::string>{"1010|1010"});
  }
}

TEST_P(JobEndsTest, ReaderFails) {
  source_.partitions = {ascending(1000), ascending(100000)};
  source_.fail_before = 500;
  Plan plan = test::plan_over_memory(0);
  test::add_query(plan, {test::count_by_key(100)});
  EXPECT_EQ(run_fails(make(plan)), ErrorCode::corrupt_input);
  EXPECT_EQ(message_, "row 500 is broken");
  EXPECT_FALSE(sinks_[0].closed);
  EXPECT_TRUE(sinks_[0].destroyed);
}

TEST_P(JobEndsTest, SinkFails) {
  source_.partitions = {ascending(100000)};
  for (const char* fold : {"replica", "shard"}) {
    options_.fold = fold;
    Plan plan = test::plan_over_memory(0);
    test::add_query(plan, {test::count_by_key(100)});
    test::add_query(plan, {test::project_all()});
    Job& job = make(plan);
    sinks_[0].on_write = [this] {
      if (sinks_[0].rows > 50) throw Error(ErrorCode::io, "the disk is full");
    };
    EXPECT_EQ(run_fails(job), ErrorCode::io);
    EXPECT_EQ(message_, "the disk is full");
    for (const MemorySink& sink : sinks_) {
      EXPECT_FALSE(sink.closed);
      EXPECT_TRUE(sink.destroyed);
    }
  }
}

TEST_P(JobEndsTest, CommitFails) {
  source_.partitions = {ascending(1000)};
  Plan plan = test::plan_over_memory(0);
  test::add_query(plan, {test::project_all()});
  Job& job = make(plan);
  sinks_[0].on_commit = [] { throw Error(ErrorCode::io, "the database is locked"); };
  EXPECT_EQ(run_fails(job), ErrorCode::io);
  EXPECT_EQ(sinks_[0].committed, 0U);
  EXPECT_FALSE(sinks_[0].closed);
}

TEST_P(JobEndsTest, EpochsCommitOnTheWayAndStayAfterAFailure) {
  source_.endless = true;
  source_.partitions = {ascending(1000)};
  options_.commit_interval = std::chrono::milliseconds(2);
  Plan plan = test::plan_over_memory(0);
  test::add_query(plan, {test::project_all()});
  Job& job = make(plan);
  sinks_[0].on_write = [this] {
    const std::lock_guard lock(sinks_[0].mutex);
    if (sinks_[0].epochs.size() >= 3) throw Error(ErrorCode::io, "late failure");
  };
  EXPECT_EQ(run_fails(job), ErrorCode::io);
  EXPECT_EQ(sinks_[0].epochs, (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_GT(sinks_[0].committed, 0U);
}

TEST_P(JobEndsTest, AStageFails) {
  source_.partitions = {ascending(100)};
  source_.partitions[0][10].value = std::numeric_limits<std::int64_t>::max();
  Plan plan = test::plan_over_memory({});
  test::add_query(plan, {test::sum_all()});
  EXPECT_EQ(run_fails(make(plan)), ErrorCode::overflow);
  EXPECT_FALSE(sinks_[0].closed);
}

TEST_P(JobEndsTest, StopDrainsAndFires) {
  source_.endless = true;
  source_.partitions = {ascending(1000), ascending(777)};
  Plan plan = test::plan_over_memory({});
  test::add_query(plan, {test::count_all()});
  test::add_query(plan, {test::project_all()});
  Job& job = make(plan);
  sinks_[1].on_write = [&, this] {
    if (sinks_[1].rows > 10000) job.stop();
  };
  job.run();
  const std::int64_t read = source_.rows_read;
  EXPECT_EQ(sinks_[1].rows, read);
  const std::string total = std::to_string(read);
  EXPECT_EQ(sinks_[0].written, std::vector<std::string>{total + "|" + total});
  EXPECT_TRUE(sinks_[0].closed);
  EXPECT_EQ(job.progress().rows_in, read);
  EXPECT_EQ(job.progress().slots_free, job.progress().slots);
}

TEST_P(JobEndsTest, StopBeforeRunReadsNothingAndEndsWell) {
  source_.endless = true;
  source_.partitions = {ascending(1000)};
  Plan plan = test::plan_over_memory({});
  test::add_query(plan, {test::count_all()});
  Job& job = make(plan);
  job.stop();
  job.run();
  EXPECT_EQ(source_.rows_read, 0);
  EXPECT_EQ(sinks_[0].written, std::vector<std::string>{"0|"});
}

TEST_P(JobEndsTest, LimitStopsReading) {
  source_.endless = true;
  source_.partitions = {ascending(1000)};
  Plan plan = test::plan_over_memory({});
  plan.sources[0].bounded = false;
  test::add_query(plan, {test::project_all(), test::limit_to(40)});
  test::add_query(plan, {test::project_all(), test::limit_to(3)});
  make(plan).run();
  ASSERT_EQ(sinks_[0].written.size(), 40U);
  EXPECT_EQ(sinks_[0].written[39], "4|n|1");
  EXPECT_EQ(sinks_[1].written.size(), 3U);
}

TEST_P(JobEndsTest, ASlowSinkHoldsTheReaderBack) {
  source_.partitions = {ascending(20000)};
  options_.slots = 4;
  Plan plan = test::plan_over_memory({});
  test::add_query(plan, {test::project_all()});
  Job& job = make(plan);
  std::int64_t most_ahead = 0;
  sinks_[0].on_write = [&, this] {
    if (sinks_[0].rows < 600) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    most_ahead = std::max(most_ahead, source_.rows_read - sinks_[0].rows);
  };
  job.run();
  EXPECT_EQ(sinks_[0].rows, 20000);
  // A batch in each slot, and a result for each of as many that have left theirs.
  EXPECT_LE(most_ahead, 2 * 4 * 16);
}

TEST_P(JobEndsTest, MorePartitionsThanSlots) {
  for (int i = 0; i < 13; ++i) source_.partitions.push_back(ascending(500));
  source_.idle_before = 100;
  options_.slots = 2;
  Plan plan = test::plan_over_memory(0);
  test::add_query(plan, {test::count_all()});
  test::add_query(plan, {test::count_by_key(100)});
  make(plan).run();
  EXPECT_EQ(sinks_[0].written, std::vector<std::string>{"6500|6500"});
  EXPECT_EQ(sinks_[1].written.size(), 25U);
}

TEST_P(JobEndsTest, RunsOnce) {
  Plan plan = test::plan_over_memory(0);
  test::add_query(plan, {test::count_all()});
  Job& job = make(plan);
  job.run();
  EXPECT_EQ(run_fails(job), ErrorCode::invalid_argument);
}

TEST_P(JobEndsTest, WhatCannotBeOpenedIsNotRun) {
  source_.partitions = {ascending(100)};
  Plan plan = test::plan_over_memory(0);
  test::add_query(plan, {test::count_all()});
  test::add_query(plan, {test::count_all()});
  Job& job = make(plan);
  sinks_.pop_back();  // the second sink is nowhere
  EXPECT_THROW(job.open(), std::out_of_range);
  EXPECT_TRUE(sinks_[0].destroyed);
  EXPECT_FALSE(sinks_[0].closed);
  EXPECT_EQ(run_fails(job), ErrorCode::invalid_argument);
}

TEST_P(JobEndsTest, StopComesFromASignalWhileEverybodyWaitsForCredit) {
  if (GetParam() == "seeded") GTEST_SKIP() << "one thread, which the sink blocks";
  source_.endless = true;
  source_.partitions = {ascending(1000), ascending(1000)};
  options_.slots = 3;
  Plan plan = test::plan_over_memory({});
  test::add_query(plan, {test::project_all()});
  Job& job = make(plan);
  std::mutex mutex;
  std::condition_variable changed;
  bool stopped = false;
  sinks_[0].on_write = [&] {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return stopped; });
  };
  static std::atomic<Job*> signalled{nullptr};
  signalled = &job;
  const auto before = std::signal(SIGUSR1, [](int) { signalled.load()->stop(); });
  std::thread runner([&] { job.run(); });
  // Two batches lie in results or before the sink, and the slots fill up behind.
  while (job.progress().slots_free != 0) std::this_thread::yield();
  std::raise(SIGUSR1);
  {
    const std::lock_guard lock(mutex);
    stopped = true;
  }
  changed.notify_all();
  runner.join();
  std::signal(SIGUSR1, before);
  EXPECT_EQ(sinks_[0].rows, source_.rows_read);
  EXPECT_TRUE(sinks_[0].closed);
}

INSTANTIATE_TEST_SUITE_P(Executors, JobEndsTest, testing::ValuesIn(test::executors()),
                         [](const auto& variant) { return variant.param; });

}  // namespace
}  // namespace penstock
