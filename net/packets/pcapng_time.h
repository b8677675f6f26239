// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace penstock::detail {

// From the ticks of a pcapng interface (if_tsresol, if_tsoffset) to nanoseconds since 1970.
class PcapngClock {
 public:
  PcapngClock() = default;  // microseconds, no offset

  // The value of if_tsresol: 10^-n seconds, or 2^-n where the highest bit is set. False where 64
  // bits of such ticks last less than a second.
  [[nodiscard]] bool set_resolution(std::uint8_t resolution) noexcept;
  void set_offset_seconds(std::int64_t seconds) noexcept { offset_s_ = seconds; }

  // nullopt where int64 nanoseconds cannot say it.
  [[nodiscard]] std::optional<std::int64_t> to_ns(std::uint64_t ticks) const noexcept;

 private:
  std::uint64_t multiply_ = 1000;
  std::uint64_t divide_ = 1;  // of multiply_ and divide_, one is 1
  unsigned shift_ = 0;        // not 0: ticks of 2^-shift_ seconds
  bool binary_ = false;
  std::int64_t offset_s_ = 0;
};

}  // namespace penstock::detail
