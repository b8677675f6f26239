// SPDX-License-Identifier: Apache-2.0
#include "sources/csv_source.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "source_support.h"

namespace penstock::test {
namespace {

Schema two_columns() {
  return {{column("id", TypeId::int64), column("name", TypeId::utf8)}};
}

class Csv : public ::testing::Test {
 protected:
  ReadResult read(std::string_view text, std::optional<Schema> columns, Options more = {},
                  const ReadSettings& settings = {}) {
    more.emplace_back("path", files_.write("in.csv", text));
    return read_table(make_table("csv", more, std::move(columns)), settings);
  }
  Caught fail(std::string_view text, std::optional<Schema> columns, const Options& more = {},
              const ReadSettings& settings = {}) {
    return catch_error([&] { read(text, std::move(columns), more, settings); });
  }
  TemporaryDirectory files_;
};

TEST_F(Csv, ReadsByHeaderName) {
  const Rows rows = read("name,extra,id\nann,x,1\nbob,y,2\n", two_columns()).rows;
  EXPECT_EQ(rows, (Rows{{"1", "ann"}, {"2", "bob"}}));
}

TEST_F(Csv, ReadsByPositionWithoutHeader) {
  EXPECT_EQ(read("1,ann\n2,bob\n", two_columns(), {{"header", "false"}}).rows,
            (Rows{{"1", "ann"}, {"2", "bob"}}));
}

TEST_F(Csv, HeaderMatchesInAnyCaseWhereNoExactOneIsThere) {
  EXPECT_EQ(read("NAME,Id\nann,1\n", two_columns()).rows, (Rows{{"1", "ann"}}));
}

TEST_F(Csv, TakesCrLfByteOrderMarkAndNoLastLineEnd) {
  EXPECT_EQ(read("\xEF\xBB\xBFid,name\r\n1,ann\r\n2,\"bob\"\r\n3,cy", two_columns()).rows,
            (Rows{{"1", "ann"}, {"2", "bob"}, {"3", "cy"}}));
}

TEST_F(Csv, TakesQuotesDelimitersAndLineEndsInQuotes) {
  EXPECT_EQ(read("id,name\n1,\"a,b\"\n2,\"say \"\"hi\"\"\"\n3,\"two\nlines\r\n\"\n4,5\" disk\n",
                 two_columns())
                .rows,
            (Rows{{"1", "a,b"}, {"2", "say \"hi\""}, {"3", "two\nlines\r\n"}, {"4", "5\" disk"}}));
}

TEST_F(Csv, EmptyIsNullQuotedEmptyIsText) {
  EXPECT_EQ(read("id,name\n1,\n2,\"\"\n,x\n\"\",y\n", two_columns()).rows,
            (Rows{{"1", "NULL"}, {"2", ""}, {"NULL", "x"}, {"NULL", "y"}}));
}

TEST_F(Csv, NullTextIsAnOption) {
  EXPECT_EQ(read("id,name\nNA,NA\n1,\n2,\"NA\"\n", two_columns(), {{"null", "NA"}}).rows,
            (Rows{{"NULL", "NULL"}, {"1", ""}, {"2", "NA"}}));
}

TEST_F(Csv, OtherDelimiterQuoteAndSkippedLines) {
  EXPECT_EQ(read("# made by hand\nid\tname\n1\t'a\tb'\n", two_columns(),
                 {{"delimiter", "\\t"}, {"quote", "'"}, {"skip_lines", "1"}})
                .rows,
            (Rows{{"1", "a\tb"}}));
  EXPECT_EQ(read("id,name\n1,\"x\n", two_columns(), {{"quote", ""}}).rows, (Rows{{"1", "\"x"}}));
}

TEST_F(Csv, BlankLinesAreNoRowsAmongSeveralColumns) {
  EXPECT_EQ(read("id,name\n\n1,a\n\r\n2,b\n\n", two_columns()).rows,
            (Rows{{"1", "a"}, {"2", "b"}}));
  EXPECT_EQ(read("name\na\n\nb\n", Schema{{column("name", TypeId::utf8)}}).rows,
            (Rows{{"a"}, {"NULL"}, {"b"}}));
}

TEST_F(Csv, ReadsEveryType) {
  Schema schema;
  const std::vector<std::pair<TypeId, const char*>> types = {
      {TypeId::boolean, "TRUE"},
      {TypeId::int8, "-128"},
      {TypeId::int16, "+32767"},
      {TypeId::int32, " -2147483648 "},
      {TypeId::int64, "-9223372036854775808"},
      {TypeId::uint8, "255"},
      {TypeId::uint16, "65535"},
      {TypeId::uint32, "4294967295"},
      {TypeId::uint64, "18446744073709551615"},
      {TypeId::float32, "1.5"},
      {TypeId::float64, "-2.5e-3"},
      {TypeId::timestamp, "2026-01-02T03:04:05.25Z"},
      {TypeId::interval, "90 seconds"},
      {TypeId::ip, "10.1.2.3"},
      {TypeId::utf8, " kept "},
      {TypeId::symbol, "udp"}};
  std::string line;
  for (const auto& [type, text] : types) {
    schema.fields.push_back(column("c" + std::to_string(schema.size()), type));
    line += std::string(line.empty() ? "" : ",") + text;
  }
  schema.fields.push_back({.name = "mac", .type = {TypeId::fixed_binary, 6}});
  schema.fields.push_back({.name = "hash", .type = {TypeId::fixed_binary, 2}});
  line += ",aa:bb:cc:dd:ee:ff,\\x0aFF\n";
  const Rows rows = read(line, schema, {{"header", "false"}}).rows;
  EXPECT_EQ(rows, (Rows{{"true", "-128", "32767", "-2147483648", "-9223372036854775808", "255",
                         "65535", "4294967295", "18446744073709551615", "1.5", "-0.0025",
                         "2026-01-02T03:04:05.250Z", "00:01:30", "10.1.2.3", " kept ", "udp",
                         "aa:bb:cc:dd:ee:ff", "\\x0aff"}}));
}

TEST_F(Csv, InfersColumns) {
  const std::string path = files_.write(
      "in.csv",
      "flag,n,big,x,mixed,ts,word,none,neg\ntrue,1,18446744073709551615,1.5,1,2026-01-02 "
      "03:04:05,a,,18446744073709551615\nFALSE,-2,,2,x,2026-01-02T00:00:00Z,1,,-1\n");
  const auto source = make_source(make_table("csv", {{"path", path}}));
  const Schema expected = {
      {column("flag", TypeId::boolean), column("n", TypeId::int64), column("big", TypeId::uint64),
       column("x", TypeId::float64), column("mixed", TypeId::utf8), column("ts", TypeId::timestamp),
       column("word", TypeId::utf8), column("none", TypeId::utf8), column("neg", TypeId::float64)}};
  EXPECT_EQ(source->schema(), expected);
  EXPECT_EQ(read_all(*source).rows[0][5], "2026-01-02T03:04:05Z");
}

TEST_F(Csv, InfersNamesWithoutHeader) {
  const std::string path = files_.write("in.csv", "1,a\n2,b\n");
  const auto source = make_source(make_table("csv", {{"path", path}, {"header", "false"}}));
  EXPECT_EQ(source->schema(),
            (Schema{{column("column_1", TypeId::int64), column("column_2", TypeId::utf8)}}));
  EXPECT_EQ(read_all(*source).rows, (Rows{{"1", "a"}, {"2", "b"}}));
}

TEST_F(Csv, InferenceLooksAt64KiB) {
  std::string text = "n\n";
  while (text.size() < 80'000) text += "12345\n";
  text += "word\n";
  const Caught caught = fail(text, std::nullopt);
  EXPECT_EQ(caught.code, ErrorCode::corrupt_input);
  EXPECT_CONTAINS(caught.message, "'word' is not a number");
}

TEST_F(Csv, InferenceNeedsRowsAndDistinctNames) {
  Caught caught = fail("", std::nullopt);
  EXPECT_EQ(caught.code, ErrorCode::invalid_argument);
  EXPECT_CONTAINS(caught.message, "has no rows to infer the columns from; declare them");
  caught = fail("a,b,a\n1,2,3\n", std::nullopt);
  EXPECT_EQ(caught.code, ErrorCode::duplicate_name);
  EXPECT_CONTAINS(caught.message, "column 'a' appears twice in the header");
}

TEST_F(Csv, MissingColumnNamesTheNearest) {
  Caught caught = fail("id,nmae\n1,a\n", two_columns());
  EXPECT_EQ(caught.code, ErrorCode::unknown_name);
  EXPECT_CONTAINS(caught.message, "has no column 'name'; did you mean 'nmae'?");
  caught = fail("1,a\n2,b\n", two_columns());
  EXPECT_CONTAINS(caught.message,
                  "has no column 'id'; for a file without a header line write "
                  "header = false");
}

TEST_F(Csv, EveryMalformedRowSaysWhyAndWhere) {
  const Schema schema = {{column("id", TypeId::int32, false), column("ts", TypeId::timestamp),
                          column("flag", TypeId::boolean), column("ip", TypeId::ip),
                          column("span", TypeId::interval), column("name", TypeId::utf8)}};
  struct Case {
    const char* row;
    const char* message;
  };
  const std::vector<Case> cases = {
      {"1,,,,,a,b", "the row has 7 fields, expected 6"},
      {"1", "the row has 1 fields, expected 6"},
      {"x,,,,,", "column 'id' (integer): 'x' is not a number of this type"},
      {"1.5,,,,,", "'1.5' is not a number"},
      {"2147483648,,,,,", "'2147483648' is out of the type's range"},
      {",,,,,", "column 'id' (integer): NULL in a NOT NULL column"},
      {"1,yesterday,,,,", "'yesterday' is no timestamp in the table's timestamp_format"},
      {"1,,maybe,,,", "'maybe' is neither true nor false"},
      {"1,,,1.2.3,,", "'1.2.3' is not an IP address"},
      {"1,,,,soon,", "'soon' is not an interval"},
      {"1,,,,,\xFF\xFE", "column 'name' (text): the text is not valid UTF-8"},
      {"1,,,,,\"a\"b", "text behind a closing quote"},
      {"1,,,,,\"open", "a quoted field is not closed"},
  };
  for (const Case& test : cases) {
    const std::string good = "1,2026-01-01,t,::1,1 s,ok\n";
    const Caught caught = fail(good + test.row + "\n", schema, {{"header", "false"}});
    EXPECT_EQ(caught.code, ErrorCode::corrupt_input) << test.row;
    EXPECT_CONTAINS(caught.message, test.message);
    EXPECT_CONTAINS(caught.message, "in.csv', line 2 (byte 26): ");
    EXPECT_CONTAINS(caught.message, "on_error = 'skip' or 'dead_letter' reads on");
  }
}

TEST_F(Csv, NullEventTimeIsMalformed) {
  const Schema schema = {{column("ts", TypeId::timestamp), column("n", TypeId::int64)}};
  ReadSettings settings;
  settings.event_time_column = 0;
  const Caught caught = fail("ts,n\n,1\n", schema, {}, settings);
  EXPECT_CONTAINS(caught.message, "NULL in the event-time column");
  const ReadResult result =
      read("ts,n\n2026-01-01,1\n,2\n2026-01-02,3\n", schema, {{"on_error", "skip"}}, settings);
  EXPECT_EQ(result.rows.size(), 2U);
  EXPECT_EQ(result.counter("t.malformed_null_event_time"), 1);
  EXPECT_EQ(result.counter("t.malformed_rows"), 1);
}

TEST_F(Csv, SkippedRowsLeaveNoTrace) {
  // The first bad row writes a NULL before it fails: the next row must not keep it.
  const Schema schema = {{column("a", TypeId::int64), column("f", TypeId::boolean),
                          column("s", TypeId::utf8), column("b", TypeId::int64)}};
  const ReadResult result = read("a,f,s,b\n,true,long text,x\n1,,,2\n,,zzz,y\n3,false,q,4\n",
                                 schema, {{"on_error", "skip"}});
  EXPECT_EQ(result.rows, (Rows{{"1", "NULL", "NULL", "2"}, {"3", "false", "q", "4"}}));
  EXPECT_EQ(result.counter("t.malformed_bad_number"), 2);
}

TEST_F(Csv, RecoversBehindAnUnclosedQuote) {
  const ReadResult result =
      read("id,name\n1,a\n2,\"open\n3,c\n4,d\n", two_columns(), {{"on_error", "skip"}});
  EXPECT_EQ(result.rows, (Rows{{"1", "a"}, {"3", "c"}, {"4", "d"}}));
  EXPECT_EQ(result.counter("t.malformed_unclosed_quote"), 1);
}

TEST_F(Csv, PrunedColumnsAreCountedNotParsed) {
  ReadSettings settings;
  settings.wanted = {false, true};
  EXPECT_EQ(read("id,name\nnot a number,a\n2,b\n", two_columns(), {}, settings).rows,
            (Rows{{"PRUNED", "a"}, {"PRUNED", "b"}}));
  settings.wanted = {false, false};
  EXPECT_EQ(read("id,name\nx,a\n2,b\n", two_columns(), {}, settings).rows.size(), 2U);
  EXPECT_CONTAINS(fail("id,name\nx,a\n2\n", two_columns(), {}, settings).message, "1 fields");
}

TEST_F(Csv, TextMemoryClosesTheBatch) {
  ReadSettings settings;
  settings.text_bytes = 100;
  std::string text = "id,name\n";
  Rows expected;
  for (int i = 0; i < 50; ++i) {
    expected.push_back({std::to_string(i), std::string(30, static_cast<char>('a' + i % 26))});
    text += expected.back()[0] + "," + expected.back()[1] + "\n";
  }
  const ReadResult result = read(text, two_columns(), {}, settings);
  EXPECT_EQ(result.rows, expected);
  EXPECT_GE(result.batches, 10);
  text += "77," + std::string(5000, 'x') + "\n78,ok\n";
  expected.push_back({"78", "ok"});
  const ReadResult skipped = read(text, two_columns(), {{"on_error", "skip"}}, settings);
  EXPECT_EQ(skipped.rows, expected);
  EXPECT_EQ(skipped.counter("t.malformed_row_too_long"), 1);
}

TEST_F(Csv, RowsAboveTheLimitAreSkipped) {
  const std::string long_row = "1," + std::string(5U << 20, 'x') + "\n";
  ReadSettings settings;
  settings.text_bytes = 1U << 20;
  const std::string text = "id,name\n0,a\n" + long_row + "2,b\n";
  const ReadResult result = read(text, two_columns(), {{"on_error", "skip"}}, settings);
  EXPECT_EQ(result.rows, (Rows{{"0", "a"}, {"2", "b"}}));
  EXPECT_EQ(result.counter("t.malformed_row_too_long"), 1);
  const Caught caught = fail(text, two_columns());
  EXPECT_CONTAINS(caught.message, "line 3 (byte 12): the row is longer than 4194304 bytes");
  // A quote that is open for more than that.
  std::string open = "id,name\n0,a\n1,\"open\n";
  for (int i = 0; i < 600'000; ++i) open += "2,bcdefgh\n";
  const ReadResult recovered = read(open, two_columns(), {{"on_error", "skip"}}, settings);
  EXPECT_EQ(recovered.rows.size(), 600'001U);
  EXPECT_EQ(recovered.counter("t.malformed_unclosed_quote"), 1);
}

TEST_F(Csv, TimestampFormats) {
  const Schema schema = {{column("ts", TypeId::timestamp)}};
  const auto read_one = [&](const char* format, const char* text) {
    const Rows rows =
        read(std::string("ts\n") + text + "\n", schema, {{"timestamp_format", format}}).rows;
    return rows.at(0).at(0);
  };
  EXPECT_EQ(read_one("unix_s", "1700000000.25"), "2023-11-14T22:13:20.250Z");
  EXPECT_EQ(read_one("unix_ms", "1700000000123"), "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(read_one("unix_us", "1700000000123456"), "2023-11-14T22:13:20.123456Z");
  EXPECT_EQ(read_one("unix_ns", "-1"), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(read_one("%d/%b/%Y:%H:%M:%S %z", "10/Oct/2000:13:55:36 -0700"), "2000-10-10T20:55:36Z");
  EXPECT_CONTAINS(fail("ts\n99999999999999\n", schema, {{"timestamp_format", "unix_s"}}).message,
                  "no timestamp in the table's timestamp_format");
}

// Any text survives being quoted, at every size of the reading buffer.
TEST_F(Csv, RandomRoundTripAtEveryChunkSize) {
  std::mt19937_64 random(20260101);
  const std::string alphabet = "ab\",\n\r \xC3\xA9;";
  for (int round = 0; round < 60; ++round) {
    std::string text = "a,b,c\n";
    Rows expected;
    const int rows = static_cast<int>(random() % 12);
    for (int row = 0; row < rows; ++row) {
      expected.emplace_back();
      for (int field = 0; field < 3; ++field) {
        std::string value;
        const std::size_t size = random() % 20;
        while (value.size() < size) {
          const std::size_t at = random() % 9;
          value += at == 7 ? "\xC3\xA9" : std::string(1, alphabet[at == 8 ? 9 : at]);
        }
        text += field == 0 ? "\"" : ",\"";
        for (const char c : value) text += c == '"' ? std::string("\"\"") : std::string(1, c);
        text += "\"";
        expected.back().push_back(value);
      }
      text += random() % 2 == 0 ? "\n" : "\r\n";
    }
    const Schema schema = {
        {column("a", TypeId::utf8), column("b", TypeId::utf8), column("c", TypeId::utf8)}};
    const TableDefinition table =
        make_table("csv", {{"path", files_.write("in.csv", text)}}, schema);
    for (std::size_t chunk = 1; chunk < 70; chunk += chunk < 9 ? 1 : 7) {
      ReadSettings settings;
      settings.batch_rows = 5;
      const auto source = make_csv_source(table, TextTuning{.chunk_bytes = chunk});
      ASSERT_EQ(read_all(*source, settings).rows, expected) << "chunk " << chunk << "\n" << text;
    }
  }
}

TEST_F(Csv, RowsStraddleBuffersAtEveryOffset) {
  const std::string text =
      "id,name\r\n1,alpha\r\n22,\"be,ta\"\r\n333,\"ga\r\nmma\"\r\n\r\n4,\"de\"\"lta\"\r\nx,y\r\n"
      "5,a much longer field than the block of sixty-four bytes that the scanner looks at at once";
  const TableDefinition table = make_table(
      "csv", {{"path", files_.write("in.csv", text)}, {"on_error", "skip"}}, two_columns());
  const Rows expected = read_all(*make_csv_source(table, TextTuning{})).rows;
  ASSERT_EQ(expected.size(), 5U);
  for (std::size_t chunk = 1; chunk <= text.size() + 1; ++chunk) {
    const ReadResult result = read_all(*make_csv_source(table, TextTuning{.chunk_bytes = chunk}));
    ASSERT_EQ(result.rows, expected) << "chunk " << chunk;
    ASSERT_EQ(result.counter("t.malformed_bad_number"), 1);
  }
}

TEST_F(Csv, ALongFieldArrivingByteByByteTakesLinearTime) {
  const std::string text = "id,name\n1," + std::string(300'000, 'x') + "\n";
  const TableDefinition table =
      make_table("csv", {{"path", files_.write("in.csv", text)}}, two_columns());
  const auto started = std::chrono::steady_clock::now();
  const Rows rows = read_all(*make_csv_source(table, TextTuning{.chunk_bytes = 1})).rows;
  EXPECT_EQ(rows.at(0).at(1).size(), 300'000U);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
}

TEST_F(Csv, OptionsAreChecked) {
  EXPECT_CONTAINS(fail("a\n", two_columns(), {{"delimiter", "ab"}}).message,
                  "option 'delimiter' must be one ASCII character");
  EXPECT_CONTAINS(fail("a\n", two_columns(), {{"delimiter", "\""}}).message,
                  "'delimiter' and 'quote' are the same character");
  EXPECT_CONTAINS(fail("a\n", two_columns(), {{"delimeter", ","}}).message, "'delimiter'");
  EXPECT_CONTAINS(fail("a\n", two_columns(), {{"timestamp_format", "epoch"}}).message,
                  "timestamp_format = 'epoch' is none of 'iso', 'unix_s'");
  EXPECT_CONTAINS(fail("a\n", two_columns(), {{"timestamp_format", "%Y-%Q"}}).message,
                  "the directive '%Q' is not known");
}

}  // namespace
}  // namespace penstock::test
