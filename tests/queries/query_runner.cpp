// SPDX-License-Identifier: Apache-2.0
// Runs each case of tests/queries/*.test over backends × batch rows × threads, and over seeds of
// the seeded executor: the rows must be the same in all of them.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <penstock/kernels/backend.h>
#include <penstock/penstock.h>

#include "query_case.h"

namespace penstock::test {
namespace {

namespace fs = std::filesystem;

struct Configuration {
  std::string backend;
  std::string executor;
  std::string fold;
  std::int64_t batch_rows = 0;
  int threads = 1;
  std::uint64_t seed = 1;
};

std::string describe(const Configuration& c) {
  return c.backend + ", " + c.executor + ", fold " + c.fold + ", batch rows " +
         std::to_string(c.batch_rows) + ", threads " + std::to_string(c.threads) + ", seed " +
         std::to_string(c.seed);
}

std::vector<Configuration> all_configurations() {
  std::vector<Configuration> all;
  for (const std::string_view backend : backend_names()) {
    for (const std::int64_t batch_rows : {1, 7, 64, 4096}) {
      for (const int threads : {1, 2, 8}) {
        all.push_back({std::string(backend), "tbb", "auto", batch_rows, threads, 1});
      }
    }
    all.push_back({std::string(backend), "tbb", "shard", 7, 2, 1});
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      all.push_back({std::string(backend), "seeded", seed % 2 == 0 ? "shard" : "replica", 7,
                     static_cast<int>(seed), seed});
    }
    all.push_back({std::string(backend), "threads", "replica", 7, 2, 1});
  }
  return all;
}

// A memory file that stands for standard output.
class CapturedOutput {
 public:
  CapturedOutput() : fd_(memfd_create("penstock-test-output", MFD_CLOEXEC)) {
    if (fd_ < 0) throw std::runtime_error("memfd_create failed");
  }
  ~CapturedOutput() { close(fd_); }
  CapturedOutput(const CapturedOutput&) = delete;
  CapturedOutput& operator=(const CapturedOutput&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] std::vector<std::string> lines() const {
    std::string text(static_cast<std::size_t>(lseek(fd_, 0, SEEK_END)), '\0');
    if (pread(fd_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
      throw std::runtime_error("cannot read the captured output");
    }
    std::vector<std::string> result;
    for (std::size_t start = 0; start < text.size();) {
      const std::size_t end = std::min(text.find('\n', start), text.size());
      result.push_back(text.substr(start, end - start));
      start = end + 1;
    }
    return result;
  }

 private:
  int fd_;
};

struct Outcome {
  std::vector<std::string> lines;
  std::string error;
  JobStatistics statistics;
};

Outcome run_once(const QueryCase& query, const ParseOptions& parse_options,
                 const Configuration& configuration) {
  Outcome outcome;
  const CapturedOutput output;
  try {
    const Registry registry = default_registry();
    const Plan plan = plan_from_sql(query.sql, registry, parse_options);
    JobOptions options;
    options.backend = configuration.backend;
    options.executor = configuration.executor;
    options.fold = configuration.fold;
    options.batch_rows = configuration.batch_rows;
    options.batch_bytes = 64U << 10;
    options.threads = configuration.threads;
    options.seed = configuration.seed;
    options.sinks.output_fd = output.fd();
    options.sinks.output_format = "csv";
    Job job(plan, registry, options);
    job.run();
    outcome.statistics = job.statistics();
  } catch (const Error& error) {
    outcome.error = error.what();
    if (outcome.error.empty()) outcome.error = "(no text)";
  }
  outcome.lines = output.lines();
  return outcome;
}

void sort_behind_header(std::vector<std::string>& lines) {
  if (lines.size() > 1) std::sort(lines.begin() + 1, lines.end());
}

void expect_rows(const QueryCase& query, std::vector<std::string> got) {
  std::vector<std::string> expected = query.rows;
  if (!query.ordered) {
    sort_behind_header(expected);
    sort_behind_header(got);
  }
  EXPECT_EQ(got, expected);
}

void expect_outcome(const QueryCase& query, const Outcome& outcome) {
  if (!query.error.empty()) {
    EXPECT_NE(outcome.error.find(query.error), std::string::npos)
        << "expected an error with: " << query.error
        << "\n                   got: " << (outcome.error.empty() ? "no error" : outcome.error);
    return;
  }
  ASSERT_EQ(outcome.error, "");
  if (query.has_rows) expect_rows(query, outcome.lines);
  const auto& warnings = outcome.statistics.warnings;
  for (const std::string& expected : query.warnings) {
    EXPECT_TRUE(std::any_of(
        warnings.begin(), warnings.end(),
        [&](const std::string& warning) { return warning.find(expected) != std::string::npos; }))
        << "no warning with: " << expected;
  }
  const std::map<std::string, std::int64_t> counters(outcome.statistics.counters.begin(),
                                                     outcome.statistics.counters.end());
  for (const auto& [name, value] : query.counters) {
    const auto found = counters.find(name);
    ASSERT_NE(found, counters.end()) << "no counter '" << name << "'";
    EXPECT_EQ(found->second, value) << name;
  }
}

class QueryTest : public testing::Test {
 public:
  explicit QueryTest(QueryCase query) : query_(std::move(query)) {}

  void TestBody() override {
    const fs::path directory =
        fs::temp_directory_path() /
        ("penstock-query-" + std::to_string(getpid()) + "-" + std::to_string(query_.line));
    fs::create_directories(directory);
    ParseOptions parse_options;
    parse_options.variables["dir"] = directory.string();
    for (const auto& [name, contents] : query_.inputs) {
      const fs::path path = directory / name;
      std::ofstream(path, std::ios::binary) << contents;
      parse_options.variables[path.stem().string()] = path.string();
    }
    for (const Configuration& configuration : all_configurations()) {
      SCOPED_TRACE(query_.file + ":" + std::to_string(query_.line) + ": " +
                   describe(configuration));
      expect_outcome(query_, run_once(query_, parse_options, configuration));
      if (HasFailure()) break;  // one configuration is enough to read
    }
    fs::remove_all(directory);
  }

 private:
  QueryCase query_;
};

std::string identifier(std::string text) {
  for (char& c : text) {
    const bool allowed = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!allowed) c = '_';
  }
  return text;
}

void register_cases(const std::string& directory) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == ".test") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) throw std::runtime_error("no .test files in " + directory);
  for (const fs::path& file : files) {
    for (const QueryCase& query : read_cases(file.string())) {
      testing::RegisterTest(identifier(file.stem().string()).c_str(),
                            identifier(query.name).c_str(), nullptr, nullptr, query.file.c_str(),
                            query.line, [query]() -> QueryTest* { return new QueryTest(query); });
    }
  }
}

}  // namespace
}  // namespace penstock::test

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  try {
    penstock::test::register_cases(PENSTOCK_QUERY_DIRECTORY);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return RUN_ALL_TESTS();
}
