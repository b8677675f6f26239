// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <penstock/io/source.h>
#include <penstock/kernels/error.h>
#include <penstock/plan/plan.h>

namespace penstock::test {

// A directory of its own, removed with all in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  // Writes a file; its path.
  std::string write(const std::string& name, std::string_view bytes) const;
  [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::string read_file(const std::string& path);
std::string gzipped(std::string_view text);
std::string zstd_compressed(std::string_view text);

using Options = std::vector<std::pair<std::string, std::string>>;
TableDefinition make_table(const std::string& connector, const Options& options,
                           std::optional<Schema> columns = std::nullopt);

Field column(const std::string& name, TypeId type, bool nullable = true);

// All columns as text, NULL as "NULL".
using Rows = std::vector<std::vector<std::string>>;

struct ReadSettings {
  std::int64_t batch_rows = 64;
  std::size_t text_bytes = 1U << 20;
  std::vector<bool> wanted = {};
  std::optional<std::size_t> event_time_column = std::nullopt;
};

struct ReadResult {
  Rows rows;
  std::vector<std::pair<std::string, std::int64_t>> counters;
  std::vector<std::string> warnings;
  std::int64_t batches = 0;
  ReadProgress progress;

  [[nodiscard]] std::int64_t counter(std::string_view name) const;  // 0 where it is not there
};

// Reads one partition, or all of them one after the other, to the end.
ReadResult read_all(Source& source, const ReadSettings& settings = {});
ReadResult read_partition(Source& source, std::size_t partition, const ReadSettings& settings = {});
// Through the registry, as a job does.
std::unique_ptr<Source> make_source(const TableDefinition& table);
ReadResult read_table(const TableDefinition& table, const ReadSettings& settings = {});

// Appends the rows of a batch as text.
void append_rows(const BatchBuilder& batch, const SymbolTable& symbols, Rows& rows);

// The error that a call throws; its message is empty where it throws none.
struct Caught {
  ErrorCode code = ErrorCode::internal;
  std::string message;
};
template <class Call>
Caught catch_error(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return {error.code(), error.message()};
  }
  return {};
}

#define EXPECT_CONTAINS(text, part) \
  EXPECT_NE((text).find(part), std::string::npos) << "in: " << (text)

}  // namespace penstock::test
