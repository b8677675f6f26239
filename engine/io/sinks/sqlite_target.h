// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <penstock/data/schema.h>
#include <penstock/plan/plan.h>

#include "sqlite_database.h"

namespace penstock::detail {

// What the table of an sqlite sink is, read from its options and checked against the rows.
struct SqliteTarget {
  enum class TimestampFormat : std::uint8_t { iso, unix_s, unix_ms, unix_us, unix_ns };

  std::string path;
  Where path_where;
  std::string table;
  std::string sink;  // the name in SQL
  std::string job;
  std::vector<bool> is_key;  // by column; none set = rows are appended
  TimestampFormat timestamp_format = TimestampFormat::iso;
  std::int64_t busy_timeout_ns = 0;
  Schema rows;

  [[nodiscard]] bool upserts() const noexcept;
};

SqliteTarget read_sqlite_target(const TableDefinition& table, const Schema& rows);

// Makes the table and the progress table where they are missing, and checks the columns of a table
// that was there. In a transaction of the caller's.
void ensure_tables(SqliteDatabase& database, const SqliteTarget& target);

// Where the rows of an epoch wait, in the connection's own temporary database.
inline constexpr std::string_view stage_name = "temp.\"_penstock_stage\"";
std::string stage_ddl(const SqliteTarget& target);
std::string stage_insert(const SqliteTarget& target);
// From there into the table.
std::string publish_insert(const SqliteTarget& target);
// Parameters: job, sink, epoch.
inline constexpr std::string_view progress_upsert =
    "INSERT INTO main.\"_penstock_progress\" (job, sink, epoch) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (job, sink) DO UPDATE SET epoch = excluded.epoch";

}  // namespace penstock::detail
