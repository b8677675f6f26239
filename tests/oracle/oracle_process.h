// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "memory_tables.h"

namespace penstock::test {

struct OracleAnswer {
  std::string error;
  std::vector<std::vector<std::string>> results;  // of each query: its rows, canonical
};

// oracle.py in a process of its own, asked over pipes.
class OracleProcess {
 public:
  OracleProcess();
  ~OracleProcess();
  OracleProcess(const OracleProcess&) = delete;
  OracleProcess& operator=(const OracleProcess&) = delete;

  // False where there is no python3 to run it.
  [[nodiscard]] bool running() const { return replies_ != nullptr; }
  // output: the schemas of the queries' results, to tell floats from integers.
  OracleAnswer ask(const std::string& plan_json, const std::string& table, const MemoryInput& input,
                   const std::vector<Schema>& output);

 private:
  int process_ = -1;
  std::FILE* requests_ = nullptr;
  std::FILE* replies_ = nullptr;
};

}  // namespace penstock::test
