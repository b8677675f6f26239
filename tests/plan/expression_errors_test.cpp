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

TEST(ErrorMessages, Names) {
  const Case cases[] = {
      {"SELECT lenght FROM packets",
       "1:8: there is no column 'lenght' in 'packets'; did you mean 'length'?"},
      {"SELECT q.length FROM packets AS p",
       "1:8: there is no table 'q' in FROM; columns here are of 'p'"},
      {"SELECT length FROM pakets",
       "1:20: there is no table or view 'pakets'; did you mean 'packets'?"},
      {"SELECT length FROM nothing_like_it",
       "1:20: there is no table or view 'nothing_like_it'; CREATE TABLE or CREATE VIEW must come "
       "before its use"},
      {"SELECT x FROM (SELECT length AS x, src_port AS x FROM packets) AS s",
       "1:36: the result has two columns named 'x'; give one another name"},
      {"SELECT window_start FROM TUMBLE(TUMBLE(packets, ts, INTERVAL '1 s'), ts, INTERVAL '1 s')",
       "1:26: windows over windows are not supported yet: aggregate once, in one SELECT"},
      {"SELECT uper(protocol) FROM packets",
       "1:8: there is no function 'uper'; did you mean 'upper'?"},
      {"SELECT upper(length) FROM packets",
       "1:8: there is no upper(integer unsigned); there is upper(text)"},
      {"SELECT substr(protocol) FROM packets",
       "1:8: there is no substr(text); there is substr(text, integer), substr(text, integer, "
       "integer)"},
      {"SELECT lower(DISTINCT protocol) FROM packets",
       "1:8: DISTINCT belongs to aggregates; 'lower' is none"},
      {"SELECT lower(protocol) FILTER (WHERE true) FROM packets",
       "1:8: FILTER belongs to aggregates; 'lower' is none"},
      {"SELECT lower(x => protocol) FROM packets",
       "1:8: 'lower' takes no named arguments (x => …)"},
      {"SELECT now() FROM packets",
       "1:8: 'now' is not supported: results must not depend on the wall clock, or a second run "
       "would give others; use the rows' own time"},
      {"SELECT current_timestamp FROM packets",
       "1:8: 'current_timestamp' is not supported: results must not depend on the wall clock, or a "
       "second run would give others; use the rows' own time"},
      {"SELECT random() FROM packets",
       "1:8: 'random' is not supported: results must not depend on chance, or a second run would "
       "give others"},
      {"SELECT ts AT TIME ZONE 'CET' FROM packets",
       "1:11: 'timezone' is not supported: all timestamps are in UTC; add an interval instead of "
       "AT TIME ZONE"},
      {"SELECT regexp_replace(protocol, 'a', 'b') FROM packets",
       "1:8: 'regexp_replace' is not supported: there are no regular expressions; use LIKE, "
       "split_part or substr"},
      {"SELECT protocol ~ 'u.*' FROM packets",
       "1:17: '~' is not supported: there are no regular expressions; use LIKE, split_part or "
       "substr"},
      {"SELECT tumble(INTERVAL '1 s') FROM packets",
       "1:8: TUMBLE stands in FROM or in GROUP BY; in the select list write window_start, "
       "window_end"},
      {"SELECT date_trunc('fortnight', ts) FROM packets",
       "1:19: there is no unit of time 'fortnight'; there are microseconds, milliseconds, second, "
       "minute, hour, day, week, month, quarter, year"},
      {"SELECT date_trunc(protocol, ts) FROM packets",
       "1:19: the unit of date_trunc must be written as a literal, like 'hour'"},
      {"SELECT date_trunc('hour', length) FROM packets",
       "1:27: date_trunc takes a timestamp, but this is integer unsigned"},
      {"SELECT extract(hous FROM ts) FROM packets",
       "1:16: there is no field of time 'hous'; did you mean 'hour'?"},
      {"SELECT extract(hour FROM iv) FROM everything",
       "1:16: an interval has no field 'hour'; divide extract(epoch FROM …), its seconds, instead"},
      {"SELECT date_bin(INTERVAL '0 s', ts, ts) FROM packets",
       "1:17: the width of date_bin must be above zero"},
      {"SELECT date_bin(5, ts, ts) FROM packets",
       "1:17: the width of date_bin is an interval, but this is integer"},
  };
  check(cases);
}

