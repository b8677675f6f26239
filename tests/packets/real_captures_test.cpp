// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "capture_files.h"
#include "packet_table.h"

namespace penstock::test {
namespace {

#define SKIP_WITHOUT_CAPTURES()                                                               \
  if (captures_directory().empty()) {                                                         \
    GTEST_SKIP() << "no real captures: set PENSTOCK_SHARED to the folder with data/captures"; \
  }

std::vector<std::vector<std::string>> read_tsv(const std::string& name) {
  std::ifstream file(captures_directory() + "/" + name);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  while (std::getline(file, line)) {
    std::vector<std::string> cells;
    std::stringstream stream(line);
    std::string cell;
    while (std::getline(stream, cell, '\t')) cells.push_back(cell);
    rows.push_back(cells);
  }
  rows.erase(rows.begin());  // the header
  return rows;
}

TableContents read_real(const std::string& name, const ReadSettings& settings = {}) {
  return read_table(*make_pcap_source({{"path", captures_directory() + "/" + name}}), settings);
}

std::int64_t count_where(const TableContents& contents, const std::string& column,
                         const std::string& value) {
  return std::count_if(contents.rows.begin(), contents.rows.end(),
                       [&](const TextRow& row) { return row.at(column) == value; });
}

// The whole second of a timestamp's text: its first 19 characters.
std::string second_of(const TextRow& row) {
  return row.at("ts").substr(0, 19);
}

TEST(real_captures, totals) {
  SKIP_WITHOUT_CAPTURES();
  const auto expected = read_tsv("expected_totals.tsv");
  ASSERT_EQ(expected.size(), 10);
  for (const auto& cells : expected) {
    SCOPED_TRACE(cells.at(0));
    const TableContents contents = read_real(cells.at(0));
    std::int64_t bytes = 0;
    std::set<std::string> sources;
    std::set<std::string> windows;
    for (const TextRow& row : contents.rows) {
      bytes += std::stoll(row.at("length"));
      if (row.at("src_ip") != "NULL") sources.insert(row.at("src_ip"));
      windows.insert(second_of(row));
    }
    const std::vector<std::int64_t> actual = {
        static_cast<std::int64_t>(contents.rows.size()),
        bytes,
        count_where(contents, "ip_version", "4"),
        count_where(contents, "ip_version", "6"),
        count_where(contents, "protocol", "udp"),
        count_where(contents, "protocol", "tcp"),
        count_where(contents, "protocol", "icmp"),
        static_cast<std::int64_t>(contents.rows.size()) - count_where(contents, "vlan", "NULL"),
        static_cast<std::int64_t>(sources.size()),
        static_cast<std::int64_t>(windows.size())};
    std::vector<std::int64_t> wanted;
    for (std::size_t cell = 1; cell < cells.size(); ++cell) {
      wanted.push_back(std::stoll(cells[cell]));
    }
    EXPECT_EQ(actual, wanted);
    EXPECT_TRUE(contents.warnings.empty());
  }
}

TEST(real_captures, talkers_by_second) {
  SKIP_WITHOUT_CAPTURES();
  using Key = std::pair<std::string, std::string>;  // second, source
  std::map<std::string, std::map<Key, std::pair<std::int64_t, std::int64_t>>> expected;
  for (const auto& cells : read_tsv("expected_talkers_1s.tsv")) {
    std::string second;
    append_timestamp(second, std::stoll(cells.at(1)) * 1'000'000'000);
    expected[cells.at(0)][{second.substr(0, 19), cells.at(2)}] = {std::stoll(cells.at(3)),
                                                                  std::stoll(cells.at(4))};
  }
  ASSERT_FALSE(expected.empty());
  for (const auto& [name, wanted] : expected) {
    std::map<Key, std::pair<std::int64_t, std::int64_t>> actual;
    for (const TextRow& row : read_real(name).rows) {
      if (row.at("src_ip") == "NULL") continue;
      auto& [packets, bytes] = actual[{second_of(row), row.at("src_ip")}];
      ++packets;
      bytes += std::stoll(row.at("length"));
    }
    EXPECT_EQ(actual, wanted) << name;
  }
}

// Frame 111 of tcpreplay-test.pcap says that its IPv4 packet has 255 bytes where the frame has
// room for 100; all other headers are sound.
TEST(real_captures, malformed_headers) {
  SKIP_WITHOUT_CAPTURES();
  for (const std::string& name : capture_names()) {
    const TableContents contents = read_real(name);
    for (const auto& [counter, value] : contents.counters) {
      const bool known = name == "tcpreplay-test.pcap" && counter == "packets.malformed_ipv4";
      EXPECT_EQ(value, known ? 1 : 0) << name << " " << counter;
    }
  }
}

TEST(real_captures, libpcap_reads_the_same_frames) {
  SKIP_WITHOUT_CAPTURES();
  for (const std::string& name : capture_names()) {
    const std::string path = captures_directory() + "/" + name;
    const ReadCapture own = read_capture(path);
    const ReadCapture libpcap = read_capture(path, CaptureReader::Method::libpcap);
    EXPECT_EQ(own.state, CaptureReader::State::end) << own.damage;
    EXPECT_EQ(libpcap.state, CaptureReader::State::end) << libpcap.damage;
    EXPECT_EQ(own.frames, libpcap.frames) << name;
    EXPECT_FALSE(own.frames.empty());
  }
}

TEST(real_captures, batches_do_not_change_rows) {
  SKIP_WITHOUT_CAPTURES();
  for (const std::string name : {"1kxun.pcap", "rtp.pcapng"}) {
    const TableContents contents = read_real(name);
    EXPECT_EQ(read_real(name, {.batch_rows = 1}).rows, contents.rows);
    EXPECT_EQ(read_real(name, {.batch_rows = 4096}).rows, contents.rows);
  }
}

}  // namespace
}  // namespace penstock::test
