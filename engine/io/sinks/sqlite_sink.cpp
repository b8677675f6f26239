// SPDX-License-Identifier: Apache-2.0
//
// The sink sqlite. The rows of an epoch wait in the connection's temporary database, which nobody
// else can lock or see, and go into the file together with the epoch's number in one short
// transaction: a file may be written by several sinks and programs at once.
#include <chrono>
#include <thread>

#include <penstock/data/value.h>

#include "sinks.h"
#include "sqlite_database.h"
#include "sqlite_target.h"

namespace penstock::detail {

namespace {

constexpr std::chrono::milliseconds retry_pause{250};

std::int64_t divide_down(std::int64_t value, std::int64_t by) noexcept {
  return value / by - (value % by < 0 ? 1 : 0);
}

std::int64_t ns_per_unit(SqliteTarget::TimestampFormat format) noexcept {
  switch (format) {
    case SqliteTarget::TimestampFormat::unix_s: return 1'000'000'000;
    case SqliteTarget::TimestampFormat::unix_ms: return 1'000'000;
    case SqliteTarget::TimestampFormat::unix_us: return 1'000;
    case SqliteTarget::TimestampFormat::unix_ns:
    case SqliteTarget::TimestampFormat::iso: break;
  }
  return 1;
}

class SqliteSink : public Sink {
 public:
  SqliteSink(SqliteTarget target, Diagnostics::Counter* retries);

  void write(const BatchView& rows) override;
  void commit(std::uint64_t epoch) override;
  void close() override {}  // the last connection to close tidies up the file

 private:
  int bind(std::size_t column, const ColumnView& values, std::int64_t row);
  [[nodiscard]] std::int64_t natural_as_integer(std::size_t column, std::uint64_t value) const;
  bool publish(std::uint64_t epoch, SqliteFailure& failure);
  bool run_once(SqliteStatement& statement, SqliteFailure& failure);

