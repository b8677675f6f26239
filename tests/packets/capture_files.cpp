// SPDX-License-Identifier: Apache-2.0
#include "capture_files.h"

#include <gtest/gtest.h>
#include <penstock/kernels/error.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace penstock::test {

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "penstock-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data());
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void write_file(const std::string& path, const ByteString& bytes) {
  std::filesystem::remove(path);  // some file systems flush a file that is truncated
  std::ofstream file(path, std::ios::binary);
  const std::string text(bytes.begin(), bytes.end());
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  ASSERT_TRUE(file.good()) << path;
}

ByteString read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return ByteString(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

ByteSink& ByteSink::put_16(std::uint32_t value) {
  for (unsigned byte = 0; byte < 2; ++byte) {
    const unsigned shift = 8 * (endian_ == Endian::little ? byte : 1 - byte);
    bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  return *this;
}

ByteSink& ByteSink::put_32(std::uint32_t value) {
  for (unsigned byte = 0; byte < 4; ++byte) {
    const unsigned shift = 8 * (endian_ == Endian::little ? byte : 3 - byte);
    bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  return *this;
}

ByteSink& ByteSink::put_64(std::uint64_t value) {
  for (unsigned byte = 0; byte < 8; ++byte) {
    const unsigned shift = 8 * (endian_ == Endian::little ? byte : 7 - byte);
    bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  return *this;
}

ByteSink& ByteSink::put(const ByteString& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
  return *this;
}

ByteSink& ByteSink::pad_to_4() {
  while (bytes.size() % 4 != 0) bytes.push_back(0);
  return *this;
}

ByteString pcap_file(Endian endian, bool nanoseconds, std::uint32_t link,
                     const std::vector<TestFrame>& frames) {
  ByteSink sink(endian);
  sink.put_32(nanoseconds ? 0xA1B23C4D : 0xA1B2C3D4).put_16(2).put_16(4);
  sink.put_32(0).put_32(0).put_32(65535).put_32(link);
  for (const TestFrame& frame : frames) {
    const auto captured = static_cast<std::uint32_t>(frame.bytes.size());
    sink.put_32(frame.seconds).put_32(frame.fraction).put_32(captured);
    sink.put_32(frame.original_length == 0 ? captured : frame.original_length).put(frame.bytes);
  }
  return sink.bytes;
}

ByteString pcapng_block(Endian endian, std::uint32_t type, const ByteString& body) {
  ByteSink padded(endian);
  padded.put(body).pad_to_4();
  const auto bytes = static_cast<std::uint32_t>(padded.bytes.size()) + 12;
  ByteSink sink(endian);
  return sink.put_32(type).put_32(bytes).put(padded.bytes).put_32(bytes).bytes;
}

ByteString pcapng_section(Endian endian) {
  ByteSink body(endian);
  body.put_32(0x1A2B3C4D).put_16(1).put_16(0).put_64(~std::uint64_t{0});
  return pcapng_block(endian, 0x0A0D0D0A, body.bytes);
}

ByteString pcapng_interface(Endian endian, const PcapngInterface& interface) {
  ByteSink body(endian);
  body.put_16(interface.link).put_16(0).put_32(interface.snap_length);
  body.put_16(2).put_16(4).put({'e', 't', 'h', '0'});  // if_name
  if (interface.resolution) body.put_16(9).put_16(1).put({*interface.resolution}).pad_to_4();
  if (interface.offset_seconds) {
    body.put_16(14).put_16(8).put_64(static_cast<std::uint64_t>(*interface.offset_seconds));
  }
  body.put_32(0);
  return pcapng_block(endian, 1, body.bytes);
}

ByteString pcapng_packet(Endian endian, std::uint32_t interface, std::uint64_t ticks,
                         const ByteString& frame, std::uint32_t original_length) {
  const auto captured = static_cast<std::uint32_t>(frame.size());
  ByteSink body(endian);
  body.put_32(interface).put_32(static_cast<std::uint32_t>(ticks >> 32U));
  body.put_32(static_cast<std::uint32_t>(ticks)).put_32(captured);
  body.put_32(original_length == 0 ? captured : original_length).put(frame);
  return pcapng_block(endian, 6, body.bytes);
}

ReadCapture read_capture(const std::string& path, CaptureReader::Method method,
                         std::size_t frames_a_call) {
  CaptureReader reader(path, method);
  std::vector<CapturedPacket> packets(frames_a_call);
  ReadCapture result;
  while (true) {
    const std::size_t count = reader.next(packets);
    if (count == 0) break;
    for (std::size_t index = 0; index < count; ++index) {
      const CapturedPacket& packet = packets[index];
      const auto bytes = packet.bytes();
      result.frames.push_back({packet.ts_ns, packet.original_length, packet.link, packet.timestamp,
                               ByteString(bytes.begin(), bytes.end())});
    }
  }
  result.state = reader.state();
  result.damage = reader.damage();
  EXPECT_EQ(reader.packets(), result.frames.size());
  return result;
}

std::string message_of_reading(const std::string& path) {
  try {
    read_capture(path);
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << path << " was read without an error";
  return "";
}

std::string captures_directory() {
  const char* const shared = std::getenv("PENSTOCK_SHARED");
  std::string path = shared != nullptr ? shared : PENSTOCK_SHARED_DEFAULT;
  path += "/data/captures";
  return std::filesystem::is_directory(path) ? path : "";
}

std::vector<std::string> capture_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(captures_directory())) {
    if (entry.path().extension() != ".tsv") names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace penstock::test
