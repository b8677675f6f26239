// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "byte_text.h"

namespace penstock::test {
namespace {

TEST(decoder_headers, tcp_flags_and_payload) {
  const PacketFields fields = decode(LinkType::raw_ip, ipv4(6, tcp(11)));
  EXPECT_EQ(protocol_name(fields.protocol), "tcp");
  EXPECT_EQ(fields.src_port, 1000);
  EXPECT_EQ(fields.dst_port, 2000);
  EXPECT_EQ(fields.tcp_flags, 0x12);
  EXPECT_EQ(fields.payload_length, 11);

  ByteString options = tcp(12);
  options[12] = 0x80;  // 32 bytes of header
  EXPECT_EQ(decode(LinkType::raw_ip, ipv6(6, options)).payload_length, 0);
}

TEST(decoder_headers, ipv4_options_are_passed_over) {
  ByteString packet = ipv4(17, zeros(8) + udp(5));
  packet[0] = 0x47;
  const PacketFields fields = decode(LinkType::raw_ip, packet);
  EXPECT_EQ(fields.src_port, 1000);
  EXPECT_EQ(fields.payload_length, 5);
  EXPECT_EQ(fields.problems, 0);
}

TEST(decoder_headers, length_that_the_network_card_fills_in) {
  ByteString packet = ipv4(6, tcp(3000));
  packet[2] = packet[3] = 0;
  const PacketFields fields = decode(LinkType::raw_ip, packet);
  EXPECT_EQ(fields.payload_length, 3000);
  EXPECT_EQ(fields.problems, 0);
  ByteString packet_6 = ipv6(6, tcp(3000));
  packet_6[4] = packet_6[5] = 0;
  EXPECT_EQ(decode(LinkType::raw_ip, packet_6).payload_length, 3000);
}

TEST(decoder_headers, fragments_of_ipv4) {
  constexpr std::uint32_t more_fragments = 0x2000;
  // The first says how long the whole datagram is: more than this packet holds.
  ByteString datagram = udp(16);
  datagram[4] = 0x10;
  const PacketFields first = decode(LinkType::raw_ip, ipv4(17, datagram, more_fragments));
  EXPECT_TRUE(first.fragment);
  EXPECT_EQ(first.src_port, 1000);
  EXPECT_EQ(first.payload_length, 16);
  EXPECT_EQ(first.problems, 0);
  const PacketFields later = decode(LinkType::raw_ip, ipv4(17, zeros(24), 3));
  EXPECT_TRUE(later.fragment);
  EXPECT_EQ(protocol_name(later.protocol), "udp");
  EXPECT_FALSE(later.knows(PacketColumn::src_port));
  EXPECT_FALSE(later.knows(PacketColumn::dst_port));
  EXPECT_EQ(later.payload_length, 24);
  EXPECT_EQ(later.problems, 0);
  // A first fragment too small for the header is legal.
  const PacketFields tiny = decode(LinkType::raw_ip, ipv4(6, tcp(0), more_fragments));
  EXPECT_EQ(tiny.problems, 0);
  ByteString eight = tcp(0);
  eight.resize(8);
  const PacketFields tiniest = decode(LinkType::raw_ip, ipv4(6, eight, more_fragments));
  EXPECT_EQ(tiniest.src_port, 1000);
  EXPECT_EQ(tiniest.problems, 0);
  EXPECT_FALSE(decode(LinkType::raw_ip, ipv4(17, udp(1), 0x4000)).fragment);  // do not fragment
}

TEST(decoder_headers, extension_headers_of_ipv6) {
  const ByteString hop_by_hop = from_hex("2b 00 000000000000");     // then routing
  const ByteString routing = from_hex("3c 02") + zeros(22);         // then destination
  const ByteString destination = from_hex("33 00 000000000000");    // then authentication
  const ByteString authentication = from_hex("11 04") + zeros(22);  // then UDP
  const PacketFields fields = decode(
      LinkType::raw_ip, ipv6(0, hop_by_hop + routing + destination + authentication + udp(9)));
  EXPECT_EQ(protocol_name(fields.protocol), "udp");
  EXPECT_EQ(fields.src_port, 1000);
  EXPECT_EQ(fields.payload_length, 9);
  EXPECT_FALSE(fields.fragment);
  EXPECT_EQ(fields.problems, 0);
}

TEST(decoder_headers, fragments_of_ipv6) {
  const PacketFields first =
      decode(LinkType::raw_ip, ipv6(44, from_hex("11 00 0001 00000001") + udp(16)));
  EXPECT_TRUE(first.fragment);
  EXPECT_EQ(first.src_port, 1000);
  EXPECT_EQ(first.payload_length, 16);
  const PacketFields later =
      decode(LinkType::raw_ip, ipv6(44, from_hex("11 00 0018 00000001") + zeros(20)));
  EXPECT_TRUE(later.fragment);
  EXPECT_EQ(protocol_name(later.protocol), "udp");
  EXPECT_FALSE(later.knows(PacketColumn::src_port));
  EXPECT_EQ(later.payload_length, 20);
  const PacketFields whole =
      decode(LinkType::raw_ip, ipv6(44, from_hex("11 00 0000 00000001") + udp(16)));
  EXPECT_TRUE(whole.knows(PacketColumn::fragment));
  EXPECT_FALSE(whole.fragment);  // of one piece
}

TEST(decoder_headers, other_protocols) {
  const PacketFields ping = decode(LinkType::raw_ip, ipv4(1, zeros(64)));
  EXPECT_EQ(protocol_name(ping.protocol), "icmp");
  EXPECT_FALSE(ping.knows(PacketColumn::src_port));
  EXPECT_EQ(ping.payload_length, 64);
  EXPECT_EQ(protocol_name(decode(LinkType::raw_ip, ipv6(58, zeros(64))).protocol), "icmp6");
  const PacketFields sctp = decode(LinkType::raw_ip, ipv4(132, from_hex("03e8 07d0") + zeros(20)));
  EXPECT_EQ(protocol_name(sctp.protocol), "sctp");
  EXPECT_EQ(sctp.dst_port, 2000);
  EXPECT_EQ(sctp.payload_length, 12);
  // Tunnels are not opened: the outermost header counts.
  const PacketFields gre =
      decode(LinkType::raw_ip, ipv4(47, from_hex("0000 0800") + ipv4(17, udp(1))));
  EXPECT_EQ(protocol_name(gre.protocol), "gre");
  EXPECT_FALSE(gre.knows(PacketColumn::src_port));
  EXPECT_EQ(protocol_name(2), "igmp");
  EXPECT_EQ(protocol_name(50), "esp");
  EXPECT_EQ(protocol_name(51), "ah");
  EXPECT_EQ(protocol_name(253), "253");
}

}  // namespace
}  // namespace penstock::test
