// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "decode_rest.h"

namespace penstock::detail {
namespace {

constexpr std::uint8_t protocol_tcp = 6;
constexpr std::uint8_t protocol_udp = 17;
constexpr std::uint8_t protocol_sctp = 132;
constexpr std::uint8_t next_hop_by_hop = 0;
constexpr std::uint8_t next_routing = 43;
constexpr std::uint8_t next_fragment = 44;
constexpr std::uint8_t next_authentication = 51;
constexpr std::uint8_t next_destination = 60;

constexpr int ipv6_extensions_max = 16;

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

}  // namespace

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

namespace {

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

}  // namespace

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

}  // namespace penstock::detail
