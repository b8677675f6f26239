// SPDX-License-Identifier: Apache-2.0
#include "peer_rows.h"

#include <array>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace penstock::bench {
namespace {

constexpr std::uint64_t golden = 0x9E3779B97F4A7C15ULL;
constexpr std::int64_t start_ms = 1'700'000'000'000;

// SplitMix64's output function (Steele, Lea, Flood 2014).
std::uint64_t finalise(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

struct PackedRow {
  std::int64_t time = 0;
  std::uint32_t first = 0;
  std::uint32_t second = 0;
};
static_assert(sizeof(PackedRow) == 16);

PackedRow row_of(PeerJob job, std::uint64_t i) {
  const auto draw = [i](std::uint64_t c) { return finalise((8 * i + c + 1) * golden); };
  const std::uint64_t u = draw(0);
  switch (job) {
    case PeerJob::ysb:
      return {start_ms + static_cast<std::int64_t>(i / 10'000),
              static_cast<std::uint32_t>(u % 1000), static_cast<std::uint32_t>(draw(1) % 3)};
    case PeerJob::groupby:
      return {start_ms + static_cast<std::int64_t>(i / 4'000),
              static_cast<std::uint32_t>(u % 1'000'000), static_cast<std::uint32_t>(draw(1) >> 40)};
    case PeerJob::talkers: break;
  }
  const std::uint64_t skewed = (u & 0xFFFFFFFF) % 10'000 * ((u >> 32) % 10'000) / 10'000;
  return {start_ms * 1'000'000 + static_cast<std::int64_t>(i * 2'000),
          static_cast<std::uint32_t>(skewed * 2654435761ULL),
          static_cast<std::uint32_t>(64 + draw(1) % 1455)};
}

}  // namespace

std::int64_t write_peer_rows(const std::string& path, PeerJob job, std::int64_t rows) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) throw std::runtime_error("cannot write " + path);
  std::int64_t counted = 0;
  std::vector<PackedRow> block;
  for (std::int64_t i = 0; i < rows;) {
    block.clear();
    for (; i < rows && block.size() < 65536; ++i) {
      block.push_back(row_of(job, static_cast<std::uint64_t>(i)));
      counted += job != PeerJob::ysb || block.back().second == 0 ? 1 : 0;
    }
    if (std::fwrite(block.data(), sizeof(PackedRow), block.size(), file) != block.size()) {
      std::fclose(file);
      throw std::runtime_error("cannot write " + path + ": is the disk full?");
    }
  }
  if (std::fclose(file) != 0) throw std::runtime_error("cannot write " + path);
  return counted;
}

}  // namespace penstock::bench