TEST(ErrorMessages, Operators) {
  const Case cases[] = {
      {"SELECT ts + 5 FROM packets",
       "1:11: there is no operator '+' for timestamp and integer; CAST one of them to the type "
       "that is meant"},
      {"SELECT 'a' + 'b' FROM packets",
       "1:12: there is no operator '+' for an untyped literal and an untyped literal; CAST one of "
       "them to the type that is meant"},
      {"SELECT flag + 1 FROM everything",
       "1:13: there is no operator '+' for boolean and integer; CAST one of them to the type that "
       "is meant"},
      {"SELECT u64 + i32 FROM everything",
       "1:12: there is no operator '+' for bigint unsigned and integer: no integer type holds "
       "both; CAST one of them, for example to bigint"},
      {"SELECT u64 = i64 FROM everything",
       "1:12: there is no operator '=' for bigint unsigned and bigint: no integer type holds both; "
       "CAST one of them, for example to bigint"},
      {"SELECT u64 > -1 FROM everything",
       "1:12: there is no operator '>' for bigint unsigned and integer: no integer type holds "
       "both; CAST one of them, for example to bigint"},
      {"SELECT f64 % 2 FROM everything",
       "1:12: there is no operator '%' for double precision and integer; CAST one of them to the "
       "type that is meant"},
      {"SELECT i32 << i64 FROM everything",
       "1:15: '<<' shifts by an integer, but this is bigint; write CAST(… AS integer)"},
      {"SELECT i32 || i64 FROM everything",
       "1:12: '||' joins texts, but these are integer and bigint; write CAST(… AS text) for one of "
       "them"},
      {"SELECT i32 LIKE 'a' FROM everything",
       "1:8: LIKE takes text, but this is integer; write CAST(… AS text)"},
      {"SELECT ~f64 FROM everything", "1:8: '~' takes an integer, but this is double precision"},
      {"SELECT -flag FROM everything",
       "1:8: '-' takes a signed number or an interval, but this is boolean; CAST it"},
      {"SELECT -u64 FROM everything",
       "1:8: '-' takes a signed number or an interval, but this is bigint unsigned; CAST it"},
      {"SELECT - 'x' FROM everything",
       "1:8: '-' takes a signed number or an interval, but this is an untyped literal; CAST it"},
      {"SELECT + flag FROM everything", "1:8: '+' before a value takes a number"},
      {"SELECT protocol !~* 'u.*' FROM packets",
       "1:17: '!~*' is not supported: there are no regular expressions; use LIKE, split_part or "
       "substr"},
      {"SELECT i32 << 'x' FROM everything",
       "1:15: 'x' is no integer: write a whole number from -2147483648 to 2147483647"},
      {"SELECT f64 << 2 FROM everything",
       "1:12: there is no operator '<<' for double precision and integer; CAST one of them to the "
       "type that is meant"},
      {"SELECT count(*) FROM TUMBLE(packets, ts, CAST(ts AS interval))",
       "1:42: the size of a window is a literal interval, like INTERVAL '1 minute'"},
      {"SELECT count(*) FROM SLIDE(packets, ts, INTERVAL '1 s')",
       "1:22: there is no window function 'slide'; write FROM TUMBLE(packets, ts, INTERVAL '1 "
       "second')"},
      {"SELECT median(length) FROM packets",
       "1:8: the aggregate 'median' is not supported yet; there are count, sum, min, max, avg"},
      {"SELECT i32 @@ 1 FROM everything", "1:12: there is no operator '@@'"},
      {"SELECT sum(length) / count(*) FROM packets",
       "1:20: there is no operator '/' for bigint unsigned and bigint: no integer type holds both; "
       "CAST one of them, for example to bigint"},
      {"SELECT count(*) FROM packets GROUP BY tumble(INTERVAL '1 s')",
       "1:39: GROUP BY tumble(…) needs a table with a WATERMARK, whose column is its time; or name "
       "the column: FROM TUMBLE(packets, ts, INTERVAL '…')"},
  };
  check(cases);
}

