// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <penstock/kernels/error.h>

#include <array>
#include <random>

#include "capture_files.h"
#include "packet_table.h"

namespace penstock::test {
namespace {

constexpr std::array all_links = {
    LinkType::ethernet, LinkType::linux_cooked_1, LinkType::linux_cooked_2, LinkType::raw_ip,
    LinkType::ipv4,     LinkType::ipv6,           LinkType::loopback};

std::vector<std::pair<LinkType, ByteString>> seeds() {
  const ByteString chain = from_hex("2b 00 000000000000 3c 00 000000000000 2c 00 000000000000") +
                           from_hex("11 00 0001 00000001") + udp(20);
  std::vector<std::pair<LinkType, ByteString>> frames = {
      {LinkType::ethernet, ethernet(0x0800, ipv4(6, tcp(20)))},
      {LinkType::ethernet, ethernet(0x88A8, from_hex("0007 8100 0064 0800") + ipv4(17, udp(20)))},
      {LinkType::ethernet, ethernet(0x86DD, ipv6(0, chain))},
      {LinkType::ethernet, ethernet(0x8847, from_hex("00010040 00020140") + ipv4(17, udp(4)))},
      {LinkType::ethernet, ethernet(0x8864, from_hex("1100 0001 0022 0021") + ipv4(17, udp(4)))},
      {LinkType::ethernet,
       ethernet(0x8847, from_hex("00020140 00000000") + zeros(12) + from_hex("8847") +
                            from_hex("00020140 00000000") + zeros(12) + ipv4(17, udp(4)))},
      {LinkType::linux_cooked_1, zeros(14) + from_hex("86dd") + ipv6(6, tcp(9))},
      {LinkType::linux_cooked_2, from_hex("0800") + zeros(18) + ipv4(132, zeros(20))},
      {LinkType::loopback, from_hex("1e000000") + ipv6(58, zeros(20))},
      {LinkType::raw_ip, ipv4(17, udp(20), 0x2000)},
  };
  return frames;
}

// Whatever the bytes: known fields hold together, unknown ones are zero.
void check_fields(const PacketFields& fields) {
  const std::uint16_t ip = packet_column_bit(PacketColumn::ip_version);
  const std::uint16_t needs_ip =
      packet_column_bit(PacketColumn::src_ip) | packet_column_bit(PacketColumn::dst_ip) |
      packet_column_bit(PacketColumn::src_port) | packet_column_bit(PacketColumn::protocol) |
      packet_column_bit(PacketColumn::payload_length) | packet_column_bit(PacketColumn::fragment);
  if ((fields.known & needs_ip) != 0) {
    ASSERT_NE(fields.known & ip, 0);
  }
  if (fields.knows(PacketColumn::ip_version)) {
    ASSERT_TRUE(fields.ip_version == 4 || fields.ip_version == 6);
  }
  if (fields.knows(PacketColumn::payload_length)) {
    ASSERT_LE(fields.payload_length, fields.length);
  }
  ASSERT_EQ(fields.knows(PacketColumn::src_port), fields.knows(PacketColumn::dst_port));
  if (!fields.knows(PacketColumn::src_port)) {
    ASSERT_EQ(fields.src_port | fields.dst_port, 0);
  }
  if (!fields.knows(PacketColumn::src_ip)) {
    ASSERT_EQ(fields.src_ip, Bytes16{});
  }
  if (!fields.knows(PacketColumn::protocol)) {
    ASSERT_EQ(fields.protocol, 0);
  }
  if (!fields.knows(PacketColumn::fragment)) {
    ASSERT_FALSE(fields.fragment);
  }
  if (!fields.knows(PacketColumn::vlan)) {
    ASSERT_EQ(fields.vlan, 0);
  }
}

TEST(fuzz, mutated_frames_never_leave_their_bytes) {
  std::mt19937_64 random(20'260'302);
  const auto frames = seeds();
  for (int round = 0; round < 200'000; ++round) {
    auto [link, frame] = frames[random() % frames.size()];
    if (random() % 16 == 0) link = all_links[random() % all_links.size()];
    const std::uint64_t changes = random() % 6;
    for (std::uint64_t change = 0; change < changes; ++change) {
      frame[random() % frame.size()] = static_cast<std::uint8_t>(random());
    }
    const std::size_t captured = random() % 3 == 0 ? random() % (frame.size() + 1) : frame.size();
    if (random() % 4 == 0) frame.resize(captured);
    check_fields(decode_cut(link, frame, std::min(captured, frame.size())));
    if (testing::Test::HasFatalFailure()) FAIL() << "round " << round;
  }
}

ByteString mutated(ByteString bytes, std::mt19937_64& random) {
  const std::uint64_t changes = random() % 8;
  for (std::uint64_t change = 0; change < changes && !bytes.empty(); ++change) {
    const std::size_t at = random() % bytes.size();
    const std::size_t span = 1 + random() % 8;
    switch (random() % 4) {
      case 0: bytes[at] = static_cast<std::uint8_t>(random()); break;
      case 1: bytes.resize(at); break;
      case 2: bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), span, 0xFF); break;
      default:
        bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    bytes.begin() + static_cast<std::ptrdiff_t>(std::min(at + span, bytes.size())));
    }
  }
  return bytes;
}

TEST(fuzz, mutated_files_end_in_rows_a_warning_or_an_error) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("x");
  std::vector<ByteString> files;
  for (const Endian endian : {Endian::little, Endian::big}) {
    std::vector<TestFrame> frames;
    ByteString blocks = pcapng_section(endian) + pcapng_interface(endian, {.resolution = 9}) +
                        pcapng_interface(endian, {.link = 113, .offset_seconds = 5});
    for (const auto& [link, frame] : seeds()) {
      frames.push_back({.seconds = 7, .fraction = 8, .bytes = frame});
      blocks = blocks + pcapng_packet(endian, link == LinkType::ethernet ? 0 : 1, 9, frame);
    }
    files.push_back(pcap_file(endian, endian == Endian::big, 1, frames));
    files.push_back(blocks + pcapng_section(endian) + blocks);
  }
  std::mt19937_64 random(7);
  int read = 0;
  int refused = 0;
  for (int round = 0; round < 8'000; ++round) {
    write_file(path, mutated(files[random() % files.size()], random));
    try {
      const auto source = make_pcap_source({{"path", path}});
      const TableContents contents = read_table(*source, {.batch_rows = 3});
      EXPECT_LE(contents.rows.size(), 64);
      ++read;
    } catch (const Error& error) {
      EXPECT_TRUE(error.code() == ErrorCode::corrupt_input ||
                  error.code() == ErrorCode::unsupported)
          << error.what();
      ++refused;
    }
  }
  EXPECT_GT(read, 1000);
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace penstock::test
