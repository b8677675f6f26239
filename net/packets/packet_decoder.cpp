// SPDX-License-Identifier: Apache-2.0
#include <penstock/packets/packet_decoder.h>

#include <algorithm>
#include <cstring>

namespace penstock {
namespace {

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
constexpr int ipv6_extensions_max = 16;

constexpr std::uint8_t protocol_tcp = 6;
constexpr std::uint8_t protocol_udp = 17;
constexpr std::uint8_t protocol_sctp = 132;
constexpr std::uint8_t next_hop_by_hop = 0;
constexpr std::uint8_t next_routing = 43;
constexpr std::uint8_t next_fragment = 44;
constexpr std::uint8_t next_authentication = 51;
constexpr std::uint8_t next_destination = 60;

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

std::uint16_t big_endian_16(const std::uint8_t* at) noexcept {
  return static_cast<std::uint16_t>((at[0] << 8) | at[1]);
}

std::uint32_t big_endian_32(const std::uint8_t* at) noexcept {
  return (std::uint32_t{big_endian_16(at)} << 16) | big_endian_16(at + 2);
}

void know(PacketFields& fields, PacketColumn column) noexcept {
  fields.known = static_cast<std::uint16_t>(fields.known | packet_column_bit(column));
}

void note(PacketFields& fields, PacketProblem problem) noexcept {
  fields.problems = static_cast<std::uint8_t>(fields.problems | static_cast<std::uint8_t>(problem));
}

// For a header of `bytes` that was not captured whole: cut by the capture, or never there.
void note_short(PacketFields& fields, const Rest& rest, std::uint32_t bytes,
                PacketProblem malformed) noexcept {
  note(fields, rest.original < bytes ? malformed : PacketProblem::truncated);
}

void set_payload(PacketFields& fields, std::uint32_t bytes) noexcept {
  fields.payload_length = bytes;
  know(fields, PacketColumn::payload_length);
}

void set_ports(PacketFields& fields, const std::uint8_t* at) noexcept {
  fields.src_port = big_endian_16(at);
  fields.dst_port = big_endian_16(at + 2);
  fields.known =
      static_cast<std::uint16_t>(fields.known | packet_column_bit(PacketColumn::src_port) |
                                 packet_column_bit(PacketColumn::dst_port));
}

void set_ipv4(Bytes16& ip, const std::uint8_t* at) noexcept {
  ip.bytes[10] = 0xFF;
  ip.bytes[11] = 0xFF;
  std::memcpy(ip.bytes.data() + 12, at, 4);
}

// What the IP header said about the bytes behind it.
struct Transport {
  Rest rest;                 // without what pads the frame behind the IP packet
  bool fragment = false;     // the first of several
  bool length_known = true;  // false: the IP header's length was impossible
};

void decode_tcp(const Transport& transport, PacketFields& fields) noexcept {
  constexpr std::uint32_t header_bytes_min = 20;
  const Rest& rest = transport.rest;
  if (rest.captured >= 4) set_ports(fields, rest.at);
  if (rest.captured >= 14) {
    fields.tcp_flags = rest.at[13];
    know(fields, PacketColumn::tcp_flags);
    const std::uint32_t header_bytes = (rest.at[12] >> 4U) * 4U;
    if (header_bytes < header_bytes_min ||
        (header_bytes > rest.original && transport.length_known && !transport.fragment)) {
      note(fields, PacketProblem::malformed_tcp);
    } else if (transport.length_known && header_bytes <= rest.original) {
      set_payload(fields, rest.original - header_bytes);
    }
  } else if (!transport.fragment || rest.captured < rest.original) {
    note_short(fields, rest, header_bytes_min, PacketProblem::malformed_tcp);
  }
}

void decode_udp(const Transport& transport, PacketFields& fields) noexcept {
  constexpr std::uint32_t header_bytes = 8;
  const Rest& rest = transport.rest;
  if (rest.captured >= 4) set_ports(fields, rest.at);
  if (rest.captured < 6 || rest.original < header_bytes) {
    if (!transport.fragment || rest.captured < rest.original) {
      note_short(fields, rest, header_bytes, PacketProblem::malformed_udp);
    }
    return;
  }
  const std::uint32_t length = big_endian_16(rest.at + 4);
  if (length < header_bytes ||
      (length > rest.original && transport.length_known && !transport.fragment)) {
    note(fields, PacketProblem::malformed_udp);
  } else if (transport.length_known) {
    set_payload(fields, (transport.fragment ? rest.original : length) - header_bytes);
  }
}

void decode_transport(const Transport& transport, PacketFields& fields) noexcept {
  constexpr std::uint32_t sctp_header_bytes = 12;
  const Rest& rest = transport.rest;
  if (fields.protocol == protocol_tcp) {
    decode_tcp(transport, fields);
  } else if (fields.protocol == protocol_udp) {
    decode_udp(transport, fields);
  } else if (fields.protocol == protocol_sctp) {
    if (rest.captured >= 4) {
      set_ports(fields, rest.at);
    } else if (rest.captured < rest.original) {
      note(fields, PacketProblem::truncated);
    }
    if (transport.length_known && rest.original >= sctp_header_bytes) {
      set_payload(fields, rest.original - sctp_header_bytes);
    }
  } else if (transport.length_known) {
    set_payload(fields, rest.original);
  }
}

// An IPv4 header of which fewer than 20 bytes are there.
void decode_short_ipv4(const Rest& rest, PacketFields& fields) noexcept {
  note_short(fields, rest, 20, PacketProblem::malformed_ipv4);
  if (rest.captured >= 1 && (rest.at[0] >> 4U) != 4) return;
  fields.ip_version = 4;
  know(fields, PacketColumn::ip_version);
  if (rest.captured >= 10) {
    fields.fragment = (big_endian_16(rest.at + 6) & 0x3FFFU) != 0;
    know(fields, PacketColumn::fragment);
    fields.protocol = rest.at[9];
    know(fields, PacketColumn::protocol);
  }
  if (rest.captured >= 16) {
    set_ipv4(fields.src_ip, rest.at + 12);
    know(fields, PacketColumn::src_ip);
  }
}

constexpr std::uint16_t ip_columns = packet_column_bit(PacketColumn::src_ip) |
                                     packet_column_bit(PacketColumn::dst_ip) |
                                     packet_column_bit(PacketColumn::ip_version);

void decode_ipv4(const Rest& rest, PacketFields& fields) noexcept {
  constexpr std::uint32_t header_bytes_min = 20;
  if (rest.captured < header_bytes_min) {
    decode_short_ipv4(rest, fields);
    return;
  }
  const std::uint8_t* at = rest.at;
  if ((at[0] >> 4U) != 4) {
    note(fields, PacketProblem::malformed_ipv4);
    return;
  }
  const std::uint32_t fragment_bits = big_endian_16(at + 6);
  fields.ip_version = 4;
  fields.fragment = (fragment_bits & 0x3FFFU) != 0;
  fields.protocol = at[9];
  set_ipv4(fields.src_ip, at + 12);
  set_ipv4(fields.dst_ip, at + 16);
  fields.known = static_cast<std::uint16_t>(fields.known | ip_columns |
                                            packet_column_bit(PacketColumn::fragment) |
                                            packet_column_bit(PacketColumn::protocol));

  const std::uint32_t header_bytes = (at[0] & 0x0FU) * 4U;
  std::uint32_t total_bytes = big_endian_16(at + 2);
  if (total_bytes == 0) total_bytes = rest.original;  // left to the network card to fill in
  if (header_bytes < header_bytes_min || total_bytes < header_bytes ||
      header_bytes > rest.original) {
    note(fields, PacketProblem::malformed_ipv4);
    return;
  }
  Transport transport;
  if (total_bytes > rest.original) {
    note(fields, PacketProblem::malformed_ipv4);
    transport.length_known = false;
    total_bytes = rest.original;
  }
  const std::uint32_t payload_bytes = total_bytes - header_bytes;
  if ((fragment_bits & 0x1FFFU) != 0) {  // not the first: no transport header
    if (transport.length_known) set_payload(fields, payload_bytes);
    return;
  }
  const Rest behind = rest.after(header_bytes);
  transport.rest = {behind.at, std::min(behind.captured, payload_bytes), payload_bytes};
  transport.fragment = fields.fragment;
  decode_transport(transport, fields);
}

bool is_ipv6_extension(std::uint8_t next) noexcept {
  return next == next_hop_by_hop || next == next_routing || next == next_fragment ||
         next == next_authentication || next == next_destination;
}

// Walks the extension headers; false where the chain cannot be followed to a protocol. Leaves in
// `rest` what follows, and whether that is a later fragment, which has no transport header.
bool skip_ipv6_extensions(std::uint8_t next, Rest& rest, bool& later_fragment,
                          PacketFields& fields) noexcept {
  for (int count = 0; is_ipv6_extension(next); ++count) {
    if (rest.captured < 8) {
      note_short(fields, rest, 8, PacketProblem::malformed_ipv6);
      return false;
    }
    std::uint32_t bytes = (rest.at[1] + 1U) * 8U;
    if (next == next_authentication) bytes = (rest.at[1] + 2U) * 4U;
    if (next == next_fragment) bytes = 8;
    if (bytes > rest.original || count == ipv6_extensions_max) {
      note(fields, PacketProblem::malformed_ipv6);
      return false;
    }
    if (next == next_fragment) {
      const std::uint32_t bits = big_endian_16(rest.at + 2);
      fields.fragment = (bits & 0xFFF9U) != 0;
      later_fragment = (bits & 0xFFF8U) != 0;
    }
    next = rest.at[0];
    rest = rest.after(bytes);
    if (later_fragment) break;
  }
  fields.protocol = next;
  fields.known =
      static_cast<std::uint16_t>(fields.known | packet_column_bit(PacketColumn::fragment) |
                                 packet_column_bit(PacketColumn::protocol));
  return true;
}

void decode_ipv6(const Rest& rest, PacketFields& fields) noexcept {
  constexpr std::uint32_t header_bytes = 40;
  if (rest.captured >= 1 && (rest.at[0] >> 4U) != 6) {
    note(fields, PacketProblem::malformed_ipv6);
    return;
  }
  fields.ip_version = 6;
  know(fields, PacketColumn::ip_version);
  if (rest.captured >= 24) {
    std::memcpy(fields.src_ip.bytes.data(), rest.at + 8, 16);
    know(fields, PacketColumn::src_ip);
  }
  if (rest.captured < header_bytes) {
    note_short(fields, rest, header_bytes, PacketProblem::malformed_ipv6);
    return;
  }
  std::memcpy(fields.dst_ip.bytes.data(), rest.at + 24, 16);
  know(fields, PacketColumn::dst_ip);

  Transport transport;
  Rest behind = rest.after(header_bytes);
  const std::uint32_t payload_bytes = big_endian_16(rest.at + 4);
  if (payload_bytes > behind.original) {
    note(fields, PacketProblem::malformed_ipv6);
    transport.length_known = false;
  } else if (payload_bytes != 0) {  // 0: a jumbogram, or left to the network card to fill in
    behind.captured = std::min(behind.captured, payload_bytes);
    behind.original = payload_bytes;
  }
  bool later_fragment = false;
  if (!skip_ipv6_extensions(rest.at[6], behind, later_fragment, fields)) {
    fields.fragment = false;  // not known
    return;
  }
  if (later_fragment) {
    if (transport.length_known) set_payload(fields, behind.original);
    return;
  }
  transport.rest = behind;
  transport.fragment = fields.fragment;
  decode_transport(transport, fields);
}

void decode_ip(const Rest& rest, PacketFields& fields) noexcept {
  if (rest.captured == 0) {
    note_short(fields, rest, 1, PacketProblem::malformed_ipv4);
  } else if ((rest.at[0] >> 4U) == 6) {
    decode_ipv6(rest, fields);
  } else {
    decode_ipv4(rest, fields);  // which counts a version that is neither
  }
}

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
