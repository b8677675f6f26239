// SPDX-License-Identifier: Apache-2.0
#include "sqlite_target.h"

#include <algorithm>

#include <penstock/io/options.h>

namespace penstock::detail {

namespace {

constexpr std::string_view progress_name = "_penstock_progress";

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return result;
}

std::string quoted(std::string_view name) {
  std::string result = "\"";
  for (const char c : name) result.append(c == '"' ? 2 : 1, c);
  return result + '"';
}

std::string_view column_type(DataType type, SqliteTarget::TimestampFormat format) {
  if (type.id == TypeId::boolean || is_integer(type.id)) return "INTEGER";
  if (is_float(type.id)) return "REAL";
  if (type.id == TypeId::timestamp && format != SqliteTarget::TimestampFormat::iso)
    return "INTEGER";
  return "TEXT";
}

// By SQLite's rules for declared types. "" = it takes values as they come.
std::string_view affinity_of(std::string_view declared) {
  const std::string type = upper(declared);
  const auto has = [&type](const char* word) { return type.find(word) != std::string::npos; };
  if (has("INT")) return "INTEGER";
  if (has("CHAR") || has("CLOB") || has("TEXT")) return "TEXT";
  if (has("BLOB") || type.empty() || type == "ANY") return "";
  if (has("REAL") || has("FLOA") || has("DOUB")) return "REAL";
  return "NUMERIC";
}

// Whether a column of that affinity gives back what was put in.
bool keeps(std::string_view affinity, std::string_view ours) {
  return affinity.empty() || affinity == ours || (affinity == "NUMERIC" && ours != "TEXT");
}

struct ExistingColumn {
  std::string name;
  std::string type;
  bool needs_value = false;
};

std::vector<ExistingColumn> columns_of(SqliteDatabase& database, const std::string& table) {
  SqliteStatement statement = database.prepare(
      "SELECT name, type, \"notnull\" <> 0 AND dflt_value IS NULL"
      " FROM pragma_table_info(?1, 'main')");
  statement.bind_text(1, table);
  std::vector<ExistingColumn> columns;
  int result = 0;
  while ((result = statement.step()) == SQLITE_ROW)
    columns.push_back({statement.column_text(0), statement.column_text(1),
                       sqlite3_column_int(statement.handle(), 2) != 0});
  if (result != SQLITE_DONE) database.fail("read", database.failure());
  return columns;
}

[[noreturn]] void refuse(const SqliteDatabase& database, const SqliteTarget& target,
                         const std::string& reason) {
  throw Error(ErrorCode::type_mismatch,
              "table '" + target.table + "' in '" + database.path() + "' exists and " + reason,
              target.path_where);
}

void check_columns(SqliteDatabase& database, const SqliteTarget& target,
                   const std::vector<ExistingColumn>& existing) {
  std::vector<bool> filled(existing.size());
  for (const Field& field : target.rows.fields) {
    const auto found = std::find_if(existing.begin(), existing.end(), [&](const auto& column) {
      return upper(column.name) == upper(field.name);
    });
    if (found == existing.end())
      refuse(database, target,
             "has no column '" + field.name + "'; add it, or say table = '…' for another table");
    filled[static_cast<std::size_t>(found - existing.begin())] = true;
    const std::string_view ours = column_type(field.type, target.timestamp_format);
    if (!keeps(affinity_of(found->type), ours))
      refuse(database, target,
             "declares column '" + found->name + "' as " + found->type + ", which does not keep " +
                 to_string(field.type) + " (" + std::string(ours) +
                 "); cast the column, or say table = '…' for another table");
  }
  for (std::size_t i = 0; i < existing.size(); ++i)
    if (!filled[i] && existing[i].needs_value)
      refuse(database, target,
             "needs a value for column '" + existing[i].name +
                 "', which the rows lack; give it a default, or say table = '…' for another table");
}

std::string key_list(const SqliteTarget& target) {
  std::string list;
  for (std::size_t i = 0; i < target.rows.size(); ++i) {
    if (!target.is_key[i]) continue;
    if (!list.empty()) list += ", ";
    list += quoted(target.rows.fields[i].name);
  }
  return list;
}

std::string table_ddl(const SqliteTarget& target) {
  std::string sql = "CREATE TABLE main." + quoted(target.table) + " (";
  for (std::size_t i = 0; i < target.rows.size(); ++i) {
    const Field& field = target.rows.fields[i];
    if (i > 0) sql += ", ";
    sql += quoted(field.name) + " ";
    sql += column_type(field.type, target.timestamp_format);
    if (target.is_key[i]) sql += " NOT NULL";
  }
  if (target.upserts()) sql += ", PRIMARY KEY (" + key_list(target) + ")";
  return sql + ")";
}

std::vector<bool> read_key(OptionReader& options, const TableDefinition& table,
                           const Schema& rows) {
  std::vector<bool> is_key(rows.size());
  const auto text = options.text("primary_key");
  if (!text) return is_key;
  std::vector<std::string> names;
  for (const Field& field : rows.fields) names.push_back(field.name);
  for (std::size_t start = 0; start <= text->size();) {
    const std::size_t comma = std::min(text->find(',', start), text->size());
    std::string name = text->substr(start, comma - start);
    name.erase(0, name.find_first_not_of(' '));
    name.erase(name.find_last_not_of(' ') + 1);
    const auto column = rows.find(name);
    if (!column) {
      const auto nearest = nearest_name(name, names);
      throw Error(ErrorCode::unknown_name,
                  "option 'primary_key' of table '" + table.name + "' names column '" + name +
                      "', which the rows do not have; " +
                      (nearest ? "did you mean '" + *nearest + "'?"
                               : "give names of columns, with commas between"),
                  options.where("primary_key"));
    }
    is_key[*column] = true;
    start = comma + 1;
  }
  return is_key;
}

void check_names(const TableDefinition& table, const SqliteTarget& target, const Where& where) {
  const std::string name = upper(target.table);
  if (name.starts_with("SQLITE_") || name == upper(progress_name))
    throw Error(ErrorCode::invalid_argument,
                "table '" + target.table +
                    "' is SQLite's or Penstock's own; say table = '…' for "
                    "another name",
                where);
  for (std::size_t i = 0; i < target.rows.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (upper(target.rows.fields[i].name) == upper(target.rows.fields[j].name))
        throw Error(ErrorCode::duplicate_name,
                    "columns '" + target.rows.fields[j].name + "' and '" +
                        target.rows.fields[i].name + "' of table '" + table.name +
                        "' are one to SQLite, which ignores case; rename one with AS",
                    table.where);
}

}  // namespace

bool SqliteTarget::upserts() const noexcept {
  return std::find(is_key.begin(), is_key.end(), true) != is_key.end();
}

SqliteTarget read_sqlite_target(const TableDefinition& table, const Schema& rows) {
  using Format = SqliteTarget::TimestampFormat;
  constexpr std::int64_t five_seconds_ns = 5'000'000'000;
  OptionReader options(table);
  SqliteTarget target;
  target.rows = rows;
  target.sink = table.name;
  target.path = options.required_text("path");
  target.path_where = options.where("path");
  target.table = options.text("table", table.name);
  target.job = options.text("job", "penstock");
  target.is_key = read_key(options, table, rows);
  target.timestamp_format = static_cast<Format>(
      options.choice("timestamp_format", {"iso", "unix_s", "unix_ms", "unix_us", "unix_ns"}, 0));
  target.busy_timeout_ns = options.duration_ns("busy_timeout", five_seconds_ns);
  options.finish();
  check_names(table, target, options.where("table"));
  return target;
}

void ensure_tables(SqliteDatabase& database, const SqliteTarget& target) {
  database.run("CREATE TABLE IF NOT EXISTS main." + quoted(progress_name) +
               " (job TEXT NOT NULL, sink TEXT NOT NULL, epoch INTEGER NOT NULL,"
               " PRIMARY KEY (job, sink))");
  SqliteStatement find = database.prepare(
      "SELECT type FROM main.sqlite_schema WHERE name = ?1 COLLATE NOCASE"
      " AND type IN ('table', 'view')");
  find.bind_text(1, target.table);
  const int result = find.step();
  if (result == SQLITE_DONE) {
    find.reset();
    database.run(table_ddl(target));
    return;
  }
  if (result != SQLITE_ROW) database.fail("read", database.failure());
  if (find.column_text(0) == "view")
    refuse(database, target, "is a view; say table = '…' for another name");
  check_columns(database, target, columns_of(database, target.table));
  if (!target.upserts()) return;
  // SQLite itself knows best whether the key is one of the table's.
  const std::string keys = key_list(target);
  const std::string sql = "INSERT INTO main." + quoted(target.table) + " (" + keys + ") SELECT " +
                          keys + " FROM main." + quoted(target.table) +
                          " WHERE true ON CONFLICT (" + keys + ") DO NOTHING";
  sqlite3_stmt* probe = nullptr;
  sqlite3* handle = sqlite3_db_handle(find.handle());
  const bool unique = sqlite3_prepare_v2(handle, sql.c_str(), -1, &probe, nullptr) == SQLITE_OK;
  sqlite3_finalize(probe);
  if (!unique)
    refuse(database, target,
           "has no PRIMARY KEY or UNIQUE constraint on (" + keys +
               "); add one, or drop the table and let it be made again");
}

std::string stage_ddl(const SqliteTarget& target) {
  std::string sql = "CREATE TABLE " + std::string(stage_name) + " (";
  for (std::size_t i = 0; i < target.rows.size(); ++i)
    sql += (i > 0 ? ", c" : "c") + std::to_string(i);
  return sql + ")";
}

std::string stage_insert(const SqliteTarget& target) {
  std::string sql = "INSERT INTO " + std::string(stage_name) + " VALUES (?";
  for (std::size_t i = 1; i < target.rows.size(); ++i) sql += ", ?";
  return sql + ")";
}

std::string publish_insert(const SqliteTarget& target) {
  std::string names;
  std::string staged;
  std::string updates;
  for (std::size_t i = 0; i < target.rows.size(); ++i) {
    const std::string name = quoted(target.rows.fields[i].name);
    names += (i > 0 ? ", " : "") + name;
    staged += (i > 0 ? ", c" : "c") + std::to_string(i);
    if (target.is_key[i]) continue;
    if (!updates.empty()) updates += ", ";
    updates.append(name).append(" = excluded.").append(name);
  }
  // WHERE keeps SQLite from reading ON CONFLICT as the condition of a join.
  std::string sql = "INSERT INTO main." + quoted(target.table) + " (" + names + ") SELECT " +
                    staged + " FROM " + std::string(stage_name) + " WHERE true ORDER BY rowid";
  if (!target.upserts()) return sql;
  sql += " ON CONFLICT (" + key_list(target) + ") DO ";
  return sql + (updates.empty() ? "NOTHING" : "UPDATE SET " + updates);
}

}  // namespace penstock::detail
