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

TEST(ParseQueries, Clauses) {
  expect_statements({
      {"SELECT 1", "select 1"},
      {"SELECT *", "select *"},
      {"SELECT * FROM packets", "select * from packets"},
      {"SELECT p.*, a x, b AS y FROM packets p", "select p.*, a as x, b as y from packets as p"},
      {"TABLE packets", "select * from packets"},
      {"SELECT ALL a FROM t", "select a from t"},
      {"SELECT DISTINCT a FROM t", "select distinct a from t"},
      {"SELECT a FROM t WHERE b AND c", "select a from t where and(b, c)"},
      {"SELECT a, count(*) FROM t GROUP BY a, 2 HAVING count(*) > 1",
       "select a, count(*) from t group a, 2 having >(count(*), 1)"},
      {"SELECT a FROM t ORDER BY a, b DESC, c ASC NULLS FIRST, d DESC NULLS LAST",
       "select a from t order a, b desc, c nulls first, d desc nulls last"},
      {"SELECT a FROM t LIMIT 5 OFFSET 3", "select a from t limit 5 offset 3"},
      {"SELECT a FROM t LIMIT ALL", "select a from t"},
      {"SELECT a FROM t FETCH FIRST 3 ROWS ONLY", "select a from t limit 3"},
      {"SELECT a FROM t FETCH FIRST ROW ONLY", "select a from t limit 1"},
      {"(SELECT a FROM t)", "select a from t"},
      {"SELECT \"A b\" AS \"C d\" FROM \"T u\"", "select A b as C d from T u"},
  });
}

TEST(ParseQueries, Subqueries) {
  expect_statements({
      {"SELECT * FROM (SELECT a FROM t)", "select * from (select a from t)"},
      {"SELECT * FROM (SELECT a FROM t) s", "select * from (select a from t) as s"},
      {"SELECT * FROM (SELECT a FROM t) AS s WHERE a",
       "select * from (select a from t) as s where a"},
      {"SELECT * FROM (SELECT a FROM t) WHERE a IN (1)",
       "select * from (select a from t) where in(a, 1)"},
      {"SELECT * FROM (SELECT a FROM t) GROUP BY a", "select * from (select a from t) group a"},
      {"SELECT * FROM ((SELECT a FROM t))", "select * from (select a from t)"},
      {"SELECT * FROM (SELECT * FROM (SELECT a FROM t) LIMIT 1)",
       "select * from (select * from (select a from t) limit 1)"},
      {"SELECT extract(hour FROM (ts)), a IS DISTINCT FROM (b) FROM (SELECT 1)",
       "select extract('hour', ts), is distinct from(a, b) from (select 1)"},
      {"SELECT * FROM (TABLE t) x", "select * from (select * from t) as x"},
  });
}

TEST(ParseQueries, WindowsInTheirSpellings) {
  const char* const tree = "select * from tumble[packets; ts, interval'1 second']";
  expect_statements({
      {"SELECT * FROM TUMBLE(packets, ts, INTERVAL '1 second')", tree},
      {"SELECT * FROM tumble(TABLE packets, DESCRIPTOR(ts), INTERVAL '1 second')", tree},
      {"SELECT * FROM TABLE(TUMBLE(TABLE packets, DESCRIPTOR(ts), INTERVAL '1 second'))", tree},
      {"SELECT * FROM TABLE ( TUMBLE ( TABLE packets , DESCRIPTOR ( ts ) , INTERVAL '1 second' ) )",
       tree},
      {"SELECT * FROM TABLE(TUMBLE(DATA => TABLE packets, TIMECOL => DESCRIPTOR(ts), SIZE => "
       "INTERVAL '1 second'))",
       tree},
      {"SELECT * FROM TUMBLE(SIZE => INTERVAL '1 second', TIMECOL => ts, DATA => packets)", tree},
      {"SELECT * FROM TUMBLE(packets, ts, INTERVAL '1' SECOND, INTERVAL '0 s', emit => 'final') w",
       "select * from tumble[packets; ts, interval'1 second', interval'0 s'; emit => 'final'] as "
       "w"},
      {"SELECT * FROM TUMBLE(packets, ts, emit => 'final', size => INTERVAL '1 s')",
       "select * from tumble[packets; ts, interval'1 s'; emit => 'final']"},
      {"SELECT * FROM TUMBLE((SELECT ts FROM t WHERE a), ts, INTERVAL '1 s')",
       "select * from tumble[(select ts from t where a); ts, interval'1 s']"},
      {"SELECT * FROM HOP(TUMBLE(t, ts, INTERVAL '1 s'), ts, INTERVAL '1 s', INTERVAL '2 s')",
       "select * from hop[tumble[t; ts, interval'1 s']; ts, interval'1 s', interval'2 s']"},
      {"SELECT * FROM late(talkers)", "select * from late[talkers]"},
  });
}

