// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>

#include "capture_files.h"

namespace penstock::test {
namespace {

constexpr std::int64_t second = 1'000'000'000;
const std::array endians = {Endian::little, Endian::big};

ReadCapture read_bytes(const ByteString& bytes) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("x.pcapng");
  write_file(path, bytes);
  return read_capture(path);
}

// One frame whose time is `ticks` of that interface.
ReadFrame read_one(Endian endian, const PcapngInterface& interface, std::uint64_t ticks) {
  const ReadCapture capture =
      read_bytes(pcapng_section(endian) + pcapng_interface(endian, interface) +
                 pcapng_packet(endian, 0, ticks, zeros(61)));
  EXPECT_EQ(capture.state, CaptureReader::State::end) << capture.damage;
  return capture.frames.size() == 1 ? capture.frames.front() : ReadFrame{};
}

TEST(pcapng, time_resolutions) {
  struct Case {
    std::optional<std::uint8_t> resolution;
    std::uint64_t ticks;
    std::int64_t ts_ns;
  };
  const std::vector<Case> cases = {
      {std::nullopt, 1'700'000'000'123'456, 1'700'000'000'123'456'000},
      {6, 1'700'000'000'123'456, 1'700'000'000'123'456'000},
      {9, 1'700'000'000'123'456'789, 1'700'000'000'123'456'789},
      {0, 1'700'000'000, 1'700'000'000 * second},
      {3, 1'700'000'000'123, 1'700'000'000'123'000'000},
      {10, 1'700'000'000'123'456'789, 170'000'000'012'345'678},
      {12, 1'700'000'000'123'456'789, 1'700'000'000'123'456},
      {19, 15'000'000'000'000'000'000U, 1'500'000'000},
      {0x80 | 0, 17, 17 * second},
      {0x80 | 10, 1'024 * 5 + 512, 5 * second + 500'000'000},
      {0x80 | 32, (std::uint64_t{7} << 32U) + 0x40000000, 7 * second + 250'000'000},
      {0x80 | 63, std::uint64_t{1} << 63U, second},
      {0x80 | 63, std::uint64_t{3} << 61U, 750'000'000},
  };
  for (const Endian endian : endians) {
    for (const Case& one : cases) {
      const ReadFrame frame = read_one(endian, {.resolution = one.resolution}, one.ticks);
      EXPECT_EQ(frame.ts_ns, one.ts_ns) << int{one.resolution.value_or(6)};
      EXPECT_EQ(frame.timestamp, CaptureTimestamp::known);
    }
  }
}

TEST(pcapng, time_offsets) {
  for (const Endian endian : endians) {
    EXPECT_EQ(read_one(endian, {.offset_seconds = 1'700'000'000}, 5).ts_ns,
              1'700'000'000 * second + 5000);
    EXPECT_EQ(read_one(endian, {.resolution = 9, .offset_seconds = -1}, 5).ts_ns, 5 - second);
  }
}

TEST(pcapng, times_that_nanoseconds_cannot_say) {
  constexpr std::uint64_t far = std::numeric_limits<std::uint64_t>::max();
  for (const PcapngInterface& interface : std::vector<PcapngInterface>{
           {.resolution = 9},
           {.resolution = 6},
           {.resolution = 0},
           {.resolution = 0x80},
           {.resolution = 9, .offset_seconds = std::numeric_limits<std::int64_t>::min()}}) {
    const ReadFrame frame = read_one(Endian::little, interface, far);
    EXPECT_EQ(frame.timestamp, CaptureTimestamp::out_of_range);
    EXPECT_EQ(frame.ts_ns, 0);
  }
  const ReadCapture fine = read_bytes(pcapng_section(Endian::little) +
                                      pcapng_interface(Endian::little, {.resolution = 20}) +
                                      pcapng_packet(Endian::little, 0, 1, zeros(60)));
  EXPECT_EQ(fine.state, CaptureReader::State::damaged);
  EXPECT_NE(fine.damage.find("time resolution (20) is finer"), std::string::npos) << fine.damage;
}

TEST(pcapng, interfaces_have_link_types_and_clocks_of_their_own) {
  for (const Endian endian : endians) {
    const ByteString raw = ipv6(17, udp(4));
    const ReadCapture capture = read_bytes(
        pcapng_section(endian) + pcapng_interface(endian, {.link = 1}) +
        pcapng_interface(endian, {.link = 101, .resolution = 9}) +
        pcapng_packet(endian, 1, 42, raw, 2000) + pcapng_packet(endian, 0, 42, zeros(60)) +
        pcapng_interface(endian, {.link = 276}) + pcapng_packet(endian, 2, 43, zeros(60)));
    ASSERT_EQ(capture.frames.size(), 3) << capture.damage;
    EXPECT_EQ(capture.frames[0].link, LinkType::raw_ip);
    EXPECT_EQ(capture.frames[0].ts_ns, 42);
    EXPECT_EQ(capture.frames[0].bytes, raw);
    EXPECT_EQ(capture.frames[0].original_length, 2000);
    EXPECT_EQ(capture.frames[1].link, LinkType::ethernet);
    EXPECT_EQ(capture.frames[1].ts_ns, 42'000);
    EXPECT_EQ(capture.frames[2].link, LinkType::linux_cooked_2);
    EXPECT_EQ(capture.state, CaptureReader::State::end);
  }
}

TEST(pcapng, sections_start_over) {
  const ReadCapture capture =
      read_bytes(pcapng_section(Endian::little) + pcapng_interface(Endian::little, {.link = 1}) +
                 pcapng_packet(Endian::little, 0, 1, zeros(60)) + pcapng_section(Endian::big) +
                 pcapng_interface(Endian::big, {.link = 101, .resolution = 9}) +
                 pcapng_packet(Endian::big, 0, 2, ipv4(17, udp(0))));
  ASSERT_EQ(capture.frames.size(), 2) << capture.damage;
  EXPECT_EQ(capture.frames[0].ts_ns, 1000);
  EXPECT_EQ(capture.frames[1].ts_ns, 2);
  EXPECT_EQ(capture.frames[1].link, LinkType::raw_ip);

  const ReadCapture missing =
      read_bytes(pcapng_section(Endian::little) + pcapng_interface(Endian::little, {}) +
                 pcapng_section(Endian::little) + pcapng_packet(Endian::little, 0, 1, zeros(60)));
  EXPECT_EQ(missing.state, CaptureReader::State::damaged);
  EXPECT_NE(missing.damage.find("packet 1 is of interface 0, which was not described"),
            std::string::npos);
}

TEST(pcapng, simple_and_old_packet_blocks) {
  for (const Endian endian : endians) {
    ByteSink simple(endian);
    simple.put_32(100).put(zeros(61));
    ByteSink limited(endian);
    limited.put_32(20).put(zeros(20));
    ByteSink old(endian);
    old.put_16(0).put_16(3).put_32(0).put_32(9).put_32(5).put_32(6).put(zeros(5));
    const ReadCapture capture =
        read_bytes(pcapng_section(endian) + pcapng_interface(endian, {.snap_length = 61}) +
                   pcapng_block(endian, 3, simple.bytes) + pcapng_block(endian, 3, limited.bytes) +
                   pcapng_block(endian, 2, old.bytes));
    ASSERT_EQ(capture.frames.size(), 3) << capture.damage;
    EXPECT_EQ(capture.frames[0].timestamp, CaptureTimestamp::missing);
    EXPECT_EQ(capture.frames[0].bytes.size(), 61);
    EXPECT_EQ(capture.frames[0].original_length, 100);
    EXPECT_EQ(capture.frames[1].bytes.size(), 20);
    EXPECT_EQ(capture.frames[2].ts_ns, 9000);
    EXPECT_EQ(capture.frames[2].bytes.size(), 5);
    EXPECT_EQ(capture.frames[2].original_length, 6);
  }
}

TEST(pcapng, other_blocks_are_passed_over_however_large) {
  const Endian endian = Endian::little;
  ByteString bytes = pcapng_section(endian) + pcapng_interface(endian, {});
  for (const std::size_t size : {std::size_t{8}, std::size_t{500'000}, std::size_t{5'000'000}}) {
    bytes = bytes + pcapng_block(endian, 0x0000000A, zeros(size)) +
            pcapng_packet(endian, 0, size, zeros(60));
  }
  const ReadCapture capture = read_bytes(bytes);
  ASSERT_EQ(capture.frames.size(), 3) << capture.damage;
  EXPECT_EQ(capture.frames[2].ts_ns, 5'000'000'000);
  EXPECT_EQ(capture.state, CaptureReader::State::end);
  bytes.resize(bytes.size() - 2'000'000);
  EXPECT_EQ(read_bytes(bytes).state, CaptureReader::State::damaged);
}

TEST(pcapng, damage_is_described) {
  const Endian endian = Endian::little;
  const ByteString head = pcapng_section(endian) + pcapng_interface(endian, {});
  const ByteString packet = pcapng_packet(endian, 0, 1, zeros(60));
  const auto damage_of = [&](const ByteString& block) {
    const ReadCapture capture = read_bytes(head + packet + block + packet);
    EXPECT_EQ(capture.frames.size(), 1);
    EXPECT_EQ(capture.state, CaptureReader::State::damaged);
    return capture.damage;
  };
  ByteString trailer = packet;
  trailer[trailer.size() - 1] = 1;
  EXPECT_NE(damage_of(trailer).find("the length behind a block differs"), std::string::npos);
  ByteString length = packet;
  length[4] = 93;
  EXPECT_NE(damage_of(length).find("a block cannot be 93 bytes long"), std::string::npos);
  length[7] = 0x7F;
  length[4] = 92;
  EXPECT_NE(damage_of(length).find("bytes long"), std::string::npos);
  ByteString captured = packet;
  captured[20] = 61;
  EXPECT_NE(damage_of(captured).find("packet 2 claims 61 captured bytes, more than its block has"),
            std::string::npos);
  EXPECT_NE(damage_of(pcapng_block(endian, 6, zeros(16))).find("a packet block is too short"),
            std::string::npos);
  EXPECT_NE(damage_of(pcapng_block(endian, 3, {})).find("a packet block is too short"),
            std::string::npos);
  EXPECT_NE(damage_of(pcapng_block(endian, 1, zeros(4))).find("interface description is too short"),
            std::string::npos);
  ByteSink options(endian);
  options.put_16(1).put_16(0).put_32(0).put_16(2).put_16(400);
  EXPECT_NE(damage_of(pcapng_block(endian, 1, options.bytes)).find("options leave their block"),
            std::string::npos);
  EXPECT_NE(damage_of(pcapng_block(endian, 6, zeros(700'000))).find("longer than any frame"),
            std::string::npos);
}

TEST(pcapng, a_head_that_makes_no_sense_is_an_error) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("x.pcapng");
  ByteString section = pcapng_section(Endian::little);
  section[8] = 0x4E;
  write_file(path, section);
  EXPECT_EQ(message_of_reading(path),
            "'" + path +
                "' is damaged at byte 0: the section's byte order mark is neither of the "
                "two");
  section = pcapng_section(Endian::little);
  section[12] = 2;
  write_file(path, section);
  EXPECT_NE(message_of_reading(path).find("version 2 of pcapng is not known, only 1"),
            std::string::npos);
}

}  // namespace
}  // namespace penstock::test
