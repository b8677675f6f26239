// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "dump.h"

namespace penstock::test {
namespace {

struct Golden {
  const char* sql;
  const char* tree;
};

void expect_expressions(std::initializer_list<Golden> cases) {
  for (const Golden& golden : cases) {
    EXPECT_EQ(dump_expression(golden.sql), golden.tree) << golden.sql;
  }
}

TEST(ParseExpressions, Literals) {
  expect_expressions({
      {"null", "null"},
      {"TRUE", "true"},
      {"false", "false"},
      {"0", "0"},
      {"007", "7"},
      {"42", "42"},
      {"2147483648", "2147483648"},
      {"18446744073709551615", "18446744073709551615"},
      {"1.5", "1.5d"},
      {".5", ".5d"},
      {"5.", "5.d"},
      {"1e5", "1e5d"},
      {"1.5E-3", "1.5E-3d"},
      {"'it''s'", "'it's'"},
      {"''", "''"},
      {R"(E'a\tb\'c')", "'a\tb'c'"},
      {"$$it's$$", "'it's'"},
      {"$x$a$$b$x$", "'a$$b'"},
      {"U&'d\\0061t'", "'dat'"},
      {"'one'\n  'two'", "'onetwo'"},
      {"'-- no comment /* none */ :none'", "'-- no comment /* none */ :none'"},
  });
}

TEST(ParseExpressions, NegativeNumbersAreLiterals) {
  expect_expressions({
      {"-5", "-5"},
      {"- 5", "-5"},
      {"-(5)", "-5"},
      {"-(-5)", "5"},
      {"- - 5", "5"},
      {"-(-(-5))", "-5"},
      {"-0", "0"},
      {"-/* five */ 5", "-5"},
      {"-2147483647", "-2147483647"},
      {"-2147483648", "-2147483648"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"-1.5", "-1.5d"},
      {"- - 1.5", "1.5d"},
      {"+3", "3"},
      {"+a", "+(a)"},
      {"-a", "-(a)"},
      {"a-5", "-(a, 5)"},
      {"a - -5", "-(a, -5)"},
      {"a*-5", "*(a, -5)"},
      {"a=-007", "=(a, -7)"},
      {"-5::text", "-(cast(5 as text))"},
      {"f(-1, 0, -(2))", "f(-1, 0, -2)"},
  });
}

TEST(ParseExpressions, Names) {
  expect_expressions({
      {"Length", "length"},
      {"\"Length\"", "Length"},
      {"\"a\"\"b\"", "a\"b"},
      {"t.a", "t.a"},
      {"\"T\".\"A\"", "T.A"},
      {"größe", "größe"},
      {"\"Straße\"", "Straße"},
      {"名前", "名前"},
      {"window_start", "window_start"},
      {"window.start", "window.start"},
      {"WINDOW.\"end\"", "window.end"},
      {"window", "window"},
      {"t.window", "t.window"},
      {"timestamp", "timestamp"},
      {"a$b$c", "a$b$c"},
  });
}

TEST(ParseExpressions, Operators) {
  expect_expressions({
      {"a + b * c - d / e % f", "-(+(a, *(b, c)), %(/(d, e), f))"},
      {"a != b", "<>(a, b)"},
      {"a <> b", "<>(a, b)"},
      {"a <= b", "<=(a, b)"},
      {"a || 'x' || b", "||(||(a, 'x'), b)"},
      {"a & 1 | 2 # 3", "#(|(&(a, 1), 2), 3)"},
      {"~a", "~(a)"},
      {"a << 2", "<<(a, 2)"},
      {"ip <<= '10.0.0.0/8'", "<<=(ip, '10.0.0.0/8')"},
      {"a ~ 'x'", "~(a, 'x')"},
      {"a !~* 'x'", "!~*(a, 'x')"},
      {"a -> 'b' ->> 'c'", "->>(->(a, 'b'), 'c')"},
      {"a ^ 2", "^(a, 2)"},
      {"a and b", "and(a, b)"},
      {"a AND b AND c AND d", "and(and(a, b), and(c, d))"},
      {"a or b and not c", "or(a, and(b, not(c)))"},
      {"NOT NOT a", "not(not(a))"},
  });
}

TEST(ParseExpressions, Predicates) {
  expect_expressions({
      {"a is null", "is null(a)"},
      {"a ISNULL", "is null(a)"},
      {"a is not null", "not(is null(a))"},
      {"a NOTNULL", "not(is null(a))"},
      {"a is true", "is true(a)"},
      {"a is not true", "not(is true(a))"},
      {"a is false", "is false(a)"},
      {"a is not false", "not(is false(a))"},
      {"a is unknown", "is null(a)"},
      {"a is not unknown", "not(is null(a))"},
      {"a is distinct from b", "is distinct from(a, b)"},
      {"a is not distinct from b", "not(is distinct from(a, b))"},
      {"a between 1 and 2", "between(a, 1, 2)"},
      {"a not between -1 and 2", "not(between(a, -1, 2))"},
      {"a between asymmetric 1 and 2", "between(a, 1, 2)"},
      {"a in (1, 2, 3)", "in(a, 1, 2, 3)"},
      {"a not in ('x')", "not(in(a, 'x'))"},
      {"a like 'x%'", "like(a, 'x%')"},
      {"a not like 'x%'", "not(like(a, 'x%'))"},
      {"a ilike 'x%'", "ilike(a, 'x%')"},
      {"a not ilike 'x%'", "not(ilike(a, 'x%'))"},
  });
}

TEST(ParseExpressions, CallsAndSpecialSyntax) {
  expect_expressions({
      {"now()", "now()"},
      {"Lower(a)", "lower(a)"},
      {"f(a, b => 1, c := 'x')", "f(a, b => 1, c => 'x')"},
      {"count(*)", "count(*)"},
      {"count(DISTINCT a)", "count(distinct a)"},
      {"sum(a) FILTER (WHERE b > 0)", "sum(a) filter >(b, 0)"},
      {"coalesce(a, b, 0)", "coalesce(a, b, 0)"},
      {"nullif(a, 0)", "nullif(a, 0)"},
      {"greatest(a, b)", "greatest(a, b)"},
      {"least(a, b)", "least(a, b)"},
      {"extract(HOUR FROM ts)", "extract('hour', ts)"},
      {"extract('epoch' from ts)", "extract('epoch', ts)"},
      {"position('b' in a)", "strpos(a, 'b')"},
      {"substring(a from 2 for 3)", "substring(a, 2, 3)"},
      {"substring(a for 3)", "substring(a, 1, cast(3 as integer))"},
      {"substring(a, 2)", "substring(a, 2)"},
      {"trim(a)", "btrim(a)"},
      {"trim(both 'x' from a)", "btrim(a, 'x')"},
      {"trim(leading from a)", "ltrim(a)"},
      {"trim(trailing 'x' from a)", "rtrim(a, 'x')"},
      {"overlay(a placing b from 1)", "overlay(a, b, 1)"},
      {"ts at time zone 'UTC'", "timezone('UTC', ts)"},
      {"current_timestamp", "current_timestamp()"},
      {"current_date", "current_date()"},
      {"localtimestamp", "localtimestamp()"},
  });
}

TEST(ParseExpressions, CaseForms) {
  expect_expressions({
      {"case when a then 1 when b then 2 else 3 end", "case(a -> 1, b -> 2, else 3)"},
      {"case when a then 1 end", "case(a -> 1)"},
      {"case x when 1 then 'a' when 2 then 'b' end", "case(=(x, 1) -> 'a', =(x, 2) -> 'b')"},
      {"case x when 1 then 'a' else null end", "case(=(x, 1) -> 'a', else null)"},
  });
}

TEST(ParseExpressions, CastsAndTypes) {
  expect_expressions({
      {"a::int", "cast(a as integer)"},
      {"cast(a as bigint)", "cast(a as bigint)"},
      {"a::BIGINT UNSIGNED", "cast(a as bigint unsigned)"},
      {"cast(a as Int Unsigned)", "cast(a as int unsigned)"},
      {"a::smallint::real", "cast(cast(a as smallint) as real)"},
      {"a::double precision", "cast(a as double precision)"},
      {"a::float(3)", "cast(a as real)"},
      {"a::timestamp with time zone", "cast(a as timestamp with time zone)"},
      {"a::timestamptz", "cast(a as timestamptz)"},
      {"a::timestamp", "cast(a as timestamp)"},
      {"a::character varying", "cast(a as varchar)"},
      {"a::bool", "cast(a as bool)"},
      {"a::boolean", "cast(a as boolean)"},
      {"a::binary(6)", "cast(a as binary(6))"},
      {"a::\"MyType\"", "cast(a as MyType)"},
      {"timestamp '2026-01-01'", "cast('2026-01-01' as timestamp)"},
      {"inet '10.0.0.1'", "cast('10.0.0.1' as inet)"},
      {"date '2026-01-01'", "cast('2026-01-01' as date)"},
  });
}

TEST(ParseExpressions, Intervals) {
  expect_expressions({
      {"interval '5 seconds'", "interval'5 seconds'"},
      {"INTERVAL '5' SECOND", "interval'5 second'"},
      {"INTERVAL '1.5' hour", "interval'1.5 hour'"},
      {"INTERVAL '-2' day", "interval'-2 day'"},
      {"INTERVAL ' 2 ' minute", "interval' 2  minute'"},
      {"INTERVAL '1' year", "interval'1 year'"},
      {"'5 s'::interval", "interval'5 s'"},
      {"cast('5 s' as interval)", "interval'5 s'"},
      {"cast('5' as interval minute)", "interval'5 minute'"},
      {"a::interval", "cast(a as interval)"},
      {"ts - interval '1 day 02:03:04'", "-(ts, interval'1 day 02:03:04')"},
  });
}

TEST(ParseExpressions, PlacesOfExpressions) {
  const auto statements = parse("SELECT a,\n  lower( b ) + -5");
  const auto& items = std::get<ast::Select>(statements.at(0)).items;
  const ast::Expression& sum = items.at(1).expression;
  EXPECT_EQ(items.at(0).expression.where, (Where{"", 1, 8}));
  EXPECT_EQ(sum.where, (Where{"", 2, 14}));
  EXPECT_EQ(sum.arguments.at(0).where, (Where{"", 2, 3}));
  EXPECT_EQ(sum.arguments.at(0).arguments.at(0).where, (Where{"", 2, 10}));
  EXPECT_EQ(sum.arguments.at(1).where, (Where{"", 2, 16}));
}

}  // namespace
}  // namespace penstock::test
