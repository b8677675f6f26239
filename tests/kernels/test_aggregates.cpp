// SPDX-License-Identifier: Apache-2.0
// What aggregates give, by hand, on every backend.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <penstock/kernels/error.h>

#include "plan_fixture.h"

namespace penstock::test {
namespace {

using Limits = std::numeric_limits<std::int64_t>;
const double nan_value = std::numeric_limits<double>::quiet_NaN();
const double infinity = std::numeric_limits<double>::infinity();

Datum i64(std::int64_t v) {
  return datum(v);
}
Datum u64(std::uint64_t v) {
  return datum(v);
}
Datum f64(double v) {
  return datum(v);
}

class Aggregates : public testing::TestWithParam<std::string_view> {
 protected:
  // One aggregate over all values of a column; cut into batches of `cut` rows for three replicas.
  Datum aggregate(AggregateKind kind, DataType type, const std::vector<Datum>& values,
                  OverflowPolicy on_overflow = OverflowPolicy::fail) {
    PlanBuilder builder;
    builder.plan.inputs = {type};
    builder.aggregate(kind, builder.load(0), no_register, on_overflow);
    const auto backend = make_backend(GetParam());
    const Batch batch{{type}, {values}};
    RunOptions pieces;
    pieces.replicas = 3;
    for (std::int64_t row = 1; row < batch.rows(); row += 2) pieces.cuts.push_back(row);
    const Aggregated whole = run_aggregate(*backend, builder.plan, batch, {});
    EXPECT_EQ(whole.rows, run_aggregate(*backend, builder.plan, batch, pieces).rows);
    EXPECT_EQ(whole.rows.size(), 1U);
    return whole.rows.at(0).at(0);
  }

