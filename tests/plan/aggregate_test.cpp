// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "fake_catalog.h"

namespace penstock {
namespace {

TEST(Aggregates, StandBehindTheKeysAndAreComputedOnce) {
  const Query query = bind_query(
      "SELECT protocol, count(*) AS n, sum(length) AS bytes, sum(length) / 8 AS words "
      "FROM packets GROUP BY protocol HAVING count(*) > 10 AND sum(length) > 5");
  ASSERT_EQ(query.steps.size(), 3U);
  const auto& step = std::get<AggregateStep>(query.steps[0]);
  ASSERT_EQ(step.aggregates.size(), 2U);
  EXPECT_EQ(step.aggregates[0].name, "n");
  EXPECT_EQ(step.aggregates[1].name, "bytes");
  EXPECT_EQ(step.aggregates[1].kind, AggregateKind::sum);
  EXPECT_EQ(std::get<ProjectStep>(query.steps[2]).columns.size(), 4U);
}

TEST(Aggregates, ThatAreTheResultNeedNoProjection) {
  const Query query = bind_query("SELECT src_ip, count(*) AS packets FROM packets GROUP BY src_ip");
  EXPECT_EQ(query.steps.size(), 1U);
}

TEST(Aggregates, HaveTheirTypes) {
  const BoundScript script = bind_sql(
      "SELECT count(*), count(word), count(DISTINCT name), sum(i8), sum(u16), sum(f32), sum(iv), "
      "avg(i64), min(ts), max(addr), min(u8), max(f32), sum(i32 + u16) FROM everything");
  const std::vector<std::string> expected = {
      "bigint",   "bigint",           "bigint",    "bigint", "bigint unsigned",  "double precision",
      "interval", "double precision", "timestamp", "ip",     "tinyint unsigned", "real",
      "bigint"};
  const Schema& schema = script.plan.sinks[0].schema;
  ASSERT_EQ(schema.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(to_string(schema.fields[i].type), expected[i]) << i;
  }
}

TEST(Aggregates, FilterDistinctAndOverflow) {
  const Query query = bind_query(
      "SELECT count(*) FILTER (WHERE flag), count(DISTINCT i32) FILTER (WHERE i8 > 0), "
      "sum(i64, on_overflow => 'null'), sum(i64), min(DISTINCT i64) FROM everything");
  const auto& step = std::get<AggregateStep>(query.steps[0]);
  ASSERT_EQ(step.aggregates.size(), 5U);
  EXPECT_TRUE(step.aggregates[0].filter.has_value());
  EXPECT_EQ(step.aggregates[1].kind, AggregateKind::count_distinct);
  EXPECT_EQ(step.aggregates[2].on_overflow, OverflowPolicy::null);
  EXPECT_EQ(step.aggregates[3].on_overflow, OverflowPolicy::fail);
  EXPECT_EQ(step.aggregates[4].kind, AggregateKind::minimum);
}

TEST(Aggregates, GroupByTakesNamesAliasesOrdinalsAndExpressions) {
  const std::string tail = " AS k, count(*) FROM packets GROUP BY ";
  const Query by_alias = bind_query("SELECT length / 100" + tail + "k");
  const auto keys = [](const Query& query) {
    return std::get<AggregateStep>(query.steps[0]).keys.at(0).expression;
  };
  EXPECT_EQ(by_alias, bind_query("SELECT length / 100" + tail + "1"));
  EXPECT_EQ(keys(by_alias), keys(bind_query("SELECT length / 100" + tail + "length / 100")));
  // The input's column wins over the alias, as in PostgreSQL.
  const Query input_wins =
      bind_query("SELECT max(src_port) AS length FROM packets GROUP BY length");
  EXPECT_EQ(keys(input_wins).kind, Expression::Kind::column);
}

TEST(Aggregates, MatchGroupedExpressionsInsideOfOthers) {
  const Query query = bind_query(
      "SELECT upper(lower(protocol)) AS u, (length / 100) * 100 AS bucket FROM packets "
      "GROUP BY lower(protocol), length / 100");
  const auto& project = std::get<ProjectStep>(query.steps[1]);
  const Expression& upper = project.columns[0].expression;
  EXPECT_EQ(upper.function, "upper");
  EXPECT_EQ(upper.arguments[0].function, "cast");  // a text key comes out as a symbol
  EXPECT_EQ(upper.arguments[0].arguments[0], column_reference(0, {TypeId::symbol}));
  EXPECT_EQ(project.columns[1].expression.arguments[0].arguments.at(0),
            column_reference(1, {TypeId::uint32}));
}

TEST(Aggregates, KeysAndAggregatesHaveDistinctNames) {
  const Query query = bind_query(
      "SELECT 1 + max(length), max(src_port) + 1 FROM packets GROUP BY length % 2, length % 3, "
      "'a'");
  const auto& step = std::get<AggregateStep>(query.steps[0]);
  ASSERT_EQ(step.keys.size(), 3U);
  EXPECT_EQ(step.keys[1].name, "key_2");
  EXPECT_EQ(step.aggregates[1].name, "max_2");
}

TEST(Aggregates, ResultsCanBeFilteredAndProjectedAgain) {
  const Query query = bind_query(
      "CREATE VIEW t AS SELECT src_ip, count(*) AS n FROM packets GROUP BY src_ip; "
      "SELECT n * 2 AS twice FROM t WHERE n > 3 ORDER BY twice DESC LIMIT 1");
  ASSERT_EQ(query.steps.size(), 4U);
  EXPECT_TRUE(std::holds_alternative<AggregateStep>(query.steps[0]));
  EXPECT_TRUE(std::holds_alternative<SortStep>(query.steps[3]));
}

TEST(Aggregates, OrderByAnAggregateOfTheResult) {
  const Query query = bind_query(
      "SELECT src_ip, count(*) FROM packets GROUP BY src_ip ORDER BY count(*) DESC, src_ip");
  const auto& sort = std::get<SortStep>(query.steps.back());
  EXPECT_EQ(sort.keys, (std::vector<SortKey>{{1, true, true}, {0, false, false}}));
}

}  // namespace
}  // namespace penstock
