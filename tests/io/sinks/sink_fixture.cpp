// SPDX-License-Identifier: Apache-2.0
#include "sink_fixture.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include <penstock/data/value.h>

namespace penstock {

TableDefinition table_of(const std::string& connector, OptionList options,
                         const std::string& name) {
  TableDefinition table;
  table.name = name;
  table.connector = connector;
  table.where = {"job.sql", 1, 1};
  int column = 0;
  for (const auto& [key, value] : options) {
    column += 10;
    table.options.push_back({key, value, {"job.sql", 2, column}, {"job.sql", 2, column + 5}});
  }
  return table;
}

const Schema& every_type() {
  static const Schema schema{{{"flag", {TypeId::boolean, 0}},
                              {"tiny", {TypeId::int8, 0}},
                              {"small", {TypeId::int16, 0}},
                              {"int", {TypeId::int32, 0}},
                              {"big", {TypeId::int64, 0}},
                              {"utiny", {TypeId::uint8, 0}},
                              {"usmall", {TypeId::uint16, 0}},
                              {"uint", {TypeId::uint32, 0}},
                              {"ubig", {TypeId::uint64, 0}},
                              {"real", {TypeId::float32, 0}},
                              {"double", {TypeId::float64, 0}},
                              {"ts", {TypeId::timestamp, 0}},
                              {"span", {TypeId::interval, 0}},
                              {"ip", {TypeId::ip, 0}},
                              {"mac", {TypeId::fixed_binary, 6}},
                              {"raw", {TypeId::fixed_binary, 2}},
                              {"text", {TypeId::utf8, 0}}}};
  return schema;
}

BatchBuilder every_type_rows() {
  BatchBuilder batch(every_type(), {.capacity_rows = 3, .text_bytes = 256});
  const auto put = [&batch](std::int64_t row, bool flag, std::int64_t number, std::uint64_t natural,
                            double real, const char* ip, std::string_view text) {
    batch.set_boolean(0, row, flag);
    batch.set(1, row, static_cast<std::int8_t>(number));
    batch.set(2, row, static_cast<std::int16_t>(number));
    batch.set(3, row, static_cast<std::int32_t>(number));
    batch.set(4, row, number);
    batch.set(5, row, static_cast<std::uint8_t>(natural));
    batch.set(6, row, static_cast<std::uint16_t>(natural));
    batch.set(7, row, static_cast<std::uint32_t>(natural));
    batch.set(8, row, natural);
    batch.set(9, row, static_cast<float>(real));
    batch.set(10, row, real);
    batch.set(11, row, number);
    batch.set(12, row, number);
    batch.set_bytes(13, row, *parse_ip(ip));
    batch.set_bytes(14, row, *parse_mac("00:1b:21:aa:bb:cc"));
    batch.set_bytes(15, row, *parse_mac("0a:ff:00:00:00:00"));
    EXPECT_TRUE(batch.set_text(16, row, text));
    batch.advance();
  };
  put(0, true, 1, 2, 0.5, "10.0.0.1", "plain");
  put(1, false, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
      -std::numeric_limits<double>::infinity(), "2001:db8::1", "say \"a,b\"\n\x1b[31m \\ é \xff");
  for (std::size_t i = 0; i < every_type().size(); ++i) batch.set_null(i, 2);
  batch.advance();
  return batch;
}

const Schema& pairs() {
  static const Schema schema{{{"id", {TypeId::int64, 0}}, {"name", {TypeId::utf8, 0}}}};
  return schema;
}

BatchBuilder pair_rows(std::int64_t first, std::int64_t rows) {
  BatchBuilder batch(pairs(), {.capacity_rows = rows, .text_growth = TextGrowth::growable});
  for (std::int64_t row = 0; row < rows; ++row) {
    batch.set(0, row, first + row);
    EXPECT_TRUE(batch.set_text(1, row, "row " + std::to_string(first + row)));
    batch.advance();
  }
  return batch;
}

SinkTest::SinkTest() {
  add_sinks(registry_);
  context_.diagnostics = &diagnostics_;
  std::string name = testing::TempDir() + "penstock-sinks-XXXXXX";
  const char* made = mkdtemp(name.data());
  if (made == nullptr) throw std::runtime_error("cannot make a directory at " + name);
  directory_ = made;
}

SinkTest::~SinkTest() {
  std::filesystem::remove_all(directory_);
}

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

bool exists(const std::string& path) {
  return std::filesystem::exists(path);
}

std::string thrown_by(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.what();
  }
  return "nothing";
}

void expect_has(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text << "\nhas not\n" << part;
}

FileSizeLimit::FileSizeLimit(std::uint64_t bytes) {
  std::signal(SIGXFSZ, SIG_IGN);
  getrlimit(RLIMIT_FSIZE, &before_);
  const rlimit limit{bytes, before_.rlim_max};
  setrlimit(RLIMIT_FSIZE, &limit);
}

FileSizeLimit::~FileSizeLimit() {
  setrlimit(RLIMIT_FSIZE, &before_);
  std::signal(SIGXFSZ, SIG_DFL);
}

}  // namespace penstock
