// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstring>

#include <penstock/packets/packet_decoder.h>

#include "decode_rest.h"

namespace penstock {
namespace {

using detail::big_endian_16;
using detail::big_endian_32;
using detail::decode_ip;
using detail::decode_ipv4;
using detail::decode_ipv6;
using detail::know;
using detail::note;
using detail::Rest;

constexpr std::uint16_t ethertype_ipv4 = 0x0800;
constexpr std::uint16_t ethertype_ipv6 = 0x86DD;
constexpr std::uint16_t ethertype_vlan = 0x8100;
constexpr std::uint16_t ethertype_qinq = 0x88A8;
constexpr std::uint16_t ethertype_qinq_old = 0x9100;
constexpr std::uint16_t ethertype_mpls = 0x8847;
constexpr std::uint16_t ethertype_mpls_multicast = 0x8848;
constexpr std::uint16_t ethertype_pppoe = 0x8864;
constexpr std::uint16_t ethernet_length_max = 1500;  // below: a length, LLC follows
constexpr int vlan_tags_max = 4;
constexpr int mpls_labels_max = 8;

void decode_pppoe(const Rest& rest, PacketFields& fields) noexcept {
  constexpr std::uint16_t ppp_ipv4 = 0x0021;
  constexpr std::uint16_t ppp_ipv6 = 0x0057;
  if (rest.captured < 8) {
    if (rest.original >= 8) note(fields, PacketProblem::truncated);
    return;
  }
  const std::uint16_t type = big_endian_16(rest.at + 6);
  if (type == ppp_ipv4) decode_ipv4(rest.after(8), fields);
  if (type == ppp_ipv6) decode_ipv6(rest.after(8), fields);
}

// Where an Ethernet type was read: the frame's own header, or that of a frame inside of MPLS.
enum class Depth : std::uint8_t { outer, inner };

void decode_type(std::uint16_t type, Rest rest, Depth depth, PacketFields& fields) noexcept;

// Behind the label stack may be anything: IP is told by its version nibble, and a zero nibble
// starts the control word of a pseudowire, which carries an Ethernet frame.
void decode_mpls(Rest rest, Depth depth, PacketFields& fields) noexcept {
  constexpr std::uint32_t wire_bytes = 4 + 14;
  for (int label = 0; label < mpls_labels_max; ++label) {
    if (rest.captured < 5) {
      if (rest.original >= 5) note(fields, PacketProblem::truncated);
      return;
    }
    const bool bottom = (rest.at[2] & 1U) != 0;
    rest = rest.after(4);
    if (!bottom) continue;
    const unsigned nibble = rest.at[0] >> 4U;
    if (nibble == 4) {
      decode_ipv4(rest, fields);
    } else if (nibble == 6) {
      decode_ipv6(rest, fields);
    } else if (nibble == 0 && depth == Depth::outer && rest.captured >= wire_bytes) {
      decode_type(big_endian_16(rest.at + wire_bytes - 2), rest.after(wire_bytes), Depth::inner,
                  fields);
    } else if (nibble == 0 && depth == Depth::outer && rest.original >= wire_bytes) {
      note(fields, PacketProblem::truncated);
    }
    return;
  }
}

// What may follow an Ethernet type other than IP and VLAN.
void decode_rare_type(std::uint16_t type, const Rest& rest, Depth depth,
                      PacketFields& fields) noexcept {
  constexpr std::array<std::uint8_t, 6> snap = {0xAA, 0xAA, 0x03, 0, 0, 0};
  if (type == ethertype_pppoe) {
    decode_pppoe(rest, fields);
  } else if (type == ethertype_mpls || type == ethertype_mpls_multicast) {
    decode_mpls(rest, depth, fields);
  } else if (type <= ethernet_length_max && rest.captured >= 8 &&
             std::memcmp(rest.at, snap.data(), snap.size()) == 0) {
    const std::uint16_t inner = big_endian_16(rest.at + 6);
    if (inner == ethertype_ipv4) decode_ipv4(rest.after(8), fields);
    if (inner == ethertype_ipv6) decode_ipv6(rest.after(8), fields);
  }
}

void decode_type(std::uint16_t type, Rest rest, Depth depth, PacketFields& fields) noexcept {
  for (int tag = 0; tag < vlan_tags_max && (type == ethertype_vlan || type == ethertype_qinq ||
                                            type == ethertype_qinq_old);
       ++tag) {
    if (!fields.knows(PacketColumn::vlan) && rest.captured >= 2) {
      fields.vlan = big_endian_16(rest.at) & 0x0FFFU;
      know(fields, PacketColumn::vlan);
    }
    if (rest.captured < 4) {
      if (rest.original >= 4) note(fields, PacketProblem::truncated);
      return;
    }
    type = big_endian_16(rest.at + 2);
    rest = rest.after(4);
  }
  if (type == ethertype_ipv4) {
    decode_ipv4(rest, fields);
  } else if (type == ethertype_ipv6) {
    decode_ipv6(rest, fields);
  } else {
    decode_rare_type(type, rest, depth, fields);
  }
}

void set_mac(std::array<std::uint8_t, 6>& mac, const std::uint8_t* at, PacketColumn column,
             PacketFields& fields) noexcept {
  std::memcpy(mac.data(), at, mac.size());
  know(fields, column);
}

void decode_ethernet(const Rest& rest, PacketFields& fields) noexcept {
  if (rest.captured >= 6) set_mac(fields.dst_mac, rest.at, PacketColumn::dst_mac, fields);
  if (rest.captured >= 12) set_mac(fields.src_mac, rest.at + 6, PacketColumn::src_mac, fields);
  if (rest.captured >= 14) {
    decode_type(big_endian_16(rest.at + 12), rest.after(14), Depth::outer, fields);
  } else if (rest.original >= 14) {
    note(fields, PacketProblem::truncated);
  }
}

void decode_linux_cooked_1(const Rest& rest, PacketFields& fields) noexcept {
  if (rest.captured < 16) {
    if (rest.original >= 16) note(fields, PacketProblem::truncated);
    return;
  }
  if (big_endian_16(rest.at + 4) == 6) {
    set_mac(fields.src_mac, rest.at + 6, PacketColumn::src_mac, fields);
  }
  decode_type(big_endian_16(rest.at + 14), rest.after(16), Depth::outer, fields);
}

void decode_linux_cooked_2(const Rest& rest, PacketFields& fields) noexcept {
  if (rest.captured < 20) {
    if (rest.original >= 20) note(fields, PacketProblem::truncated);
    return;
  }
  if (rest.at[11] == 6) set_mac(fields.src_mac, rest.at + 12, PacketColumn::src_mac, fields);
  decode_type(big_endian_16(rest.at), rest.after(20), Depth::outer, fields);
}

// Address families of the systems that write such captures: IPv6 is 10 on Linux, 24, 28 and 30 on
// the BSDs and macOS. All fit one byte, which tells the byte order.
void decode_loopback(const Rest& rest, PacketFields& fields) noexcept {
  if (rest.captured < 4) {
    if (rest.original >= 4) note(fields, PacketProblem::truncated);
    return;
  }
  std::uint32_t family = big_endian_32(rest.at);
  if (family > 0xFFFFFF) family >>= 24U;
  if (family == 2) decode_ipv4(rest.after(4), fields);
  if (family == 10 || family == 24 || family == 28 || family == 30) {
    decode_ipv6(rest.after(4), fields);
  }
}

}  // namespace

void decode_packet(LinkType link, std::span<const std::uint8_t> captured,
                   std::uint32_t original_length, PacketFields& fields) noexcept {
  fields = PacketFields{};
  fields.length = original_length;
  fields.known = packet_column_bit(PacketColumn::ts) | packet_column_bit(PacketColumn::length);
  const auto captured_bytes = static_cast<std::uint32_t>(captured.size());
  const Rest rest{captured.data(), captured_bytes, std::max(original_length, captured_bytes)};
  switch (link) {
    case LinkType::ethernet: decode_ethernet(rest, fields); break;
    case LinkType::linux_cooked_1: decode_linux_cooked_1(rest, fields); break;
    case LinkType::linux_cooked_2: decode_linux_cooked_2(rest, fields); break;
    case LinkType::raw_ip: decode_ip(rest, fields); break;
    case LinkType::ipv4: decode_ipv4(rest, fields); break;
    case LinkType::ipv6: decode_ipv6(rest, fields); break;
    case LinkType::loopback: decode_loopback(rest, fields); break;
  }
}

}  // namespace penstock
