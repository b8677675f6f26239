// SPDX-License-Identifier: Apache-2.0
// Windows, watermarks and the state that holds them, by hand, on every backend.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include <penstock/kernels/error.h>

#include "plan_fixture.h"

namespace penstock::test {
namespace {

using Limits = std::numeric_limits<std::int64_t>;

Datum i64(std::int64_t v) {
  return datum(v);
}

class Windows : public testing::TestWithParam<std::string_view> {
 protected:
  // count(*) by tumbling windows of `size` over column 0; column 1 is a boolean filter.
  static PlanBuilder counting(std::int64_t size, std::int64_t offset = 0) {
    PlanBuilder builder;
    builder.plan.inputs = {timestamp, boolean};
    builder.tumble(builder.load(0), size, offset);
    builder.plan.filter = builder.load(1);
    builder.aggregate(AggregateKind::count_rows);
    return builder;
  }

  static Batch times(const std::vector<Datum>& values) {
    return {{timestamp, boolean},
            {values, std::vector<Datum>(values.size(), datum(std::uint8_t{1}))}};
  }

  Aggregated run(const PlanBuilder& builder, const Batch& batch, const RunOptions& options = {}) {
    return run_aggregate(*backend_, builder.plan, batch, options);
  }

  const std::unique_ptr<Backend> backend_ = make_backend(GetParam());
};

// {count, window start, window end}
Row window(std::int64_t count, std::int64_t start, std::int64_t end) {
  return {i64(count), i64(start), i64(end)};
}

TEST_P(Windows, AreHalfOpenAndFloored) {
  const Aggregated result =
      run(counting(10), times({i64(0), i64(9), i64(10), i64(-1), i64(-10), i64(-11)}));
  std::vector<Row> expected{window(2, 0, 10), window(1, 10, 20), window(2, -10, 0),
                            window(1, -20, -10)};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(result.rows, expected);
}

TEST_P(Windows, HaveAnOffset) {
  EXPECT_EQ(run(counting(10, 3), times({i64(3), i64(12)})).rows,
            (std::vector<Row>{window(2, 3, 13)}));
  EXPECT_EQ(run(counting(10, -13), times({i64(-3), i64(6)})).rows,
            (std::vector<Row>{window(2, -3, 7)}));
}

TEST_P(Windows, CountNullTimes) {
  const Aggregated result = run(counting(10), times({null, i64(1), null}));
  EXPECT_EQ(result.rows, (std::vector<Row>{window(1, 0, 10)}));
  EXPECT_EQ(result.counts.rows_in, 3);
  EXPECT_EQ(result.counts.rows_passed, 3);
  EXPECT_EQ(result.counts.rows_null_event_time, 2);
}

TEST_P(Windows, LeaveOutWhatDoesNotFitInt64) {
  // The last window within int64 that ends before its maximum is [max − 17, max − 7).
  const std::int64_t max = Limits::max();
  const Aggregated result =
      run(counting(10), times({i64(Limits::min()), i64(max), i64(max - 7), i64(0)}));
  EXPECT_EQ(result.rows, (std::vector<Row>{window(1, 0, 10)}));
  EXPECT_EQ(result.counts.rows_null_event_time, 3);
  const Aggregated last = run(counting(10), times({i64(max - 8), i64(max - 17)}));
  EXPECT_EQ(last.rows, (std::vector<Row>{window(2, max - 17, max - 7)}));
  // One window for almost all of time.
  const Aggregated huge = run(counting(Limits::max()),
                              times({i64(-1), i64(Limits::min() + 1), i64(Limits::min()), i64(0)}));
  EXPECT_EQ(huge.rows, (std::vector<Row>{window(2, -Limits::max(), 0)}));
  EXPECT_EQ(huge.counts.rows_null_event_time, 2);
}

TEST_P(Windows, JudgeARowByTheRowsBeforeIt) {
  PlanBuilder builder = counting(10);
  builder.watermark(0, 5);
  // Before 14 the watermark is 9 at most: 8 is in time. 15 makes it 10, the end: 9 is late.
  const Batch batch = times({i64(14), i64(8), i64(15), i64(9), i64(11)});
  for (const bool zone_maps : {false, true}) {
    for (const std::vector<std::int64_t>& cuts :
         {std::vector<std::int64_t>{}, {1}, {3}, {1, 2, 3, 4}}) {
      RunOptions options;
      options.zone_maps = zone_maps;
      options.cuts = cuts;
      const Aggregated result = run(builder, batch, options);
      EXPECT_EQ(result.rows, (std::vector<Row>{window(1, 0, 10), window(3, 10, 20)}));
      EXPECT_EQ(result.counts.rows_late, 1);
      EXPECT_EQ(result.counts.rows_passed, 5);
    }
  }
}

TEST_P(Windows, CloseExactlyAtTheirEnd) {
  PlanBuilder builder = counting(10);
  builder.watermark(0, 0);
  EXPECT_EQ(run(builder, times({i64(9), i64(0)})).counts.rows_late, 0);
  EXPECT_EQ(run(builder, times({i64(10), i64(9)})).counts.rows_late, 1);
}

TEST_P(Windows, LetTheWatermarkSeeRowsThatTheFilterDrops) {
  PlanBuilder builder = counting(10);
  builder.watermark(0, 0);
  Batch batch = times({i64(100), i64(5)});
  batch.values[1][0] = datum(std::uint8_t{0});
  const Aggregated result = run(builder, batch);
  EXPECT_TRUE(result.rows.empty());
  EXPECT_EQ(result.counts.rows_late, 1);
  EXPECT_EQ(result.counts.rows_passed, 1);
}

TEST_P(Windows, DoNotMoveTheWatermarkByNulls) {
  PlanBuilder builder = counting(10);
  builder.watermark(0, 0);
  const Aggregated result = run(builder, times({i64(3), null, i64(2), null}));
  EXPECT_EQ(result.counts.rows_late, 0);
  EXPECT_EQ(result.counts.rows_null_event_time, 2);
}

TEST_P(Windows, SaturateTheWatermark) {
  PlanBuilder builder = counting(10);
  builder.watermark(0, Limits::max());
  EXPECT_EQ(run(builder, times({i64(-100), i64(-5000)})).counts.rows_late, 0);
}

TEST_P(Windows, ManyInOneBatch) {
  std::vector<Datum> values;
  std::vector<Row> expected;
  for (std::int64_t i = 0; i < 3000; ++i) {
    values.push_back(i64((i * 7) % 3000));
    expected.push_back(window(1, i, i + 1));
  }
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(run(counting(1), times(values)).rows, expected);
}

class States : public Windows {
 protected:
  States() : program_(backend_->compile(counting(10).plan)), lane_(program_->new_lane()) {}

