// SPDX-License-Identifier: Apache-2.0
#include <penstock/runtime/job.h>

#include <gtest/gtest.h>

#include <random>

#include <penstock/kernels/error.h>

#include "executors.h"
#include "memory_connectors.h"
#include "plans.h"

namespace penstock {
namespace {

using test::MemorySink;
using test::MemorySource;
using test::Row;

// Disordered rows, some of them late, in partitions that advance at different speeds.
std::vector<std::vector<Row>> disordered_partitions(std::size_t partitions, int rows, int keys) {
  std::mt19937_64 random(42);
  std::vector<std::vector<Row>> all(partitions);
  for (std::size_t p = 0; p < partitions; ++p) {
    std::int64_t now = -500;
    for (int i = 0; i < rows; ++i) {
      now += static_cast<std::int64_t>(random() % (4 * (p + 1)));
      Row row;
      row.ts = now - static_cast<std::int64_t>(random() % 60);
      row.key = static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(keys));
      row.name = "name" + std::to_string(row.key);
      row.value = static_cast<std::int64_t>(random() % 1000);
      all[p].push_back(row);
    }
  }
  return all;
}

struct Variant {
  std::string executor;
  std::string fold;
  std::int64_t batch_rows = 64;
  int threads = 1;
  std::uint64_t seed = 1;
};

std::vector<Variant> variants() {
  std::vector<Variant> all;
  for (const std::string& executor : test::executors()) {
    for (const char* fold : {"auto", "replica", "shard"}) {
      for (const std::int64_t batch_rows : {1, 7, 64, 4096}) {
        for (const int threads : {1, 2, 8}) {
          for (std::uint64_t seed = 1; seed <= (executor == "seeded" ? 3U : 1U); ++seed) {
            all.push_back({executor, fold, batch_rows, threads, seed});
          }
        }
      }
    }
  }
  return all;
}

JobOptions options_of(const Variant& variant) {
  JobOptions options;
  options.executor = variant.executor;
  options.fold = variant.fold;
  options.batch_rows = variant.batch_rows;
  options.threads = variant.threads;
  options.seed = variant.seed;
  options.batch_bytes = 1U << 20;
  return options;
}

std::string to_string(const Variant& v) {
  return v.executor + " " + v.fold + " batch_rows=" + std::to_string(v.batch_rows) +
         " threads=" + std::to_string(v.threads) + " seed=" + std::to_string(v.seed);
}

std::int64_t counter(const JobStatistics& statistics, const std::string& name) {
  for (const auto& [counted, value] : statistics.counters) {
    if (counted == name) return value;
  }
  ADD_FAILURE() << "no counter " << name;
  return -1;
}

// The last column is window_end: results of one end come after those of earlier ends.
bool ends_ascend(const std::vector<std::string>& rows) {
  std::int64_t last = watermark_min;
  for (const std::string& row : rows) {
    const std::int64_t end = std::stoll(row.substr(row.rfind('|') + 1));
    if (end < last) return false;
    last = end;
  }
  return true;
}

TEST(JobRows, DoNotDependOnHowTheyAreComputed) {
  MemorySource source;
  source.partitions = disordered_partitions(3, 700, 20);
  source.idle_before = 333;
  std::int64_t late = 0;
  const auto expected = test::expected_counts(source.partitions, 100, 20, 100, &late);
  ASSERT_GT(late, 10);
  ASSERT_GT(expected.size(), 200U);
  Plan plan = test::plan_over_memory(20);
  test::add_query(plan, {test::filter_value_at_least(100), test::count_by_key(100)});
  for (const Variant& variant : variants()) {
    SCOPED_TRACE(to_string(variant));
    std::vector<MemorySink> sinks(1);
    Registry registry;
    test::add_memory_source(registry, source);
    test::add_memory_sinks(registry, sinks);
    Job job(plan, registry, options_of(variant));
    job.run();
    ASSERT_EQ(sinks[0].sorted(), expected);
    EXPECT_TRUE(ends_ascend(sinks[0].written));
    EXPECT_TRUE(sinks[0].closed);
    EXPECT_EQ(sinks[0].committed, expected.size());
    const JobStatistics statistics = job.statistics();
    EXPECT_EQ(counter(statistics, "sink0.rows_late"), late);
    EXPECT_EQ(counter(statistics, "input.rows_in"), 2100);
    EXPECT_EQ(counter(statistics, "sink0.rows_in"), 2100);
    EXPECT_EQ(statistics.executor, variant.executor);
    const bool sharded = variant.fold == "shard";
    EXPECT_EQ(statistics.folds, std::vector<std::string>{sharded ? "shard" : "replica"});
  }
}

TEST(JobRows, TheReferenceBackendGivesThem) {
  MemorySource source;
  source.partitions = disordered_partitions(2, 300, 7);
  std::int64_t late = 0;
  const auto expected = test::expected_counts(source.partitions, 50, 5, 0, &late);
  Plan plan = test::plan_over_memory(5);
  test::add_query(plan, {test::count_by_key(50)});
  for (const char* fold : {"replica", "shard"}) {
    std::vector<MemorySink> sinks(1);
    Registry registry;
    test::add_memory_source(registry, source);
    test::add_memory_sinks(registry, sinks);
    JobOptions options;
    options.backend = "reference";
    options.executor = "threads";
    options.threads = 2;
    options.batch_rows = 32;
    options.fold = fold;
    Job job(plan, registry, options);
    job.run();
    EXPECT_EQ(sinks[0].sorted(), expected);
    EXPECT_EQ(job.statistics().backend, "reference");
  }
}

TEST(JobRows, OfAMapKeepTheirOrder) {
  MemorySource source;
  source.partitions = disordered_partitions(1, 3000, 50);
  std::vector<std::string> expected;
  for (const Row& row : source.partitions[0]) {
    if (row.value < 300) continue;
    expected.push_back(std::to_string(row.key) + "|" + row.name + "|" + std::to_string(row.value));
  }
  Plan plan = test::plan_over_memory({});
  test::add_query(plan, {test::filter_value_at_least(300), test::project_all()});
  for (const Variant& variant : variants()) {
    if (variant.fold != "auto") continue;
    SCOPED_TRACE(to_string(variant));
    std::vector<MemorySink> sinks(1);
    Registry registry;
    test::add_memory_source(registry, source);
    test::add_memory_sinks(registry, sinks);
    Job job(plan, registry, options_of(variant));
    job.run();
    ASSERT_EQ(sinks[0].written, expected);
    EXPECT_EQ(job.statistics().folds, std::vector<std::string>{"none"});
  }
}

TEST(JobRows, OfSeveralQueriesShareOneScan) {
  MemorySource source;
  source.partitions = disordered_partitions(2, 1000, 10);
  Plan plan = test::plan_over_memory(1000000);
  test::add_query(plan, {test::count_by_key(100)});
  test::add_query(plan, {test::filter_value_at_least(500), test::count_all()});
  test::add_query(plan, {test::project_all(), test::sort_by_first_column(5)});
  test::add_query(plan, {test::count_by_name(100)});
  std::int64_t late = 0;
  const auto expected = test::expected_counts(source.partitions, 100, 1000000, 0, &late);
  for (const Variant& variant : variants()) {
    if (variant.batch_rows == 1) continue;
    SCOPED_TRACE(to_string(variant));
    source.opened = 0;
    source.rows_read = 0;
    std::vector<MemorySink> sinks(4);
    Registry registry;
    test::add_memory_source(registry, source);
    test::add_memory_sinks(registry, sinks);
    Job job(plan, registry, options_of(variant));
    job.run();
    EXPECT_EQ(source.opened, 2);
    EXPECT_EQ(source.rows_read, 2000);
    ASSERT_EQ(sinks[0].sorted(), expected);
    ASSERT_EQ(sinks[1].written.size(), 1U);
    ASSERT_EQ(sinks[2].written.size(), 5U);
    EXPECT_EQ(sinks[2].written[0].substr(0, 2), "0|");
    std::vector<std::string> by_name;
    for (const std::string& row : sinks[3].sorted()) by_name.push_back(row.substr(4));
    std::sort(by_name.begin(), by_name.end());
    EXPECT_EQ(by_name, expected);
  }
}

TEST(JobRows, ManyGroupsMoveAutoToShards) {
  MemorySource source;
  source.partitions.resize(1);
  for (int i = 0; i < 120000; ++i) {
    source.partitions[0].push_back({i, i % 60000, "", 1});
  }
  Plan plan = test::plan_over_memory({});
  test::add_query(plan, {test::count_by_key({})});
  for (const std::string& executor : test::executors()) {
    for (const int threads : {1, 4}) {
      SCOPED_TRACE(executor + " " + std::to_string(threads));
      std::vector<MemorySink> sinks(1);
      Registry registry;
      test::add_memory_source(registry, source);
      test::add_memory_sinks(registry, sinks);
      Job job(plan, registry, options_of({executor, "auto", 1024, threads, 5}));
      job.run();
      EXPECT_EQ(job.statistics().folds,
                std::vector<std::string>{threads > 1 ? "shard" : "replica"});
      ASSERT_EQ(sinks[0].written.size(), 60000U);
      for (const std::string& row : sinks[0].written) {
        ASSERT_EQ(row.substr(row.find('|')), "|2|2") << row;
      }
    }
  }
}

// Far more texts pass through than the table may hold at a time.
TEST(JobRows, SymbolsAreCollectedWithTheirWindows) {
  MemorySource source;
  // One partition: of two, one may run ahead of the other by any number of open windows, whose
  // texts are rightly kept.
  source.partitions.resize(1);
  for (auto& partition : source.partitions) {
    for (int i = 0; i < 20000; ++i) {
      partition.push_back({i, 0, "text " + std::to_string(i / 2), 1});
    }
  }
  Plan plan = test::plan_over_memory(0);
  test::add_query(plan, {test::count_by_name(10)});
  for (const std::string& executor : test::executors()) {
    for (const char* fold : {"replica", "shard"}) {
      SCOPED_TRACE(executor + " " + fold);
      std::vector<MemorySink> sinks(1);
      Registry registry;
      test::add_memory_source(registry, source);
      test::add_memory_sinks(registry, sinks);
      JobOptions options = options_of({executor, fold, 32, 2, 9});
      options.symbols_max = 4096;
      options.slots = 6;
      Job job(plan, registry, options);
      job.run();
      ASSERT_EQ(sinks[0].written.size(), 10000U);
      for (const std::string& row : sinks[0].written) {
        ASSERT_EQ(row.substr(row.find('|')).substr(0, 5), "|2|2|") << row;
      }
    }
  }
}

// How many batches a source of `rows` with texts of that many bytes comes in.
std::int64_t batches_of(int rows, std::size_t text_bytes, const JobOptions& options) {
  MemorySource source;
  source.partitions.resize(1);
  source.idle_before = 10;
  for (int i = 0; i < rows; ++i) {
    source.partitions[0].push_back({i, 0, std::string(text_bytes, 'x'), 1});
  }
  std::vector<MemorySink> sinks(1);
  Registry registry;
  test::add_memory_source(registry, source);
  test::add_memory_sinks(registry, sinks);
  Plan plan = test::plan_over_memory(0);
  test::add_query(plan, {test::project_all()});
  Job job(plan, registry, options);
  job.run();
  EXPECT_EQ(sinks[0].rows, rows);
  return counter(job.statistics(), "input.batches");
}

TEST(JobBatches, CloseByRowsBytesOrLinger) {
  JobOptions options;
  options.executor = "threads";
  options.threads = 1;
  options.linger = std::chrono::seconds(60);
  options.batch_rows = 4096;
  EXPECT_EQ(batches_of(1000, 3, options), 1);
  options.batch_rows = 100;
  EXPECT_EQ(batches_of(1000, 3, options), 10);
  options.batch_rows = 4096;
  options.batch_bytes = 4096;  // of 21 a row: 195 rows
  EXPECT_EQ(batches_of(1000, 3, options), 6);
  options.batch_bytes = 65536;  // 6 texts of 10,000 bytes
  EXPECT_EQ(batches_of(20, 10000, options), 4);
  options.linger = std::chrono::microseconds(0);  // the source falls idle after 10 rows
  EXPECT_EQ(batches_of(1000, 3, options), 2);
}

TEST(JobRows, ASeedReplaysTheRun) {
  MemorySource source;
  source.partitions = disordered_partitions(3, 400, 20);
  Plan plan = test::plan_over_memory({});
  test::add_query(plan, {test::project_all()});  // the interleaving of the partitions shows
  const auto run = [&](std::uint64_t seed) {
    std::vector<MemorySink> sinks(1);
    Registry registry;
    test::add_memory_source(registry, source);
    test::add_memory_sinks(registry, sinks);
    Job job(plan, registry, options_of({"seeded", "auto", 16, 4, seed}));
    job.run();
    return sinks[0].written;
  };
  const auto first = run(11);
  EXPECT_EQ(first.size(), 1200U);
  EXPECT_EQ(first, run(11));
  EXPECT_NE(first, run(12));
}

}  // namespace
}  // namespace penstock
