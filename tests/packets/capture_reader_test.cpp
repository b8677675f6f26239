// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <penstock/kernels/error.h>
#include <penstock/packets/capture_writer.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "capture_files.h"

namespace penstock::test {
namespace {

constexpr std::int64_t second = 1'000'000'000;

TEST(capture_reader, pcap_in_both_byte_orders_and_resolutions) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("x.pcap");
  const ByteString frame = ethernet(0x0800, ipv4(17, udp(4)));
  const std::vector<TestFrame> frames = {
      {.seconds = 5, .fraction = 999'999, .bytes = frame},
      {.seconds = 0xFFFFFFFF, .fraction = 1, .bytes = {}, .original_length = 60},
      {.seconds = 6, .fraction = 0, .bytes = zeros(1), .original_length = 1500}};
  for (const Endian endian : {Endian::little, Endian::big}) {
    for (const bool nanoseconds : {false, true}) {
      write_file(path, pcap_file(endian, nanoseconds, 1, frames));
      const ReadCapture capture = read_capture(path);
      EXPECT_EQ(capture.state, CaptureReader::State::end);
      ASSERT_EQ(capture.frames.size(), 3);
      const std::int64_t unit = nanoseconds ? 1 : 1000;
      EXPECT_EQ(capture.frames[0].ts_ns, 5 * second + 999'999 * unit);
      EXPECT_EQ(capture.frames[0].bytes, frame);
      EXPECT_EQ(capture.frames[0].original_length, frame.size());
      EXPECT_EQ(capture.frames[1].ts_ns, 0xFFFFFFFF * second + unit);  // 2106
      EXPECT_EQ(capture.frames[1].original_length, 60);
      EXPECT_EQ(capture.frames[2].ts_ns, 6 * second);
      EXPECT_EQ(capture.frames[2].original_length, 1500);
    }
  }
}

TEST(capture_reader, frames_that_straddle_the_buffer_come_whole) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("x.pcap");
  std::vector<TestFrame> frames;
  for (std::uint32_t index = 0; index < 300; ++index) {
    const std::uint32_t bytes = index % 50 == 7 ? 262'144 : 1 + index * 37 % 9000;
    TestFrame frame{.seconds = index, .bytes = ByteString(bytes)};
    for (std::uint32_t at = 0; at < bytes; ++at) {
      frame.bytes[at] = static_cast<std::uint8_t>(at * 7 + index);
    }
    frames.push_back(std::move(frame));
  }
  write_file(path, pcap_file(Endian::little, true, 1, frames));
  ByteString blocks = pcapng_section(Endian::big) + pcapng_interface(Endian::big, {});
  for (const TestFrame& frame : frames) {
    blocks = blocks + pcapng_packet(Endian::big, 0, frame.seconds, frame.bytes);
  }
  write_file(directory.file("x.pcapng"), blocks);
  for (const std::size_t frames_a_call : {std::size_t{1}, std::size_t{64}}) {
    for (const std::string& name : {path, directory.file("x.pcapng")}) {
      const ReadCapture capture =
          read_capture(name, CaptureReader::Method::automatic, frames_a_call);
      EXPECT_EQ(capture.state, CaptureReader::State::end);
      ASSERT_EQ(capture.frames.size(), frames.size());
      for (std::size_t index = 0; index < frames.size(); ++index) {
        ASSERT_EQ(capture.frames[index].bytes, frames[index].bytes) << name << " " << index;
      }
    }
  }
}

TEST(capture_reader, older_variants_are_left_to_libpcap) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("x.pcap");
  // The variant of patched Linux systems of the nineties: 8 bytes more in each record.
  ByteSink sink(Endian::little);
  sink.put_32(0xA1B2CD34).put_16(2).put_16(4).put_32(0).put_32(0).put_32(65535).put_32(1);
  const ByteString frame = ethernet(0x0800, ipv4(17, udp(4)));
  sink.put_32(7).put_32(5).put_32(static_cast<std::uint32_t>(frame.size()));
  sink.put_32(static_cast<std::uint32_t>(frame.size())).put_64(0).put(frame);
  write_file(path, sink.bytes);
  const ReadCapture capture = read_capture(path);
  ASSERT_EQ(capture.frames.size(), 1);
  EXPECT_EQ(capture.frames[0].bytes, frame);
  EXPECT_EQ(capture.frames[0].ts_ns, 7 * second + 5000);
  EXPECT_EQ(capture.state, CaptureReader::State::end);
}

TEST(capture_reader, files_that_are_no_captures) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("x.pcap");
  EXPECT_EQ(message_of_reading(path), "there is no file '" + path + "'");
  write_file(path, {});
  EXPECT_EQ(message_of_reading(path), "'" + path + "' is empty: not a capture file");
  write_file(path, {'<', 'h', 't', 'm', 'l', '>', '\n', '<', 'b'});
  EXPECT_NE(message_of_reading(path).find("is not a capture file: it starts with the bytes "
                                          "3c 68 74 6d 6c 3e 0a 3c, and neither pcap nor pcapng "
                                          "does (libpcap: "),
            std::string::npos)
      << message_of_reading(path);
  write_file(path, {'a', 'b'});
  EXPECT_NE(message_of_reading(path).find("starts with the bytes 61 62"), std::string::npos);
  ByteString header = pcap_file(Endian::little, false, 1, {});
  header.resize(20);
  write_file(path, header);
  EXPECT_EQ(message_of_reading(path), "'" + path + "' ends inside of its header, after 20 bytes");
  write_file(path, from_hex("1f8b0800000000000003"));
  EXPECT_EQ(message_of_reading(path),
            "'" + path +
                "' is compressed with gzip: unpack it, or pipe it in (zcat FILE | …) with "
                "path = '-'");
  write_file(path, from_hex("28b52ffd0000"));
  EXPECT_NE(message_of_reading(path).find("compressed with zstd"), std::string::npos);
  EXPECT_EQ(message_of_reading(directory.path()), "'" + directory.path() +
                                                      "' is a directory: name its files, as in '" +
                                                      directory.path() + "/*.pcap'");
}