TEST(ErrorMessages, TypesAndLiterals) {
  const Case cases[] = {
      {"SELECT addr = '10.0.0.0/8' FROM everything",
       "1:15: '10.0.0.0/8' is a network, not an ip: to ask whether an address is in it, write "
       "address << '10.0.0.0/8'"},
      {"SELECT addr = '10.0.0' FROM everything",
       "1:15: '10.0.0' is no ip: write '10.0.0.1' or '2001:db8::1'"},
      {"SELECT addr << '10.0.0.0/40' FROM everything",
       "1:16: '10.0.0.0/40' is no network: write '10.0.0.0/8' or '2001:db8::/32'"},
      {"SELECT addr << word FROM everything",
       "1:13: '<<' asks whether an ip is in a network written as a literal, like src_ip << "
       "'10.0.0.0/8'"},
      {"SELECT word <<= '10.0.0.0/8' FROM everything",
       "1:13: '<<=' asks whether an ip is in a network written as a literal, like src_ip << "
       "'10.0.0.0/8'"},
      {"SELECT ts > 'yesterday' FROM everything",
       "1:13: 'yesterday' is no timestamp: write '2026-01-31 12:00:00.5' (UTC) or "
       "'2026-01-31T12:00:00+02:00'"},
      {"SELECT iv > '1 month' FROM everything",
       "1:13: '1 month' is no interval: write '90 seconds', '1 hour 30 minutes' or '00:05:00'; "
       "months and years have no fixed length"},
      {"SELECT INTERVAL '2 years' FROM everything",
       "1:8: '2 years' is no interval: write '90 seconds', '1 hour 30 minutes' or '00:05:00'; "
       "months and years have no fixed length"},
      {"SELECT i32 = 'x' FROM everything",
       "1:14: 'x' is no integer: write a whole number from -2147483648 to 2147483647"},
      {"SELECT u8 = '256' FROM everything",
       "1:13: '256' is no tinyint unsigned: write a whole number from 0 to 255"},
      {"SELECT flag = 'maybe' FROM everything",
       "1:15: 'maybe' is no boolean: write 'true' or 'false'"},
      {"SELECT mac = 'aa:bb' FROM everything",
       "1:14: 'aa:bb' is no binary(6): write 'aa:bb:cc:dd:ee:ff'"},
      {"SELECT addr = i32 FROM everything",
       "1:13: there is no operator '=' for ip and integer; CAST one of them to the type that is "
       "meant"},
      {"SELECT mac = CAST('\\x00' AS binary(1)) FROM everything",
       "1:12: there is no operator '=' for binary(6) and binary(1); CAST one of them to the type "
       "that is meant"},
      {"SELECT NOT i32 FROM everything",
       "1:12: the operand of 'not' must be a condition (boolean), but this is integer; compare it "
       "with something"},
      {"SELECT flag AND i32 FROM everything",
       "1:17: an operand of AND must be a condition (boolean), but this is integer; compare it "
       "with something"},
      {"SELECT CASE WHEN i32 THEN 1 END FROM everything",
       "1:18: the condition of WHEN must be a condition (boolean), but this is integer; compare it "
       "with something"},
      {"SELECT CASE WHEN flag THEN 1 ELSE ts END FROM everything",
       "1:35: CASE cannot match integer with timestamp; CAST one of them to the type that is "
       "meant"},
      {"SELECT coalesce(u64, i64) FROM everything",
       "1:22: COALESCE cannot match bigint unsigned with bigint; CAST one of them to the type that "
       "is meant"},
      {"SELECT CAST(ts AS bigint) FROM everything",
       "1:8: there is no cast from timestamp to bigint; write extract(epoch FROM …) or "
       "epoch_ns(…)"},
      {"SELECT CAST(i64 AS timestamp) FROM everything",
       "1:8: there is no cast from bigint to timestamp; write to_timestamp(seconds) or "
       "timestamp_ns(nanoseconds)"},
      {"SELECT CAST(flag AS double precision) FROM everything",
       "1:8: there is no cast from boolean to double precision"},
      {"SELECT CAST(word AS symbol) FROM everything",
       "1:8: symbol is how a table keeps a text column; in expressions write CAST(… AS text)"},
      {"SELECT CAST('x' AS integer) FROM everything",
       "1:13: 'x' is no integer: write a whole number from -2147483648 to 2147483647"},
      {"SELECT CAST(1 AS intger) FROM everything",
       "1:8: there is no type 'intger'; did you mean 'integer'?"},
      {"SELECT CAST(1 AS numeric) FROM everything",
       "1:8: type 'numeric' is not supported: there is no exact decimal type; write double "
       "precision, or bigint in a smaller unit"},
      {"SELECT CAST(1 AS date) FROM everything",
       "1:8: type 'date' is not supported: write timestamp; date_trunc('day', …) gives its day"},
      {"SELECT CAST(1 AS bytea) FROM everything",
       "1:8: type 'bytea' is not supported: write binary(n) with n from 1 to 16, or text"},
      {"SELECT CAST(1 AS binary(17)) FROM everything",
       "1:8: 'binary' needs a width of 1 to 16 bytes: binary(8)"},
      {"SELECT CAST(1 AS binary) FROM everything",
       "1:8: 'binary' needs a width of 1 to 16 bytes: binary(8)"},
      {"SELECT 1e999 FROM everything", "1:8: '1e999' is out of the range of double precision"},
  };
  check(cases);
}

}  // namespace
}  // namespace penstock
