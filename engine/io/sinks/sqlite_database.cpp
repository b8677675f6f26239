// SPDX-License-Identifier: Apache-2.0
#include "sqlite_database.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <limits>
#include <thread>

#include <penstock/data/value.h>

#include "target_path.h"

namespace penstock::detail {

namespace {

constexpr std::int64_t ns_per_ms = 1'000'000;

// A relative path is made to look like one, so that no name means something else to SQLite.
std::string file_name(const std::string& path) {
  return path.starts_with('/') ? path : "./" + path;
}

}  // namespace

SqliteDatabase::SqliteDatabase(const std::string& path, std::int64_t busy_timeout_ns,
                               const Where& where)
    : path_(path), busy_timeout_ns_(busy_timeout_ns), where_(where) {
  check_target(path_, where_);
  sqlite3* database = nullptr;
  const int result =
      sqlite3_open_v2(file_name(path_).c_str(), &database,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  database_.reset(database);
  if (result != SQLITE_OK) fail("open", failure());
  sqlite3_extended_result_codes(database, 1);
  const std::int64_t limit_ms = std::numeric_limits<int>::max();
  sqlite3_busy_timeout(database,
                       static_cast<int>(std::min(busy_timeout_ns_ / ns_per_ms, limit_ms)));
  if (sqlite3_db_readonly(database, "main") == 1)
    throw_file_error("write to", path_, EACCES, where_);
  enter_wal_mode();
  run("PRAGMA synchronous = FULL");
}

// SQLite does not wait for the lock that a change of the journal mode needs.
void SqliteDatabase::enter_wal_mode() {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::nanoseconds(busy_timeout_ns_);
  for (std::chrono::milliseconds pause{1};; pause = std::min(pause * 2, decltype(pause){100})) {
    const int result = try_run("PRAGMA journal_mode = WAL");
    if (result == SQLITE_OK) return;
    if ((result & 0xFF) != SQLITE_BUSY || Clock::now() + pause > deadline) fail("open", failure());
    std::this_thread::sleep_for(pause);
  }
}

int SqliteDatabase::try_run(const char* sql) noexcept {
  return sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
}

void SqliteDatabase::run(const std::string& sql) {
  if (try_run(sql.c_str()) != SQLITE_OK) fail("write to", failure());
}

SqliteStatement SqliteDatabase::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v3(database_.get(), sql.c_str(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) fail("write to", failure());
  return SqliteStatement(statement);
}

SqliteFailure SqliteDatabase::failure() const {
  return {sqlite3_extended_errcode(database_.get()), sqlite3_errmsg(database_.get())};
}

void SqliteDatabase::fail(const std::string& action, const SqliteFailure& failure) const {
  ErrorCode code = ErrorCode::io;
  std::string reason = failure.text;
  std::string remedy = "check the file and the disk";
  switch (failure.code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      reason = "it has been locked by another program for longer than ";
      append_interval(reason, busy_timeout_ns_);
      remedy = "close that program, or raise busy_timeout";
      break;
    case SQLITE_FULL:
      reason = "the disk is full";
      remedy = "free some space and run again; the last commit is intact";
      break;
    case SQLITE_IOERR:
      remedy = "check the disk and its free space; the last commit is intact";
      break;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      code = ErrorCode::permission_denied;
      remedy = "choose a place that this user may write to";
      break;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      remedy = "choose another path, or remove the file if nothing else needs it";
      break;
    case SQLITE_CONSTRAINT:
      code = ErrorCode::invalid_argument;
      remedy = "say primary_key = '…' to replace rows of the same key, or write to another table";
      break;
    default: break;
  }
  throw Error(code, "cannot " + action + " '" + path_ + "': " + reason + "; " + remedy, where_);
}

}  // namespace penstock::detail
