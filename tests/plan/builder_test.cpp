// SPDX-License-Identifier: Apache-2.0
#include <penstock/plan/builder.h>

#include <gtest/gtest.h>

#include <penstock/sql/parse.h>

#include "fake_catalog.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;
using namespace builder;

Plan of_sql(std::string_view sql) {
  return penstock::bind(parse(sql), FakeCatalog()).plan;
}

TEST(Builder, MakesThePlanOfTheSql) {
  Script script;
  script.add(table("packets", "packets").option("path", "trace.pcap").watermark("ts", 5s))
      .add(table("talkers", "sqlite").option("path", "flows.db"))
      .add(from("packets")
               .tumble("ts", 1s)
               .where(col("protocol") == "udp")
               .where(col("length") > 100 && col("src_ip") != "10.0.0.1")
               .group_by({col("window_start"), col("window_end"), col("src_ip")})
               .select({col("window_start"), col("src_ip"), count().as("packets"),
                        sum(col("length")).as("bytes")})
               .having(count() > 3)
               .into("talkers"));
  EXPECT_EQ(script.bind(FakeCatalog()).plan,
            of_sql("CREATE TABLE packets (WATERMARK FOR ts AS ts - INTERVAL '5 seconds') "
                   "WITH (connector = 'packets', path = 'trace.pcap');"
                   "CREATE TABLE talkers WITH (connector = 'sqlite', path = 'flows.db');"
                   "INSERT INTO talkers SELECT window_start, src_ip, count(*) AS packets, "
                   "sum(length) AS bytes FROM TUMBLE(packets, ts, INTERVAL '1 second') "
                   "WHERE protocol = 'udp' AND length > 100 AND src_ip <> '10.0.0.1' "
                   "GROUP BY window_start, window_end, src_ip HAVING count(*) > 3;"));
}

TEST(Builder, MakesTheExpressionsOfTheSql) {
  Script script;
  script.add(table("e", "all"))
      .add(from("e").select(
          {(-col("i64") + 2.5).as("a"), (!col("flag") || col("word").like("a%")).as("b"),
           case_when({{col("i8").in({1, 2}), "low"}}, null()).as("c"),
           col("ts").between("2026-01-01", "2027-01-01").as("d"),
           call("lower", {col("name")}).as("f"), col("i32").cast("bigint unsigned").as("g"),
           (col("ts") + 1ms).as("h"), (col("u8") & 3).as("i"), (col("i16") % 7).as("j"),
           col("word").is_null().as("k"), (col("f64") * -1.5).as("l"),
           (col("iv") >= 2h).is_true().as("m"), (col("flag") == true).as("n"),
           (col("i64") - std::int64_t{5} / 1).as("o"), (col("u64") | std::uint64_t{8}).as("p")}));
  EXPECT_EQ(script.bind(FakeCatalog()).plan,
            of_sql("CREATE TABLE e WITH (connector = 'all');"
                   "SELECT -i64 + 2.5 AS a, NOT flag OR word LIKE 'a%' AS b, "
                   "CASE WHEN i8 IN (1, 2) THEN 'low' ELSE NULL END AS c, "
                   "ts BETWEEN '2026-01-01' AND '2027-01-01' AS d, lower(name) AS f, "
                   "CAST(i32 AS bigint unsigned) AS g, ts + INTERVAL '1 ms' AS h, u8 & 3 AS i, "
                   "i16 % 7 AS j, word IS NULL AS k, f64 * -1.5 AS l, "
                   "(iv >= INTERVAL '2 hours') IS TRUE AS m, flag = true AS n, "
                   "i64 - 5 AS o, u64 | 8 AS p FROM e"));
}

TEST(Builder, MakesViewsColumnsAndOrder) {
  Script script;
  script.add(table("t", "table").column("a", "bigint", false).column("b", "text"))
      .view("v", from("t").where(col("a") > 0))
      .add(from("v")
               .select({count_distinct(col("b")).as("n"), min(col("a")).filter(col("a") < 9),
                        sum(col("a")).null_on_overflow(), avg(col("a")), max(col("a")),
                        count(col("b"))})
               .order_by(col("n"), true)
               .limit(3));
  EXPECT_EQ(script.bind(FakeCatalog()).plan,
            of_sql("CREATE TABLE t (a bigint NOT NULL, b text) WITH (connector = 'table');"
                   "CREATE VIEW v AS SELECT * FROM t WHERE a > 0;"
                   "SELECT count(DISTINCT b) AS n, min(a) FILTER (WHERE a < 9), "
                   "sum(a, on_overflow => 'null'), avg(a), max(a), count(b) "
                   "FROM v ORDER BY n DESC LIMIT 3"));
}

TEST(Builder, ErrorsAreTheBinders) {
  Script script;
  script.add(table("packets", "packets")).add(from("packets").select({col("lenght")}));
  try {
    static_cast<void>(script.bind(FakeCatalog()));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unknown_name);
    EXPECT_STREQ(error.what(), "there is no column 'lenght' in 'packets'; did you mean 'length'?");
  }
}

TEST(Builder, DeepExpressionsAreRefusedAndLongOnesAreNot) {
  const auto bind_where = [](const Term& condition) {
    Script script;
    script.add(table("packets", "packets")).add(from("packets").where(condition));
    return script.bind(FakeCatalog());
  };
  Term deep = col("length") == 1;
  for (int i = 0; i < 390; ++i) deep = !deep;
  EXPECT_NO_THROW(bind_where(deep));
  for (int i = 0; i < 20; ++i) deep = !deep;
  try {
    bind_where(deep);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_EQ(error.message(),
              "the expression is nested more than 400 levels deep; split it over views");
  }
  Term chain = col("length") == 0;
  for (int i = 1; i < 500; ++i) chain = std::move(chain) || col("length") == i;
  EXPECT_NO_THROW(bind_where(chain));
}

}  // namespace
}  // namespace penstock
