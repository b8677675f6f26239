// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <penstock/kernels/error.h>

namespace penstock::detail {

// Why the last call on a connection failed; taken at once, because the next call forgets it.
struct SqliteFailure {
  int code = SQLITE_OK;
  std::string text;

  // A full disk may have room again a moment later.
  [[nodiscard]] bool may_pass() const noexcept {
    return (code & 0xFF) == SQLITE_FULL || (code & 0xFF) == SQLITE_IOERR;
  }
};

class SqliteStatement {
 public:
  SqliteStatement() = default;
  explicit SqliteStatement(sqlite3_stmt* statement) : statement_(statement) {}

  [[nodiscard]] sqlite3_stmt* handle() const noexcept { return statement_.get(); }
  int step() noexcept { return sqlite3_step(statement_.get()); }
  void reset() noexcept { sqlite3_reset(statement_.get()); }
  // The parameters and the text must stay until the statement has been reset.
  int bind_text(int parameter, std::string_view text) noexcept {
    return sqlite3_bind_text64(statement_.get(), parameter, text.empty() ? "" : text.data(),
                               text.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  [[nodiscard]] std::string column_text(int column) const {
    const auto* text = sqlite3_column_text(statement_.get(), column);
    return text == nullptr ? std::string{} : std::string(reinterpret_cast<const char*>(text));
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// One connection to a database file in WAL mode. Calls wait up to the busy timeout for another
// connection's lock. Used by one thread at a time.
class SqliteDatabase {
 public:
  SqliteDatabase(const std::string& path, std::int64_t busy_timeout_ns, const Where& where);

  int try_run(const char* sql) noexcept;  // an SQLite result code
  void run(const std::string& sql);       // throws Error
  [[nodiscard]] SqliteStatement prepare(const std::string& sql);

  [[nodiscard]] SqliteFailure failure() const;
  // "cannot <action> '<path>': <reason>; <remedy>"
  [[noreturn]] void fail(const std::string& action, const SqliteFailure& failure) const;
  [[nodiscard]] const Where& where() const noexcept { return where_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  void enter_wal_mode();

  struct Close {
    void operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }
  };
  std::string path_;
  std::int64_t busy_timeout_ns_;
  Where where_;
  std::unique_ptr<sqlite3, Close> database_;
};

// Holds the write lock; rolled back unless committed.
class SqliteTransaction {
 public:
  explicit SqliteTransaction(SqliteDatabase& database) : database_(database) {
    database_.run("BEGIN IMMEDIATE");
  }
  ~SqliteTransaction() {
    if (open_) database_.try_run("ROLLBACK");
  }
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;
  void commit() {
    database_.run("COMMIT");
    open_ = false;
  }

 private:
  SqliteDatabase& database_;
  bool open_ = true;
};

}  // namespace penstock::detail
