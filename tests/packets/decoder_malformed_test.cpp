// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <vector>

#include "byte_text.h"

namespace penstock::test {
namespace {

constexpr auto bit(PacketProblem problem) {
  return static_cast<int>(problem);
}

PacketFields decode_ipv4_with(std::size_t at, std::uint8_t value) {
  ByteString packet = ipv4(17, udp(4));
  packet[at] = value;
  return decode(LinkType::ipv4, packet);
}

TEST(decoder_malformed, ipv4_version) {
  const PacketFields fields = decode_ipv4_with(0, 0x55);
  EXPECT_EQ(fields.problems, bit(PacketProblem::malformed_ipv4));
  EXPECT_FALSE(fields.knows(PacketColumn::src_ip));
  EXPECT_FALSE(fields.knows(PacketColumn::ip_version));
  EXPECT_EQ(fields.length, 32);
  EXPECT_EQ(decode(LinkType::raw_ip, zeros(40)).problems, bit(PacketProblem::malformed_ipv4));
}

TEST(decoder_malformed, ipv4_header_length) {
  const PacketFields small = decode_ipv4_with(0, 0x44);
  EXPECT_EQ(small.problems, bit(PacketProblem::malformed_ipv4));
  EXPECT_EQ(ip_text(small.src_ip), "10.0.0.1");  // what is known is kept
  EXPECT_EQ(protocol_name(small.protocol), "udp");
  EXPECT_FALSE(small.knows(PacketColumn::src_port));
  EXPECT_EQ(decode_ipv4_with(0, 0x4F).problems, bit(PacketProblem::malformed_ipv4));
}

TEST(decoder_malformed, ipv4_total_length) {
  const PacketFields long_total = decode_ipv4_with(3, 33);
  EXPECT_EQ(long_total.problems, bit(PacketProblem::malformed_ipv4));
  EXPECT_EQ(long_total.src_port, 1000);
  EXPECT_FALSE(long_total.knows(PacketColumn::payload_length));
  const PacketFields short_total = decode_ipv4_with(3, 19);
  EXPECT_EQ(short_total.problems, bit(PacketProblem::malformed_ipv4));
  EXPECT_EQ(ip_text(short_total.dst_ip), "10.0.0.2");
  EXPECT_FALSE(short_total.knows(PacketColumn::src_port));
}

TEST(decoder_malformed, ipv4_frame_shorter_than_a_header) {
  ByteString packet = ipv4(17, udp(4));
  packet.resize(17);
  const PacketFields fields = decode(LinkType::ipv4, packet);
  EXPECT_EQ(fields.problems, bit(PacketProblem::malformed_ipv4));
  EXPECT_EQ(ip_text(fields.src_ip), "10.0.0.1");
  EXPECT_FALSE(fields.knows(PacketColumn::dst_ip));
  EXPECT_EQ(decode(LinkType::ipv4, {}).problems, bit(PacketProblem::malformed_ipv4));
}

TEST(decoder_malformed, ipv6) {
  ByteString packet = ipv6(17, udp(4));
  packet[0] = 0x40;
  EXPECT_EQ(decode(LinkType::ipv6, packet).problems, bit(PacketProblem::malformed_ipv6));
  packet[0] = 0x60;
  packet[5] = 13;  // one more than there is
  const PacketFields long_payload = decode(LinkType::ipv6, packet);
  EXPECT_EQ(long_payload.problems, bit(PacketProblem::malformed_ipv6));
  EXPECT_EQ(long_payload.src_port, 1000);
  EXPECT_FALSE(long_payload.knows(PacketColumn::payload_length));
  packet.resize(39);
  EXPECT_EQ(decode(LinkType::ipv6, packet).problems, bit(PacketProblem::malformed_ipv6));
}

TEST(decoder_malformed, ipv6_extension_headers) {
  // The header is longer than the packet.
  const PacketFields beyond = decode(LinkType::ipv6, ipv6(0, from_hex("1103") + zeros(22)));
  EXPECT_EQ(beyond.problems, bit(PacketProblem::malformed_ipv6));
  EXPECT_FALSE(beyond.knows(PacketColumn::protocol));
  EXPECT_FALSE(beyond.knows(PacketColumn::fragment));
  EXPECT_EQ(ip_text(beyond.dst_ip), "2001:db8::2");
  // Nothing where one was announced.
  EXPECT_EQ(decode(LinkType::ipv6, ipv6(60, zeros(4))).problems,
            bit(PacketProblem::malformed_ipv6));
  // A chain that only wastes time.
  ByteString chain;
  for (int header = 0; header < 100; ++header) chain = chain + from_hex("3c 00 000000000000");
  EXPECT_EQ(decode(LinkType::ipv6, ipv6(60, chain)).problems, bit(PacketProblem::malformed_ipv6));
}

TEST(decoder_malformed, udp_length) {
  ByteString datagram = udp(4);
  for (const std::uint8_t length : {std::uint8_t{0}, std::uint8_t{7}, std::uint8_t{13}}) {
    datagram[5] = length;
    const PacketFields fields = decode(LinkType::raw_ip, ipv4(17, datagram));
    EXPECT_EQ(fields.problems, bit(PacketProblem::malformed_udp)) << int{length};
    EXPECT_EQ(fields.src_port, 1000);
    EXPECT_FALSE(fields.knows(PacketColumn::payload_length));
  }
  datagram[5] = 10;  // shorter than the IP payload is legal
  EXPECT_EQ(decode(LinkType::raw_ip, ipv4(17, datagram)).payload_length, 2);
  const PacketFields small = decode(LinkType::raw_ip, ipv4(17, from_hex("03e8 07d0 00")));
  EXPECT_EQ(small.problems, bit(PacketProblem::malformed_udp));
  EXPECT_EQ(small.dst_port, 2000);
}

TEST(decoder_malformed, tcp_data_offset) {
  ByteString segment = tcp(4);
  for (const std::uint8_t offset : {std::uint8_t{0x00}, std::uint8_t{0x40}, std::uint8_t{0x70}}) {
    segment[12] = offset;
    const PacketFields fields = decode(LinkType::raw_ip, ipv4(6, segment));
    EXPECT_EQ(fields.problems, bit(PacketProblem::malformed_tcp)) << int{offset};
    EXPECT_EQ(fields.tcp_flags, 0x12);
    EXPECT_EQ(fields.src_port, 1000);
    EXPECT_FALSE(fields.knows(PacketColumn::payload_length));
  }
  const PacketFields small = decode(LinkType::raw_ip, ipv4(6, from_hex("03e8 07d0 0000")));
  EXPECT_EQ(small.problems, bit(PacketProblem::malformed_tcp));
  EXPECT_EQ(small.dst_port, 2000);
  EXPECT_FALSE(small.knows(PacketColumn::tcp_flags));
}

// Every frame, cut by the capture after every byte: never malformed, and the fields that are known
// are the ones of the whole frame.
TEST(decoder_malformed, capture_that_cuts_frames) {
  const ByteString tagged = ethernet(0x8100, from_hex("0064 0800") + ipv4(6, tcp(10)));
  const ByteString extended =
      ethernet(0x86DD, ipv6(0, from_hex("2c 00 000000000000 11 00 0000 00000001") + udp(10)));
  const ByteString wire = ethernet(
      0x8847, from_hex("00020140 00000000") + zeros(12) + from_hex("0800") + ipv4(17, udp(4)));
  const ByteString cooked_1 = zeros(14) + from_hex("0800") + ipv4(132, zeros(20));
  const ByteString cooked_2 = from_hex("86dd") + zeros(18) + ipv6(6, tcp(10));
  const std::vector<std::pair<LinkType, ByteString>> frames = {
      {LinkType::ethernet, tagged},
      {LinkType::ethernet, extended},
      {LinkType::ethernet, ethernet(0x8864, from_hex("1100 0001 0022 0021") + ipv4(17, udp(4)))},
      {LinkType::ethernet, ethernet(0x8847, from_hex("00020140") + ipv4(17, udp(4)))},
      {LinkType::ethernet, wire},
      {LinkType::linux_cooked_1, cooked_1},
      {LinkType::linux_cooked_2, cooked_2},
      {LinkType::loopback, from_hex("00000002") + ipv4(17, udp(10))},
      {LinkType::raw_ip, ipv6(17, udp(10))},
  };
  for (const auto& [link, frame] : frames) {
    const PacketFields whole = decode(link, frame);
    ASSERT_EQ(whole.problems, 0);
    int known_before = 0;
    for (std::size_t cut = 0; cut < frame.size(); ++cut) {
      const PacketFields part = decode_cut(link, frame, cut);
      SCOPED_TRACE(cut);
      EXPECT_EQ(part.problems & ~bit(PacketProblem::truncated), 0);
      EXPECT_EQ(part.length, frame.size());
      EXPECT_EQ(part.known & ~whole.known, 0);
      if (part.known != whole.known) {
        EXPECT_TRUE(part.has(PacketProblem::truncated));
      }
      const int known = __builtin_popcount(part.known);
      EXPECT_GE(known, known_before);
      known_before = known;
      if (part.knows(PacketColumn::src_ip)) {
        EXPECT_EQ(part.src_ip, whole.src_ip);
      }
      if (part.knows(PacketColumn::dst_ip)) {
        EXPECT_EQ(part.dst_ip, whole.dst_ip);
      }
      if (part.knows(PacketColumn::src_port)) {
        EXPECT_EQ(part.src_port, whole.src_port);
      }
      if (part.knows(PacketColumn::protocol)) {
        EXPECT_EQ(part.protocol, whole.protocol);
      }
      if (part.knows(PacketColumn::vlan)) {
        EXPECT_EQ(part.vlan, whole.vlan);
      }
      if (part.knows(PacketColumn::payload_length)) {
        EXPECT_EQ(part.payload_length, whole.payload_length);
      }
    }
  }
}

}  // namespace
}  // namespace penstock::test
