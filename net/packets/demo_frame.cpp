// SPDX-License-Identifier: Apache-2.0
#include "demo_frame.h"

#include <algorithm>
#include <cstring>

namespace penstock::detail {
namespace {

constexpr std::uint8_t protocol_icmp = 1;
constexpr std::uint8_t protocol_tcp = 6;
constexpr std::uint8_t protocol_udp = 17;
constexpr std::uint8_t protocol_icmp6 = 58;

std::uint8_t* put_8(std::uint8_t* at, std::uint32_t value) noexcept {
  *at = static_cast<std::uint8_t>(value);
  return at + 1;
}

std::uint8_t* put_16(std::uint8_t* at, std::uint32_t value) noexcept {
  return put_8(put_8(at, value >> 8U), value);
}

std::uint8_t* put_bytes(std::uint8_t* at, const std::uint8_t* from, std::size_t bytes) noexcept {
  std::memcpy(at, from, bytes);
  return at + bytes;
}

std::uint32_t ipv4_checksum(const std::uint8_t* header) noexcept {
  std::uint32_t sum = 0;
  for (int word = 0; word < 10; ++word) {
    sum += static_cast<std::uint32_t>((header[word * 2] << 8) | header[word * 2 + 1]);
  }
  sum = (sum >> 16U) + (sum & 0xFFFFU);
  sum += sum >> 16U;
  return ~sum & 0xFFFFU;
}

}  // namespace

std::uint8_t* DemoFrame::ethernet(const DemoEndpoint& from, const DemoEndpoint& to,
                                  std::uint16_t vlan, std::uint16_t type) noexcept {
  std::memset(bytes_.data(), 0, written_);
  std::uint8_t* at = put_bytes(bytes_.data(), to.mac.data(), to.mac.size());
  at = put_bytes(at, from.mac.data(), from.mac.size());
  if (vlan != 0) at = put_16(put_16(at, 0x8100), vlan);
  return put_16(at, type);
}

std::uint8_t* DemoFrame::internet(const DemoEndpoint& from, const DemoEndpoint& to,
                                  std::uint16_t vlan, std::uint8_t protocol,
                                  std::uint32_t bytes) noexcept {
  constexpr std::uint8_t hops = 64;
  if (from.ipv6) {
    std::uint8_t* at = ethernet(from, to, vlan, 0x86DD);
    at = put_16(put_16(at, 0x6000), 0);
    at = put_8(put_8(put_16(at, bytes), protocol), hops);
    return put_bytes(put_bytes(at, from.ip.bytes.data(), 16), to.ip.bytes.data(), 16);
  }
  std::uint8_t* const header = ethernet(from, to, vlan, 0x0800);
  std::uint8_t* at = put_16(put_16(header, 0x4500), bytes + 20);
  at = put_16(put_16(at, 0), 0x4000);
  at = put_16(put_8(put_8(at, hops), protocol), 0);
  at = put_bytes(at, from.ip.bytes.data() + 12, 4);
  at = put_bytes(at, to.ip.bytes.data() + 12, 4);
  put_16(header + 10, ipv4_checksum(header));
  return at;
}

void DemoFrame::finish(const std::uint8_t* headers_end, std::uint32_t payload_bytes) noexcept {
  written_ = static_cast<std::uint32_t>(headers_end - bytes_.data());
  length_ = std::max(frame_bytes_min, written_ + payload_bytes);
}

void DemoFrame::tcp(const DemoEndpoint& from, const DemoEndpoint& to, std::uint16_t vlan,
                    std::uint16_t src_port, std::uint16_t dst_port, std::uint8_t flags,
                    std::uint32_t payload_bytes) noexcept {
  constexpr std::uint32_t header_bytes = 20;
  std::uint8_t* at = internet(from, to, vlan, protocol_tcp, header_bytes + payload_bytes);
  at = put_16(put_16(at, src_port), dst_port);
  at = put_16(put_16(at, 0), 1);  // sequence
  at = put_16(put_16(at, 0), 1);  // acknowledged
  at = put_8(put_8(at, (header_bytes / 4) << 4U), flags);
  at = put_16(put_16(put_16(at, 0xFFFF), 0), 0);  // window, checksum, urgent
  finish(at, payload_bytes);
}

void DemoFrame::udp(const DemoEndpoint& from, const DemoEndpoint& to, std::uint16_t vlan,
                    std::uint16_t src_port, std::uint16_t dst_port,
                    std::uint32_t payload_bytes) noexcept {
  constexpr std::uint32_t header_bytes = 8;
  std::uint8_t* at = internet(from, to, vlan, protocol_udp, header_bytes + payload_bytes);
  at = put_16(put_16(at, src_port), dst_port);
  at = put_16(put_16(at, header_bytes + payload_bytes), 0);
  finish(at, payload_bytes);
}

void DemoFrame::ping(const DemoEndpoint& from, const DemoEndpoint& to, std::uint16_t vlan,
                     bool reply) noexcept {
  constexpr std::uint32_t echo_bytes = 64;
  std::uint8_t* at =
      internet(from, to, vlan, from.ipv6 ? protocol_icmp6 : protocol_icmp, echo_bytes);
  const std::uint32_t request_type = from.ipv6 ? 128 : 8;
  const std::uint32_t reply_type = from.ipv6 ? 129 : 0;
  at = put_8(at, reply ? reply_type : request_type);
  finish(at, echo_bytes - 1);
}

void DemoFrame::arp(const DemoEndpoint& from, const DemoEndpoint& to, std::uint16_t vlan) noexcept {
  std::uint8_t* at = ethernet(from, to, vlan, 0x0806);
  at = put_16(put_16(put_16(put_16(at, 1), 0x0800), 0x0604), 1);
  at = put_bytes(at, from.mac.data(), from.mac.size());
  at = put_bytes(at, from.ip.bytes.data() + 12, 4);
  at = put_bytes(at + 6, to.ip.bytes.data() + 12, 4);
  finish(at, 0);
}

std::span<const std::uint8_t> DemoFrame::captured(std::uint32_t bytes_max) const noexcept {
  return {bytes_.data(), std::min(length_, bytes_max)};
}

}  // namespace penstock::detail
