// SPDX-License-Identifier: Apache-2.0
#include <penstock/runtime/job.h>

#include <gtest/gtest.h>

#include "executors.h"
#include "memory_connectors.h"
#include "plans.h"

namespace penstock {
namespace {

using test::MemorySink;
using test::MemorySource;

// Windows of 100, no delay, one key.
std::vector<std::string> rows_of(std::vector<std::vector<test::Row>> partitions,
                                 const std::string& executor, std::int64_t batch_rows,
                                 std::vector<std::string>* warnings = nullptr) {
  MemorySource source;
  source.partitions = std::move(partitions);
  std::vector<MemorySink> sinks(1);
  Registry registry;
  test::add_memory_source(registry, source);
  test::add_memory_sinks(registry, sinks);
  Plan plan = test::plan_over_memory(0);
  test::add_query(plan, {test::count_by_key(100)});
  JobOptions options;
  options.executor = executor;
  options.batch_rows = batch_rows;
  options.threads = 2;
  Job job(plan, registry, options);
  job.run();
  if (warnings != nullptr) *warnings = job.statistics().warnings;
  return sinks[0].sorted();
}

class WatermarkTest : public testing::TestWithParam<std::string> {};

TEST_P(WatermarkTest, ARowIsLateFromTheEndOn) {
  for (const std::int64_t batch_rows : {1, 2, 64}) {
    // Watermark 99 = end − 1: in time. Watermark 100 = end: late.
    const std::vector<std::string> in_time = {"1|2|2|0|100"};
    EXPECT_EQ(rows_of({{{99, 1, "", 1}, {5, 1, "", 1}}}, GetParam(), batch_rows), in_time);
    const std::vector<std::string> too_late = {"1|1|1|100|200"};
    std::vector<std::string> warnings;
    EXPECT_EQ(rows_of({{{100, 1, "", 1}, {5, 1, "", 1}}}, GetParam(), batch_rows, &warnings),
              too_late);
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_EQ(warnings[0],
              "1 row of 'sink0' came after its window had closed: raise the watermark's delay");
  }
}

TEST_P(WatermarkTest, ARowIsJudgedByItsOwnPartition) {
  // Partition 0 is far ahead; what partition 1 has to say of the first window still counts.
  for (const std::int64_t batch_rows : {1, 64}) {
    const auto rows = rows_of({{{50, 1, "", 1}, {5000, 1, "", 1}, {60, 1, "", 1}},
                               {{10, 1, "", 1}, {99, 1, "", 1}, {20, 1, "", 1}}},
                              GetParam(), batch_rows);
    EXPECT_EQ(rows, (std::vector<std::string>{"1|1|1|5000|5100", "1|4|4|0|100"}));
  }
}

TEST_P(WatermarkTest, AnEndedPartitionHoldsNothingBack) {
  EXPECT_EQ(rows_of({{{10, 1, "", 1}}, {}, {{10, 1, "", 1}, {999, 2, "", 1}}}, GetParam(), 1),
            (std::vector<std::string>{"1|2|2|0|100", "2|1|1|900|1000"}));
}

TEST_P(WatermarkTest, NegativeTimesHaveWindowsToo) {
  EXPECT_EQ(rows_of({{{-100, 1, "", 1}, {-1, 1, "", 1}, {0, 1, "", 1}}}, GetParam(), 64),
            (std::vector<std::string>{"1|1|1|0|100", "1|2|2|-100|0"}));
}

// While the source goes on, windows below the watermark come out.
TEST_P(WatermarkTest, WindowsFireBeforeTheEnd) {
  MemorySource source;
  source.endless = true;
  source.partitions = {{{0, 1, "", 1}, {50, 1, "", 1}}, {{20, 1, "", 1}, {60, 1, "", 1}}};
  std::vector<MemorySink> sinks(1);
  Registry registry;
  test::add_memory_source(registry, source);
  test::add_memory_sinks(registry, sinks);
  Plan plan = test::plan_over_memory(0);
  test::add_query(plan, {test::count_by_key(100)});
  JobOptions options;
  options.executor = GetParam();
  options.batch_rows = 8;
  options.threads = 2;
  Job job(plan, registry, options);
  sinks[0].on_write = [&] {
    if (sinks[0].rows > 20) job.stop();
  };
  job.run();
  EXPECT_GT(sinks[0].rows, 20);
  EXPECT_TRUE(sinks[0].closed);
}

INSTANTIATE_TEST_SUITE_P(Executors, WatermarkTest, testing::ValuesIn(test::executors()),
                         [](const auto& variant) { return variant.param; });

}  // namespace
}  // namespace penstock
