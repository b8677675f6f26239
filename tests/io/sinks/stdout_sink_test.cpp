// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "sink_fixture.h"

namespace penstock {
namespace {

class StdoutSinkTest : public SinkTest {
 protected:
  StdoutSinkTest() : fd_(memfd_create("stdout", MFD_CLOEXEC)) { context_.output_fd = fd_; }
  ~StdoutSinkTest() override { close(fd_); }

  [[nodiscard]] std::string printed() const {
    std::string text(static_cast<std::size_t>(lseek(fd_, 0, SEEK_END)), '\0');
    EXPECT_EQ(pread(fd_, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
    return text;
  }

  int fd_;
};

TEST_F(StdoutSinkTest, AlignsATable) {
  const Schema schema{
      {{"address", {TypeId::ip, 0}}, {"n", {TypeId::int64, 0}}, {"name", {TypeId::utf8, 0}}}};
  BatchBuilder rows(schema, {.capacity_rows = 3});
  rows.set_bytes(0, 0, {});
  rows.set<std::int64_t>(1, 0, 12345);
  ASSERT_TRUE(rows.set_text(2, 0, "héé"));
  rows.advance();
  rows.set_null(0, 1);
  rows.set<std::int64_t>(1, 1, -1);
  ASSERT_TRUE(rows.set_text(2, 1, ""));
  rows.advance();
  rows.set_bytes(0, 2, {});
  rows.set_null(1, 2);
  rows.set_null(2, 2);
  rows.advance();
  const auto sink = open(table_of("stdout", {}), schema);
  sink->write(rows.view());
  EXPECT_EQ(printed(), "");
  sink->commit(1);
  sink->close();
  EXPECT_EQ(printed(),
            " address |     n | name\n"
            "---------+-------+------\n"
            " ::      | 12345 | héé\n"
            " NULL    |    -1 | \n"
            " ::      |  NULL | NULL\n"
            "(3 rows)\n");
}

TEST_F(StdoutSinkTest, KeepsTheWidthsOfTheFirstRows) {
  const auto sink = open(table_of("stdout", {{"format", "table"}}), pairs());
  sink->write(pair_rows(10, 1).view());
  sink->commit(1);
  sink->write(pair_rows(12345, 1).view());
  sink->write(pair_rows(7, 1).view());
  sink->commit(2);
  sink->close();
  EXPECT_EQ(printed(),
            " id | name\n"
            "----+--------\n"
            " 10 | row 10\n"
            " 12345 | row 12345\n"
            "  7 | row 7\n"
            "(3 rows)\n");
}

TEST_F(StdoutSinkTest, PrintsEarlyWhenThereAreManyRows) {
  const auto sink = open(table_of("stdout", {}), pairs());
  for (int i = 0; i < 20; ++i) sink->write(pair_rows(0, 1000).view());
  EXPECT_GT(printed().size(), 64U * 1024) << "memory stays bounded within an epoch";
  sink->commit(1);
  sink->close();
  expect_has(printed(), " 999 | row 999\n(20000 rows)\n");
}

TEST_F(StdoutSinkTest, PrintsAHeaderEvenWithoutRows) {
  const auto sink = open(table_of("stdout", {}), pairs());
  sink->commit(1);
  sink->close();
  EXPECT_EQ(printed(), " id | name\n----+------\n(0 rows)\n");
}

TEST_F(StdoutSinkTest, KeepsDataFromDrivingTheTerminal) {
  const Schema schema{{{"t", {TypeId::utf8, 0}}, {"n", {TypeId::int8, 0}}}};
  BatchBuilder rows(schema, {.capacity_rows = 1});
  ASSERT_TRUE(rows.set_text(0, 0,
                            "a\nb\t\x1b[2J\x7f\xc2\x9b\xff"
                            "é"));
  rows.set<std::int8_t>(1, 0, 1);
  rows.advance();
  const auto sink = open(table_of("stdout", {}), schema);
  sink->write(rows.view());
  sink->commit(1);
  expect_has(printed(), "\n a\\nb\\t\\x1b[2J\\x7f\xEF\xBF\xBD\xEF\xBF\xBDé | 1\n");
}

TEST_F(StdoutSinkTest, PrintsLinesInTheFormatOfTheContext) {
  context_.output_format = "json";
  const auto json = open(table_of("stdout", {}), pairs());
  json->write(pair_rows(1, 1).view());
  json->commit(1);
  json->close();
  EXPECT_EQ(printed(), "{\"id\":1,\"name\":\"row 1\"}\n");
  const auto csv = open(table_of("stdout", {{"format", "csv"}}), pairs());
  csv->write(pair_rows(2, 1).view());
  csv->commit(1);
  csv->close();
  EXPECT_EQ(printed(), "{\"id\":1,\"name\":\"row 1\"}\nid,name\n2,row 2\n");
}

TEST_F(StdoutSinkTest, LeavesOutWhatWasNotCommitted) {
  open(table_of("stdout", {{"format", "json"}}), pairs())->write(pair_rows(1, 1).view());
  EXPECT_EQ(printed(), "");
}

TEST_F(StdoutSinkTest, RefusesUnknownFormats) {
  expect_has(thrown_by([&] {
               (void)open(table_of("stdout", {{"format", "cvs"}}), pairs());
             }),
             "did you mean 'csv'? Allowed are 'table', 'json', 'csv'");
  context_.output_format = "xml";
  expect_has(thrown_by([&] { (void)open(table_of("stdout", {}), pairs()); }),
             "invalid_argument: output format 'xml' does not exist");
}

TEST_F(StdoutSinkTest, WaitsForASlowReaderAndReportsOneThatLeft) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
  context_.output_fd = ends[1];
  const auto sink = open(table_of("stdout", {{"format", "json"}}), pairs());
  std::size_t total = 0;
  std::thread reader([&] {
    char bytes[4096];
    for (;;) {
      const ssize_t count = read(ends[0], bytes, sizeof bytes);
      if (count == 0) return;
      if (count > 0) total += static_cast<std::size_t>(count);
      if (count > 0 && bytes[count - 1] == '#') return;
      if (count < 0) std::this_thread::yield();
    }
  });
  sink->write(pair_rows(0, 10000).view());
  sink->commit(1);
  ASSERT_EQ(write(ends[1], "#", 1), 1);
  reader.join();
  EXPECT_GT(total, 10000U * 20);
  close(ends[0]);
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  sink->write(pair_rows(0, 1).view());
  expect_has(thrown_by([&] { sink->commit(2); }),
             "io: job.sql:1:1: cannot write to 'standard output': Broken pipe; its reader went");
  std::signal(SIGPIPE, before);
  close(ends[1]);
}

}  // namespace
}  // namespace penstock
