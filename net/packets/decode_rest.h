// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include <penstock/packets/packet_decoder.h>

namespace penstock::detail {

// The rest of a frame: where it is, how much of it was captured, how much of it there was.
struct Rest {
  const std::uint8_t* at = nullptr;
  std::uint32_t captured = 0;
  std::uint32_t original = 0;

  [[nodiscard]] Rest after(std::uint32_t bytes) const noexcept {
    return {at + std::min(bytes, captured), captured - std::min(bytes, captured),
            original - std::min(bytes, original)};
  }
};

inline std::uint16_t big_endian_16(const std::uint8_t* at) noexcept {
  return static_cast<std::uint16_t>((at[0] << 8) | at[1]);
}

inline std::uint32_t big_endian_32(const std::uint8_t* at) noexcept {
  return (std::uint32_t{big_endian_16(at)} << 16) | big_endian_16(at + 2);
}

inline void know(PacketFields& fields, PacketColumn column) noexcept {
  fields.known = static_cast<std::uint16_t>(fields.known | packet_column_bit(column));
}

inline void note(PacketFields& fields, PacketProblem problem) noexcept {
  fields.problems = static_cast<std::uint8_t>(fields.problems | static_cast<std::uint8_t>(problem));
}

// For a header of `bytes` that was not captured whole: cut by the capture, or never there.
inline void note_short(PacketFields& fields, const Rest& rest, std::uint32_t bytes,
                       PacketProblem malformed) noexcept {
  note(fields, rest.original < bytes ? malformed : PacketProblem::truncated);
}

// Of the IP packet at the front of `rest`, which may have padding behind it.
void decode_ipv4(const Rest& rest, PacketFields& fields) noexcept;
void decode_ipv6(const Rest& rest, PacketFields& fields) noexcept;
// Either, by the version nibble.
void decode_ip(const Rest& rest, PacketFields& fields) noexcept;

}  // namespace penstock::detail
