// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sink_fixture.h"

namespace penstock {
namespace {

class FileSinkTest : public SinkTest {
 protected:
  // Everything of every type, in one epoch.
  std::string written(const TableDefinition& table) {
    const auto sink = open(table, every_type());
    const BatchBuilder rows = every_type_rows();
    sink->write(rows.view());
    sink->commit(1);
    sink->close();
    return file_text(table.options.front().value);
  }
  static void put_file(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
  }
};

TEST_F(FileSinkTest, WritesCsvAsRfc4180) {
  EXPECT_EQ(written(table_of("csv", {{"path", path("out.csv")}})),
            "flag,tiny,small,int,big,utiny,usmall,uint,ubig,real,double,ts,span,ip,mac,raw,text\n"
            "true,1,1,1,1,2,2,2,2,0.5,0.5,1970-01-01T00:00:00.000000001Z,00:00:00.000000001,"
            "10.0.0.1,00:1b:21:aa:bb:cc,\\x0aff,plain\n"
            "false,0,0,0,-9223372036854775808,255,65535,4294967295,9223372036854775807,"
            "-Infinity,-Infinity,1677-09-21T00:12:43.145224192Z,"
            "-106751 days -23:47:16.854775808,2001:db8::1,00:1b:21:aa:bb:cc,\\x0aff,"
            "\"say \"\"a,b\"\"\n\x1b[31m \\ é \xff\"\n"
            ",,,,,,,,,,,,,,,,\n");
}

TEST_F(FileSinkTest, TellsEmptyTextFromNullInCsv) {
  const Schema schema{{{"a\"b", {TypeId::utf8, 0}}, {"ip", {TypeId::ip, 0}}}};
  BatchBuilder rows(schema, {.capacity_rows = 3});
  const std::vector<std::string> texts = {"", "\"", "x\ty"};
  for (std::int64_t row = 0; row < 3; ++row) {
    ASSERT_TRUE(rows.set_text(0, row, texts[static_cast<std::size_t>(row)]));
    rows.set_bytes(1, row, {});
    rows.advance();
  }
  const auto sink = open(table_of("csv", {{"path", path("t.csv")}, {"delimiter", "tab"}}), schema);
  sink->write(rows.view());
  sink->commit(1);
  sink->close();
  EXPECT_EQ(file_text(path("t.csv")), "\"a\"\"b\"\tip\n\"\"\t::\n\"\"\"\"\t::\n\"x\ty\"\t::\n");
  const auto colons = open(
      table_of("csv", {{"path", path("c.csv")}, {"delimiter", ":"}, {"header", "no"}}), schema);
  colons->write(rows.view());
  colons->commit(1);
  colons->close();
  EXPECT_EQ(file_text(path("c.csv")), "\"\":\"::\"\n\"\"\"\":\"::\"\nx\ty:\"::\"\n");
}

TEST_F(FileSinkTest, WritesJsonLines) {
  EXPECT_EQ(written(table_of("json", {{"path", path("out.json")}})),
            "{\"flag\":true,\"tiny\":1,\"small\":1,\"int\":1,\"big\":1,\"utiny\":2,\"usmall\":2,"
            "\"uint\":2,\"ubig\":2,\"real\":0.5,\"double\":0.5,"
            "\"ts\":\"1970-01-01T00:00:00.000000001Z\",\"span\":\"00:00:00.000000001\","
            "\"ip\":\"10.0.0.1\",\"mac\":\"00:1b:21:aa:bb:cc\",\"raw\":\"\\\\x0aff\","
            "\"text\":\"plain\"}\n"
            "{\"flag\":false,\"tiny\":0,\"small\":0,\"int\":0,\"big\":-9223372036854775808,"
            "\"utiny\":255,\"usmall\":65535,\"uint\":4294967295,\"ubig\":9223372036854775807,"
            "\"real\":\"-Infinity\",\"double\":\"-Infinity\","
            "\"ts\":\"1677-09-21T00:12:43.145224192Z\","
            "\"span\":\"-106751 days -23:47:16.854775808\",\"ip\":\"2001:db8::1\","
            "\"mac\":\"00:1b:21:aa:bb:cc\",\"raw\":\"\\\\x0aff\","
            "\"text\":\"say \\\"a,b\\\"\\n\\u001b[31m \\\\ é \xEF\xBF\xBD\"}\n"
            "{\"flag\":null,\"tiny\":null,\"small\":null,\"int\":null,\"big\":null,\"utiny\":null,"
            "\"usmall\":null,\"uint\":null,\"ubig\":null,\"real\":null,\"double\":null,"
            "\"ts\":null,\"span\":null,\"ip\":null,\"mac\":null,\"raw\":null,\"text\":null}\n");
}

TEST_F(FileSinkTest, ReplacesBadUtf8CharacterByCharacter) {
  const Schema schema{{{"t", {TypeId::utf8, 0}}}};
  struct Case {
    std::string text;
    int replaced;
  };
  // Truncated, overlong, surrogate, above U+10FFFF, a lone continuation: as Unicode recommends.
  const std::vector<Case> cases = {{"\xe2\x82", 1},         {"\xc0\xaf", 2},    {"\xed\xa0\x80", 3},
                                   {"\xf4\x90\x80\x80", 4}, {"\x80", 1},        {"\xf0\x9f\x98", 1},
                                   {"\xf0\x9f\x98\x80", 0}, {"\xe2\x82\xac", 0}};
  for (const Case& each : cases) {
    BatchBuilder rows(schema, {.capacity_rows = 1});
    ASSERT_TRUE(rows.set_text(0, 0, each.text + "z"));
    rows.advance();
    const auto sink = open(table_of("json", {{"path", path("u.json")}}), schema);
    sink->write(rows.view());
    sink->commit(1);
    sink->close();
    std::string expected = each.replaced == 0 ? each.text : "";
    for (int i = 0; i < each.replaced; ++i) expected += "\xEF\xBF\xBD";
    EXPECT_EQ(file_text(path("u.json")), "{\"t\":\"" + expected + "z\"}\n");
  }
}

TEST_F(FileSinkTest, AppearsCompleteOrNotAtAll) {
  put_file(path("out.csv"), "before\n");
  const auto sink = open(table_of("csv", {{"path", path("out.csv")}}), pairs());
  sink->write(pair_rows(1, 2).view());
  sink->commit(1);
  EXPECT_EQ(file_text(path("out.csv")), "before\n") << "others see the old file until the end";
  sink->write(pair_rows(3, 1).view());
  sink->commit(2);
  sink->close();
  EXPECT_EQ(file_text(path("out.csv")), "id,name\n1,row 1\n2,row 2\n3,row 3\n");
  EXPECT_FALSE(exists(path("out.csv.partial")));
}

TEST_F(FileSinkTest, KeepsWhatWasCommittedWhenTheJobFails) {
  put_file(path("none.csv"), "before\n");
  {
    const auto sink = open(table_of("csv", {{"path", path("some.csv")}}), pairs());
    sink->write(pair_rows(1, 1).view());
    sink->commit(1);
    sink->write(pair_rows(2, 100'000).view());  // more than any buffer
    const auto nothing = open(table_of("csv", {{"path", path("none.csv")}}), pairs());
    nothing->write(pair_rows(2, 100'000).view());
    const auto empty = open(table_of("json", {{"path", path("empty.json")}}), pairs());
    empty->commit(1);
  }
  EXPECT_EQ(file_text(path("some.csv")), "id,name\n1,row 1\n");
  EXPECT_EQ(file_text(path("none.csv")), "before\n");
  for (const char* name :
       {"some.csv.partial", "none.csv.partial", "empty.json.partial", "empty.json"})
    EXPECT_FALSE(exists(path(name))) << name;
}

TEST_F(FileSinkTest, PublishesAnEmptyResult) {
  for (const bool commits : {false, true}) {
    const auto csv = open(table_of("csv", {{"path", path("e.csv")}}), pairs());
    const auto json = open(table_of("json", {{"path", path("e.json")}}), pairs());
    if (commits) csv->commit(1), json->commit(1);
    csv->close();
    json->close();
    EXPECT_EQ(file_text(path("e.csv")), "id,name\n");
    EXPECT_EQ(file_text(path("e.json")), "");
  }
}

TEST_F(FileSinkTest, DropsWhatCameAfterTheLastCommit) {
  const auto sink = open(table_of("csv", {{"path", path("out.csv")}}), pairs());
  sink->write(pair_rows(5, 3).view());
  sink->close();
  EXPECT_EQ(file_text(path("out.csv")), "id,name\n");
}

TEST_F(FileSinkTest, TakesOverWhatACrashLeft) {
  put_file(path("out.json.partial"), "half a line, much longer than what comes now");
  const auto sink = open(table_of("json", {{"path", path("out.json")}}), pairs());
  sink->write(pair_rows(1, 1).view());
  sink->commit(1);
  sink->close();
  EXPECT_EQ(file_text(path("out.json")), "{\"id\":1,\"name\":\"row 1\"}\n");
}

TEST_F(FileSinkTest, CanRefuseToReplace) {
  const TableDefinition table = table_of("csv", {{"path", path("out.csv")}, {"mode", "fail"}});
  const auto first = open(table, pairs());
  first->commit(1);
  first->close();
  EXPECT_EQ(thrown_by([&] { (void)open(table, pairs()); }),
            "invalid_argument: job.sql:2:15: '" + path("out.csv") +
                "' exists; remove it, or say mode = 'replace'");
  std::filesystem::remove(path("out.csv"));
  const auto second = open(table, pairs());
  put_file(path("out.csv"), "came meanwhile");
  expect_has(thrown_by([&] { second->close(); }), "File exists");
  EXPECT_EQ(file_text(path("out.csv")), "came meanwhile");
}

TEST_F(FileSinkTest, WritesThroughASymbolicLink) {
  put_file(path("real.csv"), "before\n");
  std::filesystem::create_symlink("real.csv", path("link.csv"));
  const auto sink = open(table_of("csv", {{"path", path("link.csv")}}), pairs());
  sink->close();
  EXPECT_TRUE(std::filesystem::is_symlink(path("link.csv")));
  EXPECT_EQ(file_text(path("real.csv")), "id,name\n");
}

TEST_F(FileSinkTest, RefusesTwoWritersOfOneFile) {
  const TableDefinition table = table_of("csv", {{"path", path("out.csv")}});
  const auto first = open(table, pairs());
  EXPECT_EQ(thrown_by([&] { (void)open(table, pairs()); }),
            "io: job.sql:2:15: '" + path("out.csv") +
                "' is being written by another job or table; give each its own file, or wait for "
                "the other");
  first->write(pair_rows(1, 1).view());
  first->commit(1);
  first->close();
  EXPECT_EQ(file_text(path("out.csv")), "id,name\n1,row 1\n") << "the first is not disturbed";
}

TEST_F(FileSinkTest, NamesPlacesThatCannotBeWritten) {
  EXPECT_EQ(thrown_by([&] {
              (void)open(table_of("csv", {{"path", directory_}}), pairs());
            }),
            "invalid_argument: job.sql:2:15: '" + directory_ +
                "' is a directory; give the path of a file in it");
  EXPECT_EQ(thrown_by([&] {
              (void)open(table_of("json", {{"path", path("no/a.json")}}), pairs());
            }),
            "not_found: job.sql:2:15: directory '" + path("no") + "' for '" + path("no/a.json") +
                "' does not exist; create it first");
  expect_has(thrown_by([&] { (void)open(table_of("csv", {}), pairs()); }), "needs option 'path'");
  expect_has(thrown_by([&] {
               (void)open(table_of("csv", {{"path", path("x")}, {"delimiter", "ab"}}), pairs());
             }),
             "option 'delimiter' of table 'results' is 'ab'; give 'tab' or one character");
}

TEST_F(FileSinkTest, NamesADirectoryWithoutPermission) {
  ASSERT_EQ(mkdir(path("locked").c_str(), 0555), 0);
  ASSERT_EQ(chmod(directory_.c_str(), 0755), 0);
  const bool root = geteuid() == 0;
  if (root && seteuid(65534) != 0) GTEST_SKIP() << "cannot become a user without rights";
  const std::string thrown = thrown_by([&] {
    (void)open(table_of("csv", {{"path", path("locked/a.csv")}}), pairs());
  });
  ASSERT_TRUE(!root || seteuid(0) == 0);
  EXPECT_EQ(thrown, "permission_denied: job.sql:2:15: cannot create files in '" + path("locked") +
                        "': Permission denied; choose a place that this user may write to");
}

TEST_F(FileSinkTest, ReportsAFullDisk) {
  const auto sink = open(table_of("csv", {{"path", "/dev/full"}}), pairs());
  sink->write(pair_rows(1, 1).view());
  EXPECT_EQ(thrown_by([&] { sink->commit(1); }),
            "io: job.sql:2:15: cannot write to '/dev/full': No space left on device; free some "
            "space and run again");
}

TEST_F(FileSinkTest, KeepsTheLastCommitWhenTheDiskIsFull) {
  {
    const auto sink = open(table_of("csv", {{"path", path("out.csv")}}), pairs());
    sink->write(pair_rows(1, 1).view());
    sink->commit(1);
    const FileSizeLimit limit(64 * 1024);
    expect_has(thrown_by([&] { sink->write(pair_rows(2, 100'000).view()); }), "File too large");
  }
  EXPECT_EQ(file_text(path("out.csv")), "id,name\n1,row 1\n");
  EXPECT_FALSE(exists(path("out.csv.partial")));
}

}  // namespace
}  // namespace penstock