TEST(capture_reader, link_types_that_are_not_decoded_are_named) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("wifi.pcap");
  write_file(path, pcap_file(Endian::big, false, 127, {}));
  const std::string expected =
      "'" + path +
      "' has frames of link type IEEE802_11_RADIO (802.11 plus radiotap header, "
      "number 127), which is not decoded; decoded are Ethernet, Linux cooked (1 and "
      "2), raw IP and loopback";
  EXPECT_EQ(message_of_reading(path), expected);
  write_file(path,
             pcapng_section(Endian::little) + pcapng_interface(Endian::little, {.link = 127}));
  EXPECT_EQ(message_of_reading(path), expected);
  try {
    const CaptureReader reader(path);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
  }
}

TEST(capture_reader, the_length_of_checksums_is_not_part_of_the_link_type) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("x.pcap");
  write_file(path, pcap_file(Endian::little, false, 0x24000001, {{.bytes = zeros(60)}}));
  EXPECT_EQ(read_capture(path).frames.size(), 1);
}

TEST(capture_reader, pipes_are_read_as_they_fill) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const ByteString bytes =
      pcap_file(Endian::little, true, 1,
                {{.seconds = 1, .bytes = zeros(60)}, {.seconds = 2, .bytes = zeros(70)}});
  std::thread writer([&] {
    std::ofstream pipe(path, std::ios::binary);
    for (const std::uint8_t byte : bytes) {
      pipe.put(static_cast<char>(byte)).flush();
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  });
  CaptureReader reader(path);
  std::array<CapturedPacket, 4> packets;
  std::uint64_t frames = 0;
  while (true) {
    const std::size_t count = reader.next(packets);
    frames += count;
    if (count == 0 && reader.state() != CaptureReader::State::waiting) break;
    if (count == 0) reader.wait(10);
  }
  writer.join();
  EXPECT_EQ(frames, 2);
  EXPECT_EQ(reader.state(), CaptureReader::State::end);
  EXPECT_EQ(reader.bytes_done(), bytes.size());
  EXPECT_EQ(reader.bytes_total(), 0);
}

TEST(capture_writer, what_is_written_is_read_back) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("x.pcap");
  CaptureWriter writer(path);
  std::vector<ReadFrame> frames;
  for (std::uint32_t index = 0; index < 5000; ++index) {
    ReadFrame frame;
    frame.ts_ns = 1'700'000'000 * second + index * 1001;
    frame.bytes = ByteString(index % 200, static_cast<std::uint8_t>(index));
    frame.original_length = index % 200 + index % 7;
    writer.write(frame.ts_ns, frame.bytes, frame.original_length);
    frames.push_back(frame);
  }
  writer.close();
  EXPECT_EQ(read_file(path).size(), writer.bytes_written());
  EXPECT_EQ(read_capture(path).frames, frames);
  EXPECT_EQ(read_capture(path, CaptureReader::Method::libpcap).frames, frames);
}

TEST(capture_writer, refuses_what_the_format_cannot_say) {
  const TemporaryDirectory directory;
  CaptureWriter writer(directory.file("x.pcap"));
  const ByteString frame = zeros(60);
  EXPECT_THROW(writer.write(-1, frame, 60), Error);
  EXPECT_THROW(writer.write(0x100000000 * second, frame, 60), Error);
  EXPECT_THROW(writer.write(0, frame, 59), Error);
  EXPECT_THROW(writer.write(0, zeros(65537), 65537), Error);
  try {
    const CaptureWriter nowhere(directory.file("missing/x.pcap"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_NE(error.message().find("cannot be created: No such file or directory"),
              std::string::npos);
  }
}

TEST(capture_writer, full_disk) {
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full";
  CaptureWriter writer("/dev/full");
  writer.write(0, zeros(60), 60);
  try {
    writer.close();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::io);
    EXPECT_STREQ(error.what(), "'/dev/full' cannot be written: No space left on device");
  }
}

}  // namespace
}  // namespace penstock::test
