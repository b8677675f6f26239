// SPDX-License-Identifier: Apache-2.0
#include <penstock/kernels/error.h>
#include <penstock/packets/capture_reader.h>
#include <penstock/packets/packet_decoder.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

// Any bytes as a frame of each link type, and as a capture file: frames, damage or an Error.
namespace {

using penstock::CapturedPacket;
using penstock::CaptureReader;
using penstock::LinkType;

void decode_as_frame(std::span<const std::uint8_t> bytes) {
  penstock::PacketFields fields;
  const auto length = static_cast<std::uint32_t>(bytes.size());
  for (int link = 0; link <= static_cast<int>(LinkType::loopback); ++link) {
    penstock::decode_packet(static_cast<LinkType>(link), bytes, length, fields);
    penstock::decode_packet(static_cast<LinkType>(link), bytes, length + 40, fields);
    if (fields.payload_length > fields.length) std::abort();
  }
}

// Memory with the path of a file; one for the whole run.
int memory_file() {
  static const int fd = ::memfd_create("capture", MFD_CLOEXEC);
  return fd;
}

void read_as_file(std::span<const std::uint8_t> bytes) {
  const int fd = memory_file();
  if (fd < 0 || ::ftruncate(fd, 0) != 0 ||
      ::pwrite(fd, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    std::perror("memory file");
    std::abort();
  }
  try {
    CaptureReader reader("/proc/self/fd/" + std::to_string(fd));
    std::array<CapturedPacket, 16> packets;
    penstock::PacketFields fields;
    while (const std::size_t count = reader.next(packets)) {
      for (const CapturedPacket& packet : std::span(packets).first(count)) {
        penstock::decode_packet(packet.link, packet.bytes(), packet.original_length, fields);
      }
    }
    const bool ended = reader.state() == CaptureReader::State::end;
    const bool damaged = reader.state() == CaptureReader::State::damaged;
    if (ended == damaged || damaged == reader.damage().empty()) std::abort();
  } catch (const penstock::Error& error) {
    if (error.code() == penstock::ErrorCode::internal) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  decode_as_frame({data, size});
  read_as_file({data, size});
  return 0;
}
