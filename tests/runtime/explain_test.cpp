// SPDX-License-Identifier: Apache-2.0
#include <penstock/runtime/job.h>

#include <gtest/gtest.h>

#include <functional>

#include <penstock/kernels/error.h>

#include "executors.h"
#include "memory_connectors.h"
#include "plans.h"

namespace penstock {
namespace {

struct Fixture {
  Fixture() {
    source.partitions.resize(2);
    test::add_memory_source(registry, source);
    test::add_memory_sinks(registry, sinks);
    options.threads = 2;
    options.batch_rows = 1024;
  }
  test::MemorySource source;
  std::vector<test::MemorySink> sinks = std::vector<test::MemorySink>(3);
  Registry registry;
  JobOptions options;
};

TEST(Explain, SaysWhatRunsWhereInHowMuchMemory) {
  Fixture fixture;
  Plan plan = test::plan_over_memory(5'000'000'000);
  test::add_query(plan, {test::filter_value_at_least(1), test::count_by_key(1'000'000'000)});
  test::add_query(plan, {test::project_all(), test::sort_by_first_column(10)});
  const Job job(plan, fixture.registry, fixture.options);
  const std::string text = job.explain();
  for (const char* part :
       {"backend 'cpu', executor 'tbb', 2 workers, 2 receiver threads", "table 'input' (memory)",
        "2 partitions, bounded, reads 4 of 4 columns, scanned once for 2 queries",
        "watermark: ts - 00:00:05", "query 'sink0', from 'input'",
        "fold: auto, 2 replicas; above 16384 open groups in one, 2 shards", "sort: 1 key, limit 10",
        "sink: 'sink1' (memory_sink)", "input.slots:", "9 x ", "1024 rows each",
        "sink0.state: 8.0 GiB", "sort: 1.0 GiB", "bound: "}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nis not in\n" << text;
  }
  EXPECT_FALSE(fixture.sinks[0].destroyed) << "explaining opened a sink";
  EXPECT_EQ(fixture.source.opened, 0);
}

TEST(Explain, OnlyWantedColumnsGetMemory) {
  Fixture fixture;
  Plan plan = test::plan_over_memory({});
  test::add_query(plan, {test::sum_all()});
  const std::string text = Job(plan, fixture.registry, fixture.options).explain();
  EXPECT_NE(text.find("reads 1 of 4 columns, scanned once for 1 query"), std::string::npos) << text;
}

TEST(Explain, FoldModesAreForced) {
  Fixture fixture;
  Plan plan = test::plan_over_memory(0);
  test::add_query(plan, {test::count_by_key(100)});
  fixture.options.fold = "shard";
  fixture.options.threads = 1;
  const std::string shard = Job(plan, fixture.registry, fixture.options).explain();
  EXPECT_NE(shard.find("fold: shard, 2 shards"), std::string::npos) << shard;
  fixture.options.fold = "replica";
  fixture.options.threads = 3;
  const std::string replica = Job(plan, fixture.registry, fixture.options).explain();
  EXPECT_NE(replica.find("fold: replica, 3 replicas"), std::string::npos) << replica;
}

struct BadOption {
  const char* message;
  ErrorCode code;
  std::function<void(JobOptions&)> set;
};

TEST(JobOptionsTest, AreChecked) {
  const std::vector<BadOption> cases = {
      {"'threads' is 257; give 0 to 256", ErrorCode::invalid_argument,
       [](JobOptions& o) { o.threads = 257; }},
      {"'threads' is -1; give 0 to 256", ErrorCode::invalid_argument,
       [](JobOptions& o) { o.threads = -1; }},
      {"'batch_rows' is 0; give 1 to 1048576", ErrorCode::invalid_argument,
       [](JobOptions& o) { o.batch_rows = 0; }},
      {"'batch_bytes' is 7 bytes; give 4096 to 1073741824 bytes", ErrorCode::invalid_argument,
       [](JobOptions& o) { o.batch_bytes = 7; }},
      {"'slots' is 5000; give 0 to 4096", ErrorCode::invalid_argument,
       [](JobOptions& o) { o.slots = 5000; }},
      {"'linger' is -1 us; give 0 to 60000000 us", ErrorCode::invalid_argument,
       [](JobOptions& o) { o.linger = std::chrono::microseconds(-1); }},
      {"'commit_interval' is 0 ms; give 1 to 3600000 ms", ErrorCode::invalid_argument,
       [](JobOptions& o) { o.commit_interval = std::chrono::milliseconds(0); }},
      {"there is no fold mode 'shards'; did you mean 'shard'?", ErrorCode::unknown_name,
       [](JobOptions& o) { o.fold = "shards"; }},
      {"there is no executor 'seded'; did you mean 'seeded'?", ErrorCode::unknown_name,
       [](JobOptions& o) { o.executor = "seded"; }},
  };
  for (const BadOption& bad : cases) {
    Fixture fixture;
    Plan plan = test::plan_over_memory(0);
    test::add_query(plan, {test::count_all()});
    bad.set(fixture.options);
    try {
      const Job job(plan, fixture.registry, fixture.options);
      ADD_FAILURE() << "no error: " << bad.message;
    } catch (const Error& error) {
      EXPECT_EQ(error.message(), bad.message);
      EXPECT_EQ(error.code(), bad.code);
    }
  }
}

TEST(JobOptionsTest, AnEmptyPlanIsRefused) {
  Fixture fixture;
  try {
    const Job job(Plan{}, fixture.registry, fixture.options);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  }
}

TEST(JobOptionsTest, TwoAggregationsInOneQueryAreRefused) {
  Fixture fixture;
  Plan plan = test::plan_over_memory(0);
  test::add_query(plan, {test::count_all()});
  plan.queries[0].steps.push_back(test::count_all());
  try {
    const Job job(plan, fixture.registry, fixture.options);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_NE(error.message().find("'sink0'"), std::string::npos);
  }
}

TEST(Progress, CountsWhatWentInAndOut) {
  Fixture fixture;
  for (int i = 0; i < 5000; ++i) fixture.source.partitions[i % 2].push_back({i, i, "x", i});
  Plan plan = test::plan_over_memory(100);
  test::add_query(plan, {test::count_by_key(10)});
  fixture.options.executor = test::executors().front();
  Job job(plan, fixture.registry, fixture.options);
  EXPECT_EQ(job.progress().elapsed.count(), 0);
  EXPECT_EQ(job.progress().watermark, watermark_min);
  job.run();
  const JobProgress progress = job.progress();
  EXPECT_EQ(progress.rows_in, 5000);
  EXPECT_EQ(progress.rows_out, 5000);
  EXPECT_EQ(progress.bytes_done, 5000U);
  EXPECT_EQ(progress.bytes_total, 5000U);
  EXPECT_EQ(progress.watermark, 4899);
  EXPECT_EQ(progress.slots_free, progress.slots);
  EXPECT_GT(progress.elapsed.count(), 0);
}

}  // namespace
}  // namespace penstock
