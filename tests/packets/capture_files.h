// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <penstock/packets/capture_reader.h>

#include "byte_text.h"

namespace penstock::test {

// A directory of its own that goes away with it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void write_file(const std::string& path, const ByteString& bytes);
ByteString read_file(const std::string& path);

enum class Endian : std::uint8_t { little, big };

// Appends numbers in a byte order.
class ByteSink {
 public:
  explicit ByteSink(Endian endian) : endian_(endian) {}
  ByteSink& put_16(std::uint32_t value);
  ByteSink& put_32(std::uint32_t value);
  ByteSink& put_64(std::uint64_t value);
  ByteSink& put(const ByteString& bytes);
  ByteSink& pad_to_4();
  ByteString bytes;

 private:
  Endian endian_;
};

struct TestFrame {
  std::uint32_t seconds = 0;
  std::uint32_t fraction = 0;
  ByteString bytes = {};
  std::uint32_t original_length = 0;  // 0: all was captured
};

ByteString pcap_file(Endian endian, bool nanoseconds, std::uint32_t link,
                     const std::vector<TestFrame>& frames);

// Blocks of pcapng, for files put together by hand.
struct PcapngInterface {
  std::uint32_t link = 1;
  std::uint32_t snap_length = 0;
  std::optional<std::uint8_t> resolution = {};
  std::optional<std::int64_t> offset_seconds = {};
};
ByteString pcapng_block(Endian endian, std::uint32_t type, const ByteString& body);
ByteString pcapng_section(Endian endian);
ByteString pcapng_interface(Endian endian, const PcapngInterface& interface);
ByteString pcapng_packet(Endian endian, std::uint32_t interface, std::uint64_t ticks,
                         const ByteString& frame, std::uint32_t original_length = 0);

struct ReadFrame {
  std::int64_t ts_ns = 0;
  std::uint32_t original_length = 0;
  LinkType link = LinkType::ethernet;
  CaptureTimestamp timestamp = CaptureTimestamp::known;
  ByteString bytes;

  bool operator==(const ReadFrame&) const = default;
};

struct ReadCapture {
  std::vector<ReadFrame> frames;
  CaptureReader::State state = CaptureReader::State::more;
  std::string damage;
};
ReadCapture read_capture(const std::string& path,
                         CaptureReader::Method method = CaptureReader::Method::automatic,
                         std::size_t frames_a_call = 64);

// What opening and reading the file throws; fails the test where it throws nothing.
std::string message_of_reading(const std::string& path);

// Of the directory with the real captures; empty where it is missing.
std::string captures_directory();
std::vector<std::string> capture_names();

}  // namespace penstock::test
