// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include <penstock/kernels/kernel_plan.h>
#include <penstock/plan/functions.h>

#include "evaluate.h"

namespace penstock {
namespace {

struct Case {
  const char* sql;
  const char* expected;
};

void check(std::initializer_list<Case> cases) {
  for (const Case& each : cases) EXPECT_EQ(evaluate_sql(each.sql), each.expected) << each.sql;
}

TEST(Functions, ExamplesGiveWhatTheySay) {
  std::set<std::string> seen;
  for (const ScalarFunction& function : all_functions()) {
    const std::string example(function.example);
    ASSERT_FALSE(function.summary.empty()) << function.name;
    if (!seen.insert(example).second) continue;
    const std::string arrow = " → '";
    const std::size_t at = example.find(arrow);
    ASSERT_NE(at, std::string::npos) << example;
    const std::string expected =
        example.substr(at + arrow.size(), example.size() - at - arrow.size() - 1);
    EXPECT_EQ(evaluate_sql(example.substr(0, at)), expected) << example;
  }
  EXPECT_GT(seen.size(), 90U);
}

TEST(Functions, HaveAnInstructionOrARowFunctionAndFindThemselves) {
  for (const ScalarFunction& function : all_functions()) {
    EXPECT_NE(function.op.has_value(), function.row_function != nullptr) << function.name;
    EXPECT_EQ(find_function(function.name, function.arguments), &function) << function.name;
  }
  EXPECT_EQ(find_function("no such", {}), nullptr);
}

TEST(Functions, InstructionsTakeWhatTheTableSays) {
  for (const ScalarFunction& function : all_functions()) {
    if (!function.op.has_value()) continue;
    KernelPlan plan;
    Instruction last{*function.op, function.result, no_register,
                     no_register,  no_register,     function.immediate};
    for (std::size_t i = 0; i < function.arguments.size(); ++i) {
      const auto index = static_cast<Register>(i);
      plan.inputs.push_back(function.arguments[i]);
      plan.instructions.push_back(
          {Op::load, function.arguments[i], index, no_register, no_register, 0});
      (i == 0 ? last.a : i == 1 ? last.b : last.c) = index;
    }
    plan.instructions.push_back(last);
    EXPECT_NO_THROW(validate(plan)) << function.name;
  }
}

std::string reference_page() {
  std::ifstream file(PENSTOCK_DOCS "/sql.md");
  EXPECT_TRUE(file.good());
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

bool is_word(std::string_view name) {
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_ ") == std::string_view::npos;
}

// Operators stand in a table of their own, and so do the special forms.
TEST(Functions, AreAllInTheReference) {
  const std::string docs = reference_page();
  const std::set<std::string_view> forms = {
      "and",           "or",    "not",      "is null",
      "is true",       "least", "greatest", "is not distinct from",
      "ip in network", "like",  "ilike"};
  for (const ScalarFunction& function : all_functions()) {
    if (forms.contains(function.name) || !is_word(function.name)) continue;
    EXPECT_NE(docs.find("`" + std::string(function.example) + "`"), std::string::npos)
        << function.name << ": " << function.example;
    const std::string name(function.name.substr(0, function.name.find(' ')));
    EXPECT_NE(docs.find("`" + name + "`"), std::string::npos) << name;
  }
}

// Whatever the page shows as `expression → 'result'`.
TEST(Functions, TheReferencesExamplesAreTrue) {
  const std::string docs = reference_page();
  const std::string arrow = " → '";
  int examples = 0;
  for (std::size_t at = docs.find(arrow); at != std::string::npos; at = docs.find(arrow, at + 1)) {
    const std::size_t begin = docs.rfind('`', at) + 1;
    const std::size_t end = docs.find("'`", at);
    std::string sql = docs.substr(begin, at - begin);
    for (std::size_t bar = sql.find("\\|"); bar != std::string::npos; bar = sql.find("\\|")) {
      sql.erase(bar, 1);
    }
    // A second example in one pair of backticks would end at another quote.
    const std::size_t value = at + arrow.size();
    EXPECT_EQ(evaluate_sql(sql), docs.substr(value, end - value)) << sql;
    ++examples;
  }
  EXPECT_GT(examples, 80);
}

TEST(Functions, Length) {
  check({{"length('')", "0"},
         {"length('日本語')", "3"},
         {"octet_length('日本語')", "9"},
         {"char_length(NULL)", "NULL"}});
}

TEST(Functions, SubstringCountsFromOneAndBefore) {
  check({{"substring('Thomas' FROM 2 FOR 3)", "hom"},
         {"substr('alphabet', 3)", "phabet"},
         {"substr('alphabet', 0, 3)", "al"},
         {"substr('alphabet', -2, 5)", "al"},
         {"substr('alphabet', -5, 3)", ""},
         {"substr('alphabet', 3, -1)", "NULL"},
         {"substr('alphabet', 20)", ""},
         {"substr('äöü', 2, 1)", "ö"},
         {"substr('alphabet', 2147483647, 2147483647)", ""}});
}

TEST(Functions, LeftAndRight) {
  check({{"left('abcde', 2)", "ab"},
         {"left('abcde', 0)", ""},
         {"left('abcde', 10)", "abcde"},
         {"left('abcde', -10)", ""},
         {"right('abcde', -2)", "cde"},
         {"right('abcde', 0)", ""},
         {"right('abcde', 9)", "abcde"},
         {"right('äöü', 1)", "ü"}});
}

TEST(Functions, Pads) {
  check({{"lpad('hi', 5)", "   hi"},
         {"lpad('hello', 2)", "he"},
         {"lpad('hi', 5, '')", "hi"},
         {"rpad('hi', -1, 'x')", ""},
         {"rpad('é', 3, 'äb')", "éäb"},
         {"length(lpad('x', 1000))", "1000"},
         {"lpad('x', 2000000000, 'yz')", "NULL"}});
}

TEST(Functions, SplitPart) {
  check({{"split_part('abc~@~def~@~ghi', '~@~', 2)", "def"},
         {"split_part('abc,def,ghi,jkl', ',', -2)", "ghi"},
         {"split_part('a,b', ',', 3)", ""},
         {"split_part('a,b', ',', -3)", ""},
         {"split_part('a,b', ',', 0)", "NULL"},
         {"split_part('a,b', '', 1)", "a,b"},
         {"split_part('a,b', '', -1)", "a,b"},
         {"split_part('a,b', '', 2)", ""}});
}

TEST(Functions, Trims) {
  check({{"trim('  x ')", "x"},
         {"trim(BOTH 'xyz' FROM 'yxTomxx')", "Tom"},
         {"trim(LEADING 'x' FROM 'xxaxx')", "axx"},
         {"trim(TRAILING 'x' FROM 'xxaxx')", "xxa"},
         {"btrim('  x\t ')", "x\t"},
         {"btrim('ééaé', 'é')", "a"},
         {"btrim('aaa', 'a')", ""},
         {"btrim('aaa', '')", "aaa"}});
}

TEST(Functions, PositionReplaceRepeat) {
  check({{"position('om' IN 'Thomas')", "3"},
         {"strpos('abc', '')", "1"},
         {"strpos('abc', 'z')", "0"},
         {"strpos('äöü', 'ü')", "3"},
         {"replace('abcdefabcdef', 'cd', 'XX')", "abXXefabXXef"},
         {"replace('abc', '', 'x')", "abc"},
         {"repeat('Pg', 4)", "PgPgPgPg"},
         {"repeat('Pg', -1)", ""},
         {"repeat('x', 2000000000)", "NULL"},
         {"reverse('abcde')", "edcba"},
         {"translate('aéb', 'é', 'e')", "aeb"}});
}

TEST(Functions, CaseMapping) {
  check({{"lower('TOM')", "tom"},
         {"upper('tom ß ø')", "TOM ß Ø"},
         {"lower('ÄÉÑ ΑΣ ЖЁ Ł Ź')", "äéñ ασ жё ł ź"},
         {"upper('äéñ ας жё ł ź ÿ')", "ÄÉÑ ΑΣ ЖЁ Ł Ź Ÿ"},
         {"initcap('hello wORLD-foo 2nd')", "Hello World-Foo 2nd"}});
}

TEST(Functions, CharactersAndHex) {
  check({{"ascii('')", "0"},
         {"ascii('€')", "8364"},
         {"chr(8364)", "€"},
         {"chr(0)", "NULL"},
         {"chr(55296)", "NULL"},
         {"chr(128512)", "😀"},
         {"to_hex(-1)", "ffffffff"},
         {"to_hex(2147483648)", "80000000"},
         {"to_hex(CAST(-1 AS bigint))", "ffffffffffffffff"}});
}

TEST(Functions, Concatenation) {
  check({{"concat('abcde', 2, NULL, 22)", "abcde222"},
         {"concat(NULL)", ""},
         {"concat(1, true)", "1true"},
         {"concat_ws(',', 'abcde', 2, NULL, 22)", "abcde,2,22"},
         {"concat_ws(',', NULL, NULL, NULL)", ""},
         {"concat_ws(NULL, 'a', 'b')", "NULL"},
         {"concat_ws(',', 'a')", "a"},
         {"concat_ws(NULL, 'a')", "NULL"},
         {"concat_ws(',', '', '')", ","},
         {"'a' || 'b' || 42", "ab42"},
         {"'a' || NULL", "NULL"}});
}

TEST(Functions, Like) {
  check({{"'abc' LIKE 'abc'", "true"},
         {"'abc' LIKE '_b_'", "true"},
         {"'abc' LIKE 'c'", "false"},
         {"'' LIKE '%'", "true"},
         {"'abc' LIKE '%b%c%'", "true"},
         {"'aXbXc' LIKE 'a%X%c'", "true"},
         {"'a%c' LIKE 'a\\%c'", "true"},
         {"'abc' LIKE 'a\\%c'", "false"},
         {"'äöü' LIKE '_ö_'", "true"},
         {"'abc' NOT LIKE 'a%'", "false"},
         {"'abc' LIKE 'abc\\'", "false"},
         {"'abcd' LIKE 'abc\\'", "NULL"},
         {"'ÄBC' ILIKE 'äb%'", "true"},
         {"'abc' ILIKE 'AB'", "false"},
         {"'abab' LIKE '%ab'", "true"},
         {"'mississippi' LIKE 'm%iss%ip%i'", "true"},
         {"NULL LIKE 'a'", "NULL"},
         {"'a\nb' LIKE 'a_b'", "true"}});
}

TEST(Functions, Mathematics) {
  check({{"round(2.5)", "2"},
         {"round(-3.5)", "-4"},
         {"round(42.4382, 2)", "42.44"},
         {"round(1234.56, -1)", "1230"},
         {"round(0.5, 0)", "1"},
         {"round(-2.675, 2)", "-2.68"},
         {"round(9.99, 1)", "10"},
         {"round(1e300, 2)", "1e+300"},
         {"round(0.001, -5)", "0"},
         {"round(55, -2)", "100"},
         {"round(45, -2)", "0"},
         {"trunc(-42.4382, 2)", "-42.43"},
         {"trunc(19.9, -1)", "10"},
         {"sign(0)", "0"},
         {"power(2, -1)", "0.5"},
         {"2 ^ 10", "1024"},
         {"power(0, -1)", "NULL"},
         {"power(-1, 0.5)", "NULL"},
         {"exp(1000)", "NULL"},
         {"ln(0)", "NULL"},
         {"ln(-1)", "NULL"},
         {"log(10, 1000)", "2.9999999999999996"},
         {"log(1, 5)", "NULL"},
         {"sqrt(-1)", "NULL"},
         {"asin(2)", "NULL"},
         {"mod(9, 4)", "1"},
         {"abs(-9223372036854775808)", "NULL"},
         {"floor(5)", "5"}});
}

TEST(Functions, TimeBuckets) {
  check({{"date_trunc('week', TIMESTAMP '2026-11-22 10:00:00')", "2026-11-16T00:00:00Z"},
         {"date_trunc('month', TIMESTAMP '1969-12-31 23:59:59')", "1969-12-01T00:00:00Z"},
         {"date_trunc('quarter', TIMESTAMP '2024-08-29 01:00:00')", "2024-07-01T00:00:00Z"},
         {"date_trunc('YEAR', TIMESTAMP '2024-02-29 01:00:00')", "2024-01-01T00:00:00Z"},
         {"date_trunc('milliseconds', TIMESTAMP '1970-01-01 00:00:00.1239')",
          "1970-01-01T00:00:00.123Z"},
         {"date_bin(INTERVAL '1 day', TIMESTAMP '1960-01-01 05:00:00', TIMESTAMP '1970-01-01 "
          "06:00:00')",
          "1959-12-31T06:00:00Z"},
         {"date_trunc('year', TIMESTAMP '1677-09-22 00:00:00')", "NULL"}});
}

TEST(Functions, TimeFields) {
  check({{"extract(week FROM TIMESTAMP '2021-01-03 00:00:00')", "53"},
         {"extract(isoyear FROM TIMESTAMP '2021-01-03 00:00:00')", "2020"},
         {"extract(week FROM TIMESTAMP '2024-12-30 00:00:00')", "1"},
         {"extract(doy FROM TIMESTAMP '2024-12-31 00:00:00')", "366"},
         {"date_part('hour', TIMESTAMP '2001-02-16 20:38:40')", "20"},
         {"extract(quarter FROM TIMESTAMP '1969-12-31 23:00:00')", "4"},
         {"extract(epoch FROM INTERVAL '-1.5 seconds')", "-1.5"}});
}

TEST(Functions, TimeArithmetic) {
  check({{"TIMESTAMP '2001-09-28 01:00:00' + INTERVAL '23 hours'", "2001-09-29T00:00:00Z"},
         {"TIMESTAMP '2001-09-29 03:00:00' - TIMESTAMP '2001-07-27 12:00:00'", "63 days 15:00:00"},
         {"TIMESTAMP '2001-09-29 03:00:00' - '1 hour'", "2001-09-29T02:00:00Z"},
         {"'1 hour' + TIMESTAMP '2001-09-29 03:00:00'", "2001-09-29T04:00:00Z"},
         {"2 * INTERVAL '10 minutes'", "00:20:00"},
         {"INTERVAL '1 hour' / 1.5", "00:40:00"},
         {"INTERVAL '1 hour' / 0.0", "NULL"},
         {"INTERVAL '1 hour' * 1e300", "NULL"},
         {"- INTERVAL '1 hour'", "-01:00:00"},
         {"to_timestamp(0)", "1970-01-01T00:00:00Z"},
         {"to_timestamp(-0.5)", "1969-12-31T23:59:59.500Z"},
         {"to_timestamp(1e12)", "NULL"},
         {"to_timestamp(9223372037)", "NULL"}});
}

TEST(Functions, Networks) {
  check({{"ip '192.168.1.5' << '192.168.1.0/24'", "true"},
         {"ip '192.168.2.5' <<= inet '192.168.1.0/24'", "false"},
         {"'10.0.0.0/8' >> ip '10.1.1.1'", "true"},
         {"ip '10.0.0.1' << '10.0.0.1/32'", "false"},
         {"ip '10.0.0.1' <<= '10.0.0.1/32'", "true"},
         {"ip '10.0.0.1' << '::/0'", "false"},
         {"ip '2001:db8::1' << '::/0'", "true"},
         {"ip '2001:db8::1' << '2001:db8::/32'", "true"},
         {"ip '10.0.0.1' << '0.0.0.0/0'", "true"},
         {"family(ip '::ffff:10.0.0.1')", "4"},
         {"network(ip '2001:db8:1:2::3', 32)", "2001:db8::"},
         {"network(ip '10.1.2.3', 33)", "NULL"},
         {"is_private(ip '172.32.0.1')", "false"},
         {"is_private(ip 'fd00::1')", "true"},
         {"is_loopback(ip '::1')", "true"},
         {"is_loopback(ip '::2')", "false"},
         {"is_multicast(ip 'ff02::1')", "true"}});
}

TEST(Functions, NullsInLogic) {
  check({{"NULL AND false", "false"},
         {"NULL OR false", "NULL"},
         {"NULL IS DISTINCT FROM 1", "true"},
         {"'a' IS DISTINCT FROM NULL", "true"},
         {"NULL = NULL", "NULL"},
         {"1 IN (2, NULL)", "NULL"},
         {"1 IN (1, NULL)", "true"},
         {"1 NOT IN (2, 3)", "true"},
         {"(1 = NULL) IS UNKNOWN", "true"},
         {"(1 = 2) IS NOT FALSE", "false"},
         {"nullif(1, 1)", "NULL"},
         {"nullif('a', 'b')", "a"},
         {"coalesce(NULL, 2, 3)", "2"},
         {"greatest(1, NULL, 3)", "3"},
         {"least('b', 'a', NULL)", "a"},
         {"CASE WHEN NULL THEN 1 ELSE 2 END", "2"},
         {"CASE 3 WHEN 1 THEN 'one' WHEN 3 THEN 'three' END", "three"},
         {"5 BETWEEN 1 AND 5", "true"},
         {"5 NOT BETWEEN 1 AND 5", "false"}});
}

}  // namespace
}  // namespace penstock
