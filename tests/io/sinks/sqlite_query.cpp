// SPDX-License-Identifier: Apache-2.0
#include "sqlite_query.h"

#include <sqlite3.h>

namespace penstock {

SqliteQuery::SqliteQuery(const std::string& path) {
  sqlite3_open(path.c_str(), &database_);
}
SqliteQuery::~SqliteQuery() {
  sqlite3_close(database_);
}

std::vector<std::string> SqliteQuery::rows(const std::string& sql) {
  std::vector<std::string> found;
  const auto add = [](void* rows, int columns, char** values, char**) {
    std::string& row = static_cast<std::vector<std::string>*>(rows)->emplace_back();
    for (int i = 0; i < columns; ++i) {
      if (i > 0) row += '|';
      row += values[i] == nullptr ? "NULL" : values[i];
    }
    return 0;
  };
  if (sqlite3_exec(database_, sql.c_str(), add, &found, nullptr) != SQLITE_OK)
    return {std::string("error: ") + sqlite3_errmsg(database_)};
  return found;
}

std::string SqliteQuery::row(const std::string& sql) {
  const auto found = rows(sql);
  return found.empty() ? std::string{} : found.front();
}

}  // namespace penstock
