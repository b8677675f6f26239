// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "fake_catalog.h"

namespace penstock {
namespace {

const AggregateStep& aggregation(const Query& query) {
  for (const Step& step : query.steps) {
    if (const auto* found = std::get_if<AggregateStep>(&step)) return *found;
  }
  throw std::runtime_error("no AggregateStep");
}

TEST(Windows, HaveThreeSpellings) {
  const std::string head = "SELECT window_start, src_ip, count(*) AS n FROM ";
  const std::string tail = " GROUP BY window_start, window_end, src_ip";
  const Query a = bind_query(head + "TUMBLE(live, ts, INTERVAL '1 second')" + tail);
  const Query b =
      bind_query(head + "TABLE(TUMBLE(TABLE live, DESCRIPTOR(ts), INTERVAL '1 second'))" + tail);
  const Query c = bind_query(head + "live GROUP BY tumble(interval '1 second'), src_ip");
  EXPECT_EQ(a, b);
  EXPECT_EQ(a, c);
  const AggregateStep& step = aggregation(a);
  EXPECT_EQ(step.window, (WindowDefinition{0, 1'000'000'000, 0}));
  ASSERT_EQ(step.keys.size(), 1U);
  EXPECT_EQ(step.keys[0].name, "src_ip");
  EXPECT_EQ(std::get<ProjectStep>(a.steps.back()).columns[0].expression,
            column_reference(2, {TypeId::timestamp}));
}

TEST(Windows, AnyOfTheirBoundsOrNoneMayBeGrouped) {
  const std::string from = "SELECT count(*) AS n FROM TUMBLE(packets, ts, INTERVAL '1 second')";
  const Query none = bind_query(from);
  EXPECT_EQ(none, bind_query(from + " GROUP BY window_start"));
  EXPECT_EQ(none, bind_query(from + " GROUP BY window_end, window_start"));
  EXPECT_TRUE(aggregation(none).window.has_value());
}

TEST(Windows, OffsetsAreBroughtIntoTheWindow) {
  const std::string from = "SELECT count(*) FROM TUMBLE(packets, ts, INTERVAL '1 day', INTERVAL '";
  EXPECT_EQ(aggregation(bind_query(from + "-8 hours')")).window->offset_ns,
            16LL * 3600 * 1'000'000'000);
  EXPECT_EQ(bind_query(from + "-8 hours')"), bind_query(from + "64 hours')"));
  EXPECT_EQ(bind_query("SELECT count(*) FROM TUMBLE(packets, ts, size => INTERVAL '1 day', "
                       "\"offset\" => INTERVAL '16 hours')"),
            bind_query(from + "16 hours')"));
}

TEST(Windows, TimeIsFollowedThroughViews) {
  const Query query = bind_query(
      "CREATE VIEW v AS SELECT src_ip, ts AS at FROM live WHERE length > 0; "
      "SELECT count(*) FROM TUMBLE(v, at, INTERVAL '1 minute')");
  EXPECT_EQ(aggregation(query).window->time_column, 1U);
  EXPECT_EQ(bind_query("CREATE VIEW v AS SELECT src_ip, ts AS at FROM live WHERE length > 0; "
                       "SELECT count(*) FROM v GROUP BY tumble(INTERVAL '1 minute')"),
            query);
}

TEST(Windows, OfRowsWithoutGroupingAreAProjection) {
  const Query query = bind_query(
      "SELECT window_start, window_end, length FROM TUMBLE(stream, ts, INTERVAL '1 minute', "
      "INTERVAL '10 s') WHERE window_start > '2026-01-01'");
  ASSERT_EQ(query.steps.size(), 2U);
  const Expression& start = std::get<ProjectStep>(query.steps[1]).columns[0].expression;
  EXPECT_EQ(start.function, "date_bin");
  EXPECT_EQ(start.arguments[1].literal, (Value{std::int64_t{60'000'000'000}}));
  EXPECT_EQ(start.arguments[2].literal, (Value{std::int64_t{10'000'000'000}}));
  EXPECT_EQ(std::get<ProjectStep>(query.steps[1]).columns[1].expression.function, "+");
}

TEST(Windows, BoundsCanBeUsedInExpressions) {
  const Query query = bind_query(
      "SELECT window_end - window_start AS width, epoch_ns(window_start) AS s, max(length) "
      "FROM TUMBLE(packets, ts, INTERVAL '1 minute') w GROUP BY w.window_start "
      "HAVING window_end > '2026-01-01' ORDER BY s");
  ASSERT_EQ(query.steps.size(), 4U);
  EXPECT_TRUE(std::holds_alternative<FilterStep>(query.steps[1]));
  const Expression& width = std::get<ProjectStep>(query.steps[2]).columns[0].expression;
  EXPECT_EQ(width.arguments[0], column_reference(2, {TypeId::timestamp}));
  EXPECT_EQ(width.arguments[1], column_reference(1, {TypeId::timestamp}));
}

TEST(Windows, AHundredYearsAreTheMost) {
  EXPECT_NO_THROW(bind_query("SELECT count(*) FROM TUMBLE(packets, ts, INTERVAL '36525 days')"));
  EXPECT_NO_THROW(bind_query("SELECT count(*) FROM TUMBLE(packets, ts, INTERVAL '1 ns')"));
}

}  // namespace
}  // namespace penstock
