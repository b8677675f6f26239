// SPDX-License-Identifier: Apache-2.0
#include "byte_text.h"

#include <penstock/data/value.h>

#include <algorithm>
#include <memory>

namespace penstock::test {

ByteString from_hex(std::string_view digits) {
  ByteString bytes;
  std::uint32_t value = 0;
  int count = 0;
  for (const char digit : digits) {
    if (digit == ' ') continue;
    const auto nibble = static_cast<std::uint32_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    value = value * 16 + nibble;
    if (++count % 2 == 0) {
      bytes.push_back(static_cast<std::uint8_t>(value));
      value = 0;
    }
  }
  return bytes;
}

ByteString operator+(ByteString left, const ByteString& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

ByteString zeros(std::size_t bytes) {
  return ByteString(bytes);
}

ByteString big_endian_16(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)};
}

ByteString ethernet(std::uint32_t type, const ByteString& payload) {
  return from_hex("020000000002 020000000001") + big_endian_16(type) + payload;
}

ByteString ipv4(std::uint32_t protocol, const ByteString& payload, std::uint32_t fragment_bits) {
  ByteString header = from_hex("4500");
  header = header + big_endian_16(static_cast<std::uint32_t>(payload.size()) + 20);
  header = header + from_hex("0001") + big_endian_16(fragment_bits) + from_hex("40");
  header.push_back(static_cast<std::uint8_t>(protocol));
  return header + from_hex("0000 0a000001 0a000002") + payload;
}

ByteString ipv6(std::uint32_t next, const ByteString& payload) {
  ByteString header =
      from_hex("60000000") + big_endian_16(static_cast<std::uint32_t>(payload.size()));
  header.push_back(static_cast<std::uint8_t>(next));
  return header + from_hex("40 20010db8000000000000000000000001 20010db8000000000000000000000002") +
         payload;
}

ByteString udp(std::size_t payload_bytes) {
  return from_hex("03e8 07d0") + big_endian_16(static_cast<std::uint32_t>(payload_bytes) + 8) +
         from_hex("0000") + zeros(payload_bytes);
}

ByteString tcp(std::size_t payload_bytes) {
  return from_hex("03e8 07d0 00000001 00000002 5012 ffff 0000 0000") + zeros(payload_bytes);
}

PacketFields decode(LinkType link, const ByteString& frame) {
  return decode_cut(link, frame, frame.size());
}

PacketFields decode_cut(LinkType link, const ByteString& frame, std::size_t captured_bytes) {
  // A copy of exactly that size, so that a sanitizer sees the first byte too many.
  const auto copy = std::make_unique<std::uint8_t[]>(captured_bytes);
  std::copy_n(frame.begin(), captured_bytes, copy.get());
  PacketFields fields;
  decode_packet(link, {copy.get(), captured_bytes}, static_cast<std::uint32_t>(frame.size()),
                fields);
  return fields;
}

std::string ip_text(const Bytes16& ip) {
  std::string text;
  append_ip(text, ip);
  return text;
}

}  // namespace penstock::test
