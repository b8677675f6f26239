// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <penstock/kernels/types.h>

namespace penstock {

// What a captured frame starts with.
enum class LinkType : std::uint8_t {
  ethernet,
  linux_cooked_1,  // LINUX_SLL
  linux_cooked_2,  // LINUX_SLL2
  raw_ip,          // IPv4 or IPv6, by the version nibble
  ipv4,
  ipv6,
  loopback,  // NULL and LOOP: an address family of 4 bytes, in either byte order
};

// From the number that capture files carry (LINKTYPE_*); nullopt for what is not decoded here.
std::optional<LinkType> link_type_from_number(std::uint32_t number) noexcept;
// "IEEE802_11_RADIO (802.11 plus radiotap header, number 127)", or the number alone where it has no
// name.
std::string link_type_name(std::uint32_t number);

// The columns of packet_schema(), by position there.
enum class PacketColumn : std::uint8_t {
  ts,
  src_ip,
  dst_ip,
  src_port,
  dst_port,
  protocol,
  length,
  payload_length,
  tcp_flags,
  vlan,
  ip_version,
  fragment,
  src_mac,
  dst_mac,
};
inline constexpr std::size_t packet_column_count = 14;

constexpr std::uint16_t packet_column_bit(PacketColumn column) noexcept {
  return static_cast<std::uint16_t>(1U << static_cast<unsigned>(column));
}

// Why fields of a frame are unknown, as bits.
enum class PacketProblem : std::uint8_t {
  malformed_ipv4 = 1,
  malformed_ipv6 = 2,
  malformed_udp = 4,
  malformed_tcp = 8,
  truncated = 16,  // the capture kept too few bytes of the frame to read its headers
};

// What is known of a frame. A field whose bit in `known` is clear is zero.
struct PacketFields {
  Bytes16 src_ip;
  Bytes16 dst_ip;
  std::uint32_t length = 0;          // of the frame as it was on the wire
  std::uint32_t payload_length = 0;  // behind the transport header, by the headers' lengths
  std::uint16_t src_port = 0;
  std::uint16_t dst_port = 0;
  std::uint16_t vlan = 0;  // the outermost VLAN's id
  std::uint16_t known = 0;
  std::array<std::uint8_t, 6> src_mac{};
  std::array<std::uint8_t, 6> dst_mac{};
  std::uint8_t protocol = 0;  // of the outermost IP header, behind IPv6's extension headers
  std::uint8_t tcp_flags = 0;
  std::uint8_t ip_version = 0;
  bool fragment = false;
  std::uint8_t problems = 0;

  [[nodiscard]] bool knows(PacketColumn column) const noexcept {
    return (known & packet_column_bit(column)) != 0;
  }
  [[nodiscard]] bool has(PacketProblem problem) const noexcept {
    return (problems & static_cast<unsigned>(problem)) != 0;
  }
};

// Decodes the link layer, up to four VLAN tags, the outermost IP header and the ports behind it.
// Reads nothing outside of `captured`, allocates nothing, never fails: what cannot be read stays
// unknown. `original_length` is the frame's length on the wire, at least that of `captured`.
// `fields` is overwritten.
void decode_packet(LinkType link, std::span<const std::uint8_t> captured,
                   std::uint32_t original_length, PacketFields& fields) noexcept;

// "tcp", "udp", "icmp", "icmp6", …; the number as text where it has no name here.
std::string protocol_name(std::uint8_t protocol);

}  // namespace penstock
