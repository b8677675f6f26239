// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>

#include "source_support.h"

namespace penstock::test {
namespace {

template <class T>
void append(std::string& bytes, T value) {
  char raw[sizeof(T)];
  std::memcpy(raw, &value, sizeof(T));
  bytes.append(raw, sizeof(T));
}

Schema time_and_number() {
  return {{column("ts", TypeId::timestamp), column("n", TypeId::int32)}};
}

std::string rows_of(int count, std::size_t padding) {
  std::string bytes;
  for (int i = 0; i < count; ++i) {
    append<std::int64_t>(bytes, 1'700'000'000'000 + i);
    append<std::int32_t>(bytes, -i);
    bytes.append(padding, '\x7f');
  }
  return bytes;
}

TEST(Packed, ReadsEveryWidth) {
  const TemporaryDirectory files;
  std::string row;
  append<std::uint8_t>(row, 1);
  append<std::int8_t>(row, -5);
  append<std::uint16_t>(row, 65535);
  append<float>(row, 1.5F);
  append<std::uint64_t>(row, ~std::uint64_t{0});
  append<double>(row, -0.25);
  append<std::int64_t>(row, 1'500'000'000);
  append<std::int64_t>(row, -1);
  row += std::string("\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\x01\x02\x03", 16);
  row += "\xaa\xbb\xcc";
  const Schema schema = {{column("b", TypeId::boolean),
                          column("i8", TypeId::int8),
                          column("u16", TypeId::uint16),
                          column("f32", TypeId::float32),
                          column("u64", TypeId::uint64),
                          column("f64", TypeId::float64),
                          column("span", TypeId::interval),
                          column("ts", TypeId::timestamp),
                          column("ip", TypeId::ip),
                          {.name = "bin", .type = {TypeId::fixed_binary, 3}}}};
  std::string bytes = row + row;
  bytes[row.size()] = 0;
  EXPECT_EQ(read_table(make_table("packed", {{"path", files.write("in", bytes)}}, schema)).rows,
            (Rows{{"true", "-5", "65535", "1.5", "18446744073709551615", "-0.25", "00:00:01.5",
                   "1969-12-31T23:59:59.999999999Z", "10.1.2.3", "\\xaabbcc"},
                  {"false", "-5", "65535", "1.5", "18446744073709551615", "-0.25", "00:00:01.5",
                   "1969-12-31T23:59:59.999999999Z", "10.1.2.3", "\\xaabbcc"}}));
}

TEST(Packed, SkipsPaddingAndHeaderInBatchesOfAnySize) {
  const TemporaryDirectory files;
  const std::string path = files.write("in", "HEAD" + rows_of(1000, 5));
  const TableDefinition table = make_table(
      "packed",
      {{"path", path}, {"skip_bytes", "5"}, {"header_bytes", "4"}, {"timestamp_format", "unix_ms"}},
      time_and_number());
  for (const std::int64_t batch_rows : {1, 7, 64, 4096}) {
    ReadSettings settings;
    settings.batch_rows = batch_rows;
    const ReadResult result = read_table(table, settings);
    ASSERT_EQ(result.rows.size(), 1000U);
    EXPECT_EQ(result.rows[999], (std::vector<std::string>{"2023-11-14T22:13:20.999Z", "-999"}));
    EXPECT_EQ(result.progress.bytes_done, result.progress.bytes_total);
  }
  ReadSettings pruned;
  pruned.wanted = {false, true};
  EXPECT_EQ(read_table(table, pruned).rows[1], (std::vector<std::string>{"PRUNED", "-1"}));
}

TEST(Packed, SeveralFilesAndEmptyOnes) {
  const TemporaryDirectory files;
  files.write("a.bin", rows_of(2, 0));
  files.write("b.bin", "");
  files.write("c.bin", rows_of(1, 0));
  const Options options = {{"path", files.path("*.bin")}, {"timestamp_format", "unix_ms"}};
  EXPECT_EQ(read_table(make_table("packed", options, time_and_number())).rows.size(), 3U);
}

TEST(Packed, ATruncatedFile) {
  const TemporaryDirectory files;
  const std::string bytes = rows_of(3, 0);
  const std::string path = files.write("in", bytes.substr(0, bytes.size() - 5));
  const Options options = {{"path", path}, {"timestamp_format", "unix_ms"}};
  const Caught caught =
      catch_error([&] { read_table(make_table("packed", options, time_and_number())); });
  EXPECT_EQ(caught.code, ErrorCode::corrupt_input);
  EXPECT_CONTAINS(caught.message, "'" + path +
                                      "', byte 24: the file ends in the middle of a row: "
                                      "7 bytes, expected 12");
  Options skip = options;
  skip.emplace_back("on_error", "skip");
  const ReadResult result = read_table(make_table("packed", skip, time_and_number()));
  EXPECT_EQ(result.rows.size(), 2U);
  EXPECT_EQ(result.counter("t.malformed_truncated_row"), 1);
  ASSERT_EQ(result.warnings.size(), 1U);
  EXPECT_CONTAINS(result.warnings[0], "all whole rows before it were read");
}

TEST(Packed, TimestampsOutOfRange) {
  const TemporaryDirectory files;
  std::string bytes;
  for (const std::int64_t seconds : {1LL, 9'300'000'000LL, 2LL, -9'300'000'000LL, 3LL}) {
    append<std::int64_t>(bytes, seconds);
    append<std::int32_t>(bytes, 1);
  }
  const Options options = {{"path", files.write("in", bytes)}, {"timestamp_format", "unix_s"}};
  EXPECT_CONTAINS(
      catch_error([&] { read_table(make_table("packed", options, time_and_number())); }).message,
      "byte 12: a timestamp is out of the range of nanoseconds");
  Options skip = options;
  skip.emplace_back("on_error", "skip");
  const ReadResult result = read_table(make_table("packed", skip, time_and_number()));
  EXPECT_EQ(result.rows.size(), 3U);
  EXPECT_EQ(result.rows[2][0], "1970-01-01T00:00:03Z");
  EXPECT_EQ(result.counter("t.malformed_bad_timestamp"), 2);
}

TEST(Packed, AFileThatShrinksIsAnErrorNotACrash) {
  const TemporaryDirectory files;
  const std::string path = files.write("in", rows_of(10'000, 0));
  const auto source = make_source(make_table("packed", {{"path", path}}, time_and_number()));
  SymbolTable symbols;
  Diagnostics diagnostics;
  const auto reader = source->open(0, {symbols, diagnostics, std::nullopt});
  BatchBuilder batch(time_and_number(), {.capacity_rows = 64, .wanted = {}});
  EXPECT_EQ(reader->read(batch), Reader::Status::more);
  batch.clear();
  ASSERT_EQ(::truncate(path.c_str(), 1200), 0);
  const Caught caught = catch_error([&] { static_cast<void>(reader->read(batch)); });
  EXPECT_EQ(caught.code, ErrorCode::io);
  EXPECT_CONTAINS(caught.message, "became shorter while it was read");
}

TEST(Packed, WhatCannotBeReadIsRefused) {
  const TemporaryDirectory files;
  const std::string path = files.write("in", rows_of(1, 0));
  const auto fail = [&](const Options& more, std::optional<Schema> schema) {
    Options options = more;
    options.emplace_back("path", path);
    return catch_error([&] { make_source(make_table("packed", options, std::move(schema))); });
  };
  EXPECT_CONTAINS(fail({}, std::nullopt).message,
                  "connector 'packed' needs the columns declared, in the order of the row");
  const Caught caught = fail({}, Schema{{column("s", TypeId::utf8)}});
  EXPECT_EQ(caught.code, ErrorCode::type_mismatch);
  EXPECT_CONTAINS(caught.message, "column 's' is text, which has no fixed width");
  EXPECT_CONTAINS(fail({{"timestamp_format", "iso"}}, time_and_number()).message,
                  "must be 'unix_s', 'unix_ms', 'unix_us' or 'unix_ns'");
  EXPECT_CONTAINS(fail({{"skip_bytes", "-1"}}, time_and_number()).message, "'skip_bytes'");
}

}  // namespace
}  // namespace penstock::test
