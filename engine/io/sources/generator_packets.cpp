// SPDX-License-Identifier: Apache-2.0
// The kind packets: no capture, but rows of the same shape as one. Formulas in docs/sources.md.
#include <algorithm>
#include <array>

#include <penstock/io/packet_schema.h>

#include "sources/generator_columns.h"

namespace penstock {
namespace {

enum Column : std::size_t {
  ts,
  src_ip,
  dst_ip,
  src_port,
  dst_port,
  protocol,
  length,
  payload_length,
  tcp_flags,
  vlan,
  ip_version,
  fragment,
  src_mac,
  dst_mac,
  column_count
};

constexpr std::uint64_t default_hosts = 10'000;
constexpr std::uint64_t servers = 1000;
constexpr std::size_t tcp = 0;
constexpr std::size_t udp = 1;
constexpr std::size_t icmp = 2;
constexpr std::array<std::uint16_t, 8> tcp_ports = {443, 443, 443, 443, 80, 80, 22, 25};
constexpr std::array<std::uint16_t, 8> udp_ports = {53, 53, 53, 443, 443, 123, 161, 4789};

// What the columns of one packet are made of.
struct Packet {
  std::uint64_t host = 0;
  std::uint64_t server = 0;
  std::uint64_t ports = 0;
  std::uint64_t kind = 0;

