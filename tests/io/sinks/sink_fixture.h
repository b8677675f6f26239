// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <penstock/data/batch_builder.h>
#include <penstock/io/connectors.h>
#include <penstock/io/registry.h>
#include <penstock/kernels/error.h>

namespace penstock {

using OptionList = std::initializer_list<std::pair<const char*, std::string>>;

// A table of that connector; option i stands at line 2, column 10 * (i + 1).
TableDefinition table_of(const std::string& connector, OptionList options,
                         const std::string& name = "results");

// All types, in three rows: plain values, extremes and texts that need care, NULL throughout.
const Schema& every_type();
BatchBuilder every_type_rows();

// Rows (id bigint, name text): ids from `first`, names "row <id>".
const Schema& pairs();
BatchBuilder pair_rows(std::int64_t first, std::int64_t rows);

// A directory of its own for each test, with sinks that are made by the registry.
class SinkTest : public testing::Test {
 protected:
  SinkTest();
  ~SinkTest() override;

  [[nodiscard]] std::string path(const std::string& name) const { return directory_ + "/" + name; }
  [[nodiscard]] std::unique_ptr<Sink> open(const TableDefinition& table, const Schema& rows) const {
    return registry_.make_sink(table, rows, context_);
  }

  Registry registry_;
  Diagnostics diagnostics_;
  SinkContext context_;
  std::string directory_;
};

std::string file_text(const std::string& path);
bool exists(const std::string& path);

// What an action throws: "<code>: <message>", or "nothing".
std::string thrown_by(const std::function<void()>& action);
// That a text has a part.
void expect_has(const std::string& text, const std::string& part);

// For its life no file of this process may grow above a size, and writes that try fail.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::uint64_t bytes);
  ~FileSizeLimit();
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

}  // namespace penstock