TEST(ParseQueries, ArroyoSpelling) {
  expect_statements({
      {"SELECT tumble(interval '1 second') AS window, count(*) FROM t GROUP BY window",
       "select tumble(interval'1 second') as window, count(*) from t group window"},
      {"SELECT window.start FROM t GROUP BY tumble(interval '1 second')",
       "select window.start from t group tumble(interval'1 second')"},
  });
}

TEST(ParseQueries, InsertViewDescribe) {
  expect_statements({
      {"INSERT INTO t SELECT a FROM s", "insert t = select a from s"},
      {"INSERT INTO t (a, \"B\") SELECT a, b FROM s", "insert t(a, B) = select a, b from s"},
      {"INSERT INTO t (SELECT a FROM s)", "insert t = select a from s"},
      {"CREATE VIEW v AS SELECT a FROM s", "view v = select a from s"},
      {"DESCRIBE packets", "describe packets"},
      {"DESC \"Packets\"", "describe Packets"},
  });
}

TEST(ParseQueries, SeveralStatements) {
  EXPECT_EQ(dump_sql(""), "");
  EXPECT_EQ(dump_sql(" ; ;-- nothing\n/* ; */;"), "");
  EXPECT_EQ(dump_sql("SELECT 1; SELECT ';' ;; SELECT $$;$$ -- ; \n; DESCRIBE \"a;b\""),
            "select 1\nselect ';'\nselect ';'\ndescribe a;b");
  EXPECT_EQ(dump_sql("\xEF\xBB\xBFSELECT 1"), "select 1");
}

TEST(ParseQueries, CommentsNest) {
  EXPECT_EQ(dump_sql("SELECT /* a /* b */ ; ' */ 1 -- '\n, 2"), "select 1, 2");
  EXPECT_EQ(dump_sql("SELECT 1--;\n+ 2"), "select +(1, 2)");
  EXPECT_EQ(dump_sql("SELECT 4/*;*//2"), "select /(4, 2)");
}

TEST(ParseQueries, Variables) {
  ParseOptions options;
  options.variables = {{"path", "it's.pcap"}, {"n", "10"}, {"col", "A \"b\""}, {"e", "a + b"}};
  EXPECT_EQ(dump_sql("SELECT :'path', :n, :\"col\", :e * 2", options),
            "select 'it's.pcap', 10, A \"b\", +(a, *(b, 2))");
  EXPECT_EQ(dump_sql("SELECT ':n', \":n\", $$:n$$, a::text /* :n */ -- :none", options),
            "select ':n', :n, ':n', cast(a as text)");
  EXPECT_EQ(dump_sql("CREATE TABLE t WITH (path = :'path', n = :n)", options),
            "table t with path=it's.pcap, n=10");
  EXPECT_EQ(dump_sql("SELECT f(x := 1)", options), "select f(x => 1)");
  EXPECT_EQ(dump_sql("SELECT a FROM t LIMIT :n;SELECT 1", options),
            "select a from t limit 10\nselect 1");
}

TEST(ParseQueries, PlacesAreOfTheUsersText) {
  ParseOptions options{"q.sql", {{"long", "a_much_longer_text"}}};
  const auto statements = parse("SELECT :long, b\nFROM (SELECT :long, c FROM t) WHERE d", options);
  const auto& select = std::get<ast::Select>(statements.at(0));
  EXPECT_EQ(select.where, (Where{"q.sql", 1, 1}));
  EXPECT_EQ(select.items.at(0).expression.where, (Where{"q.sql", 1, 8}));
  EXPECT_EQ(select.items.at(1).expression.where, (Where{"q.sql", 1, 15}));
  EXPECT_EQ(select.from->where, (Where{"q.sql", 2, 7}));
  EXPECT_EQ(select.from->subquery->items.at(1).expression.where, (Where{"q.sql", 2, 21}));
  EXPECT_EQ(select.where_clause->where, (Where{"q.sql", 2, 37}));
}

}  // namespace
}  // namespace penstock::test
