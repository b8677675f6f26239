// SPDX-License-Identifier: Apache-2.0
#include <penstock/io/dead_letters.h>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "source_support.h"

namespace penstock::test {
namespace {

Schema id_and_name() {
  return {{column("id", TypeId::int64), column("name", TypeId::utf8)}};
}

TEST(DeadLetters, HoldReasonPlaceAndRow) {
  const TemporaryDirectory files;
  const std::string path = files.write("in.csv", "id,name\n1,a\nx,\"b\"\n2,c\n3\n4,\xFF\x01\n");
  const std::string letters = files.path("dead.jsonl");
  const ReadResult result = read_table(
      make_table("csv", {{"path", path}, {"on_error", "dead_letter"}, {"dead_letter", letters}},
                 id_and_name()));
  EXPECT_EQ(result.rows, (Rows{{"1", "a"}, {"2", "c"}}));
  const std::string file = "\"file\":\"" + path + "\"";
  EXPECT_EQ(
      read_file(letters),
      "{\"table\":\"t\",\"reason\":\"bad_number\",\"detail\":\"column 'id' (bigint): 'x' is "
      "not a number of this type\"," +
          file +
          ",\"line\":3,\"offset\":12,"
          "\"row\":\"x,\\\"b\\\"\"}\n"
          "{\"table\":\"t\",\"reason\":\"field_count\",\"detail\":\"the row has 1 fields, "
          "expected 2\"," +
          file +
          ",\"line\":5,\"offset\":22,\"row\":\"3\"}\n"
          "{\"table\":\"t\",\"reason\":\"invalid_utf8\",\"detail\":\"column 'name' (text): the "
          "text is not valid UTF-8\"," +
          file +
          ",\"line\":6,\"offset\":24,"
          "\"row\":\"4,\\u00ff\\u0001\",\"invalid_utf8\":true}\n");
  EXPECT_EQ(result.counter("t.malformed_rows"), 3);
  EXPECT_EQ(result.counter("t.malformed_bad_number"), 1);
  EXPECT_EQ(result.counter("t.malformed_field_count"), 1);
  EXPECT_EQ(result.counter("t.malformed_invalid_utf8"), 1);
}

TEST(DeadLetters, LongRowsAreCut) {
  const TemporaryDirectory files;
  const std::string path = files.write("in.csv", "id,name\nx," + std::string(200'000, 'y') + "\n");
  const std::string letters = files.path("dead.jsonl");
  read_table(make_table("csv",
                        {{"path", path}, {"on_error", "dead_letter"}, {"dead_letter", letters}},
                        id_and_name()));
  const std::string text = read_file(letters);
  EXPECT_CONTAINS(text, ",\"truncated\":true}");
  EXPECT_LT(text.size(), dead_letter_row_bytes_max + 400);
}

TEST(DeadLetters, NeedAPathThatCanBeWritten) {
  const TemporaryDirectory files;
  const std::string path = files.write("in.csv", "id,name\n");
  const auto read_with = [&](const Options& more) {
    Options options = more;
    options.emplace_back("path", path);
    return catch_error([&] { read_table(make_table("csv", options, id_and_name())); });
  };
  Caught caught = read_with({{"on_error", "dead_letter"}});
  EXPECT_EQ(caught.code, ErrorCode::invalid_argument);
  EXPECT_CONTAINS(caught.message, "needs a file to write the malformed rows to; add dead_letter");
  caught = read_with({{"dead_letter", "x"}});
  EXPECT_CONTAINS(caught.message, "has no use without on_error = 'dead_letter'");
  caught = read_with({{"on_error", "dead_letter"}, {"dead_letter", files.path("no/such/dir")}});
  EXPECT_EQ(caught.code, ErrorCode::not_found);
  EXPECT_CONTAINS(caught.message, "cannot write the dead letters to '");
  EXPECT_CONTAINS(caught.message, "name a file in a directory that exists and may be written");
  EXPECT_CONTAINS(read_with({{"on_error", "ignore"}}).message, "'skip'");
}

TEST(DeadLetters, AFullDiskEndsTheJob) {
  struct stat status {};
  if (::stat("/dev/full", &status) != 0) GTEST_SKIP() << "no /dev/full on this system";
  Diagnostics diagnostics;
  const ErrorPolicy policy{.on_error = OnError::dead_letter, .dead_letter_path = "/dev/full"};
  DeadLetters letters("t", policy, diagnostics);
  letters.put({.reason = "bad_number", .detail = "", .file = "f", .row = "x"});
  const Caught caught = catch_error([&] { letters.flush(); });
  EXPECT_EQ(caught.code, ErrorCode::io);
  EXPECT_CONTAINS(caught.message, "writing the dead letters to '/dev/full' failed");
}

TEST(DeadLetters, TakeRowsFromSeveralThreads) {
  const TemporaryDirectory files;
  Diagnostics diagnostics;
  const ErrorPolicy policy{.on_error = OnError::dead_letter,
                           .dead_letter_path = files.path("dead.jsonl")};
  {
    DeadLetters letters("t", policy, diagnostics);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&letters, i] {
        const std::string row(static_cast<std::size_t>(i) * 10 + 1, 'r');
        for (std::int64_t line = 1; line <= 1000; ++line) {
          letters.put(
              {.reason = "bad_number", .detail = "", .file = "f", .line = line, .row = row});
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    letters.flush();
  }
  const std::string text = read_file(files.path("dead.jsonl"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4000);
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    ASSERT_EQ(text.substr(begin, 12), "{\"table\":\"t\"");
    ASSERT_EQ(text[end - 1], '}');
    begin = end + 1;
  }
  EXPECT_EQ(diagnostics.counter("t.malformed_rows").load(), 4000);
}

}  // namespace
}  // namespace penstock::test
