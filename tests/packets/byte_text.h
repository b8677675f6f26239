// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <penstock/packets/packet_decoder.h>

namespace penstock::test {

using ByteString = std::vector<std::uint8_t>;

// Frames in tests are written as hexadecimal digits; spaces are ignored.
ByteString from_hex(std::string_view digits);
ByteString operator+(ByteString left, const ByteString& right);
ByteString zeros(std::size_t bytes);
ByteString big_endian_16(std::uint32_t value);

// Ethernet from 02:00:00:00:00:01 to 02:00:00:00:00:02, of this type.
ByteString ethernet(std::uint32_t type, const ByteString& payload);
// IPv4 from 10.0.0.1 to 10.0.0.2, no options, with the total length that fits.
ByteString ipv4(std::uint32_t protocol, const ByteString& payload, std::uint32_t fragment_bits = 0);
// IPv6 from 2001:db8::1 to 2001:db8::2.
ByteString ipv6(std::uint32_t next, const ByteString& payload);
// UDP from port 1000 to port 2000; TCP likewise, SYN and ACK set.
ByteString udp(std::size_t payload_bytes);
ByteString tcp(std::size_t payload_bytes);

PacketFields decode(LinkType link, const ByteString& frame);
PacketFields decode_cut(LinkType link, const ByteString& frame, std::size_t captured_bytes);

std::string ip_text(const Bytes16& ip);

}  // namespace penstock::test