  SqliteTarget target_;
  Diagnostics::Counter* retries_;
  SqliteDatabase database_;
  SqliteStatement stage_;
  SqliteStatement publish_;
  SqliteStatement progress_;
  std::vector<std::string> texts_;  // by column, while a row is bound
  bool staging_ = false;            // in the transaction that fills the stage
  bool staged_ = false;
};

SqliteSink::SqliteSink(SqliteTarget target, Diagnostics::Counter* retries)
    : target_(std::move(target)),
      retries_(retries),
      database_(target_.path, target_.busy_timeout_ns, target_.path_where),
      texts_(target_.rows.size()) {
  {
    SqliteTransaction transaction(database_);
    ensure_tables(database_, target_);
    transaction.commit();
  }
  database_.run(stage_ddl(target_));
  stage_ = database_.prepare(stage_insert(target_));
  publish_ = database_.prepare(publish_insert(target_));
  progress_ = database_.prepare(std::string(progress_upsert));
}

std::int64_t SqliteSink::natural_as_integer(std::size_t column, std::uint64_t value) const {
  if (value <= static_cast<std::uint64_t>(watermark_max)) return static_cast<std::int64_t>(value);
  throw Error(ErrorCode::invalid_argument,
              "column '" + target_.rows.fields[column].name + "' of table '" + target_.sink +
                  "' has " + std::to_string(value) +
                  ", above the largest integer of SQLite (9223372036854775807); cast it to text "
                  "or to double precision",
              target_.path_where);
}

int SqliteSink::bind(std::size_t column, const ColumnView& values, std::int64_t row) {
  const int parameter = static_cast<int>(column) + 1;
  sqlite3_stmt* statement = stage_.handle();
  if (!values.is_valid(row)) {
    if (target_.is_key[column])
      throw Error(
          ErrorCode::invalid_argument,
          "column '" + target_.rows.fields[column].name + "' of table '" + target_.sink +
              "' is in its primary_key and is NULL in a row; replace NULL with COALESCE, or "
              "filter such rows out",
          target_.path_where);
    return sqlite3_bind_null(statement, parameter);
  }
  const auto integer = [&](std::int64_t value) {
    return sqlite3_bind_int64(statement, parameter, value);
  };
  switch (values.type.id) {
    case TypeId::boolean:
      return integer((values.values<std::uint64_t>()[row / 64] >> (row % 64)) & 1U);
    case TypeId::int8: return integer(values.values<std::int8_t>()[row]);
    case TypeId::int16: return integer(values.values<std::int16_t>()[row]);
    case TypeId::int32: return integer(values.values<std::int32_t>()[row]);
    case TypeId::int64: return integer(values.values<std::int64_t>()[row]);
    case TypeId::uint8: return integer(values.values<std::uint8_t>()[row]);
    case TypeId::uint16: return integer(values.values<std::uint16_t>()[row]);
    case TypeId::uint32: return integer(values.values<std::uint32_t>()[row]);
    case TypeId::uint64:
      return integer(natural_as_integer(column, values.values<std::uint64_t>()[row]));
    case TypeId::float32:
      return sqlite3_bind_double(statement, parameter, double{values.values<float>()[row]});
    case TypeId::float64:
      return sqlite3_bind_double(statement, parameter, values.values<double>()[row]);
    case TypeId::timestamp:
      if (target_.timestamp_format == SqliteTarget::TimestampFormat::iso) break;
      return integer(
          divide_down(values.values<std::int64_t>()[row], ns_per_unit(target_.timestamp_format)));
    case TypeId::utf8: {
      const std::int32_t start = values.offsets[row];
      const auto size = static_cast<std::size_t>(values.offsets[row + 1] - start);
      return stage_.bind_text(parameter, {values.values<char>() + start, size});
    }
    default: break;
  }
  texts_[column].clear();
  append_value(texts_[column], values, row);
  return stage_.bind_text(parameter, texts_[column]);
}

void SqliteSink::write(const BatchView& rows) {
  if (rows.rows == 0) return;
  if (!staging_) database_.run("BEGIN");
  staging_ = true;
  for (std::int64_t row = 0; row < rows.rows; ++row) {
    int result = SQLITE_OK;
    for (std::size_t i = 0; i < texts_.size() && result == SQLITE_OK; ++i)
      result = bind(i, rows.columns[i], row);
    if (result == SQLITE_OK) result = stage_.step();
    if (result != SQLITE_DONE) {
      const SqliteFailure failure = database_.failure();
      stage_.reset();
      database_.fail("keep rows for", failure);
    }
    stage_.reset();
  }
  staged_ = true;
}

bool SqliteSink::run_once(SqliteStatement& statement, SqliteFailure& failure) {
  const bool done = statement.step() == SQLITE_DONE;
  if (!done) failure = database_.failure();
  statement.reset();
  return done;
}

bool SqliteSink::publish(std::uint64_t epoch, SqliteFailure& failure) {
  if (database_.try_run("BEGIN IMMEDIATE") != SQLITE_OK) {
    failure = database_.failure();
    return false;
  }
  progress_.bind_text(1, target_.job);
  progress_.bind_text(2, target_.sink);
  sqlite3_bind_int64(progress_.handle(), 3, static_cast<std::int64_t>(epoch));
  bool done = run_once(publish_, failure) && run_once(progress_, failure);
  if (done && database_.try_run("COMMIT") != SQLITE_OK) {
    failure = database_.failure();
    done = false;
  }
  if (!done) database_.try_run("ROLLBACK");
  return done;
}

void SqliteSink::commit(std::uint64_t epoch) {
  if (!staged_) return;
  if (staging_) database_.run("COMMIT");
  staging_ = false;
  SqliteFailure failure;
  if (!publish(epoch, failure)) {
    if (!failure.may_pass()) database_.fail("write to", failure);
    if (retries_ != nullptr) ++*retries_;
    std::this_thread::sleep_for(retry_pause);
    if (!publish(epoch, failure)) database_.fail("write to", failure);
  }
  staged_ = false;
  database_.run("DELETE FROM " + std::string(stage_name));
}

}  // namespace

std::unique_ptr<Sink> make_sqlite_sink(const TableDefinition& table, const Schema& rows,
                                       const SinkContext& context, bool dry_run) {
  SqliteTarget target = read_sqlite_target(table, rows);
  if (dry_run) return nullptr;
  Diagnostics::Counter* retries = nullptr;
  if (context.diagnostics != nullptr)
    retries = &context.diagnostics->counter(table.name + ".write_retries");
  return std::make_unique<SqliteSink>(std::move(target), retries);
}

}  // namespace penstock::detail
