// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include <penstock/packets/capture_reader.h>

#include "byte_window.h"

namespace penstock::detail {

// More than any link's frame, and what libpcap allows: a record that claims more is damaged.
inline constexpr std::uint32_t captured_bytes_max = 262144;
static_assert(captured_bytes_max + 4096 < ByteWindow::capacity_bytes);

// What tells one file format from another. A call gives out many frames, so that it may be virtual.
class CaptureFormat {
 public:
  virtual ~CaptureFormat() = default;
  virtual std::size_t next(std::span<CapturedPacket> out) = 0;

  CaptureReader::State state = CaptureReader::State::more;
  std::string damage;  // "ends inside of packet 7 (byte 1234)"
  std::uint64_t packets = 0;
};

inline std::uint32_t load_32(const std::uint8_t* at, bool swapped) noexcept {
  std::uint32_t value = 0;
  __builtin_memcpy(&value, at, sizeof value);
  return swapped ? __builtin_bswap32(value) : value;
}

inline std::uint16_t load_16(const std::uint8_t* at, bool swapped) noexcept {
  std::uint16_t value = 0;
  __builtin_memcpy(&value, at, sizeof value);
  return swapped ? __builtin_bswap16(value) : value;
}

inline constexpr std::uint32_t pcap_magic_us = 0xA1B2C3D4;
inline constexpr std::uint32_t pcap_magic_ns = 0xA1B23C4D;
inline constexpr std::size_t pcap_header_bytes = 24;
inline constexpr std::uint32_t pcapng_magic = 0x0A0D0D0A;

// Error{unsupported} naming the file and the link type where it is not decoded.
LinkType require_link_type(const std::string& path, std::uint32_t number);

// The window stands at the file's first byte and has the whole header (pcap), or 12 bytes (pcapng).
// The window must outlive what they make.
std::unique_ptr<CaptureFormat> open_pcap(ByteWindow& window, const std::string& path);
std::unique_ptr<CaptureFormat> open_pcapng(ByteWindow& window, const std::string& path);
// nullptr where libpcap does not know the format either; `reason` is what it says.
std::unique_ptr<CaptureFormat> open_libpcap(const std::string& path, std::string& reason);

}  // namespace penstock::detail
