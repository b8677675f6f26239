// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "dump.h"

namespace penstock::test {
namespace {

struct Mistake {
  const char* sql;
  const char* error;  // how error_of begins
};

void expect_mistakes(std::initializer_list<Mistake> cases) {
  for (const Mistake& mistake : cases) {
    const std::string error = error_of(mistake.sql);
    EXPECT_TRUE(error.starts_with(mistake.error))
        << mistake.sql << "\n  gave " << error << "\n  not  " << mistake.error;
  }
}

TEST(ParseErrors, SyntaxWithThePlace) {
  expect_mistakes({
      {"SELEC 1", "syntax 1:1 syntax error at 'SELEC'"},
      {"SELECT a FROM", "syntax 1:14 the statement ends too early"},
      {"SELECT a FROM ; SELECT 1", "syntax 1:14 the statement ends too early"},
      {"SELECT 1;\nSELECT a b c", "syntax 2:12 syntax error at 'c'"},
      {"SELECT a\nFROM t\n\tWHERE AND b", "syntax 3:8 syntax error at 'AND'"},
      {"SELECT a\r\nFROM t\r\n  WHERE AND b", "syntax 3:9 syntax error at 'AND'"},
      {"SELECT 'größe', \"名前\" WHERE )", "syntax 1:28 syntax error at ')'"},
      {"SELECT '🙂🙂' +", "syntax 1:14 the statement ends too early"},
      {"SELECT '🙂🙂' AND", "syntax 1:13 'AND' lacks what should follow it"},
      {"SELECT a OR FROM t", "syntax 1:10 'OR' lacks what should follow it"},
      {"SELECT (a IS NOT) FROM t", "syntax 1:14 'NOT' lacks what should follow it"},
      {"SELECT a and, b FROM t", "syntax 1:10 'and' lacks what should follow it"},
      {"SELECT (1", "syntax 1:10 the statement ends too early"},
      {"SELECT 1)", "syntax 1:9 syntax error at ')'"},
      {"SELECT a order FROM t", "syntax 1:16 syntax error at 'FROM'"},
      {"SELECT order FROM t",
       "syntax 1:14 syntax error at 'FROM'; where 'order' is a name, write it as \"order\""},
      {"INSERT INTO t SELECT 1 FROM TABLE(x)", "syntax 1:29 syntax error at 'TABLE'"},
      {"SELECT sum(DISTINCT *)", "syntax 1:21 syntax error at '*'"},
      {"SELECT E'\\u12'", "syntax 1:"},
      {"SELECT U&'\\0'", "syntax 1:"},
  });
}

TEST(ParseErrors, PlacesBehindWhatTheShimChanged) {
  expect_mistakes({
      {"CREATE TABLE t WITH ('a' = 'b', 'c' = 5) x", "syntax 1:42 syntax error at 'x'"},
      {"CREATE TABLE t (a int unsigned, b int int)", "syntax 1:39 syntax error at 'int'"},
      {"CREATE TABLE t (WATERMARK FOR ts AS ts, b int int)", "syntax 1:47 syntax error at 'int'"},
      {"CREATE TABLE t (ts timestamp,\n WATERMARK FOR ts AS ts - - )",
       "syntax 2:28 syntax error at ')'"},
      {"SELECT * FROM (SELECT 1) WHERE AND b", "syntax 1:32 syntax error at 'AND'"},
      {"SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1 s')) WHERE AND b",
       "syntax 1:76 syntax error at 'AND'"},
      {"SELECT window.start, window.end, AND b", "syntax 1:34 syntax error at 'AND'"},
  });
}

TEST(ParseErrors, Quotes) {
  expect_mistakes({
      {"SELECT 1,\n 'abc", "syntax 2:2 this string is not closed; end it with '"},
      {"SELECT E'abc\\'", "syntax 1:8 this string is not closed"},
      {"SELECT $x$ abc $y$", "syntax 1:8 this string is not closed; end it with $x$"},
      {"SELECT \"abc", "syntax 1:8 this quoted name is not closed; end it with \""},
      {"SELECT \"\"", "syntax 1:8 a quoted name cannot be empty"},
      {"SELECT 1 /* /* */", "syntax 1:10 this comment is not closed; end it with */"},
      {"SELECT $ 1", "syntax 1:8 '$' stands alone"},
      {"SELECT {a}", "syntax 1:8 unexpected character '{'"},
      {"SELECT a\\b", "syntax 1:9 unexpected character '\\'"},
      {"SELECT 1a", "syntax 1:8 '1a' is neither a number nor a name"},
      {"SELECT 0x1F", "syntax 1:8 '0x1F' is neither"},
  });
}

TEST(ParseErrors, WhatOnlyLooksLikeAscii) {
  expect_mistakes({
      {"SELECT\xC2\xA0"
       "a",
       "syntax 1:7 here is a no-break space (U+00A0)"},
      {"SELECT ‘a’", "syntax 1:8 here is a typographic quote (U+2018); write '"},
      {"SELECT “a”", "syntax 1:8 here is a typographic quote (U+201C); write \""},
      {"SELECT a\xE2\x80\x8B, b", "syntax 1:9 here is a zero-width space"},
      {"SELECT \xEF\xBB\xBF 1", "syntax 1:8 here is a byte order mark"},
  });
  EXPECT_EQ(dump_expression("'\xC2\xA0‘'"), "'\xC2\xA0‘'");
}

TEST(ParseErrors, BytesThatAreNoText) {
  EXPECT_EQ(error_of("SELECT 1,\n '\xFF'"),
            "syntax 2:3 the text is not valid UTF-8 here; save it as UTF-8");
  for (const char* const invalid :
       {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80"}) {
    EXPECT_TRUE(
        error_of(std::string("SELECT '") + invalid + "'").starts_with("syntax 1:9 the text"))
        << invalid;
  }
  EXPECT_EQ(error_of(std::string_view("SELECT\0 1", 9)),
            "syntax 1:7 the text holds a zero byte, which SQL cannot");
}

TEST(ParseErrors, NamesOver63Bytes) {
  const std::string fits(63, 'n');
  EXPECT_EQ(dump_expression(fits), fits);
  EXPECT_EQ(dump_expression("\"" + fits + "\""), fits);
  EXPECT_EQ(error_of("SELECT 1,\n " + fits + "n"),
            "syntax 2:2 this name is 64 bytes long, and names end after 63; shorten it");
  EXPECT_TRUE(error_of("SELECT \"" + fits + "n\"").starts_with("syntax 1:8 this name is 64"));
  EXPECT_TRUE(error_of("SELECT a AS " + fits + "é").starts_with("syntax 1:13 this name is 65"));
  EXPECT_EQ(dump_expression("\"" + std::string(62, 'n') + "\"\"\""), std::string(62, 'n') + "\"");
}

TEST(ParseErrors, Misparses) {
  expect_mistakes({
      {"SELECT INTERVAL '5' SECONDS",
       "syntax 1:21 'SECONDS' would be read as an alias of the interval; write the unit inside of "
       "the quotes: INTERVAL '5 seconds'"},
      {"SELECT a FROM t WHERE ts > INTERVAL '1' days", "syntax 1:41 'days' would be read"},
      {"SELECT INTERVAL '5' ms, 1", "syntax 1:21 'ms' would be read"},
      {"SELECT INTERVAL $$5$$ weeks", "syntax 1:23 'weeks' would be read"},
      {"SELECT INTERVAL (3) '5' seconds", "syntax 1:25 'seconds' would be read"},
  });
  EXPECT_EQ(dump_sql("SELECT INTERVAL '5 s' AS seconds"), "select interval'5 s' as seconds");
}

TEST(ParseErrors, Tables) {
  expect_mistakes({
      {"CREATE TABLE t ()", "syntax 1:16 this column list is empty"},
      {"CREATE TABLE t (a int", "syntax 1:16 this column list is not closed"},
      {"CREATE TABLE", "syntax 1:13 the statement ends too early"},
      {"CREATE TABLE t (a int, )", "syntax 1:24 syntax error at ')'"},
      {"CREATE TABLE t (a)", "syntax 1:17 the column 'a' needs a type: a bigint"},
      {"CREATE TABLE t WITH", "syntax 1:20 WITH needs options in brackets"},
      {"CREATE TABLE t WITH (a = 1", "syntax 1:21 these options are not closed"},
      {"CREATE TABLE t WITH (a)", "syntax 1:23 the option 'a' needs a value: a = '…'"},
      {"CREATE TABLE t WITH (a =)", "syntax 1:24 the option 'a' needs a value"},
      {"CREATE TABLE t WITH (a = 1 b = 2)", "syntax 1:28 options are parted by commas"},
      {"CREATE TABLE t WITH (a = 1,)", "syntax 1:28 an option is missing"},
      {"CREATE TABLE t WITH (a = 1 + 2)", "syntax 1:28 options are parted by commas"},
      {"CREATE TABLE t WITH (5 = 1)", "syntax 1:22 an option is a name and a value"},
      {"CREATE TABLE t WITH (a = (1))", "syntax 1:26 the value of the option 'a' must be"},
      {"CREATE TABLE t WITH (a = 1, 'A' = 2)", "duplicate_name 1:29 the option 'a' is given twice"},
      {"CREATE TABLE t WITH (b'1' = 1)", "syntax 1:22 this must be a string: '…'"},
      {"CREATE TABLE t (WATERMARK FOR)", "syntax 1:30 WATERMARK FOR needs the name"},
      {"CREATE TABLE t (WATERMARK FOR ts)",
       "syntax 1:33 WATERMARK FOR ts needs AS and an expression: WATERMARK FOR ts AS ts - "},
      {"CREATE TABLE t (WATERMARK FOR ts AS)", "syntax 1:34 WATERMARK FOR ts needs AS"},
      {"CREATE TABLE t (WATERMARK FOR ts AS ts, WATERMARK FOR ts AS ts)",
       "duplicate_name 1:41 a table has one watermark"},
      {"CREATE TABLE t (WATERMARK FOR ts AS ts FROM u)", "syntax 1:40 syntax error at 'FROM'"},
      {"CREATE TABLE t (WATERMARK FOR ts AS (SELECT 1))", "unsupported 1:37 sub-queries"},
      {"SELECT f(a => 1, a => 2)", "duplicate_name 1:18 the argument 'a' is given twice"},
      {"DESCRIBE", "syntax 1:9 DESCRIBE needs the name"},
      {"DESCRIBE 'a'", "syntax 1:10 DESCRIBE needs the name"},
      {"DESCRIBE a b", "syntax 1:12 DESCRIBE takes one name"},
      {"DESCRIBE a.b", "syntax 1:11 DESCRIBE takes one name"},
  });
}

TEST(ParseErrors, Variables) {
  ParseOptions options{"q.sql",
                       {{"path", "x"}, {"bad", "\xFF"}, {"open", "'"}, {"many", "1, AND b"}}};
  EXPECT_EQ(error_of("SELECT 1,\n  :'pat'", options),
            "unknown_name 2:3 the variable 'pat' is not set; did you mean 'path'?; set it with "
            "--set pat=…");
  EXPECT_EQ(error_of("SELECT :none", options),
            "unknown_name 1:8 the variable 'none' is not set; set it with --set none=…");
  EXPECT_EQ(error_of("SELECT :'bad'", options),
            "invalid_argument 1:8 the value of the variable 'bad' is not valid UTF-8 text");
  EXPECT_EQ(error_of("SELECT :open", options),
            "syntax 1:8 this string is not closed; end it with '");
  EXPECT_EQ(error_of("SELECT :many, 2", options), "syntax 1:8 syntax error at 'AND'");
  EXPECT_EQ(error_of("SELECT :path +", options),
            "syntax 1:15 the statement ends too early: something is missing here");
  EXPECT_EQ(error_of("SELECT a[1 :path]", options), "syntax 1:12 syntax error at 'x'");
}

TEST(ParseErrors, NameOfTheTextIsInThePlace) {
  try {
    parse("SELECT 1;\n  SELEC", {"queries/q.sql", {}});
    FAIL() << "parsed";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()), "queries/q.sql:2:3: syntax error at 'SELEC'");
    EXPECT_EQ(error.code(), ErrorCode::syntax);
  }
}

}  // namespace
}  // namespace penstock::test
