// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace penstock::test {

// One case of a .test file; tests/queries/README.md tells the format.
struct QueryCase {
  std::string name;
  std::string file;
  int line = 0;
  std::vector<std::pair<std::string, std::string>> inputs;  // file name, contents
  std::string sql;
  bool has_rows = false;
  bool ordered = false;
  std::vector<std::string> rows;      // CSV with a header, as the csv format of stdout prints them
  std::string error;                  // part of the message; empty = must succeed
  std::vector<std::string> warnings;  // parts of warnings
  std::vector<std::pair<std::string, std::int64_t>> counters;  // name, value
};

// Throws std::runtime_error that names file and line for a file that is not of the format.
std::vector<QueryCase> read_cases(const std::string& path);

}  // namespace penstock::test
