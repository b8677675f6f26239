// SPDX-License-Identifier: Apache-2.0
#include <sys/mount.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "sink_fixture.h"
#include "sqlite_query.h"

namespace penstock {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

class SqliteFailureTest : public SinkTest {
 protected:
  SqliteFailureTest() : file_(path("out.db")) {}

  [[nodiscard]] TableDefinition with_timeout(const char* timeout) const {
    return table_of("sqlite", {{"path", file_}, {"busy_timeout", timeout}});
  }
  // What opening the sink over pairs() throws.
  [[nodiscard]] std::string refusal(OptionList options = {}) const {
    TableDefinition table = table_of("sqlite", options);
    table.options.push_back({"path", file_, {"job.sql", 3, 1}, {"job.sql", 3, 8}});
    return thrown_by([&] { (void)open(table, pairs()); });
  }
  std::string file_;
};

TEST_F(SqliteFailureTest, WaitsForALockAndSaysWhoHoldsIt) {
  const auto sink = open(with_timeout("150 ms"), pairs());
  sink->write(pair_rows(1, 2).view());
  sink->commit(1);
  sink->write(pair_rows(3, 2).view());
  SqliteQuery other(file_);
  other.rows("BEGIN IMMEDIATE");
  const auto start = Clock::now();
  EXPECT_EQ(thrown_by([&] { sink->commit(2); }),
            "io: job.sql:2:15: cannot write to '" + file_ +
                "': it has been locked by another program for longer than 00:00:00.15; close that "
                "program, or raise busy_timeout");
  EXPECT_GE(Clock::now() - start, milliseconds(140));
  EXPECT_EQ(other.row("SELECT count(*) FROM results"), "2") << "nothing half written";
  other.rows("ROLLBACK");
  sink->commit(2);
  EXPECT_EQ(other.row("SELECT count(*), (SELECT epoch FROM _penstock_progress) FROM results"),
            "4|2");
}

TEST_F(SqliteFailureTest, GoesOnWhenALockIsReleasedInTime) {
  const auto sink = open(with_timeout("20 s"), pairs());
  sink->write(pair_rows(1, 2).view());
  SqliteQuery other(file_);
  other.rows("BEGIN IMMEDIATE");
  std::thread releaser([&other] {
    std::this_thread::sleep_for(milliseconds(100));
    other.rows("ROLLBACK");
  });
  sink->commit(1);
  releaser.join();
  EXPECT_EQ(other.row("SELECT count(*) FROM results"), "2");
}

TEST_F(SqliteFailureTest, WaitsForALockWhenOpened) {
  SqliteQuery other(file_);
  other.rows("CREATE TABLE t (x)");
  other.rows("BEGIN EXCLUSIVE");
  expect_has(thrown_by([&] { (void)open(with_timeout("50 ms"), pairs()); }),
             "cannot open '" + file_ + "': it has been locked by another program");
  std::thread releaser([&other] {
    std::this_thread::sleep_for(milliseconds(100));
    other.rows("ROLLBACK");
  });
  const auto sink = open(with_timeout("20 s"), pairs());
  releaser.join();
  sink->write(pair_rows(1, 1).view());
  sink->commit(1);
  EXPECT_EQ(other.row("SELECT count(*) FROM results"), "1");
}

TEST_F(SqliteFailureTest, RetriesOnceWhenTheDiskIsFullAndKeepsTheLastCommit) {
  const auto sink = open(with_timeout("1 s"), pairs());
  sink->write(pair_rows(1, 2).view());
  sink->commit(1);
  sink->write(pair_rows(3, 30'000).view());
  {
    const FileSizeLimit limit(100 * 1024);
    expect_has(thrown_by([&] { sink->commit(2); }), "io: job.sql:2:15: cannot write to '" + file_ +
                                                        "': disk I/O error; check the disk and");
  }
  EXPECT_EQ(diagnostics_.counter("results.write_retries"), 1);
  SqliteQuery other(file_);
  const std::string state = "SELECT count(*), (SELECT epoch FROM _penstock_progress) FROM results";
  EXPECT_EQ(other.row(state), "2|1");
  sink->commit(2);
  EXPECT_EQ(other.row(state), "30002|2") << "the rows still wait";
  EXPECT_EQ(other.row("PRAGMA integrity_check"), "ok");
}

TEST_F(SqliteFailureTest, ReportsADeviceWithoutSpace) {
  std::filesystem::create_directory(path("small"));
  if (mount("tmpfs", path("small").c_str(), "tmpfs", 0, "size=256k") != 0)
    GTEST_SKIP() << "needs the right to mount a small file system";
  file_ = path("small/out.db");
  std::string thrown;
  {
    const auto sink = open(with_timeout("1 s"), pairs());
    sink->write(pair_rows(1, 2).view());
    sink->commit(1);
    sink->write(pair_rows(3, 30'000).view());
    thrown = thrown_by([&] { sink->commit(2); });
  }
  EXPECT_EQ(SqliteQuery(file_).row("SELECT count(*) FROM results"), "2");
  umount(path("small").c_str());
  EXPECT_EQ(thrown, "io: job.sql:2:15: cannot write to '" + file_ +
                        "': the disk is full; free some space and run again; the last commit is "
                        "intact");
}

TEST_F(SqliteFailureTest, RefusesNullInTheKey) {
  const auto sink = open(table_of("sqlite", {{"path", file_}, {"primary_key", "id"}}), pairs());
  BatchBuilder rows = pair_rows(1, 3);
  rows.set_null(0, 1);
  EXPECT_EQ(thrown_by([&] { sink->write(rows.view()); }),
            "invalid_argument: job.sql:2:15: column 'id' of table 'results' is in its primary_key "
            "and is NULL in a row; replace NULL with COALESCE, or filter such rows out");
}

TEST_F(SqliteFailureTest, RefusesNumbersAboveInt64) {
  const Schema schema{{{"hash", {TypeId::uint64, 0}}}};
  BatchBuilder rows(schema, {.capacity_rows = 2});
  rows.set<std::uint64_t>(0, 0, std::uint64_t{1} << 63);
  rows.set<std::uint64_t>(0, 1, ~std::uint64_t{0});
  rows.set_null(0, 1);  // what lies under a null does not count
  rows.advance(2);
  const auto sink = open(with_timeout("1 s"), schema);
  EXPECT_EQ(thrown_by([&] { sink->write(rows.view()); }),
            "invalid_argument: job.sql:2:15: column 'hash' of table 'results' has "
            "9223372036854775808, above the largest integer of SQLite (9223372036854775807); cast "
            "it to text or to double precision");
}

TEST_F(SqliteFailureTest, LeavesNothingOfACommitThatBreaksAConstraint) {
  SqliteQuery other(file_);
  other.rows("CREATE TABLE results (id INTEGER PRIMARY KEY, name TEXT)");
  other.rows("INSERT INTO results VALUES (3, 'mine')");
  const auto sink = open(with_timeout("1 s"), pairs());
  sink->write(pair_rows(1, 5).view());
  expect_has(thrown_by([&] { sink->commit(1); }),
             "': UNIQUE constraint failed: results.id; say primary_key = '…'");
  EXPECT_EQ(other.row("SELECT count(*), (SELECT count(*) FROM _penstock_progress) FROM results"),
            "1|0");
}

TEST_F(SqliteFailureTest, ChecksATableThatIsThere) {
  SqliteQuery other(file_);
  const auto declared = [&](const std::string& sql) {
    other.rows("DROP TABLE IF EXISTS results");
    EXPECT_EQ(other.row(sql), "");
  };
  declared("CREATE TABLE results (id INTEGER)");
  EXPECT_EQ(refusal(), "type_mismatch: job.sql:3:8: table 'results' in '" + file_ +
                           "' exists and has no column 'name'; add it, or say table = '…' for "
                           "another table");
  declared("CREATE TABLE results (id TEXT, name TEXT)");
  expect_has(refusal(), "declares column 'id' as TEXT, which does not keep bigint (INTEGER)");
  declared("CREATE TABLE results (id INTEGER, name TEXT, more TEXT NOT NULL)");
  expect_has(refusal(), "needs a value for column 'more', which the rows lack");
  declared("CREATE TABLE results (id INTEGER, name TEXT)");
  expect_has(refusal({{"primary_key", "id"}}),
             "has no PRIMARY KEY or UNIQUE constraint on (\"id\"); add one");
  declared("CREATE TABLE results (id INTEGER UNIQUE, name TEXT)");
  EXPECT_EQ(refusal({{"primary_key", "id"}}), "nothing");
  other.rows("DROP TABLE results");
  EXPECT_EQ(other.row("CREATE VIEW results AS SELECT 1"), "");
  expect_has(refusal(), "exists and is a view; say table = '…'");
}

TEST_F(SqliteFailureTest, ChecksOptionsBeforeItOpens) {
  expect_has(refusal({{"primary_key", "nme"}}),
             "unknown_name: job.sql:2:15: option 'primary_key' of table 'results' names column "
             "'nme', which the rows do not have; did you mean 'name'?");
  expect_has(refusal({{"primary_key", ""}}), "names column ''");
  expect_has(refusal({{"table", "_Penstock_progress"}}), "is SQLite's or Penstock's own");
  expect_has(refusal({{"timestamp_format", "unix"}}), "allowed are 'iso', 'unix_s'");
  expect_has(refusal({{"busy_timeout", "soon"}}), "give a length of time");
  const Schema twice{{{"a", {TypeId::int64, 0}}, {"A", {TypeId::int64, 0}}}};
  expect_has(
      thrown_by([&] {
        registry_.check_sink(table_of("sqlite", {{"path", file_}}), twice);
      }),
      "duplicate_name: job.sql:1:1: columns 'a' and 'A' of table 'results' are one to SQLite");
  EXPECT_FALSE(exists(file_));
}

TEST_F(SqliteFailureTest, NamesFilesThatCannotBe) {
  std::ofstream(file_) << std::string(4096, 'x');
  expect_has(refusal(), "cannot open '" + file_ + "': file is not a database; choose another path");
  file_ = directory_;
  expect_has(refusal(), "is a directory; give the path of a file in it");
  file_ = path("none/out.db");
  expect_has(refusal(), "not_found: job.sql:3:8: directory '" + path("none") + "'");
}

TEST_F(SqliteFailureTest, NamesAFileThatMayNotBeWritten) {
  SqliteQuery(file_).rows("CREATE TABLE t (x)");
  std::filesystem::permissions(file_, std::filesystem::perms{0444});
  std::filesystem::permissions(directory_, std::filesystem::perms{0777});
  const bool root = geteuid() == 0;
  if (root && seteuid(65534) != 0) GTEST_SKIP() << "cannot become a user without rights";
  const std::string thrown = refusal();
  ASSERT_TRUE(!root || seteuid(0) == 0);
  EXPECT_EQ(thrown, "permission_denied: job.sql:3:8: cannot write to '" + file_ +
                        "': Permission denied; choose a place that this user may write to");
}

}  // namespace
}  // namespace penstock
