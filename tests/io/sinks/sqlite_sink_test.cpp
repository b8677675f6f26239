// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "sink_fixture.h"
#include "sqlite_query.h"

namespace penstock {
namespace {

using Rows = std::vector<std::string>;

class SqliteSinkTest : public SinkTest {
 protected:
  SqliteSinkTest() : file_(path("out.db")) {}

  void write_and_commit(const TableDefinition& table, const BatchBuilder& rows,
                        std::uint64_t epoch = 1) {
    const auto sink = open(table, rows.schema());
    sink->write(rows.view());
    sink->commit(epoch);
    sink->close();
  }
  [[nodiscard]] TableDefinition results() const { return table_of("sqlite", {{"path", file_}}); }

  std::string file_;
};

TEST_F(SqliteSinkTest, KeepsEveryType) {
  write_and_commit(results(), every_type_rows());
  SqliteQuery query(file_);
  EXPECT_EQ(query.rows("SELECT * FROM results"),
            (Rows{"1|1|1|1|1|2|2|2|2|0.5|0.5|1970-01-01T00:00:00.000000001Z|00:00:00.000000001|"
                  "10.0.0.1|00:1b:21:aa:bb:cc|\\x0aff|plain",
                  "0|0|0|0|-9223372036854775808|255|65535|4294967295|9223372036854775807|-Inf|-Inf|"
                  "1677-09-21T00:12:43.145224192Z|-106751 days -23:47:16.854775808|2001:db8::1|"
                  "00:1b:21:aa:bb:cc|\\x0aff|say \"a,b\"\n\x1b[31m \\ é \xff",
                  "NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|"
                  "NULL"}));
  EXPECT_EQ(query.rows("SELECT group_concat(DISTINCT type) FROM pragma_table_info('results')"),
            Rows{"INTEGER,REAL,TEXT"});
  EXPECT_EQ(query.rows("SELECT DISTINCT typeof(ubig), typeof(real), typeof(flag), typeof(ip)"
                       " FROM results WHERE big IS NOT NULL"),
            Rows{"integer|real|integer|text"});
  EXPECT_EQ(query.row("PRAGMA journal_mode"), "wal");
}

TEST_F(SqliteSinkTest, StoresTimesInTheFormatAskedFor) {
  const Schema schema{{{"ts", {TypeId::timestamp, 0}}}};
  BatchBuilder rows(schema, {.capacity_rows = 2});
  rows.set<std::int64_t>(0, 0, 1'500'000'001);
  rows.set<std::int64_t>(0, 1, -1);
  rows.advance(2);
  const std::vector<std::pair<const char*, Rows>> formats = {
      {"iso", {"1970-01-01T00:00:01.500000001Z", "1969-12-31T23:59:59.999999999Z"}},
      {"unix_s", {"1", "-1"}},
      {"unix_ms", {"1500", "-1"}},
      {"unix_us", {"1500000", "-1"}},
      {"unix_ns", {"1500000001", "-1"}}};
  for (const auto& [format, expected] : formats) {
    write_and_commit(table_of("sqlite", {{"path", file_}, {"timestamp_format", format}}, format),
                     rows);
    EXPECT_EQ(SqliteQuery(file_).rows(std::string("SELECT ts FROM ") + format), expected);
  }
}

TEST_F(SqliteSinkTest, StoresNanAsNull) {
  const Schema schema{{{"x", {TypeId::float64, 0}}}};
  BatchBuilder rows(schema, {.capacity_rows = 1});
  rows.set<double>(0, 0, std::nan(""));
  rows.advance();
  write_and_commit(results(), rows);
  EXPECT_EQ(SqliteQuery(file_).rows("SELECT x FROM results"), Rows{"NULL"});
}

TEST_F(SqliteSinkTest, AppendsWithoutAKey) {
  write_and_commit(results(), pair_rows(1, 2));
  write_and_commit(results(), pair_rows(1, 2));
  EXPECT_EQ(SqliteQuery(file_).row("SELECT count(*) FROM results"), "4");
}

TEST_F(SqliteSinkTest, UpsertsByKeyAndTheLastRowWins) {
  const TableDefinition table = table_of("sqlite", {{"path", file_}, {"primary_key", "id"}});
  write_and_commit(table, pair_rows(1, 3));
  BatchBuilder again(pairs(), {.capacity_rows = 3});
  const std::vector<std::pair<std::int64_t, const char*>> changes = {
      {2, "first"}, {2, "second"}, {9, "new"}};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    again.set(0, row, changes[i].first);
    ASSERT_TRUE(again.set_text(1, row, changes[i].second));
    again.advance();
  }
  write_and_commit(table, again, 2);
  SqliteQuery query(file_);
  EXPECT_EQ(query.rows("SELECT * FROM results ORDER BY id"),
            (Rows{"1|row 1", "2|second", "3|row 3", "9|new"}));
  EXPECT_EQ(query.row("SELECT group_concat(name) FROM pragma_table_info('results') WHERE pk > 0"),
            "id");
}

TEST_F(SqliteSinkTest, TakesAKeyOfAllColumns) {
  const TableDefinition table = table_of(
      "sqlite", {{"path", file_}, {"primary_key", "name , id"}, {"table", "odd \"name\""}});
  write_and_commit(table, pair_rows(1, 3));
  write_and_commit(table, pair_rows(2, 3));
  EXPECT_EQ(SqliteQuery(file_).row("SELECT count(*) FROM \"odd \"\"name\"\"\""), "4");
}

TEST_F(SqliteSinkTest, KeepsTheEpochWithTheRows) {
  const TableDefinition table = table_of("sqlite", {{"path", file_}, {"job", "nightly"}});
  SqliteQuery query(file_);
  const std::string state =
      "SELECT job, sink, epoch, (SELECT count(*) FROM results) FROM _penstock_progress";
  {
    const auto sink = open(table, pairs());
    sink->write(pair_rows(1, 2).view());
    EXPECT_EQ(query.row("SELECT count(*) FROM results"), "0") << "not seen before the commit";
    sink->write(pair_rows(3, 1).view());
    sink->commit(7);
    EXPECT_EQ(query.rows(state), Rows{"nightly|results|7|3"});
    sink->commit(8);
    EXPECT_EQ(query.rows(state), Rows{"nightly|results|7|3"}) << "an epoch without rows is free";
    sink->write(pair_rows(4, 100'000).view());
  }
  EXPECT_EQ(query.rows(state), Rows{"nightly|results|7|3"}) << "destroyed without a commit";
  write_and_commit(table, pair_rows(4, 1), 9);
  EXPECT_EQ(query.rows(state), Rows{"nightly|results|9|4"});
}

TEST_F(SqliteSinkTest, LetsSeveralSinksShareAFile) {
  const auto a = open(table_of("sqlite", {{"path", file_}, {"busy_timeout", "0 s"}}, "a"), pairs());
  const auto b = open(table_of("sqlite", {{"path", file_}, {"busy_timeout", "0 s"}}, "b"), pairs());
  SqliteQuery reader(file_);
  for (std::uint64_t epoch = 1; epoch <= 3; ++epoch) {
    a->write(pair_rows(1, 10).view());
    b->write(pair_rows(1, 20).view());
    EXPECT_EQ(reader.row("CREATE TABLE IF NOT EXISTS mine (x)"), "") << "others can write";
    a->commit(epoch);
    b->commit(epoch);
  }
  EXPECT_EQ(reader.row("SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)"), "30|60");
  EXPECT_EQ(reader.rows("SELECT sink, epoch FROM _penstock_progress ORDER BY sink"),
            (Rows{"a|3", "b|3"}));
}

TEST_F(SqliteSinkTest, WritesIntoATableThatFits) {
  SqliteQuery query(file_);
  query.rows("CREATE TABLE Results (note TEXT DEFAULT 'none', NAME VARCHAR(20), Id BIGINT)");
  write_and_commit(results(), pair_rows(1, 1));
  EXPECT_EQ(query.rows("SELECT * FROM results"), Rows{"none|row 1|1"});
}

TEST_F(SqliteSinkTest, LeavesOneFileBehind) {
  write_and_commit(results(), pair_rows(1, 1));
  EXPECT_TRUE(exists(file_));
  EXPECT_FALSE(exists(file_ + "-wal"));
}

}  // namespace
}  // namespace penstock
