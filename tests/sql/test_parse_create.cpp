// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "dump.h"

namespace penstock::test {
namespace {

struct Golden {
  const char* sql;
  const char* tree;
};

void expect_statements(std::initializer_list<Golden> cases) {
  for (const Golden& golden : cases) EXPECT_EQ(dump_sql(golden.sql), golden.tree) << golden.sql;
}

TEST(ParseCreate, WithoutColumnList) {
  expect_statements({
      {"CREATE TABLE packets WITH (connector = 'pcap', path = 'trace.pcap')",
       "table packets with connector=pcap, path=trace.pcap"},
      {"CREATE TABLE t", "table t"},
      {"create table \"with\" with (connector = 'x')", "table with with connector=x"},
      {"CREATE TABLE t\nWITH\n(\nconnector='x'\n)\n;", "table t with connector=x"},
  });
}

TEST(ParseCreate, Columns) {
  expect_statements({
      {"CREATE TABLE t (a bigint NOT NULL, \"B\" text NULL, c timestamp) WITH (connector = 'csv')",
       "table t (a bigint not null, B text, c timestamp) with connector=csv"},
      {"CREATE TABLE t (a int unsigned, b TINYINT UNSIGNED NOT NULL, c bigint  /* x */ unsigned)",
       "table t (a int unsigned, b tinyint unsigned not null, c bigint unsigned)"},
      {"CREATE TABLE t (a double precision, b inet, c macaddr, d binary(16), e int8, f uint16)",
       "table t (a double precision, b inet, c macaddr, d binary(16), e int8, f uint16)"},
      {"CREATE TABLE t (unsigned int, watermark bigint)",
       "table t (unsigned integer, watermark bigint)"},
      {"CREATE TABLE t (offset bigint, user text, end timestamp, window int, \"limit\" int)",
       "table t (offset bigint, user text, end timestamp, window integer, limit integer)"},
  });
}

TEST(ParseCreate, Watermark) {
  expect_statements({
      {"CREATE TABLE t (ts timestamp, a int, WATERMARK FOR ts AS ts - INTERVAL '5 seconds')",
       "table t (ts timestamp, a integer) watermark ts = -(ts, interval'5 seconds')"},
      {"CREATE TABLE t (WATERMARK FOR ts AS ts - INTERVAL '5' SECOND, ts timestamp)",
       "table t (ts timestamp) watermark ts = -(ts, interval'5 second')"},
      {"CREATE TABLE t (ts timestamp, watermark for \"Ts\" as ts, a int)",
       "table t (ts timestamp, a integer) watermark Ts = ts"},
      {"CREATE TABLE t (WATERMARK FOR ts AS ts) WITH (connector = 'pcap')",
       "table t watermark ts = ts with connector=pcap"},
      {"CREATE TABLE t (a int, WATERMARK FOR ts AS least(ts, window, (a)::bigint unsigned), b int)",
       "table t (a integer, b integer) watermark ts = least(ts, window, cast(a as bigint "
       "unsigned))"},
  });
}

TEST(ParseCreate, Options) {
  expect_statements({
      {"CREATE TABLE t WITH ('connector' = 'csv', \"Path\" = 'x', a.b.c = 1, 'scan.startup-mode' "
       "= 'now')",
       "table t with connector=csv, path=x, a.b.c=1, scan.startup-mode=now"},
      {"CREATE TABLE t WITH (a = 5, b = -3, c = 1.50, d = +2, e = 1e6, f=-7)",
       "table t with a=5, b=-3, c=1.50, d=2, e=1e6, f=-7"},
      {"CREATE TABLE t WITH (a = true, b = FALSE, c = Json, d = on, e = \"X\")",
       "table t with a=true, b=false, c=json, d=on, e=X"},
      {"CREATE TABLE t WITH (a = 'it''s', b = E'x\\ty', c = $$a'b$$, d = '')",
       "table t with a=it's, b=x\ty, c=a'b, d="},
      {"CREATE TABLE t WITH (on = 'x', order = 1, with = 2)", "table t with on=x, order=1, with=2"},
      {"CREATE TABLE t WITH ()", "table t"},
  });
}

TEST(ParseCreate, Places) {
  const auto statements = parse(
      "CREATE TABLE t (\n  a int,\n  WATERMARK FOR ts AS ts\n    - x\n) WITH (\n  path = 'x',\n"
      "  größe = 5, n = -1\n)");
  const auto& table = std::get<ast::CreateTable>(statements.at(0));
  EXPECT_EQ(table.where, (Where{"", 1, 14}));
  EXPECT_EQ(table.columns.at(0).where, (Where{"", 2, 3}));
  EXPECT_EQ(table.watermark->where, (Where{"", 3, 3}));
  EXPECT_EQ(table.watermark->expression.where, (Where{"", 4, 5}));
  EXPECT_EQ(table.watermark->expression.arguments.at(0).where, (Where{"", 3, 23}));
  EXPECT_EQ(table.options.at(0).where, (Where{"", 6, 3}));
  EXPECT_EQ(table.options.at(0).value_where, (Where{"", 6, 10}));
  EXPECT_EQ(table.options.at(1).value_where, (Where{"", 7, 11}));
  EXPECT_EQ(table.options.at(2).where, (Where{"", 7, 14}));
  EXPECT_EQ(table.options.at(2).value_where, (Where{"", 7, 18}));
}

}  // namespace
}  // namespace penstock::test
