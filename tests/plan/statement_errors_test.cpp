// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "fake_catalog.h"

namespace penstock {
namespace {

struct Case {
  const char* sql;
  const char* message;
};

template <std::size_t count>
void check(const Case (&cases)[count]) {
  for (const Case& each : cases) EXPECT_EQ(error_of(each.sql), each.message) << each.sql;
}

TEST(ErrorMessages, Aggregates) {
  const Case cases[] = {
      {"SELECT * FROM packets WHERE length",
       "1:29: the argument of WHERE must be a condition (boolean), but this is integer unsigned; "
       "compare it with something"},
      {"SELECT * FROM packets WHERE count(*) > 1",
       "1:29: aggregates are not allowed in WHERE; conditions on them go into HAVING"},
      {"SELECT sum(count(*)) FROM packets",
       "1:12: aggregates cannot be nested: 'count' stands inside of another one"},
      {"SELECT sum(*) FROM packets", "1:8: 'sum' takes a value, not '*'"},
      {"SELECT sum(length, src_port) FROM packets", "1:8: 'sum' takes one argument"},
      {"SELECT count() FROM packets", "1:8: 'count' takes one argument; count(*) counts rows"},
      {"SELECT sum(DISTINCT length) FROM packets",
       "1:8: sum(DISTINCT …) is not supported; count(DISTINCT …) is"},
      {"SELECT sum(flag) FROM everything",
       "1:12: sum takes numbers, but this is boolean; count(*) FILTER (WHERE …) counts where it is "
       "true"},
      {"SELECT sum(word) FROM everything", "1:12: sum takes numbers, but this is text; CAST it"},
      {"SELECT avg(iv) FROM everything",
       "1:12: avg of intervals is not supported; write interval_ns(CAST(avg(epoch_ns(…)) AS "
       "bigint))"},
      {"SELECT min(word) FROM everything",
       "1:12: min of text is not supported yet; of numbers, times and addresses it is"},
      {"SELECT max(name) FROM everything",
       "1:12: max of text is not supported yet; of numbers, times and addresses it is"},
      {"SELECT max(flag) FROM everything",
       "1:12: max of a condition does not exist; write max(CAST(… AS integer))"},
      {"SELECT min(NULL) FROM everything", "1:12: min of NULL needs a type: CAST(NULL AS …)"},
      {"SELECT stddev(length) FROM packets",
       "1:8: the aggregate 'stddev' is not supported yet; there are count, sum, min, max, avg"},
      {"SELECT sum(length, on_overflow => 'wrap') FROM packets",
       "1:35: on_overflow is 'fail' or 'null'"},
      {"SELECT sum(length, overflow => 'null') FROM packets",
       "1:32: 'sum' has no argument 'overflow'; sum takes on_overflow => 'fail' or 'null'"},
      {"SELECT max(length, on_overflow => 'null') FROM packets",
       "1:35: 'max' has no argument 'on_overflow'; sum takes on_overflow => 'fail' or 'null'"},
      {"SELECT count(*) FILTER (WHERE length) FROM packets",
       "1:31: the argument of FILTER (WHERE …) must be a condition (boolean), but this is integer "
       "unsigned; compare it with something"},
      {"SELECT src_ip, count(*) FROM packets",
       "1:8: column 'src_ip' must appear in the GROUP BY clause or be used in an aggregate "
       "function"},
      {"SELECT length + 1, count(*) FROM packets GROUP BY src_ip",
       "1:8: column 'length' must appear in the GROUP BY clause or be used in an aggregate "
       "function"},
      {"SELECT count(*) FROM packets GROUP BY src_ip HAVING length > 1",
       "1:53: column 'length' must appear in the GROUP BY clause or be used in an aggregate "
       "function"},
      {"SELECT count(*) FROM packets GROUP BY count(*)",
       "1:39: aggregates are not allowed in GROUP BY"},
      {"SELECT count(*) FROM packets GROUP BY 2",
       "1:39: GROUP BY position 2 is not in the select list, which has 1 column"},
      {"SELECT count(*) AS n FROM packets GROUP BY n",
       "1:8: aggregates are not allowed in GROUP BY"},
      {"SELECT * FROM packets GROUP BY src_ip",
       "1:8: column 'ts' must appear in the GROUP BY clause or be used in an aggregate function"},
  };
  check(cases);
}

TEST(ErrorMessages, SelectsAndWindows) {
  const Case cases[] = {
      {"SELECT count(*) FROM stream",
       "1:1: grouping without a window needs an input that ends: table 'stream' does not; write "
       "FROM TUMBLE(stream, ts, INTERVAL '1 minute')"},
      {"SELECT src_ip, count(*) FROM stream GROUP BY src_ip",
       "1:46: grouping without a window needs an input that ends: table 'stream' does not; write "
       "FROM TUMBLE(stream, ts, INTERVAL '1 minute')"},
      {"SELECT src_ip FROM stream ORDER BY src_ip",
       "1:36: ORDER BY needs an input that ends: table 'stream' does not; sort what the sink "
       "stored"},
      {"SELECT src_ip FROM stream LIMIT 5",
       "1:33: LIMIT needs an input that ends: table 'stream' does not; sort what the sink stored"},
      {"SELECT src_ip FROM packets ORDER BY length",
       "1:37: ORDER BY can name columns of the result only: add this expression to the select "
       "list"},
      {"SELECT src_ip FROM packets ORDER BY 2",
       "1:37: ORDER BY position 2 is not in the select list, which has 1 column"},
      {"SELECT src_ip FROM packets LIMIT -1", "1:34: LIMIT is a number of rows, written as digits"},
      {"SELECT src_ip FROM packets LIMIT 1 + 1",
       "1:36: LIMIT is a number of rows, written as digits"},
      {"SELECT src_ip FROM packets OFFSET 'x'",
       "1:35: OFFSET is a number of rows, written as digits"},
      {"SELECT src_ip AS a, dst_ip AS a FROM packets",
       "1:21: the result has two columns named 'a'; give one another name"},
      {"SELECT DISTINCT src_ip FROM packets",
       "1:1: SELECT DISTINCT is not supported yet; GROUP BY the columns instead"},
      {"SELECT 1", "1:1: SELECT needs FROM: there are no rows without a table"},
      {"SELECT * FROM (SELECT length FROM packets ORDER BY length) AS s",
       "1:16: ORDER BY and LIMIT belong to the outermost SELECT: a view or sub-query has no order"},
      {"CREATE VIEW v AS SELECT length FROM packets LIMIT 5",
       "1:18: ORDER BY and LIMIT belong to the outermost SELECT: a view or sub-query has no order"},
      {"SELECT sum(n) FROM (SELECT count(*) AS n FROM packets GROUP BY src_ip) AS s",
       "1:1: aggregating what is aggregated already is not supported yet: store the first result "
       "in a table and read that in a second job"},
      {"SELECT count(*) FROM TUMBLE(stream, ts, INTERVAL '1 s')",
       "1:22: windows over table 'stream' would never close: it does not end and has no watermark; "
       "declare one, like WATERMARK FOR ts AS ts - INTERVAL '5 seconds'"},
      {"SELECT count(*) FROM stream GROUP BY tumble(INTERVAL '1 s')",
       "1:38: GROUP BY tumble(…) needs a table with a WATERMARK, whose column is its time; or name "
       "the column: FROM TUMBLE(stream, ts, INTERVAL '…')"},
      {"SELECT count(*) FROM TUMBLE(live, ts, INTERVAL '1 s') GROUP BY tumble(INTERVAL '1 s')",
       "1:64: windows over windows are not supported yet: aggregate once, in one SELECT"},
      {"SELECT count(*) FROM live GROUP BY tumble()",
       "1:36: 'tumble' in GROUP BY takes a size and maybe an offset: tumble(INTERVAL '1 second')"},
      {"SELECT count(*) FROM TUMBLE(packets, ts, INTERVAL '0 s')",
       "1:42: the size of a window must be above zero"},
      {"SELECT count(*) FROM TUMBLE(packets, ts, INTERVAL '-1 s')",
       "1:42: the size of a window must be above zero"},
      {"SELECT count(*) FROM TUMBLE(packets, ts, INTERVAL '1 month')",
       "1:42: '1 month' is no interval: write '90 seconds', '1 hour 30 minutes' or '00:05:00'; "
       "months and years have no fixed length"},
      {"SELECT count(*) FROM TUMBLE(packets, ts, INTERVAL '36526 days')",
       "1:42: the size of a window is at most 100 years (36525 days)"},
      {"SELECT count(*) FROM TUMBLE(packets, ts, 5)",
       "1:42: the size of a window is a literal interval, like INTERVAL '1 minute'"},
      {"SELECT count(*) FROM TUMBLE(packets, ts, ts - ts)",
       "1:45: the size of a window is a literal interval, like INTERVAL '1 minute'"},
      {"SELECT count(*) FROM TUMBLE(packets, ts, iv)",
       "1:42: the size of a window is a literal interval, like INTERVAL '1 minute'"},
      {"SELECT count(*) FROM TUMBLE(packets, length, INTERVAL '1 s')",
       "1:38: the time of a window is a timestamp, but 'length' is integer unsigned; declare it as "
       "timestamp (the option timestamp_format says how it is written)"},
      {"SELECT count(*) FROM TUMBLE(packets, tss, INTERVAL '1 s')",
       "1:38: there is no column 'tss' in 'packets'; did you mean 'ts'?"},
      {"SELECT count(*) FROM TUMBLE(packets, 5, INTERVAL '1 s')",
       "1:38: the time of a window is a column, like ts"},
      {"SELECT count(*) FROM TUMBLE(packets, ts)",
       "1:22: 'tumble' takes a table, its time column, a size and maybe an offset: TUMBLE(packets, "
       "ts, INTERVAL '1 second')"},
      {"SELECT count(*) FROM TUMBLE(packets, ts, INTERVAL '1 s', emit => 'updates')",
       "1:66: 'tumble' has no argument 'emit' yet"},
      {"SELECT count(*) FROM TUMBLE(packets, ts, INTERVAL '1 s', sise => 'updates')",
       "1:66: 'tumble' has no argument 'sise'; did you mean 'size'?"},
      {"SELECT count(*) FROM HOP(packets, ts, INTERVAL '1 s', INTERVAL '2 s')",
       "1:22: 'hop' windows are not supported yet; tumble(…) windows are"},
      {"SELECT count(*) FROM TUMBEL(packets, ts, INTERVAL '1 s')",
       "1:22: there is no window function 'tumbel'; did you mean 'tumble'?"},
      {"SELECT count(*) FROM TUMBLE((SELECT ts + INTERVAL '1 s' AS ts FROM live), ts, INTERVAL '1 "
       "s')",
       "1:75: table 'live' has its watermark on another column, which this view does not pass on "
       "unchanged"},
      {"SELECT count(*) FROM TUMBLE((SELECT ts AS a, CAST(NULL AS timestamp) AS b FROM live), b, "
       "INTERVAL '1 s')",
       "1:87: table 'live' has its watermark on another column: windows over it are by 'a'"},
      {"SELECT count(*) FROM TUMBLE((SELECT window_start, count(*) FROM TUMBLE(packets, ts, "
       "INTERVAL '1 s')), window_start, INTERVAL '1 s')",
       "1:22: windows over windows are not supported yet: aggregate once, in one SELECT"},
  };
  check(cases);
}

TEST(ErrorMessages, Tables) {
  const Case cases[] = {
      {"CREATE TABLE packets WITH (connector = 'packets')",
       "1:14: there is a table 'packets' already"},
      {"CREATE VIEW packets AS SELECT * FROM stream", "1:13: there is a table 'packets' already"},
      {"CREATE VIEW v AS SELECT * FROM v", "1:32: view 'v' refers to itself"},
      {"CREATE TABLE t (a integer, a text) WITH (connector = 'table')",
       "1:28: column 'a' of table 't' is declared twice"},
      {"CREATE TABLE t (a intger) WITH (connector = 'table')",
       "1:17: there is no type 'intger'; did you mean 'integer'?"},
      {"CREATE TABLE t (a integer) WITH (path = 'x')",
       "1:14: table 't' has no connector: write CREATE TABLE … WITH (connector = 'csv', path = "
       "'…')"},
      {"CREATE TABLE t (a timestamp, WATERMARK FOR b AS b) WITH (connector = 'table')",
       "1:30: WATERMARK FOR: there is no column 'b' in table 't'"},
      {"CREATE TABLE t (a integer, WATERMARK FOR a AS a) WITH (connector = 'table')",
       "1:28: WATERMARK FOR: column 'a' is integer; declare it as timestamp (the option "
       "timestamp_format says how it is written)"},
      {"CREATE TABLE t (a timestamp, WATERMARK FOR a AS a + INTERVAL '1 s') WITH (connector = "
       "'table')",
       "1:51: this watermark is not supported: write WATERMARK FOR ts AS ts, or AS ts - INTERVAL "
       "'5 seconds'"},
      {"CREATE TABLE t (a timestamp, WATERMARK FOR a AS a - INTERVAL '-1 s') WITH (connector = "
       "'table')",
       "1:53: a watermark cannot run ahead of its column: the delay must not be negative"},
      {"CREATE TABLE t (WATERMARK FOR when_ AS when_) WITH (connector = 'packets'); SELECT * FROM "
       "t",
       "1:17: WATERMARK FOR: there is no column 'when_' in table 't'"},
      {"CREATE TABLE t WITH (connector = 'pacets'); SELECT * FROM t",
       "1:14: there is no source connector 'pacets'"},
      {"CREATE TABLE t WITH (connector = 'locked'); INSERT INTO t SELECT * FROM packets",
       "1:14: the sink is locked"},
      {"INSERT INTO packets SELECT * FROM packets",
       "1:13: table 'packets' is read by this script, so it cannot be written as well; use a view "
       "for what both need"},
      {"SELECT * FROM packets; INSERT INTO packets SELECT * FROM stream",
       "1:36: table 'packets' is read by this script, so it cannot be written as well; use a view "
       "for what both need"},
      {"INSERT INTO out SELECT * FROM packets; SELECT * FROM out",
       "1:54: table 'out' is written to by this script, so it cannot be read as well; use a view "
       "for what both need"},
      {"INSERT INTO live SELECT * FROM packets",
       "0:120: table 'live' is written to: it cannot have a WATERMARK"},
      {"INSERT INTO ot SELECT * FROM packets",
       "1:13: there is no table or view 'ot'; did you mean 'out'?"},
      {"CREATE VIEW v AS SELECT * FROM packets; INSERT INTO v SELECT * FROM packets",
       "1:53: 'v' is a view; INSERT INTO writes to a table"},
      {"CREATE TABLE t (a integer, b text) WITH (connector = 's'); INSERT INTO t SELECT length "
       "FROM packets",
       "1:72: table 't' takes 2 columns here, but the query gives 1"},
      {"CREATE TABLE t (a integer) WITH (connector = 's'); INSERT INTO t SELECT protocol FROM "
       "packets",
       "1:73: column 'a' of table 't' is integer, but the query gives text; write CAST(… AS "
       "integer)"},
      {"CREATE TABLE t (a timestamp) WITH (connector = 's'); INSERT INTO t SELECT length FROM "
       "packets",
       "1:75: column 'a' of table 't' is timestamp, but the query gives integer unsigned"},
      {"CREATE TABLE t (aa integer) WITH (connector = 's'); INSERT INTO t (ab) SELECT length FROM "
       "packets",
       "1:65: table 't' has no column 'ab'; did you mean 'aa'?"},
      {"CREATE TABLE t (a integer, b integer) WITH (connector = 's'); INSERT INTO t (a, a) SELECT "
       "length, length FROM packets",
       "1:75: column 'a' is named twice in the INSERT"},
      {"CREATE TABLE t (a integer, b integer NOT NULL) WITH (connector = 's'); INSERT INTO t (a) "
       "SELECT length FROM packets",
       "1:84: column 'b' of table 't' is NOT NULL, and the INSERT does not give it"},
      {"CREATE TABLE t (a text) WITH (connector = 's'); INSERT INTO t SELECT length FROM packets "
       "ORDER BY 1",
       "1:99: ORDER BY a column that is stored as text would sort its text; CAST it in the select "
       "list if that is meant"},
      {"INSERT INTO out (a, b) SELECT length FROM packets",
       "1:13: table 'out' takes 2 columns here, but the query gives 1"},
      {"INSERT INTO out (a, a) SELECT length, length FROM packets",
       "1:13: column 'a' is named twice in the INSERT"},
      {"DESCRIBE nothing",
       "1:10: there is no table or view 'nothing'; CREATE TABLE or CREATE VIEW must come before "
       "its use"},
      {"DESCRIBE pakets", "1:10: there is no table or view 'pakets'; did you mean 'packets'?"},
  };
  check(cases);
}

}  // namespace
}  // namespace penstock
