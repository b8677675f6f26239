// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <penstock/kernels/error.h>
#include <penstock/packets/demo_traffic.h>

#include <algorithm>
#include <map>
#include <set>

#include "capture_files.h"

namespace penstock::test {
namespace {

DemoTraffic small_traffic() {
  return {.packets = 60'000, .scanned_ports = 1200};
}

// What reading the capture back says.
struct Measured {
  DemoSummary summary;
  std::map<Bytes16, DemoTalker> talkers;
  std::map<Bytes16, std::set<std::uint16_t>> ports;  // by source of a SYN
  std::map<std::int64_t, std::int64_t> hours;
  std::int64_t ipv6 = 0;
  std::int64_t tagged = 0;
  std::map<std::string, std::int64_t> protocols;
  std::set<std::uint16_t> service_ports;
};

Measured measure(const std::string& path) {
  Measured measured;
  std::int64_t before_ns = 0;
  for (const ReadFrame& frame : read_capture(path).frames) {
    PacketFields fields;
    decode_packet(frame.link, frame.bytes, frame.original_length, fields);
    EXPECT_EQ(fields.problems, 0);
    EXPECT_GE(frame.ts_ns, before_ns);
    before_ns = frame.ts_ns;
    ++measured.summary.packets;
    measured.summary.frame_bytes += fields.length;
    ++measured.hours[frame.ts_ns / 3'600'000'000'000 % 24];
    measured.ipv6 += fields.ip_version == 6 ? 1 : 0;
    measured.tagged += fields.knows(PacketColumn::vlan) ? 1 : 0;
    if (!fields.knows(PacketColumn::src_ip)) continue;
    ++measured.summary.ip_packets;
    ++measured.protocols[protocol_name(fields.protocol)];
    measured.service_ports.insert(std::min(fields.src_port, fields.dst_port));
    DemoTalker& talker = measured.talkers[fields.src_ip];
    talker.ip = fields.src_ip;
    ++talker.packets;
    talker.bytes += fields.length;
    if (fields.tcp_flags == 0x02) measured.ports[fields.src_ip].insert(fields.dst_port);
  }
  return measured;
}

TEST(demo_traffic, the_summary_is_what_the_capture_holds) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("demo.pcap");
  const DemoTraffic traffic = small_traffic();
  const DemoSummary summary = write_demo_capture(path, traffic);
  const Measured measured = measure(path);
  EXPECT_EQ(summary.packets, traffic.packets);
  EXPECT_EQ(summary.packets, measured.summary.packets);
  EXPECT_EQ(summary.frame_bytes, measured.summary.frame_bytes);
  EXPECT_EQ(summary.ip_packets, measured.summary.ip_packets);
  EXPECT_EQ(summary.file_bytes, read_file(path).size());
  EXPECT_GE(summary.first_ns, traffic.start_ns);
  EXPECT_LT(summary.last_ns, traffic.start_ns + traffic.duration_ns);
  ASSERT_EQ(summary.top_talkers.size(), 10);
  std::vector<DemoTalker> talkers;
  for (const auto& [ip, talker] : measured.talkers) talkers.push_back(talker);
  std::stable_sort(talkers.begin(), talkers.end(),
                   [](const DemoTalker& a, const DemoTalker& b) { return a.bytes > b.bytes; });
  for (std::size_t rank = 0; rank < 10; ++rank) {
    EXPECT_EQ(ip_text(summary.top_talkers[rank].ip), ip_text(talkers[rank].ip)) << rank;
    EXPECT_EQ(summary.top_talkers[rank].bytes, talkers[rank].bytes);
    EXPECT_EQ(summary.top_talkers[rank].packets, talkers[rank].packets);
  }
}

TEST(demo_traffic, one_source_scans) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("demo.pcap");
  const DemoSummary summary = write_demo_capture(path, small_traffic());
  const Measured measured = measure(path);
  EXPECT_EQ(ip_text(summary.scanner_ip), "198.51.100.66");
  EXPECT_EQ(summary.scanned_ports, 1200);
  EXPECT_EQ(measured.ports.at(summary.scanner_ip).size(), 1200);
  EXPECT_LT(summary.scan_end_ns - summary.scan_start_ns, 180'000'000'000);
  for (const auto& [source, ports] : measured.ports) {
    if (source != summary.scanner_ip) {
      EXPECT_LT(ports.size(), 100) << ip_text(source);
    }
  }
  EXPECT_EQ(measured.talkers.count(summary.scanned_ip), 1);
}

TEST(demo_traffic, a_day_with_its_rhythm_and_its_mix) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("demo.pcap");
  write_demo_capture(path, small_traffic());
  Measured measured = measure(path);
  EXPECT_EQ(measured.hours.size(), 24);
  EXPECT_GT(measured.hours[10], 8 * measured.hours[3]);
  EXPECT_GT(measured.ipv6, 3000);
  EXPECT_GT(measured.tagged, 1000);
  for (const char* protocol : {"tcp", "udp", "icmp", "icmp6"}) {
    EXPECT_GT(measured.protocols[protocol], 100) << protocol;
  }
  for (const std::uint16_t port : {std::uint16_t{53}, std::uint16_t{80}, std::uint16_t{443}}) {
    EXPECT_EQ(measured.service_ports.count(port), 1) << port;
  }
  EXPECT_GT(measured.summary.packets, measured.summary.ip_packets);  // ARP
}

TEST(demo_traffic, the_same_settings_give_the_same_bytes) {
  const TemporaryDirectory directory;
  const DemoTraffic traffic = {.seed = 3, .packets = 5000, .scanned_ports = 100};
  write_demo_capture(directory.file("a"), traffic);
  write_demo_capture(directory.file("b"), traffic);
  EXPECT_EQ(read_file(directory.file("a")), read_file(directory.file("b")));
  DemoTraffic other = traffic;
  other.seed = 4;
  write_demo_capture(directory.file("b"), other);
  EXPECT_NE(read_file(directory.file("a")), read_file(directory.file("b")));
}

TEST(demo_traffic, settings_at_their_limits) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("x.pcap");
  EXPECT_EQ(write_demo_capture(path, {.packets = 1, .scanned_ports = 0}).packets, 1);
  const DemoSummary without =
      write_demo_capture(path, {.packets = 1000, .hosts = 10, .scanned_ports = 0});
  EXPECT_EQ(without.scanner_ip, Bytes16{});
  EXPECT_EQ(without.scanned_ports, 0);
  const DemoSummary second = write_demo_capture(path, {.packets = 9000,
                                                       .duration_ns = 1'000'000'000,
                                                       .hosts = 60'000,
                                                       .scanned_ports = 3000,
                                                       .captured_bytes_max = 65'535});
  EXPECT_EQ(second.packets, 9000);
  EXPECT_EQ(second.scanned_ports, 3000);
  EXPECT_EQ(measure(path).summary.frame_bytes, second.frame_bytes);
  for (const DemoTraffic& bad : std::vector<DemoTraffic>{{.packets = 0},
                                                         {.packets = 100, .scanned_ports = 34},
                                                         {.duration_ns = 1},
                                                         {.hosts = 9},
                                                         {.hosts = 60'001},
                                                         {.captured_bytes_max = 77}}) {
    EXPECT_THROW(write_demo_capture(path, bad), Error);
  }
}

}  // namespace
}  // namespace penstock::test
