// SPDX-License-Identifier: Apache-2.0
#include <penstock/plan/bind.h>

#include <gtest/gtest.h>

#include "fake_catalog.h"

namespace penstock {
namespace {

std::vector<std::string> names(const Schema& schema) {
  std::vector<std::string> result;
  for (const Field& field : schema.fields) result.push_back(field.name);
  return result;
}
using Names = std::vector<std::string>;

TEST(Bind, SelectStarIsNoStep) {
  const BoundScript script = bind_sql("INSERT INTO out SELECT * FROM packets;");
  ASSERT_EQ(script.plan.queries.size(), 1U);
  EXPECT_TRUE(script.plan.queries[0].steps.empty());
  EXPECT_EQ(script.plan.sources.size(), 1U);
  EXPECT_EQ(script.plan.sinks[0].schema.fields[5].type.id, TypeId::utf8);
  EXPECT_EQ(output_schema(script.plan, script.plan.queries[0]), script.plan.sinks[0].schema);
}

TEST(Bind, APlainSelectGoesToStandardOutput) {
  const BoundScript script =
      bind_sql("SELECT length FROM packets; SELECT src_ip FROM packets LIMIT 3;");
  ASSERT_EQ(script.plan.sinks.size(), 2U);
  EXPECT_EQ(script.plan.sinks[0].definition.name, "stdout");
  EXPECT_EQ(script.plan.sinks[0].definition.connector, "stdout");
  EXPECT_EQ(script.plan.sinks[1].definition.name, "stdout_2");
  EXPECT_EQ(script.plan.sources.size(), 1U);
}

TEST(Bind, UnusedTablesAreNotInThePlan) {
  EXPECT_TRUE(bind_sql("").plan.sources.empty());
  EXPECT_TRUE(bind_sql("CREATE VIEW v AS SELECT * FROM packets;").plan.sources.empty());
}

TEST(Bind, WhereThenProjection) {
  const Query query = bind_query("SELECT length * 8 AS bits FROM packets p WHERE p.length > 100");
  ASSERT_EQ(query.steps.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<FilterStep>(query.steps[0]));
  EXPECT_EQ(std::get<ProjectStep>(query.steps[1]).columns[0].name, "bits");
}

TEST(Bind, ViewsAreExpanded) {
  const Query query = bind_query(
      "CREATE VIEW udp AS SELECT ts AS t, src_ip, length FROM packets WHERE protocol = 'udp'; "
      "CREATE VIEW big AS SELECT * FROM udp WHERE length > 1000; "
      "SELECT src_ip FROM big");
  ASSERT_EQ(query.steps.size(), 4U);
  EXPECT_TRUE(std::holds_alternative<FilterStep>(query.steps[0]));
  EXPECT_TRUE(std::holds_alternative<ProjectStep>(query.steps[1]));
  EXPECT_TRUE(std::holds_alternative<FilterStep>(query.steps[2]));
  EXPECT_TRUE(std::holds_alternative<ProjectStep>(query.steps[3]));
}

TEST(Bind, ASubqueryIsAView) {
  EXPECT_EQ(bind_query("SELECT b FROM (SELECT length AS b FROM packets) AS x WHERE x.b > 3"),
            bind_query("CREATE VIEW x AS SELECT length AS b FROM packets; "
                       "SELECT b FROM x WHERE b > 3"));
}

TEST(Bind, SeveralQueriesShareASource) {
  const BoundScript script = bind_sql(
      "CREATE TABLE other WITH (connector = 'sink'); "
      "INSERT INTO out SELECT length FROM packets; INSERT INTO other SELECT ts FROM packets;");
  EXPECT_EQ(script.plan.sources.size(), 1U);
  EXPECT_EQ(script.plan.queries[1].source, 0U);
  EXPECT_EQ(script.plan.queries[1].sink, 1U);
}

TEST(Bind, ColumnsAreNamedAsPostgreSqlNamesThem) {
  const BoundScript script = bind_sql(
      "SELECT length, length + 1, lower(protocol), CAST(length AS text), CAST(1 AS bigint), "
      "CASE WHEN true THEN 1 END, coalesce(length, 0), 'x', length, 2 * 2 FROM packets");
  EXPECT_EQ(names(script.plan.sinks[0].schema),
            (Names{"length", "?column?", "lower", "length_2", "bigint", "case", "coalesce",
                   "?column?_2", "length_3", "?column?_3"}));
}

TEST(Bind, TablesWithColumnsPassThemOn) {
  const BoundScript script = bind_sql(
      "CREATE TABLE t (a bigint NOT NULL, b binary(4), c text, at timestamp, "
      "WATERMARK FOR at AS at - INTERVAL '90 seconds') "
      "WITH (connector = 'table', path = 'x.csv'); SELECT * FROM t");
  const SourceTable& source = script.plan.sources[0];
  ASSERT_TRUE(source.definition.columns.has_value());
  EXPECT_EQ(source.definition.options.size(), 1U);
  EXPECT_EQ(source.definition.options[0].key, "path");
  EXPECT_FALSE(source.schema.fields[0].nullable);
  EXPECT_EQ(source.schema.fields[1].type, (DataType{TypeId::fixed_binary, 4}));
  EXPECT_EQ(source.watermark, (Watermark{3, 90'000'000'000}));
}

TEST(Bind, WatermarksNeedNoColumnListNorDelay) {
  const BoundScript script = bind_sql(
      "CREATE TABLE w (WATERMARK FOR ts AS ts) WITH (connector = 'packets'); SELECT * FROM w");
  EXPECT_EQ(script.plan.sources[0].watermark, (Watermark{0, 0}));
}

TEST(Bind, InsertFitsDeclaredColumns) {
  const std::string sink =
      "CREATE TABLE t (a integer, b text, c double precision) WITH (connector = 'sink'); ";
  const BoundScript script =
      bind_sql(sink +
               "INSERT INTO t (c, a) SELECT length AS z, i64 FROM (SELECT length, "
               "CAST(length AS bigint) AS i64 FROM packets) AS s ORDER BY z DESC");
  const Plan& plan = script.plan;
  EXPECT_EQ(names(plan.sinks[0].schema), (Names{"a", "b", "c"}));
  const auto& project = std::get<ProjectStep>(plan.queries[0].steps[1]);
  EXPECT_EQ(project.columns[0].expression.function, "cast");
  EXPECT_TRUE(project.columns[1].expression.literal.is_null());
  EXPECT_EQ(project.columns[2].expression.type.id, TypeId::float64);
  const auto& sort = std::get<SortStep>(plan.queries[0].steps[2]);
  EXPECT_EQ(sort.keys, (std::vector<SortKey>{{2, true, true}}));
}

TEST(Bind, ASinkWithoutColumnsTakesTheQuerysOrTheListsNames) {
  const BoundScript script = bind_sql(
      "INSERT INTO out (x, y) SELECT length, src_ip FROM packets; "
      "INSERT INTO out SELECT CAST(7 AS smallint), dst_ip FROM packets");
  EXPECT_EQ(names(script.plan.sinks[0].schema), (Names{"x", "y"}));
  EXPECT_EQ(output_schema(script.plan, script.plan.queries[1]), script.plan.sinks[0].schema);
}

TEST(Bind, DescribeTablesAndViews) {
  const BoundScript script = bind_sql(
      "CREATE TABLE t (a integer) WITH (connector = 'sink'); "
      "CREATE VIEW v AS SELECT src_ip AS who FROM packets; "
      "DESCRIBE packets; DESCRIBE t; DESCRIBE v;");
  ASSERT_EQ(script.descriptions.size(), 3U);
  EXPECT_EQ(script.descriptions[0].schema.size(), 8U);
  EXPECT_EQ(names(script.descriptions[1].schema), (Names{"a"}));
  EXPECT_EQ(names(script.descriptions[2].schema), (Names{"who"}));
}

TEST(Bind, OrderAndLimit) {
  const Query query = bind_query(
      "SELECT length AS l, src_ip FROM packets ORDER BY 2, l DESC, length NULLS FIRST "
      "LIMIT 10 OFFSET 5");
  const auto& sort = std::get<SortStep>(query.steps.back());
  EXPECT_EQ(sort.keys,
            (std::vector<SortKey>{{1, false, false}, {0, true, true}, {0, false, true}}));
  EXPECT_EQ(sort.limit, 10);
  EXPECT_EQ(sort.offset, 5);
  EXPECT_EQ(bind_query("SELECT * FROM packets LIMIT ALL").steps.size(), 0U);
}

TEST(Bind, OrderByPrefersTheOutputsNames) {
  const Query query =
      bind_query("SELECT -length AS length, length AS x FROM packets ORDER BY length");
  EXPECT_EQ(std::get<SortStep>(query.steps.back()).keys[0].column, 0U);
}

TEST(Bind, ViewsOverViewsHaveALimit) {
  const auto chain = [](int count) {
    std::string sql = "CREATE VIEW v0 AS SELECT * FROM packets; ";
    for (int i = 1; i < count; ++i) {
      sql += "CREATE VIEW v" + std::to_string(i) + " AS SELECT * FROM v" + std::to_string(i - 1) +
             "; ";
    }
    return sql + "SELECT * FROM v" + std::to_string(count - 1);
  };
  EXPECT_NO_THROW(bind_sql(chain(64)));
  try {
    bind_sql(chain(65));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "views and sub-queries are nested more than 64 levels deep; join some of them into "
              "one SELECT");
  }
}

TEST(Bind, QuotedNamesKeepTheirCase) {
  const Query query = bind_query(
      "SELECT \"Odd Name\" FROM (SELECT length AS \"Odd Name\" "
      "FROM packets) AS s");
  EXPECT_EQ(std::get<ProjectStep>(query.steps[0]).columns[0].name, "Odd Name");
}

}  // namespace
}  // namespace penstock
