// SPDX-License-Identifier: Apache-2.0
#include "sources/json_source.h"

#include <gtest/gtest.h>

#include "source_support.h"

namespace penstock::test {
namespace {

class Json : public ::testing::Test {
 protected:
  ReadResult read(std::string_view text, std::optional<Schema> columns, Options more = {},
                  const ReadSettings& settings = {}) {
    more.emplace_back("path", files_.write("in.json", text));
    return read_table(make_table("json", more, std::move(columns)), settings);
  }
  Caught fail(std::string_view text, std::optional<Schema> columns, const Options& more = {}) {
    return catch_error([&] { read(text, std::move(columns), more); });
  }
  TemporaryDirectory files_;
};

Schema id_and_name() {
  return {{column("id", TypeId::int64), column("name", TypeId::utf8)}};
}

TEST_F(Json, ReadsByNameInAnyOrder) {
  EXPECT_EQ(read("{\"id\":1,\"name\":\"ann\"}\n\n  \r\n{\"name\":\"b\\u00f6b\\n\",\"x\":[1,{}],"
                 "\"id\":2}\r\n{\"id\":null}\n{}",
                 id_and_name())
                .rows,
            (Rows{{"1", "ann"},
                  {"2",
                   "b\xC3\xB6"
                   "b\n"},
                  {"NULL", "NULL"},
                  {"NULL", "NULL"}}));
}

TEST_F(Json, KeysMayBeEscapedAndOfEqualKeysTheFirstCounts) {
  EXPECT_EQ(read("{\"\\u0069d\":1,\"id\":2,\"name\":\"a\",\"name\":7}\n", id_and_name()).rows,
            (Rows{{"1", "a"}}));
}

TEST_F(Json, ReadsEveryType) {
  const Schema schema = {{column("b", TypeId::boolean),
                          column("i8", TypeId::int8),
                          column("i64", TypeId::int64),
                          column("u64", TypeId::uint64),
                          column("f32", TypeId::float32),
                          column("f64", TypeId::float64),
                          column("ts", TypeId::timestamp),
                          column("span", TypeId::interval),
                          column("ip", TypeId::ip),
                          column("sym", TypeId::symbol),
                          {.name = "mac", .type = {TypeId::fixed_binary, 6}}}};
  EXPECT_EQ(read("{\"b\":true,\"i8\":-128,\"i64\":-9223372036854775808,"
                 "\"u64\":18446744073709551615,\"f32\":0.5,\"f64\":-1e-7,"
                 "\"ts\":\"2026-01-02T03:04:05Z\",\"span\":\"2 min\",\"ip\":\"::1\","
                 "\"sym\":\"tcp\",\"mac\":\"aa:bb:cc:dd:ee:ff\"}\n",
                 schema)
                .rows,
            (Rows{{"true", "-128", "-9223372036854775808", "18446744073709551615", "0.5", "-1e-07",
                   "2026-01-02T03:04:05Z", "00:02:00", "::1", "tcp", "aa:bb:cc:dd:ee:ff"}}));
}

TEST_F(Json, ATextColumnTakesAnyValueAsItsJson) {
  const Schema schema = {{column("v", TypeId::utf8)}};
  EXPECT_EQ(read("{\"v\":{\"a\": [1, \"x\"]}}\n{\"v\":[1, 2] }\n{\"v\":1.50 }\n{\"v\":false}\n"
                 "{\"v\":\"s\"}\n{\"v\":{}}\n",
                 schema)
                .rows,
            (Rows{{"{\"a\": [1, \"x\"]}"}, {"[1, 2]"}, {"1.50"}, {"false"}, {"s"}, {"{}"}}));
}

TEST_F(Json, TimestampsAsNumbersOrTexts) {
  const Schema schema = {{column("ts", TypeId::timestamp)}};
  EXPECT_EQ(read("{\"ts\":1700000000.5}\n{\"ts\":\"1700000000\"}\n", schema,
                 {{"timestamp_format", "unix_s"}})
                .rows,
            (Rows{{"2023-11-14T22:13:20.500Z"}, {"2023-11-14T22:13:20Z"}}));
  EXPECT_CONTAINS(fail("{\"ts\":1700000000}\n", schema).message,
                  "column 'ts' (timestamp): '1700000000' is of another JSON type");
}

TEST_F(Json, InfersTheUnionOfKeysInOrderOfAppearance) {
  const std::string path = files_.write(
      "in.json",
      "{\"z\":1,\"a\":\"x\",\"n\":null}\n{\"a\":\"y\",\"ts\":\"2026-01-02T03:04:05Z\",\"z\":1.5,"
      "\"o\":{},\"b\":true,\"u\":18446744073709551615,\"m\":1}\n{\"m\":\"x\"}\n");
  const auto source = make_source(make_table("json", {{"path", path}}));
  const Schema expected = {{column("z", TypeId::float64), column("a", TypeId::utf8),
                            column("n", TypeId::utf8), column("ts", TypeId::timestamp),
                            column("o", TypeId::utf8), column("b", TypeId::boolean),
                            column("u", TypeId::uint64), column("m", TypeId::utf8)}};
  EXPECT_EQ(source->schema(), expected);
  EXPECT_EQ(read_all(*source).rows[2], (std::vector<std::string>{"NULL", "NULL", "NULL", "NULL",
                                                                 "NULL", "NULL", "NULL", "x"}));
  EXPECT_CONTAINS(fail("[1]\n", std::nullopt).message, "has no JSON object to infer the columns");
}

TEST_F(Json, EveryMalformedRowSaysWhyAndWhere) {
  const Schema schema = {{column("id", TypeId::int32, false), column("flag", TypeId::boolean),
                          column("x", TypeId::float64), column("ts", TypeId::timestamp)}};
  struct Case {
    const char* row;
    const char* message;
  };
  const std::vector<Case> cases = {
      {"{\"id\":\"1\"}", "column 'id' (integer): '1' is of another JSON type"},
      {"{\"id\":{}}", "'{}' is of another JSON type"},
      {"{\"id\":[1]}", "'[1]' is of another JSON type"},
      {"{\"id\":true}", "'true' is of another JSON type"},
      {"{\"id\":1.5}", "'1.5' is not a number of this type"},
      {"{\"id\":3000000000}", "'3000000000' is out of the type's range"},
      {"{\"id\":123456789012345678901234567890}", "is out of the type's range"},
      {"{\"id\":null}", "NULL in a NOT NULL column"},
      {"{\"flag\":true}", "column 'id' (integer): NULL in a NOT NULL column"},
      {"{\"id\":1,\"flag\":1}", "column 'flag' (boolean): '1' is of another JSON type"},
      {"{\"id\":1,\"x\":1e999}", "'1e999' is out of the type's range"},
      {"{\"id\":1,\"ts\":\"noon\"}", "'noon' is no timestamp"},
      {"{\"id\":01}", "not valid JSON"},
      {"{\"id\":1", "not valid JSON"},
      {"{\"id\":1,}", "not valid JSON"},
      {"{\"id\" 1}", "not valid JSON"},
      {"{\"id\":nul}", "not valid JSON"},
      {"{\"flag\":tru,\"id\":1}", "not valid JSON"},
      {"not json", "the row is not a JSON object"},
      {"[1,2]", "the row is not a JSON object"},
      {"{\"id\":1} {\"id\":2}", "there is something behind the row's JSON object"},
      {"{\"id\":1,\"flag\":\"\xFF\"}", "the row is not valid UTF-8"},
  };
  for (const Case& test : cases) {
    const Caught caught = fail(std::string("{\"id\":1}\n") + test.row + "\n", schema);
    EXPECT_EQ(caught.code, ErrorCode::corrupt_input) << test.row;
    EXPECT_CONTAINS(caught.message, test.message);
    EXPECT_CONTAINS(caught.message, "in.json', line 2 (byte 9): ");
  }
}

TEST_F(Json, SkippedRowsLeaveNoTrace) {
  const Schema schema = {{column("a", TypeId::int64), column("b", TypeId::int64)}};
  const ReadResult result = read(
      "{\"a\":null,\"b\":\"x\"}\n{\"a\":1,\"b\":2}\n{\"b\":null,\n"
      "{\"a\":3,\"b\":4}\n",
      schema, {{"on_error", "skip"}});
  EXPECT_EQ(result.rows, (Rows{{"1", "2"}, {"3", "4"}}));
  EXPECT_EQ(result.counter("t.malformed_rows"), 2);
  EXPECT_EQ(result.counter("t.malformed_wrong_type"), 1);
  EXPECT_EQ(result.counter("t.malformed_bad_json"), 1);
}

TEST_F(Json, RowsStraddleBuffersAtEveryOffset) {
  const std::string text =
      "\xEF\xBB\xBF{\"id\":1,\"name\":\"alpha\"}\r\n\n{\"name\":\"b\\\"eta \\u00e9\",\"id\":22}\n"
      "oops\n{\"id\":-333,\"name\":{\"k\":[1,2,3]}}";
  const TableDefinition table = make_table(
      "json", {{"path", files_.write("in.json", text)}, {"on_error", "skip"}}, id_and_name());
  const Rows expected = {{"1", "alpha"}, {"22", "b\"eta \xC3\xA9"}, {"-333", "{\"k\":[1,2,3]}"}};
  for (std::size_t chunk = 1; chunk <= text.size() + 1; ++chunk) {
    const ReadResult result = read_all(*make_json_source(table, TextTuning{.chunk_bytes = chunk}));
    ASSERT_EQ(result.rows, expected) << "chunk " << chunk;
    ASSERT_EQ(result.counter("t.malformed_rows"), 1);
  }
}

TEST_F(Json, PrunedColumnsAreNotChecked) {
  ReadSettings settings;
  settings.wanted = {false, true};
  EXPECT_EQ(read("{\"id\":\"x\",\"name\":\"a\"}\n", id_and_name(), {}, settings).rows,
            (Rows{{"PRUNED", "a"}}));
  settings.wanted = {false, false};
  EXPECT_EQ(read("{\"id\":\"x\"}\n{}\n", id_and_name(), {}, settings).rows.size(), 2U);
}

TEST_F(Json, LongRowsAndTextMemory) {
  ReadSettings settings;
  settings.text_bytes = 64;
  const std::string row = "{\"id\":1,\"name\":\"" + std::string(40, 'x') + "\"}\n";
  const ReadResult result = read(row + row + row, id_and_name(), {}, settings);
  EXPECT_EQ(result.rows.size(), 3U);
  EXPECT_EQ(result.batches, 3);
  const std::string huge = "{\"id\":1,\"name\":\"" + std::string(5U << 20, 'x') + "\"}\n";
  const ReadResult skipped = read(row + huge + row, id_and_name(), {{"on_error", "skip"}});
  EXPECT_EQ(skipped.rows.size(), 2U);
  EXPECT_EQ(skipped.counter("t.malformed_row_too_long"), 1);
}

TEST_F(Json, DeepNestingIsMalformedNotACrash) {
  const std::string deep = "{\"name\":" + std::string(100'000, '[') + "}\n";
  const ReadResult result = read(deep + "{\"id\":1}\n", id_and_name(), {{"on_error", "skip"}});
  EXPECT_EQ(result.rows.size(), 1U);
}

}  // namespace
}  // namespace penstock::test
