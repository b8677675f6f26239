// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace penstock {

// Writes a capture file: pcap with nanoseconds, Ethernet frames, in the machine's byte order.
class CaptureWriter {
 public:
  // Overwrites. Error{not_found, permission_denied, io} naming the path.
  explicit CaptureWriter(const std::string& path);
  ~CaptureWriter();  // without close(): what was not written yet is lost
  CaptureWriter(CaptureWriter&&) noexcept;
  CaptureWriter& operator=(CaptureWriter&&) noexcept;

  // ts_ns since 1970, from 0 to 2106; original_length = what the frame had on the wire.
  void write(std::int64_t ts_ns, std::span<const std::uint8_t> captured,
             std::uint32_t original_length);
  void close();  // Error{io} where the last bytes cannot be written

  [[nodiscard]] std::uint64_t bytes_written() const noexcept;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace penstock
