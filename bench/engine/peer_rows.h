// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace penstock::bench {

// Packed rows of 16 bytes, the same for the same number of rows on every machine.
enum class PeerJob : std::uint8_t {
  ysb,      // ts int64 ms, ad_id int32 of 1000, event_type int32 of 3; 10 M rows a second
  groupby,  // ts int64 ms, key int32 of 1 M, value int32; 4 M rows a second
  talkers,  // ts int64 ns, src uint32 of 10,000 (few of them often), length uint32; 500 k a second
};

// Returns how many rows a query over them counts: all, of ysb those with event_type 0.
std::int64_t write_peer_rows(const std::string& path, PeerJob job, std::int64_t rows);

}  // namespace penstock::bench
