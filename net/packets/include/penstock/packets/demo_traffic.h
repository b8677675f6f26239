// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <penstock/kernels/types.h>

namespace penstock {

// A day in an office network, the same for the same settings on every machine: few hosts send most
// of the bytes, afternoons are busier than nights, a fifth of the hosts speak IPv6, some are in a
// VLAN; and one outsider scans the ports of one host.
struct DemoTraffic {
  std::uint64_t seed = 1;
  std::int64_t packets = 1'000'000;                   // at least 1; with the scan's
  std::int64_t start_ns = 1'772'409'600'000'000'000;  // 2026-03-02 00:00 UTC
  std::int64_t duration_ns = 86'400'000'000'000;      // the rhythm of a day stretches over it
  int hosts = 400;                                    // in the office, from 10 to 60,000
  int scanned_ports = 1500;                           // 0 = no scan; at most a third of packets
  std::uint32_t captured_bytes_max = 96;              // of each frame: headers, little payload
};

struct DemoTalker {
  Bytes16 ip;
  std::int64_t packets = 0;
  std::int64_t bytes = 0;
};

// What was planted, for tests to find.
struct DemoSummary {
  std::int64_t packets = 0;
  std::int64_t frame_bytes = 0;  // on the wire
  std::uint64_t file_bytes = 0;
  std::int64_t ip_packets = 0;  // the others are ARP
  std::int64_t first_ns = 0;
  std::int64_t last_ns = 0;
  std::vector<DemoTalker> top_talkers;  // ten sources, by bytes, then by address
  Bytes16 scanner_ip;                   // all zero: no scan
  Bytes16 scanned_ip;
  std::int64_t scan_start_ns = 0;  // of its first SYN
  std::int64_t scan_end_ns = 0;    // of its last
  int scanned_ports = 0;           // distinct
};

// Writes the capture. Error{invalid_argument} for settings outside of what is said above, and
// CaptureWriter's errors.
DemoSummary write_demo_capture(const std::string& path, const DemoTraffic& traffic);

}  // namespace penstock
