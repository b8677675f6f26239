// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "dump.h"

namespace penstock::test {
namespace {

struct Refusal {
  const char* sql;
  const char* place;      // "line:column"
  const char* mentioned;  // part of the message
};

void expect_refusals(std::initializer_list<Refusal> cases) {
  for (const Refusal& refusal : cases) {
    const std::string error = error_of(refusal.sql);
    EXPECT_TRUE(error.starts_with("unsupported " + std::string(refusal.place) + " "))
        << refusal.sql << "\n  gave " << error << "\n  not at " << refusal.place;
    EXPECT_NE(error.find(refusal.mentioned), std::string::npos)
        << refusal.sql << "\n  gave " << error << "\n  without " << refusal.mentioned;
  }
}

TEST(ParseRefusals, Joins) {
  expect_refusals({
      {"SELECT * FROM a, b", "1:18", "joins are not supported yet"},
      {"SELECT * FROM a JOIN b ON true", "1:17", "joins are not supported yet"},
      {"SELECT * FROM a LEFT JOIN b USING (x)", "1:22", "joins are not supported yet"},
      {"SELECT * FROM a NATURAL JOIN b", "1:25", "joins"},
      {"SELECT * FROM a CROSS JOIN b", "1:23", "joins"},
      {"SELECT * FROM (SELECT 1), (SELECT 2)", "1:28", "joins"},
      {"SELECT * FROM a, f(b)", "1:18", "joins"},
      {"SELECT * FROM (SELECT 1) JOIN (SELECT 2) ON true", "1:26", "joins"},
      {"SELECT * FROM a ASOF JOIN b ON true", "1:17", "'ASOF JOIN' is not supported yet"},
      {"SELECT * FROM a asof left join b ON true", "1:17", "as an alias"},
      {"SELECT * FROM a\n SEMI JOIN b ON true", "2:2", "'SEMI JOIN'"},
      {"SELECT * FROM LATERAL (SELECT 1) x", "1:15", "LATERAL"},
      {"SELECT * FROM LATERAL f(a) x", "1:15", "LATERAL"},
  });
}

TEST(ParseRefusals, Queries) {
  expect_refusals({
      {"SELECT 1 UNION SELECT 2", "1:10", "UNION"},
      {"SELECT 1 UNION ALL SELECT 2", "1:10", "write one INSERT INTO a query"},
      {"SELECT 1 INTERSECT SELECT 2", "1:10", "INTERSECT"},
      {"SELECT 1 EXCEPT SELECT 2", "1:10", "EXCEPT"},
      {"WITH x AS (SELECT 1) SELECT * FROM x", "1:1", "CREATE VIEW name AS SELECT"},
      {"SELECT DISTINCT ON (a) a FROM t", "1:8", "DISTINCT ON"},
      {"SELECT a FROM t GROUP BY ROLLUP (a)", "1:26", "ROLLUP"},
      {"SELECT a FROM t GROUP BY a, GROUPING SETS ((a), ())", "1:29", "GROUPING SETS"},
      {"SELECT a FROM t GROUP BY ()", "1:26", "GROUPING SETS"},
      {"SELECT a FROM t GROUP BY DISTINCT a", "1:17", "GROUP BY DISTINCT"},
      {"VALUES (1)", "1:1", "VALUES"},
      {"SELECT * FROM (VALUES (1)) x", "1:16", "VALUES"},
      {"SELECT a INTO b FROM t", "1:10", "INSERT INTO table SELECT"},
      {"SELECT a FROM t FOR UPDATE", "1:17", "FOR UPDATE"},
      {"SELECT a FROM t ORDER BY a FETCH FIRST 3 ROWS WITH TIES", "1:52", "WITH TIES"},
      {"SELECT a FROM t ORDER BY a USING <", "1:34", "ORDER BY … USING"},
      {"SELECT a FROM t WINDOW w AS (PARTITION BY a)", "1:17", "WINDOW"},
      {"SELECT FROM t", "1:1", "at least one expression"},
      {"SELECT * FROM ONLY t", "1:20", "ONLY"},
      {"SELECT * FROM t TABLESAMPLE system (1)", "1:17", "TABLESAMPLE"},
      {"SELECT * FROM s.t", "1:15", "no schema: write 't'"},
      {"SELECT * FROM t AS x(a, b)", "1:15", "column list behind an alias"},
      {"SELECT * FROM ROWS FROM (f(a)) x", "1:26", "ROWS FROM"},
      {"SELECT * FROM f(a) WITH ORDINALITY", "1:25", "WITH ORDINALITY"},
      {"SELECT * FROM f(a) AS x(b int)", "1:15", "column definition list"},
      {"SELECT * FROM generate_series(1, 2)", "1:31", "is a table, a view or a sub-query"},
      {"SELECT * FROM tumble()", "1:15", "tumble(packets, …)"},
      {"SELECT * FROM tumble(size => 1)", "1:15", "first argument"},
      {"SELECT * FROM tumble(s.t, ts)", "1:22", "no schema"},
      {"SELECT * FROM tumble(DISTINCT t)", "1:15", "nothing else"},
      {"SELECT * FROM current_date", "1:15", "cannot stand in FROM"},
      {"SELECT * FROM TUMBLE(TABLE t, DESCRIPTOR(a, b), 1)", "1:31", "DESCRIPTOR(ts)"},
      {"SELECT a FROM t GROUP BY a EMIT CHANGES", "1:28", "EMIT is not supported yet"},
      {"SELECT a FROM t\nEMIT ON WINDOW CLOSE", "2:1", "EMIT is not supported yet"},
  });
}

TEST(ParseRefusals, Expressions) {
  expect_refusals({
      {"SELECT sum(a) OVER (PARTITION BY b) FROM t", "1:20", "OVER are not supported yet"},
      {"SELECT a FROM t WHERE b = (SELECT 1)", "1:27", "sub-queries in expressions"},
      {"SELECT a FROM t WHERE b IN (SELECT 1)", "1:25", "sub-queries in expressions"},
      {"SELECT EXISTS (SELECT 1)", "1:8", "sub-queries in expressions"},
      {"SELECT ARRAY[1]", "1:8", "arrays"},
      {"SELECT a[1]", "1:8", "subscripts"},
      {"SELECT (a).b", "1:8", "table.column"},
      {"SELECT ROW(1, 2)", "1:8", "row values"},
      {"SELECT (a, b) = (1, 2)", "1:8", "row values"},
      {"SELECT a FROM t WHERE b = $1", "1:27", "--set name=value"},
      {"SELECT a COLLATE \"C\"", "1:10", "COLLATE"},
      {"SELECT a = ANY (b)", "1:10", "ANY and ALL"},
      {"SELECT a < ALL (b)", "1:10", "ANY and ALL"},
      {"SELECT a BETWEEN SYMMETRIC 2 AND 1", "1:10", "SYMMETRIC"},
      {"SELECT a LIKE 'x' ESCAPE '!'", "1:19", "ESCAPE"},
      {"SELECT a NOT ILIKE 'x' ESCAPE '!'", "1:24", "ESCAPE"},
      {"SELECT a SIMILAR TO 'x'", "1:10", "SIMILAR TO"},
      {"SELECT substring(a SIMILAR 'b' ESCAPE 'c')", "1:20", "SIMILAR"},
      {"SELECT a OPERATOR(pg_catalog.+) b", "1:10", "OPERATOR"},
      {"SELECT a.b.c FROM t", "1:8", "without a schema"},
      {"SELECT s.f(1)", "1:8", "write 'f' alone"},
      {"SELECT pg_catalog.lower(a)", "1:8", "write 'lower' alone"},
      {"SELECT count(t.*) FROM t", "1:14", "'*' stands alone"},
      {"SELECT t.* + 1 FROM t", "1:8", "'*' stands alone"},
      {"SELECT array_agg(a ORDER BY b)", "1:20", "ORDER BY inside of 'array_agg'"},
      {"SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a)", "1:29", "WITHIN GROUP"},
      {"SELECT f(VARIADIC a)", "1:10", "VARIADIC"},
      {"SELECT grouping(a) FROM t GROUP BY a", "1:8", "GROUPING"},
      {"SELECT B'01'", "1:8", "bit strings"},
      {"SELECT user", "1:8", "write it as \"user\""},
      {"SELECT current_user", "1:8", "who runs the query"},
      {"SELECT current_timestamp(3)", "1:8", "precision"},
      {"SELECT (a, b) OVERLAPS (c, d)", "1:15", "OVERLAPS"},
      {"SELECT a IS DOCUMENT", "1:10", "XML"},
      {"SELECT a::int[]", "1:11", "arrays"},
      {"SELECT a::s.t", "1:11", "no schema"},
      {"SELECT a::varchar(20)", "1:11", "write text"},
      {"SELECT a::char(2)", "1:11", "write text"},
      {"SELECT a::numeric(10, 2)", "1:11", "double precision"},
      {"SELECT a::timestamp(3)", "1:11", "nanoseconds"},
      {"SELECT INTERVAL(3) '5 s'", "1:8", "precision of an interval"},
      {"SELECT INTERVAL '5' SECOND(3)", "1:8", "precision of an interval"},
      {"SELECT INTERVAL '1 2' DAY TO HOUR", "1:8", "INTERVAL … TO …"},
      {"SELECT INTERVAL '1 day 2:00' HOUR", "1:8", "one number"},
      {"SELECT INTERVAL '' HOUR", "1:8", "one number"},
      {"SELECT INTERVAL '1.2.3' HOUR", "1:8", "one number"},
  });
}

TEST(ParseRefusals, Tables) {
  expect_refusals({
      {"CREATE TABLE t (a int PRIMARY KEY)", "1:23", "primary_key = 'column'"},
      {"CREATE TABLE t (a int, PRIMARY KEY (a))", "1:24", "primary_key = 'column'"},
      {"CREATE TABLE t (a int, PRIMARY KEY (a) NOT ENFORCED)", "1:40", "primary_key = 'column'"},
      {"CREATE TABLE t (a int DEFAULT 5)", "1:23", "coalesce(column, value)"},
      {"CREATE TABLE t (a int UNIQUE)", "1:23", "UNIQUE"},
      {"CREATE TABLE t (a int CHECK (a > 1))", "1:23", "WHERE"},
      {"CREATE TABLE t (a int REFERENCES b)", "1:23", "REFERENCES"},
      {"CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY)", "1:23", "GENERATED"},
      {"CREATE TABLE t (a int GENERATED ALWAYS AS (b) STORED)", "1:23", "GENERATED"},
      {"CREATE TABLE t (a int, EXCLUDE USING x (a WITH =))", "1:24", "constraints"},
      {"CREATE TABLE t (a text COLLATE \"C\")", "1:24", "COLLATE"},
      {"CREATE TABLE t (a int[])", "1:19", "arrays"},
      {"CREATE TABLE t (a s.u)", "1:19", "no schema"},
      {"CREATE TABLE t (LIKE u)", "1:17", "LIKE"},
      {"CREATE TABLE IF NOT EXISTS t (a int)", "1:14", "IF NOT EXISTS"},
      {"CREATE TABLE IF NOT EXISTS t WITH (a = 1)", "1:14", "IF NOT EXISTS"},
      {"CREATE TEMP TABLE t (a int)", "1:19", "TEMP"},
      {"CREATE UNLOGGED TABLE t (a int)", "1:23", "UNLOGGED"},
      {"CREATE TABLE s.t (a int)", "1:14", "no schema"},
      {"CREATE TABLE t (a int) PARTITION BY range (a)", "1:24", "PARTITION BY"},
      {"CREATE TABLE t (a int) INHERITS (u)", "1:24", "INHERITS"},
      {"CREATE TABLE t (a int) ON COMMIT DROP", "1:24", "ON COMMIT"},
      {"CREATE TABLE t (a int) TABLESPACE x", "1:24", "TABLESPACE"},
      {"CREATE TABLE t OF u", "1:16", "OF"},
      {"CREATE TABLE t AS SELECT 1", "1:16", "CREATE TABLE … AS"},
      {"CREATE TABLE t WITH (a = 1) AS SELECT 1", "1:29", "CREATE TABLE … AS"},
      {"CREATE OR REPLACE VIEW v AS SELECT 1", "1:8", "OR REPLACE"},
      {"CREATE TEMP VIEW v AS SELECT 1", "1:18", "TEMP"},
      {"CREATE VIEW v (a) AS SELECT 1", "1:13", "with AS"},
      {"CREATE VIEW v WITH (a = 1) AS SELECT 1", "1:15", "a view has no options"},
      {"CREATE VIEW v AS SELECT 1 FROM t WITH CHECK OPTION", "1:45", "WITH CHECK OPTION"},
      {"CREATE RECURSIVE VIEW v (a) AS SELECT 1", "1:23", "with AS"},
      {"CREATE VIEW s.v AS SELECT 1", "1:13", "no schema"},
      {"CREATE SOURCE s WITH (a = 1)", "1:8", "CREATE TABLE … WITH"},
      {"CREATE SINK s", "1:8", "CREATE TABLE … WITH"},
  });
}

TEST(ParseRefusals, OtherStatements) {
  expect_refusals({
      {"INSERT INTO t VALUES (1)", "1:15", "VALUES"},
      {"INSERT INTO t DEFAULT VALUES", "1:15", "DEFAULT VALUES"},
      {"INSERT INTO t SELECT 1 RETURNING *", "1:24", "RETURNING"},
      {"INSERT INTO t AS x SELECT 1", "1:15", "no alias"},
      {"INSERT INTO t SELECT 1 ON CONFLICT DO NOTHING", "1:24", "primary_key"},
      {"INSERT INTO t (a) OVERRIDING USER VALUE SELECT 1", "1:19", "OVERRIDING"},
      {"INSERT INTO t (a.b) SELECT 1", "1:16", "one name"},
      {"WITH x AS (SELECT 1) INSERT INTO t SELECT 1", "1:1", "WITH"},
      {"INSERT INTO s.t SELECT 1", "1:13", "no schema"},
      {"SELECT 1;\nDELETE FROM t", "2:1", "DELETE is not supported"},
      {"UPDATE t SET a = 1", "1:1", "UPDATE is not supported"},
      {"DROP TABLE t", "1:1", "DROP TABLE is not supported"},
      {"CREATE MATERIALIZED VIEW v AS SELECT 1", "1:1", "CREATE MATERIALIZED VIEW is not"},
      {"CREATE INDEX ON t (a)", "1:1", "CREATE INDEX is not"},
      {"SET a = 1", "1:1", "SET is not supported"},
      {"EXPLAIN SELECT 1", "1:1", "penstock explain"},
      {"BEGIN", "1:1", "BEGIN is not supported"},
  });
}

}  // namespace
}  // namespace penstock::test
