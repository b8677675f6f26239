// SPDX-License-Identifier: Apache-2.0
// The generator against the data set that other engines are measured with: the bytes of its files
// have published checksums. Skips, by name, where that data set is not beside the project.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "source_support.h"

namespace penstock::test {
namespace {

std::string shared_directory() {
  const char* const given = std::getenv("PENSTOCK_SHARED");
  return given != nullptr ? given : PENSTOCK_SHARED_DEFAULT;
}

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return text;
  char buffer[4096];
  std::size_t got = 0;
  while ((got = std::fread(buffer, 1, sizeof(buffer), pipe)) > 0) text.append(buffer, got);
  ::pclose(pipe);
  return text;
}

// Writes a kind's rows as the packed file of the data set; time in units of unit_ns.
void write_packed(const std::string& kind, const std::string& rows, std::int64_t unit_ns,
                  std::size_t columns, const std::string& path) {
  const auto source = make_source(make_table("generator", {{"kind", kind}, {"rows", rows}}));
  SymbolTable symbols;
  Diagnostics diagnostics;
  const auto reader = source->open(0, {symbols, diagnostics, std::nullopt});
  BatchBuilder batch(source->schema(), {.capacity_rows = 65536, .wanted = {}});
  std::ofstream file(path, std::ios::binary);
  Reader::Status status = Reader::Status::more;
  while (status != Reader::Status::end) {
    status = reader->read(batch);
    std::string bytes;
    const BatchView view = batch.view();
    for (std::int64_t row = 0; row < view.rows; ++row) {
      for (std::size_t i = 0; i < columns; ++i) {
        const ColumnView& values = view.columns[i];
        if (values.type.id == TypeId::timestamp) {
          const std::int64_t units = values.values<std::int64_t>()[row] / unit_ns;
          bytes.append(reinterpret_cast<const char*>(&units), sizeof(units));
        } else {
          const auto width = static_cast<std::size_t>(value_width_bytes(values.type));
          bytes.append(values.values<char>() + static_cast<std::size_t>(row) * width, width);
        }
      }
    }
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    batch.clear();
  }
}

// input's name → sha256, from the data set's table.
std::map<std::string, std::string> published_checksums(const std::string& path) {
  std::map<std::string, std::string> checksums;
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::vector<std::string> fields;
    for (std::string word; words >> word;) fields.push_back(word);
    if (fields.size() >= 4 && fields[2] == "1000000" && fields[3].size() == 64) {
      checksums[fields[1]] = fields[3];
    }
  }
  return checksums;
}

struct PeerFile {
  const char* kind;  // and the name of the file
  std::int64_t unit_ns;
  std::size_t columns;
};

TEST(PeerFiles, TheGeneratorMakesTheSameBytes) {
  const std::string table = shared_directory() + "/peers/expected/checksums.tsv";
  if (!std::filesystem::exists(table)) GTEST_SKIP() << "no peer data set at " << table;
  const std::map<std::string, std::string> checksums = published_checksums(table);
  ASSERT_FALSE(checksums.empty()) << table;
  const TemporaryDirectory files;
  for (const PeerFile& peer : {PeerFile{"ysb", 1'000'000, 3}, PeerFile{"bids", 1'000'000, 4},
                               PeerFile{"groupby", 1'000'000, 3}, PeerFile{"talkers", 1, 3}}) {
    const std::string path = files.path(peer.kind);
    write_packed(peer.kind, "1000000", peer.unit_ns, peer.columns, path);
    ASSERT_TRUE(checksums.contains(peer.kind)) << peer.kind;
    EXPECT_EQ(output_of("sha256sum < '" + path + "'").substr(0, 64), checksums.at(peer.kind))
        << peer.kind;
  }
}

// Other seeds and rates than the published ones, where the script that makes the files can run.
TEST(PeerFiles, AndForAnySeedAndRate) {
  const std::string script = shared_directory() + "/peers/generate.py";
  if (!std::filesystem::exists(script)) GTEST_SKIP() << "no peer data set at " << script;
  if (output_of("python3 -c 'import numpy; print(1)' 2>/dev/null") != "1\n") {
    GTEST_SKIP() << "python3 with numpy is not installed";
  }
  const TemporaryDirectory files;
  const std::string path = files.path("rows");
  output_of("python3 '" + script + "' ysb --rows 10000 --seed 5 --rate 333 --out '" + path + "'");
  const Schema schema = {{column("ts", TypeId::timestamp), column("ad_id", TypeId::int32),
                          column("event_type", TypeId::int32)}};
  const Rows expected =
      read_table(make_table("packed", {{"path", path}, {"timestamp_format", "unix_ms"}}, schema))
          .rows;
  const Rows rows =
      read_table(make_table("generator",
                            {{"kind", "ysb"}, {"rows", "10000"}, {"seed", "5"}, {"rate", "333"}},
                            schema))
          .rows;
  EXPECT_EQ(rows, expected);
}

}  // namespace
}  // namespace penstock::test
