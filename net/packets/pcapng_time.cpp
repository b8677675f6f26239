// SPDX-License-Identifier: Apache-2.0
#include "pcapng_time.h"

#include <limits>

namespace penstock::detail {
namespace {

__extension__ using Wide = unsigned __int128;
constexpr std::uint64_t ns_per_s = 1'000'000'000;

}  // namespace

bool PcapngClock::set_resolution(std::uint8_t resolution) noexcept {
  constexpr unsigned decimal_max = 19;
  constexpr unsigned binary_max = 63;
  const unsigned exponent = resolution & 0x7FU;
  binary_ = (resolution & 0x80U) != 0;
  if (binary_) {
    shift_ = exponent;
    return exponent <= binary_max;
  }
  if (exponent > decimal_max) return false;
  multiply_ = 1;
  divide_ = 1;
  for (unsigned digit = exponent; digit < 9; ++digit) multiply_ *= 10;
  for (unsigned digit = 9; digit < exponent; ++digit) divide_ *= 10;
  return true;
}

std::optional<std::int64_t> PcapngClock::to_ns(std::uint64_t ticks) const noexcept {
  Wide ns = 0;
  if (binary_) {
    ns = (Wide{ticks} * ns_per_s) >> shift_;
  } else if (divide_ == 1) {
    ns = Wide{ticks} * multiply_;
  } else {
    ns = ticks / divide_;
  }
  constexpr auto ns_max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (offset_s_ == 0) {
    if (ns > ns_max) return std::nullopt;
    return static_cast<std::int64_t>(ns);
  }
  __extension__ using Signed = __int128;
  const Signed shifted = static_cast<Signed>(ns) + Signed{offset_s_} * Signed{ns_per_s};
  if (shifted > Signed{std::numeric_limits<std::int64_t>::max()} ||
      shifted < Signed{std::numeric_limits<std::int64_t>::min()}) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(shifted);
}

}  // namespace penstock::detail
