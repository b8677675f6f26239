// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include <penstock/kernels/types.h>

namespace penstock::detail {

struct DemoEndpoint {
  Bytes16 ip;
  std::array<std::uint8_t, 6> mac{};
  bool ipv6 = false;
  std::uint16_t vlan = 0;  // 0 = untagged
};

// Builds one frame after another in the same memory: headers that agree with each other, IPv4's
// checksum, zero bytes as payload. Transport checksums are left zero.
class DemoFrame {
 public:
  static constexpr std::uint32_t headers_max = 14 + 4 + 40 + 20;

  // Between two endpoints of the same IP version. At most 1400 bytes of payload.
  void tcp(const DemoEndpoint& from, const DemoEndpoint& to, std::uint16_t vlan,
           std::uint16_t src_port, std::uint16_t dst_port, std::uint8_t flags,
           std::uint32_t payload_bytes) noexcept;
  void udp(const DemoEndpoint& from, const DemoEndpoint& to, std::uint16_t vlan,
           std::uint16_t src_port, std::uint16_t dst_port, std::uint32_t payload_bytes) noexcept;
  void ping(const DemoEndpoint& from, const DemoEndpoint& to, std::uint16_t vlan,
            bool reply) noexcept;
  void arp(const DemoEndpoint& from, const DemoEndpoint& to, std::uint16_t vlan) noexcept;

  [[nodiscard]] std::uint32_t length() const noexcept { return length_; }  // on the wire
  [[nodiscard]] std::span<const std::uint8_t> captured(std::uint32_t bytes_max) const noexcept;

 private:
  static constexpr std::uint32_t frame_bytes_min = 60;
  static constexpr std::uint32_t memory_bytes = 2048;

  std::uint8_t* ethernet(const DemoEndpoint& from, const DemoEndpoint& to, std::uint16_t vlan,
                         std::uint16_t type) noexcept;
  std::uint8_t* internet(const DemoEndpoint& from, const DemoEndpoint& to, std::uint16_t vlan,
                         std::uint8_t protocol, std::uint32_t bytes) noexcept;
  void finish(const std::uint8_t* headers_end, std::uint32_t payload_bytes) noexcept;

  std::array<std::uint8_t, memory_bytes> bytes_{};
  std::uint32_t length_ = 0;
  std::uint32_t written_ = 0;  // what may be other than zero
};

}  // namespace penstock::detail