  void submit(State& state, const std::vector<Datum>& values) {
    const LoadedBatch batch(times(values), -1);
    Submission submission;
    submission.batch = batch.view();
    RowCounts counts;
    program_->submit(*lane_, submission, state, counts);
  }

  const std::unique_ptr<Program> program_;
  const std::unique_ptr<Lane> lane_;
};

TEST_P(States, SplitTakesWhatIsClosed) {
  const auto state = program_->new_state({});
  EXPECT_EQ(state->earliest_window_end(), watermark_max);
  EXPECT_EQ(state->group_count(), 0);
  submit(*state, {i64(1), i64(11), i64(21)});
  EXPECT_EQ(state->earliest_window_end(), 10);
  EXPECT_EQ(state->group_count(), 3);
  EXPECT_EQ(state->split(9)->group_count(), 0);
  const auto closed = state->split(20);
  EXPECT_EQ(closed->group_count(), 2);
  EXPECT_EQ(state->group_count(), 1);
  EXPECT_EQ(state->earliest_window_end(), 30);
  // In the order of their ends, one row a call.
  const KernelPlan plan = counting(10).plan;
  EXPECT_EQ(emit_all(*program_, *lane_, plan, *closed, 1),
            (std::vector<Row>{window(1, 0, 10), window(1, 10, 20)}));
  EXPECT_EQ(closed->group_count(), 0);
  EXPECT_EQ(closed->size_bytes(), 0U);
}

TEST_P(States, MergeEmptiesTheOther) {
  const auto a = program_->new_state({});
  const auto b = program_->new_state({});
  submit(*a, {i64(1)});
  submit(*b, {i64(2), i64(12)});
  a->merge(*b);
  EXPECT_EQ(b->group_count(), 0);
  EXPECT_EQ(b->size_bytes(), 0U);
  EXPECT_EQ(a->group_count(), 2);
  submit(*b, {i64(3)});
  a->merge(*b);
  EXPECT_EQ(emit_all(*program_, *lane_, counting(10).plan, *a->split(10), 5),
            (std::vector<Row>{window(3, 0, 10)}));
}

TEST_P(States, AreBounded) {
  PlanBuilder builder;
  builder.plan.inputs = {int64};
  builder.plan.keys = {builder.load(0)};
  builder.aggregate(AggregateKind::count_rows);
  const auto program = backend_->compile(builder.plan);
  const auto lane = program->new_lane();
  const auto state = program->new_state({100'000});
  std::vector<Datum> keys;
  for (std::int64_t i = 0; i < 5000; ++i) keys.push_back(i64(i));
  const LoadedBatch batch(Batch{{int64}, {keys}}, -1);
  Submission submission;
  submission.batch = batch.view();
  RowCounts counts;
  try {
    program->submit(*lane, submission, *state, counts);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::resource_exhausted);
    EXPECT_NE(error.message().find("100000 bytes"), std::string::npos) << error.message();
    EXPECT_NE(error.message().find("'state_max_bytes'"), std::string::npos) << error.message();
  }
  EXPECT_LE(state->size_bytes(), 100'000U);
  EXPECT_GT(state->group_count(), 100);
}

// Enough groups for tables that leave the caches, by keys of one word and of several.
TEST_P(States, HoldManyGroups) {
  constexpr std::int64_t groups = 150'000;
  for (const bool wide : {false, true}) {
    PlanBuilder builder;
    builder.plan.inputs = {int64, ip};
    builder.plan.keys = {builder.load(0)};
    const Register address = builder.load(1);
    if (wide) builder.plan.keys.insert(builder.plan.keys.end(), {address, address});
    builder.aggregate(AggregateKind::count_rows);
    builder.aggregate(AggregateKind::sum, 0);
    Batch batch{{int64, ip}, {{}, {}}};
    std::vector<Row> expected;
    for (std::int64_t i = 0; i < 2 * groups; ++i) {
      const std::int64_t key = i % groups;
      Bytes16 bytes;
      std::memcpy(bytes.bytes.data() + 7, &key, sizeof key);
      batch.values[0].push_back(i64(key));
      batch.values[1].push_back(datum(bytes));
      if (i >= groups) continue;
      Row row{i64(key)};
      if (wide) row.insert(row.end(), 2, datum(bytes));
      row.insert(row.end(), {i64(2), i64(2 * key)});
      expected.push_back(row);
    }
    std::sort(expected.begin(), expected.end());
    RunOptions options;
    options.cuts = {100'000, 160'000, 250'000};
    options.replicas = 2;
    EXPECT_EQ(run(builder, batch, options).rows, expected);
  }
}

TEST_P(States, OweOneRowWithoutKeysAndWindow) {
  PlanBuilder builder;
  builder.plan.inputs = {int64};
  builder.aggregate(AggregateKind::count_rows);
  builder.aggregate(AggregateKind::maximum, builder.load(0));
  const auto program = backend_->compile(builder.plan);
  const auto lane = program->new_lane();
  const auto state = program->new_state({});
  const auto rows = [&](std::int64_t watermark) {
    return emit_all(*program, *lane, builder.plan, *state->split(watermark), 4);
  };
  EXPECT_TRUE(rows(5).empty());
  EXPECT_EQ(rows(watermark_max), (std::vector<Row>{{i64(0), null}}));
  EXPECT_TRUE(rows(watermark_max).empty());
  // With keys, or a window, nothing is owed.
  EXPECT_TRUE(run(counting(10), times({})).rows.empty());
  builder.plan.keys = {0};
  const Batch nothing{{int64}, {{}}};
  EXPECT_TRUE(run(builder, nothing).rows.empty());
}

TEST_P(States, MarkTheSymbolsTheyHold) {
  PlanBuilder builder;
  builder.plan.inputs = {symbol, symbol};
  builder.plan.keys = {builder.load(0)};
  builder.aggregate(AggregateKind::count_distinct, builder.load(1));
  const auto program = backend_->compile(builder.plan);
  const auto lane = program->new_lane();
  const auto state = program->new_state({});
  const auto code = [](std::uint32_t c) { return datum(c); };
  const LoadedBatch batch(
      Batch{{symbol, symbol}, {{code(3), null, code(3)}, {code(70), code(5), null}}}, -1);
  Submission submission;
  submission.batch = batch.view();
  RowCounts counts;
  program->submit(*lane, submission, *state, counts);
  std::vector<std::uint64_t> used;
  state->mark_symbols(used);
  ASSERT_EQ(used.size(), 2U);
  EXPECT_EQ(used[0], (std::uint64_t{1} << 3) | (std::uint64_t{1} << 5));
  EXPECT_EQ(used[1], std::uint64_t{1} << 6);
}

TEST_P(States, PartitionSpreadsKeysAndLeavesOutTheRest) {
  PlanBuilder builder = counting(10);
  builder.watermark(0, 0);
  builder.plan.keys = {builder.add(Op::cast, int64, 0)};
  const auto program = backend_->compile(builder.plan);
  const auto lane = program->new_lane();
  std::vector<Datum> values;
  for (std::int64_t i = 0; i < 4000; ++i) values.push_back(i64(i));
  values.push_back(i64(5));  // late
  values.push_back(null);
  const LoadedBatch batch(times(values), 0);
  Submission submission;
  submission.batch = batch.view();
  std::vector<std::uint8_t> shards(values.size());
  RowCounts counts;
  program->partition(*lane, submission, 8, shards.data(), counts);
  std::vector<int> rows(256);
  for (const std::uint8_t shard : shards) ++rows[shard];
  for (std::size_t s = 0; s < 8; ++s) {
    EXPECT_GT(rows[s], 400) << s;
    EXPECT_LT(rows[s], 600) << s;
  }
  EXPECT_EQ(rows[no_shard], 2);
  EXPECT_EQ(shards[4000], no_shard);
  EXPECT_EQ(counts.rows_late, 1);
  EXPECT_EQ(counts.rows_null_event_time, 1);
  EXPECT_EQ(counts.rows_in, 4002);
}

INSTANTIATE_TEST_SUITE_P(Backends, Windows, testing::ValuesIn(backend_names()),
                         [](const auto& name) { return std::string(name.param); });
INSTANTIATE_TEST_SUITE_P(Backends, States, testing::ValuesIn(backend_names()),
                         [](const auto& name) { return std::string(name.param); });

}  // namespace
}  // namespace penstock::test