  [[nodiscard]] bool is_ipv6() const noexcept { return host % 16 == 15; }
  [[nodiscard]] bool is_tagged() const noexcept { return host % 4 == 0; }
  [[nodiscard]] std::size_t protocol() const noexcept {
    const std::uint64_t part = kind % 100;
    return part < 70 ? tcp : part < 95 ? udp : icmp;
  }
  [[nodiscard]] std::uint32_t frame_bytes() const noexcept {
    return static_cast<std::uint32_t>(64 + (kind >> 32U) % 1455);
  }
  [[nodiscard]] std::uint32_t payload_bytes() const noexcept {
    const std::uint32_t headers =
        14U + (is_tagged() ? 4U : 0U) + (is_ipv6() ? 40U : 20U) + (protocol() == tcp ? 20U : 8U);
    return frame_bytes() - std::min(frame_bytes(), headers);
  }
};

// network: the first bytes; number: the last ones.
Bytes16 address(bool is_ipv6, std::uint8_t network, std::uint64_t number) noexcept {
  Bytes16 ip;
  if (is_ipv6) {
    ip.bytes = {0x20, 0x01, 0x0d, 0xb8, 0, network};
  } else {
    ip.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, network};
  }
  for (std::size_t i = 0; i < 3; ++i) {
    ip.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return ip;
}

Bytes16 mac(std::uint8_t network, std::uint64_t number) noexcept {
  Bytes16 bytes;
  bytes.bytes = {0x02, network, 0};
  for (std::size_t i = 0; i < 3; ++i) {
    bytes.bytes[5 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return bytes;
}

class PacketsGenerator final : public RowGenerator {
 public:
  PacketsGenerator(const GeneratorSettings& settings, SymbolTable& symbols)
      : settings_(settings),
        draws_(settings.seed, 5),
        protocols_({"tcp", "udp", "icmp"}, symbols),
        packets_(static_cast<std::size_t>(max_stretch_rows)) {
    if (settings_.keys == 0) settings_.keys = default_hosts;
  }

  std::int64_t fill(std::uint64_t first, std::int64_t count, const GeneratedColumns& out) override {
    draw_packets(first, count);
    count = fill_protocols(count, out);  // alone may stop early, where it is text
    fill_numbers(first, count, out);
    fill_addresses(count, out);
    fill_transport(count, out);
    return count;
  }

 private:
  void draw_packets(std::uint64_t first, std::int64_t count) noexcept {
    const std::uint64_t hosts = settings_.keys;
    for (std::int64_t k = 0; k < count; ++k) {
      const std::uint64_t row = first + static_cast<std::uint64_t>(k);
      const std::uint64_t pair = draws_(row, 0);
      packets_[static_cast<std::size_t>(k)] = {
          .host = (pair & 0xFFFFFFFFU) % hosts * ((pair >> 32U) % hosts) / hosts,
          .server = draws_(row, 1) % servers,
          .ports = draws_(row, 3),
          .kind = draws_(row, 4)};
    }
  }

  std::int64_t fill_protocols(std::int64_t count, const GeneratedColumns& out) const {
    if (!out.wants(protocol)) return count;
    for (std::int64_t k = 0; k < count; ++k) {
      if (!out.set_word(protocol, k, protocols_, packet(k).protocol())) return k;
    }
    return count;
  }

  void fill_numbers(std::uint64_t first, std::int64_t count, const GeneratedColumns& out) const {
    if (auto* times = out.values<std::int64_t>(ts)) {
      const std::int64_t step_ns = 1'000'000'000 / settings_.rate;
      const auto step = static_cast<std::uint64_t>(step_ns);
      draws_.fill(first, count, 2, times, [step](std::uint64_t u) { return u % step; });
      const std::int64_t start = settings_.start_ns + static_cast<std::int64_t>(first) * step_ns;
      for (std::int64_t k = 0; k < count; ++k) times[k] += start + k * step_ns;
    }
    if (auto* bytes = out.values<std::uint32_t>(length)) {
      for (std::int64_t k = 0; k < count; ++k) bytes[k] = packet(k).frame_bytes();
    }
    if (auto* bytes = out.values<std::uint32_t>(payload_length)) {
      for (std::int64_t k = 0; k < count; ++k) bytes[k] = packet(k).payload_bytes();
    }
    if (auto* version = out.values<std::uint8_t>(ip_version)) {
      for (std::int64_t k = 0; k < count; ++k) version[k] = packet(k).is_ipv6() ? 6 : 4;
    }
  }

  void fill_addresses(std::int64_t count, const GeneratedColumns& out) const {
    const bool wants_src_ip = out.wants(src_ip);
    const bool wants_dst_ip = out.wants(dst_ip);
    const bool wants_src_mac = out.wants(src_mac);
    const bool wants_dst_mac = out.wants(dst_mac);
    for (std::int64_t k = 0; k < count; ++k) {
      const Packet& p = packet(k);
      if (wants_src_ip) {
        const std::uint64_t number = p.is_ipv6() ? p.host : p.host * 2654435761U;
        out.set_bytes(src_ip, k, address(p.is_ipv6(), p.is_ipv6() ? 0 : 10, number));
      }
      if (wants_dst_ip) {
        out.set_bytes(dst_ip, k,
                      address(p.is_ipv6(), p.is_ipv6() ? 1 : 172,
                              p.is_ipv6() ? p.server : 0x100000U + p.server));
      }
      if (wants_src_mac) out.set_bytes(src_mac, k, mac(0, p.host));
      if (wants_dst_mac) out.set_bytes(dst_mac, k, mac(1, p.server));
    }
  }

  void fill_transport(std::int64_t count, const GeneratedColumns& out) const {
    auto* sources = out.values<std::uint16_t>(src_port);
    auto* destinations = out.values<std::uint16_t>(dst_port);
    auto* flags = out.values<std::uint8_t>(tcp_flags);
    auto* tags = out.values<std::uint16_t>(vlan);
    const bool wants_fragment = out.wants(fragment);
    for (std::int64_t k = 0; k < count; ++k) {
      const Packet& p = packet(k);
      const std::size_t kind = p.protocol();
      if (sources != nullptr) {
        sources[k] = static_cast<std::uint16_t>(32768 + p.ports % 28232);
        if (kind == icmp) out.set_null(src_port, k);
      }
      if (destinations != nullptr) {
        const std::size_t pick = (p.ports >> 32U) % 8;
        destinations[k] = kind == tcp ? tcp_ports[pick] : udp_ports[pick];
        if (kind == icmp) out.set_null(dst_port, k);
      }
      if (flags != nullptr) {
        const std::uint64_t pick = (p.ports >> 40U) % 16;
        flags[k] = pick == 0 ? 0x02 : pick == 1 ? 0x11 : 0x10;
        if (kind != tcp) out.set_null(tcp_flags, k);
      }
      if (tags != nullptr) {
        tags[k] = static_cast<std::uint16_t>(100 + p.host % 16);
        if (!p.is_tagged()) out.set_null(vlan, k);
      }
      if (wants_fragment) out.set_boolean(fragment, k, false);
    }
  }

  [[nodiscard]] const Packet& packet(std::int64_t k) const noexcept {
    return packets_[static_cast<std::size_t>(k)];
  }

  GeneratorSettings settings_;
  Draws draws_;
  WordList protocols_;
  std::vector<Packet> packets_;
};

}  // namespace

GeneratorKind packets_kind() {
  return {.name = "packets",
          .schema = packet_schema(),
          .default_rate = 500'000,
          .takes_keys = true,
          .takes_disorder = false,
          .make = [](const GeneratorSettings& settings,
                     SymbolTable& symbols) -> std::unique_ptr<RowGenerator> {
            return std::make_unique<PacketsGenerator>(settings, symbols);
          }};
}

}  // namespace penstock
