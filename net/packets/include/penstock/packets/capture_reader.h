// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include <penstock/packets/packet_decoder.h>

namespace penstock {

enum class CaptureTimestamp : std::uint8_t {
  known,
  missing,       // pcapng's simple packet blocks have none; ts_ns is 0
  out_of_range,  // not within what int64 nanoseconds can say; ts_ns is 0
};

// One frame as the file has it. `data` is good until the next call of CaptureReader::next.
struct CapturedPacket {
  std::int64_t ts_ns = 0;  // since 1970-01-01 UTC
  const std::uint8_t* data = nullptr;
  std::uint32_t captured_length = 0;
  std::uint32_t original_length = 0;
  LinkType link = LinkType::ethernet;
  CaptureTimestamp timestamp = CaptureTimestamp::known;

  [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept {
    return {data, captured_length};
  }
};

// Reads a capture file from its first frame to its last: pcap (micro- and nanoseconds) and pcapng
// (any time resolution, several interfaces with link types of their own, several sections), both
// in either byte order; older variants of pcap by libpcap. Reads in large blocks into one buffer,
// so that pipes do as well as files. Not thread-safe.
class CaptureReader {
 public:
  enum class Method : std::uint8_t {
    automatic,  // libpcap only where the format is none of the usual
    libpcap,    // libpcap alone, to compare with
  };
  enum class State : std::uint8_t {
    more,
    waiting,  // a pipe has nothing now; wait(), then ask again
    end,      // after the last frame
    damaged,  // the file ends inside of a frame, or what follows makes no sense; see damage()
  };

  // '-' is standard input. Error{not_found, permission_denied, io} where it cannot be opened; of a
  // regular file the header is read at once: Error{corrupt_input} where it is no capture,
  // Error{unsupported} where it is compressed or of a link type that is not decoded.
  explicit CaptureReader(const std::string& path, Method method = Method::automatic);
  ~CaptureReader();
  CaptureReader(CaptureReader&&) noexcept;
  CaptureReader& operator=(CaptureReader&&) noexcept;

  // Fills in at most out.size() frames; 0 = state() says why. Throws the constructor's errors for
  // pipes, Error{unsupported} for an interface that a pcapng file describes later on, Error{io}.
  std::size_t next(std::span<CapturedPacket> out);
  [[nodiscard]] State state() const noexcept;
  // Where a pipe has nothing: returns when it has, at the latest after that long.
  void wait(int milliseconds) const;

  // "'x.pcap' ends inside of packet 7 (byte 1234)"; empty unless damaged.
  [[nodiscard]] const std::string& damage() const noexcept;
  [[nodiscard]] std::uint64_t packets() const noexcept;  // given out so far
  [[nodiscard]] std::uint64_t bytes_done() const noexcept;
  [[nodiscard]] std::uint64_t bytes_total() const noexcept;  // 0 = not known

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace penstock
