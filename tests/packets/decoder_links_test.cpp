// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "byte_text.h"

namespace penstock::test {
namespace {

void expect_udp_of_ipv4(const PacketFields& fields) {
  EXPECT_EQ(fields.ip_version, 4);
  EXPECT_EQ(ip_text(fields.src_ip), "10.0.0.1");
  EXPECT_EQ(ip_text(fields.dst_ip), "10.0.0.2");
  EXPECT_EQ(fields.src_port, 1000);
  EXPECT_EQ(fields.dst_port, 2000);
  EXPECT_EQ(protocol_name(fields.protocol), "udp");
  EXPECT_TRUE(fields.knows(PacketColumn::payload_length));
  EXPECT_EQ(fields.payload_length, 4);
  EXPECT_TRUE(fields.knows(PacketColumn::fragment));
  EXPECT_FALSE(fields.fragment);
  EXPECT_FALSE(fields.knows(PacketColumn::tcp_flags));
  EXPECT_EQ(fields.problems, 0);
}

void expect_udp_of_ipv6(const PacketFields& fields) {
  EXPECT_EQ(fields.ip_version, 6);
  EXPECT_EQ(ip_text(fields.src_ip), "2001:db8::1");
  EXPECT_EQ(ip_text(fields.dst_ip), "2001:db8::2");
  EXPECT_EQ(fields.src_port, 1000);
  EXPECT_EQ(fields.payload_length, 4);
  EXPECT_EQ(fields.problems, 0);
}

const ByteString udp_of_ipv4 = ipv4(17, udp(4));
const ByteString udp_of_ipv6 = ipv6(17, udp(4));
const std::array<std::uint8_t, 6> mac_1 = {2, 0, 0, 0, 0, 1};
const std::array<std::uint8_t, 6> mac_2 = {2, 0, 0, 0, 0, 2};

TEST(decoder_links, ethernet) {
  const ByteString frame = ethernet(0x0800, udp_of_ipv4) + zeros(14);  // with Ethernet's padding
  const PacketFields fields = decode(LinkType::ethernet, frame);
  expect_udp_of_ipv4(fields);
  EXPECT_EQ(fields.length, frame.size());
  EXPECT_EQ(fields.src_mac, mac_1);
  EXPECT_EQ(fields.dst_mac, mac_2);
  EXPECT_FALSE(fields.knows(PacketColumn::vlan));
  expect_udp_of_ipv6(decode(LinkType::ethernet, ethernet(0x86DD, udp_of_ipv6)));
}

TEST(decoder_links, vlan_is_the_outermost_tag) {
  const PacketFields one =
      decode(LinkType::ethernet, ethernet(0x8100, from_hex("6064 0800") + udp_of_ipv4));
  expect_udp_of_ipv4(one);
  EXPECT_TRUE(one.knows(PacketColumn::vlan));
  EXPECT_EQ(one.vlan, 100);  // without priority
  for (const std::uint32_t outer : {0x88A8U, 0x9100U, 0x8100U}) {
    const PacketFields two =
        decode(LinkType::ethernet, ethernet(outer, from_hex("0007 8100 0064 86dd") + udp_of_ipv6));
    expect_udp_of_ipv6(two);
    EXPECT_EQ(two.vlan, 7);
  }
  const ByteString three = from_hex("0001 8100 0002 8100 0003 8100");
  expect_udp_of_ipv4(
      decode(LinkType::ethernet, ethernet(0x8100, three + from_hex("0004 0800") + udp_of_ipv4)));
  const PacketFields five = decode(
      LinkType::ethernet, ethernet(0x8100, three + from_hex("0004 8100 0005 0800") + udp_of_ipv4));
  EXPECT_EQ(five.vlan, 1);
  EXPECT_FALSE(five.knows(PacketColumn::src_ip));
}

TEST(decoder_links, frames_that_are_not_ip_keep_their_addresses_on_the_link) {
  const PacketFields arp = decode(LinkType::ethernet, ethernet(0x0806, zeros(46)));
  EXPECT_EQ(arp.known, packet_column_bit(PacketColumn::ts) |
                           packet_column_bit(PacketColumn::length) |
                           packet_column_bit(PacketColumn::src_mac) |
                           packet_column_bit(PacketColumn::dst_mac));
  EXPECT_EQ(arp.problems, 0);
  EXPECT_EQ(decode(LinkType::ethernet, ethernet(0x0026, from_hex("424203") + zeros(40))).problems,
            0);  // spanning tree
}

TEST(decoder_links, ip_behind_snap_pppoe_and_mpls) {
  const ByteString snap = from_hex("aaaa03 000000 0800");
  expect_udp_of_ipv4(decode(LinkType::ethernet, ethernet(0x0028, snap + udp_of_ipv4)));
  expect_udp_of_ipv6(
      decode(LinkType::ethernet, ethernet(0x0044, from_hex("aaaa03 000000 86dd") + udp_of_ipv6)));
  expect_udp_of_ipv4(
      decode(LinkType::ethernet, ethernet(0x8864, from_hex("1100 0001 0022 0021") + udp_of_ipv4)));
  expect_udp_of_ipv6(
      decode(LinkType::ethernet, ethernet(0x8864, from_hex("1100 0001 0036 0057") + udp_of_ipv6)));
  expect_udp_of_ipv4(
      decode(LinkType::ethernet, ethernet(0x8847, from_hex("00010040 00020140") + udp_of_ipv4)));
  expect_udp_of_ipv6(
      decode(LinkType::ethernet, ethernet(0x8848, from_hex("00020140") + udp_of_ipv6)));
}

TEST(decoder_links, ethernet_in_a_pseudowire_of_mpls) {
  const ByteString wire = from_hex("00020140 00000000");
  const ByteString other_addresses = from_hex("cc000a640000 cc070d080000");
  const PacketFields fields =
      decode(LinkType::ethernet,
             ethernet(0x8847, wire + other_addresses + from_hex("8100 0064 0800") + udp_of_ipv4));
  expect_udp_of_ipv4(fields);
  EXPECT_EQ(fields.vlan, 100);
  EXPECT_EQ(fields.src_mac, mac_1);  // the frame's own
  const PacketFields tagged_outside =
      decode(LinkType::ethernet, ethernet(0x8100, from_hex("0007 8847") + wire + other_addresses +
                                                      from_hex("8100 0064 0800") + udp_of_ipv4));
  expect_udp_of_ipv4(tagged_outside);
  EXPECT_EQ(tagged_outside.vlan, 7);
  // Not a wire inside of a wire.
  const PacketFields nested = decode(
      LinkType::ethernet, ethernet(0x8847, wire + other_addresses + from_hex("8847") + wire +
                                               other_addresses + from_hex("0800") + udp_of_ipv4));
  EXPECT_FALSE(nested.knows(PacketColumn::ip_version));
}

TEST(decoder_links, linux_cooked_1) {
  const ByteString header = from_hex("0000 0001 0006 020000000001 0000");
  const PacketFields fields =
      decode(LinkType::linux_cooked_1, header + from_hex("0800") + udp_of_ipv4);
  expect_udp_of_ipv4(fields);
  EXPECT_EQ(fields.src_mac, mac_1);
  EXPECT_FALSE(fields.knows(PacketColumn::dst_mac));
  const PacketFields tagged =
      decode(LinkType::linux_cooked_1, header + from_hex("8100 0064 86dd") + udp_of_ipv6);
  expect_udp_of_ipv6(tagged);
  EXPECT_EQ(tagged.vlan, 100);
  const PacketFields loopback = decode(
      LinkType::linux_cooked_1, from_hex("0000 0304 0000 0000000000000000 0800") + udp_of_ipv4);
  expect_udp_of_ipv4(loopback);
  EXPECT_FALSE(loopback.knows(PacketColumn::src_mac));
}

TEST(decoder_links, linux_cooked_2) {
  const PacketFields fields =
      decode(LinkType::linux_cooked_2,
             from_hex("0800 0000 00000002 0001 00 06 020000000001 0000") + udp_of_ipv4);
  expect_udp_of_ipv4(fields);
  EXPECT_EQ(fields.src_mac, mac_1);
  expect_udp_of_ipv6(
      decode(LinkType::linux_cooked_2,
             from_hex("86dd 0000 00000002 0001 00 00 0000000000000000") + udp_of_ipv6));
}

TEST(decoder_links, raw_ip) {
  expect_udp_of_ipv4(decode(LinkType::raw_ip, udp_of_ipv4));
  expect_udp_of_ipv6(decode(LinkType::raw_ip, udp_of_ipv6));
  expect_udp_of_ipv4(decode(LinkType::ipv4, udp_of_ipv4));
  expect_udp_of_ipv6(decode(LinkType::ipv6, udp_of_ipv6));
  EXPECT_FALSE(decode(LinkType::raw_ip, udp_of_ipv4).knows(PacketColumn::src_mac));
}

TEST(decoder_links, loopback_in_both_byte_orders) {
  for (const char* family : {"00000002", "02000000"}) {
    expect_udp_of_ipv4(decode(LinkType::loopback, from_hex(family) + udp_of_ipv4));
  }
  for (const char* family : {"0000000a", "0a000000", "00000018", "18000000", "0000001c", "1c000000",
                             "0000001e", "1e000000"}) {
    expect_udp_of_ipv6(decode(LinkType::loopback, from_hex(family) + udp_of_ipv6));
  }
  const PacketFields other = decode(LinkType::loopback, from_hex("00000007") + zeros(40));
  EXPECT_FALSE(other.knows(PacketColumn::ip_version));
}

TEST(decoder_links, numbers_of_capture_files) {
  EXPECT_EQ(link_type_from_number(1), LinkType::ethernet);
  EXPECT_EQ(link_type_from_number(113), LinkType::linux_cooked_1);
  EXPECT_EQ(link_type_from_number(276), LinkType::linux_cooked_2);
  for (const std::uint32_t raw : {12U, 14U, 101U}) {
    EXPECT_EQ(link_type_from_number(raw), LinkType::raw_ip);
  }
  EXPECT_EQ(link_type_from_number(228), LinkType::ipv4);
  EXPECT_EQ(link_type_from_number(229), LinkType::ipv6);
  EXPECT_EQ(link_type_from_number(0), LinkType::loopback);
  EXPECT_EQ(link_type_from_number(108), LinkType::loopback);
  EXPECT_EQ(link_type_from_number(127), std::nullopt);
  EXPECT_EQ(link_type_name(127), "IEEE802_11_RADIO (802.11 plus radiotap header, number 127)");
  EXPECT_EQ(link_type_name(4'000'000), "number 4000000");
}

}  // namespace
}  // namespace penstock::test