  double sum(const std::vector<double>& values) {
    std::vector<Datum> column;
    for (const double v : values) column.push_back(f64(v));
    return value_of<double>(aggregate(AggregateKind::sum, float64, column));
  }
};

TEST_P(Aggregates, OverNothing) {
  for (const std::vector<Datum>& values : {std::vector<Datum>{}, std::vector<Datum>{null, null}}) {
    EXPECT_EQ(aggregate(AggregateKind::count, int64, values), i64(0));
    EXPECT_EQ(aggregate(AggregateKind::count_distinct, int64, values), i64(0));
    EXPECT_EQ(aggregate(AggregateKind::sum, int64, values), null);
    EXPECT_EQ(aggregate(AggregateKind::sum, float64, values), null);
    EXPECT_EQ(aggregate(AggregateKind::minimum, int64, values), null);
    EXPECT_EQ(aggregate(AggregateKind::maximum, ip, values), null);
    EXPECT_EQ(aggregate(AggregateKind::average, int64, values), null);
  }
}

TEST_P(Aggregates, IntegerSumsAreExactInside) {
  EXPECT_EQ(aggregate(AggregateKind::sum, int64,
                      {i64(Limits::max()), i64(Limits::max()), i64(-Limits::max()), i64(-7)}),
            i64(Limits::max() - 7));
  EXPECT_EQ(aggregate(AggregateKind::sum, int64, {i64(Limits::min()), null}), i64(Limits::min()));
  EXPECT_EQ(aggregate(AggregateKind::sum, uint64, {u64(UINT64_MAX), u64(0)}), u64(UINT64_MAX));
  const DataType u8{TypeId::uint8};
  EXPECT_EQ(aggregate(AggregateKind::sum, u8, std::vector<Datum>(300, datum(std::uint8_t{255}))),
            u64(76'500));
  const DataType i8{TypeId::int8};
  EXPECT_EQ(aggregate(AggregateKind::sum, i8, std::vector<Datum>(300, datum(std::int8_t{-128}))),
            i64(-38'400));
  EXPECT_EQ(aggregate(AggregateKind::sum, interval, {i64(5), i64(-8)}), i64(-3));
}

TEST_P(Aggregates, SumsThatOverflowAreNullOrFail) {
  const std::vector<Datum> values{i64(Limits::max()), i64(1)};
  EXPECT_EQ(aggregate(AggregateKind::sum, int64, values, OverflowPolicy::null), null);
  EXPECT_EQ(aggregate(AggregateKind::sum, uint64, {u64(UINT64_MAX), u64(1)}, OverflowPolicy::null),
            null);
  PlanBuilder builder;
  builder.plan.inputs = {timestamp, int64};
  const Register time = builder.load(0);
  builder.aggregate(AggregateKind::count_rows);
  builder.aggregate(AggregateKind::sum, builder.load(1));
  builder.tumble(time, 60'000'000'000);
  const Batch batch{{timestamp, int64}, {{i64(5), i64(6)}, values}};
  try {
    run_aggregate(*make_backend(GetParam()), builder.plan, batch, {});
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::overflow);
    EXPECT_EQ(error.message(),
              "aggregate 2, 'sum', leaves the range of bigint in the window [1970-01-01 "
              "00:00:00.000000000, 1970-01-01 00:01:00.000000000) UTC; cast its input to double "
              "precision, or set the option 'on_overflow' to 'null'");
  }
}

TEST_P(Aggregates, AveragesRoundSumAndCountOnce) {
  EXPECT_EQ(aggregate(AggregateKind::average, int64, {i64(1), i64(2), null}), f64(1.5));
  EXPECT_EQ(aggregate(AggregateKind::average, int64, {i64(Limits::max()), i64(Limits::max())}),
            f64(0x1p63));
  // The exact sum 2^53 + 1 lies halfway between two floats: the even one is taken.
  const std::int64_t big = std::int64_t{1} << 53;
  EXPECT_EQ(aggregate(AggregateKind::average, int64, {i64(big), i64(1)}), f64(0x1p52));
  EXPECT_EQ(aggregate(AggregateKind::average, int64, {i64(big + 2), i64(1)}),
            f64((0x1p53 + 4) / 2));
  EXPECT_EQ(aggregate(AggregateKind::average, float64, {f64(1e308), f64(1e308)}), f64(infinity));
}

TEST_P(Aggregates, FloatSumsDoNotDependOnTheOrder) {
  EXPECT_EQ(sum({1e16, 1, -1e16}), 1);
  EXPECT_EQ(sum({1, 1e16, -1e16}), 1);
  EXPECT_EQ(sum({0.1, 0.2, 0.3, -0.3, -0.2, -0.1}), 0);
  EXPECT_EQ(sum({1e308, 1e308, -1e308}), 1e308);
  EXPECT_EQ(sum({1e308, 1e308}), infinity);
  EXPECT_FALSE(std::signbit(sum({-0.0, -0.0})));
  // Of ten 0.1 the exact sum is rounded once; adding one by one gives 0.9999999999999999.
  EXPECT_EQ(sum(std::vector<double>(10, 0.1)), 1.0);
}

TEST_P(Aggregates, FloatSumsTruncateAsDefined) {
  // Grid 2^(32 j); 1 has e = 0: multiples of 2^−64 count, towards zero.
  EXPECT_EQ(sum({1, 0x1p-64, -1}), 0x1p-64);
  EXPECT_EQ(sum({1, 0x1.8p-64, -1}), 0x1p-64);
  EXPECT_EQ(sum({1, -0x1.8p-64, -1}), -0x1p-64);
  EXPECT_EQ(sum({1, 0x1p-65, 0x1p-65, -1}), 0);
  // Just below 2^0 the grid is finer: e = −1.
  EXPECT_EQ(sum({0x1.fp-1, 0x1p-65, -0x1.fp-1}), 0x1p-65);
  // A larger value that comes later truncates those before it.
  EXPECT_EQ(sum({0x1p-65, 0x1p-65, 1, -1}), 0);
  // Rounded half to even, once.
  EXPECT_EQ(sum({0x1p53, 1}), 0x1p53);
  EXPECT_EQ(sum({0x1p53, 1, 0x1p-10}), 0x1p53 + 2);
  EXPECT_EQ(sum({0x1p53, 2, 1}), 0x1p53 + 4);
}

TEST_P(Aggregates, FloatSumsOfSubnormalsAndInfinities) {
  const double least = std::numeric_limits<double>::denorm_min();
  EXPECT_EQ(sum({least, least, least}), 3 * least);
  EXPECT_EQ(sum({least, 0x1p-1022, -0x1p-1022}), least);
  EXPECT_EQ(sum({infinity, 1}), infinity);
  EXPECT_EQ(sum({-infinity, 1e308}), -infinity);
  EXPECT_TRUE(std::isnan(sum({infinity, -infinity})));
  EXPECT_TRUE(std::isnan(sum({nan_value, 1})));
  EXPECT_EQ(aggregate(AggregateKind::sum, float64, {datum(std::uint64_t{0xFFF8000000000001})}),
            f64(nan_value));
  EXPECT_EQ(aggregate(AggregateKind::sum, float32, {datum(0.1F), datum(0.2F)}),
            f64(double{0.1F} + double{0.2F}));
}

TEST_P(Aggregates, ExtremesFollowTheOrderOfTheType) {
  EXPECT_EQ(aggregate(AggregateKind::minimum, float64, {f64(nan_value), f64(5)}), f64(5));
  EXPECT_EQ(aggregate(AggregateKind::maximum, float64, {f64(nan_value), f64(infinity)}),
            f64(nan_value));
  EXPECT_EQ(aggregate(AggregateKind::minimum, float64, {f64(nan_value)}), f64(nan_value));
  EXPECT_EQ(aggregate(AggregateKind::maximum, float64, {f64(-infinity)}), f64(-infinity));
  EXPECT_EQ(aggregate(AggregateKind::minimum, float64, {f64(0.0), f64(-0.0)}), f64(0.0));
  EXPECT_EQ(aggregate(AggregateKind::maximum, float64, {f64(-0.0)}), f64(0.0));
  EXPECT_EQ(aggregate(AggregateKind::minimum, int64, {i64(Limits::max())}), i64(Limits::max()));
  EXPECT_EQ(aggregate(AggregateKind::maximum, uint64, {u64(UINT64_MAX), u64(1)}), u64(UINT64_MAX));
  const Datum yes = datum(std::uint8_t{1});
  const Datum no = datum(std::uint8_t{0});
  EXPECT_EQ(aggregate(AggregateKind::minimum, boolean, {yes, no, null}), no);
  EXPECT_EQ(aggregate(AggregateKind::maximum, boolean, {yes, no, null}), yes);
  const Datum low = datum(Bytes16{{1, 0xFF}});
  const Datum high = datum(Bytes16{{0x80}});
  EXPECT_EQ(aggregate(AggregateKind::minimum, ip, {high, low}), low);
  EXPECT_EQ(aggregate(AggregateKind::maximum, ip, {high, low}), high);
  EXPECT_EQ(aggregate(AggregateKind::maximum, timestamp, {i64(-5), i64(-3)}), i64(-3));
}

TEST_P(Aggregates, DistinctValuesCountOnce) {
  EXPECT_EQ(aggregate(AggregateKind::count_distinct, int64, {i64(1), i64(1), null, i64(2)}),
            i64(2));
  EXPECT_EQ(aggregate(AggregateKind::count_distinct, float64,
                      {f64(nan_value), f64(-nan_value), f64(0.0), f64(-0.0), f64(1)}),
            i64(3));
  const auto code = [](std::uint32_t c) { return datum(c); };
  EXPECT_EQ(aggregate(AggregateKind::count_distinct, symbol, {code(7), code(8), code(7)}), i64(2));
}

TEST_P(Aggregates, KeysMakeOneGroupOfNullsNansAndZeros) {
  PlanBuilder builder;
  builder.plan.inputs = {float64};
  builder.plan.keys = {builder.load(0)};
  builder.aggregate(AggregateKind::count_rows);
  const Batch batch{{float64},
                    {{f64(nan_value), null, f64(0.0), f64(-nan_value), f64(-0.0), null, f64(1)}}};
  const Aggregated result = run_aggregate(*make_backend(GetParam()), builder.plan, batch, {});
  std::vector<Row> expected{
      {f64(nan_value), i64(2)}, {null, i64(2)}, {f64(0.0), i64(2)}, {f64(1), i64(1)}};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(result.rows, expected);
}

TEST_P(Aggregates, FilterCountsOnlyWhatIsTrue) {
  PlanBuilder builder;
  builder.plan.inputs = {int64, boolean};
  const Register value = builder.load(0);
  const Register condition = builder.load(1);
  builder.aggregate(AggregateKind::count_rows, no_register, condition);
  builder.aggregate(AggregateKind::sum, value, condition);
  builder.aggregate(AggregateKind::count, value);
  const Datum yes = datum(std::uint8_t{1});
  const Datum no = datum(std::uint8_t{0});
  const Batch batch{{int64, boolean}, {{i64(1), i64(2), i64(4), null}, {yes, no, null, yes}}};
  const Aggregated result = run_aggregate(*make_backend(GetParam()), builder.plan, batch, {});
  EXPECT_EQ(result.rows, (std::vector<Row>{{i64(2), i64(1), i64(3)}}));
}

TEST_P(Aggregates, KeysWithoutAggregatesAreDistinctRows) {
  PlanBuilder builder;
  builder.plan.inputs = {int64, ip};
  builder.plan.keys = {builder.load(0), builder.load(1)};
  const Datum a = datum(Bytes16{{1}});
  const Batch batch{{int64, ip}, {{i64(1), i64(1), i64(1), null}, {a, a, null, null}}};
  const Aggregated result = run_aggregate(*make_backend(GetParam()), builder.plan, batch, {});
  EXPECT_EQ(result.rows.size(), 3U);
}

INSTANTIATE_TEST_SUITE_P(Backends, Aggregates, testing::ValuesIn(backend_names()),
                         [](const auto& name) { return std::string(name.param); });

}  // namespace
}  // namespace penstock::test
