// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

struct sqlite3;

namespace penstock {

// Another program's connection to a database file.
class SqliteQuery {
 public:
  explicit SqliteQuery(const std::string& path);
  ~SqliteQuery();
  SqliteQuery(const SqliteQuery&) = delete;
  SqliteQuery& operator=(const SqliteQuery&) = delete;

  // Each row as "value|value", NULL as "NULL"; an error as one row "error: …".
  std::vector<std::string> rows(const std::string& sql);
  // The first row, or "".
  std::string row(const std::string& sql);

 private:
  sqlite3* database_ = nullptr;
};

}  // namespace penstock
