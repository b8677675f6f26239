// SPDX-License-Identifier: Apache-2.0
#include <penstock/kernels/error.h>
#include <penstock/packets/capture_writer.h>
#include <penstock/packets/demo_traffic.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "demo_frame.h"

namespace penstock {
namespace {

using detail::DemoEndpoint;
using detail::DemoFrame;

constexpr int hosts_min = 10;
constexpr int hosts_max = 60'000;
constexpr int servers = 64;
constexpr std::size_t lottery_size = 1U << 16U;
constexpr std::uint8_t tcp_fin_ack = 0x11;
constexpr std::uint8_t tcp_syn = 0x02;
constexpr std::uint8_t tcp_syn_ack = 0x12;
constexpr std::uint8_t tcp_reset_ack = 0x14;
constexpr std::uint8_t tcp_ack = 0x10;
constexpr std::uint8_t tcp_push_ack = 0x18;

// splitmix64: the same numbers on every machine, which the standard distributions do not promise.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  std::uint32_t below(std::uint32_t limit) noexcept {
    return static_cast<std::uint32_t>(((next() >> 32U) * limit) >> 32U);
  }

 private:
  std::uint64_t state_;
};

Bytes16 ipv4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) noexcept {
  Bytes16 ip;
  ip.bytes[10] = 0xFF;
  ip.bytes[11] = 0xFF;
  ip.bytes[12] = static_cast<std::uint8_t>(a);
  ip.bytes[13] = static_cast<std::uint8_t>(b);
  ip.bytes[14] = static_cast<std::uint8_t>(c);
  ip.bytes[15] = static_cast<std::uint8_t>(d);
  return ip;
}

Bytes16 ipv6(std::uint32_t network, std::uint32_t host) noexcept {
  Bytes16 ip;  // 2001:db8::/32, the documentation's prefix
  ip.bytes = {0x20, 0x01, 0x0D, 0xB8};
  ip.bytes[7] = static_cast<std::uint8_t>(network);
  ip.bytes[14] = static_cast<std::uint8_t>(host >> 8U);
  ip.bytes[15] = static_cast<std::uint8_t>(host);
  return ip;
}

std::array<std::uint8_t, 6> local_mac(std::uint32_t kind, std::uint32_t number) noexcept {
  return {0x02,
          0,
          static_cast<std::uint8_t>(kind),
          0,
          static_cast<std::uint8_t>(number >> 8U),
          static_cast<std::uint8_t>(number)};
}

// One of hundred shares of the traffic.
enum class Application : std::uint8_t { https, quic, dns, http, ping, arp };
constexpr std::array<std::pair<Application, int>, 6> application_percent = {{
    {Application::https, 46},
    {Application::quic, 26},
    {Application::dns, 13},
    {Application::http, 11},
    {Application::ping, 3},
    {Application::arp, 1},
}};

// How busy each hour of the day is, in arbitrary units.
constexpr std::array<std::int64_t, 24> hour_weight = {
    12, 8, 6, 5, 5, 8, 18, 38, 70, 92, 100, 96, 78, 90, 104, 100, 92, 80, 62, 50, 44, 36, 28, 18};
constexpr std::int64_t steps_per_hour = 60;
constexpr std::int64_t steps = 24 * steps_per_hour;

// The weight of a sixtieth of an hour: the hours' weights, joined by straight lines.
std::int64_t step_weight(std::int64_t step) noexcept {
  const auto hour = static_cast<std::size_t>(step / steps_per_hour);
  const std::int64_t part = step % steps_per_hour;
  return hour_weight[hour] * (steps_per_hour - part) + hour_weight[(hour + 1) % 24] * part;
}

class DemoGenerator {
 public:
  DemoGenerator(const std::string& path, const DemoTraffic& traffic)
      : traffic_(traffic), writer_(path), random_(traffic.seed) {
    make_endpoints();
    make_lotteries();
    plan_scan();
  }

  DemoSummary run() {
    const std::int64_t background = traffic_.packets - scan_frames();
    std::int64_t weight_all = 0;
    for (std::int64_t step = 0; step < steps; ++step) weight_all += step_weight(step);
    std::int64_t weight_done = 0;
    std::int64_t sent = 0;
    for (std::int64_t step = 0; step < steps; ++step) {
      weight_done += step_weight(step);
      const std::int64_t until = share(background, weight_done, weight_all);
      send_step(step, until - sent);
      sent = until;
    }
    send_scan_until(traffic_.start_ns + traffic_.duration_ns);
    writer_.close();
    return summarise();
  }

 private:
  // total * part / whole without leaving 64 bits
  static std::int64_t share(std::int64_t total, std::int64_t part, std::int64_t whole) noexcept {
    return total / whole * part + total % whole * part / whole;
  }

  void make_endpoints() {
    for (int host = 0; host < traffic_.hosts; ++host) {
      const auto number = static_cast<std::uint32_t>(host);
      DemoEndpoint endpoint;
      endpoint.mac = local_mac(1, number);
      endpoint.ipv6 = host % 5 == 3;
      endpoint.ip =
          endpoint.ipv6 ? ipv6(1, number + 1) : ipv4(10, 20, number / 250, number % 250 + 1);
      if (host % 10 == 4) endpoint.vlan = static_cast<std::uint16_t>(100 + host % 3);
      hosts_.push_back(endpoint);
    }
    for (std::uint32_t server = 0; server < servers; ++server) {
      DemoEndpoint endpoint;
      endpoint.mac = local_mac(2, 1);  // the router's
      endpoint.ip = ipv4(203, 0, 113, server + 1);
      servers_.push_back(endpoint);
      endpoint.ipv6 = true;
      endpoint.ip = ipv6(2, server + 1);
      servers_v6_.push_back(endpoint);
    }
    scanner_.ip = ipv4(198, 51, 100, 66);
    scanner_.mac = local_mac(2, 1);
    counts_.resize(hosts_.size() + servers_.size() + servers_v6_.size() + 1);
  }

  // Tickets by rank: the r-th of n gets a share of 1 / (r + 1).
  static std::vector<std::uint16_t> make_lottery(int count) {
    constexpr std::int64_t unit = 1'000'000'000;
    std::int64_t whole = 0;
    for (int rank = 0; rank < count; ++rank) whole += unit / (rank + 1);
    std::vector<std::uint16_t> tickets;
    std::int64_t done = 0;
    for (int rank = 0; rank < count; ++rank) {
      done += unit / (rank + 1);
      const auto until =
          static_cast<std::size_t>(share(static_cast<std::int64_t>(lottery_size), done, whole));
      while (tickets.size() < until) tickets.push_back(static_cast<std::uint16_t>(rank));
    }
    return tickets;
  }

  void make_lotteries() {
    host_lottery_ = make_lottery(traffic_.hosts);
    server_lottery_ = make_lottery(servers);
    for (const auto& [application, percent] : application_percent) {
      applications_.insert(applications_.end(), static_cast<std::size_t>(percent), application);
    }
  }

  [[nodiscard]] std::int64_t scan_frames() const noexcept {
    return std::int64_t{traffic_.scanned_ports} * 2;
  }

  // Three minutes of a day, early in the afternoon, of a host that is not among the busiest.
  void plan_scan() {
    scan_start_ns_ = traffic_.start_ns + share(traffic_.duration_ns, 13 * 60 + 37, 24 * 60);
    scan_duration_ns_ = share(traffic_.duration_ns, 3, 24 * 60);
    scanned_ = &hosts_[hosts_.size() / 2];
    for (std::size_t host = hosts_.size() / 2; host < hosts_.size(); ++host) {
      scanned_ = &hosts_[host];
      if (!scanned_->ipv6 && scanned_->vlan == 0) break;
    }
    for (int port = 0; port < traffic_.scanned_ports; ++port) {
      scan_ports_.push_back(static_cast<std::uint16_t>(port + 1));
    }
    for (std::size_t left = scan_ports_.size(); left > 1; --left) {
      std::swap(scan_ports_[left - 1],
                scan_ports_[random_.below(static_cast<std::uint32_t>(left))]);
    }
  }

  [[nodiscard]] std::int64_t scan_due_ns() const noexcept {
    return scan_start_ns_ + share(scan_duration_ns_, scan_sent_, scan_frames());
  }

  // Each probe of a port, and half a step later the answer: three ports are open.
  void send_scan_until(std::int64_t ts_ns) {
    while (scan_sent_ < scan_frames() && scan_due_ns() <= ts_ns) {
      const std::uint16_t port = scan_ports_[static_cast<std::size_t>(scan_sent_ / 2)];
      const std::int64_t due_ns = scan_due_ns();
      constexpr std::uint16_t scanner_port = 61'234;
      if (scan_sent_ % 2 == 0) {
        frame_.tcp(scanner_, *scanned_, 0, scanner_port, port, tcp_syn, 0);
        if (scan_sent_ == 0) summary_.scan_start_ns = due_ns;
        summary_.scan_end_ns = due_ns;
        ++summary_.scanned_ports;
        send(due_ns, &counts_.back());
      } else {
        const bool open = port == 22 || port == 80 || port == 443;
        frame_.tcp(*scanned_, scanner_, 0, port, scanner_port, open ? tcp_syn_ack : tcp_reset_ack,
                   0);
        send(due_ns, &counts_[static_cast<std::size_t>(scanned_ - hosts_.data())]);
      }
      ++scan_sent_;
    }
  }

  // Frames come in conversations of a few dozen, half a millisecond apart where the step has the
  // time, as real ones do: second by second, few sources send at once.
  void send_step(std::int64_t step, std::int64_t frames) {
    constexpr std::int64_t conversation_frames = 48;
    constexpr std::int64_t gap_max_ns = 500'000;
    const std::int64_t begin_ns = traffic_.start_ns + share(traffic_.duration_ns, step, steps);
    const std::int64_t end_ns = traffic_.start_ns + share(traffic_.duration_ns, step + 1, steps);
    for (std::int64_t first = 0; first < frames; first += conversation_frames) {
      const std::int64_t count = std::min(conversation_frames, frames - first);
      const std::int64_t from_ns = begin_ns + share(end_ns - begin_ns, first, frames);
      const std::int64_t to_ns = begin_ns + share(end_ns - begin_ns, first + count, frames);
      const std::int64_t gap_ns = std::min(gap_max_ns, (to_ns - from_ns) / count);
      const std::int64_t slack_ns =
          std::min<std::int64_t>(to_ns - from_ns - gap_ns * count, 0xFFFFFFFF);
      const std::int64_t start_ns = from_ns + random_.below(static_cast<std::uint32_t>(slack_ns));
      const Conversation conversation = begin_conversation();
      for (std::int64_t frame = 0; frame < count; ++frame) {
        const std::int64_t ts_ns = start_ns + frame * gap_ns;
        send_scan_until(ts_ns);
        send_background(conversation, ts_ns);
      }
    }
  }

  struct Conversation {
    std::size_t host = 0;
    std::size_t server = 0;
    Application application = Application::https;
    std::uint16_t port = 0;
  };

  Conversation begin_conversation() {
    const std::uint64_t draw = random_.next();
    return {host_lottery_[draw % lottery_size], server_lottery_[(draw >> 16U) % lottery_size],
            applications_[(draw >> 32U) % applications_.size()],
            static_cast<std::uint16_t>(32'768 + (draw >> 12U) % 28'000)};
  }

  void send_background(const Conversation& conversation, std::int64_t ts_ns) {
    const std::uint64_t draw = random_.next();
    const Application application = conversation.application;
    const DemoEndpoint& host = hosts_[conversation.host];
    const DemoEndpoint& server =
        host.ipv6 ? servers_v6_[conversation.server] : servers_[conversation.server];
    const bool down = ((draw >> 48U) & 3U) != 0 || application == Application::dns;
    const bool answers = application == Application::dns ? ((draw >> 48U) & 1U) != 0 : down;
    const auto size = static_cast<std::uint32_t>(draw >> 52U);  // 0 to 4095
    build(application, host, server, answers, size, conversation.port);
    const std::size_t server_count =
        hosts_.size() + conversation.server + (host.ipv6 ? servers_.size() : 0);
    // ARP has no IP source.
    DemoTalker* const talker = application == Application::arp && !host.ipv6
                                   ? nullptr
                                   : &counts_[answers ? server_count : conversation.host];
    send(ts_ns, talker);
  }

  void build(Application application, const DemoEndpoint& host, const DemoEndpoint& server,
             bool answers, std::uint32_t size, std::uint16_t port) {
    constexpr std::uint32_t down_bytes = 1380;
    const DemoEndpoint& from = answers ? server : host;
    const DemoEndpoint& to = answers ? host : server;
    const auto ports = [&](std::uint16_t service) {
      return answers ? std::pair{service, port} : std::pair{port, service};
    };
    switch (application) {
      case Application::https:
      case Application::http: {
        const auto [src, dst] = ports(application == Application::https ? 443 : 80);
        std::uint8_t flags = size % 4 == 0 ? tcp_push_ack : tcp_ack;
        if (size % 64 == 1) flags = answers ? tcp_syn_ack : tcp_syn;
        if (size % 64 == 2) flags = tcp_fin_ack;
        const bool data = flags == tcp_push_ack || (flags == tcp_ack && answers);
        frame_.tcp(from, to, host.vlan, src, dst, flags,
                   !data ? 0 : (answers ? down_bytes - size % 128 : 40 + size % 600));
        break;
      }
      case Application::quic: {
        const auto [src, dst] = ports(443);
        frame_.udp(from, to, host.vlan, src, dst, answers ? 1200 + size % 52 : 30 + size % 200);
        break;
      }
      case Application::dns: {
        const auto [src, dst] = ports(53);
        frame_.udp(from, to, host.vlan, src, dst, answers ? 60 + size % 300 : 28 + size % 24);
        break;
      }
      case Application::ping: frame_.ping(from, to, host.vlan, answers); break;
      case Application::arp:
        if (host.ipv6) {
          frame_.ping(from, to, host.vlan, answers);
        } else {
          frame_.arp(from, to, host.vlan);
        }
        break;
    }
  }

  void send(std::int64_t ts_ns, DemoTalker* talker) {
    writer_.write(ts_ns, frame_.captured(traffic_.captured_bytes_max), frame_.length());
    if (summary_.packets == 0) summary_.first_ns = ts_ns;
    summary_.last_ns = ts_ns;
    ++summary_.packets;
    summary_.frame_bytes += frame_.length();
    if (talker == nullptr) return;
    ++summary_.ip_packets;
    ++talker->packets;
    talker->bytes += frame_.length();
  }

  DemoSummary summarise() {
    constexpr std::size_t talkers_max = 10;
    std::size_t index = 0;
    for (const auto* endpoints : {&hosts_, &servers_, &servers_v6_}) {
      for (const DemoEndpoint& endpoint : *endpoints) counts_[index++].ip = endpoint.ip;
    }
    counts_[index].ip = scanner_.ip;
    std::sort(counts_.begin(), counts_.end(), [](const DemoTalker& a, const DemoTalker& b) {
      return a.bytes != b.bytes ? a.bytes > b.bytes : a.ip < b.ip;
    });
    counts_.resize(std::min(counts_.size(), talkers_max));
    std::erase_if(counts_, [](const DemoTalker& talker) { return talker.packets == 0; });
    summary_.top_talkers = std::move(counts_);
    summary_.file_bytes = writer_.bytes_written();
    if (summary_.scanned_ports > 0) {
      summary_.scanner_ip = scanner_.ip;
      summary_.scanned_ip = scanned_->ip;
    }
    return std::move(summary_);
  }

  DemoTraffic traffic_;
  CaptureWriter writer_;
  Random random_;
  DemoFrame frame_;
  std::vector<DemoEndpoint> hosts_;
  std::vector<DemoEndpoint> servers_;
  std::vector<DemoEndpoint> servers_v6_;
  std::vector<DemoTalker> counts_;  // of hosts_, servers_, servers_v6_, and the scanner
  std::vector<std::uint16_t> host_lottery_;
  std::vector<std::uint16_t> server_lottery_;
  std::vector<Application> applications_;
  DemoEndpoint scanner_;
  const DemoEndpoint* scanned_ = nullptr;
  std::vector<std::uint16_t> scan_ports_;
  std::int64_t scan_start_ns_ = 0;
  std::int64_t scan_duration_ns_ = 0;
  std::int64_t scan_sent_ = 0;
  DemoSummary summary_;
};

void check(const DemoTraffic& traffic) {
  constexpr std::int64_t year_ns = 366 * std::int64_t{86'400'000'000'000};
  constexpr int ports_max = 65'535;
  const auto require = [](bool good, const char* what) {
    if (!good) {
      throw Error(ErrorCode::invalid_argument, std::string("demo traffic: ") + what);
    }
  };
  constexpr std::int64_t packets_max = 1'000'000'000'000;
  require(traffic.packets >= 1 && traffic.packets <= packets_max,
          "packets must be from 1 to 1000000000000");
  require(traffic.duration_ns >= 1'000'000'000 && traffic.duration_ns <= year_ns,
          "duration must be from a second to a year");
  require(traffic.start_ns >= 0 && traffic.start_ns < 100 * year_ns,
          "start must be from 1970 to 2070");
  require(traffic.hosts >= hosts_min && traffic.hosts <= hosts_max,
          "hosts must be from 10 to 60000");
  require(traffic.scanned_ports >= 0 && traffic.scanned_ports <= ports_max &&
              std::int64_t{traffic.scanned_ports} * 3 <= traffic.packets,
          "scanned_ports must be at most 65535, and a third of packets");
  require(traffic.captured_bytes_max >= DemoFrame::headers_max,
          "captured_bytes_max must leave room for the headers, 78 bytes");
}

}  // namespace

DemoSummary write_demo_capture(const std::string& path, const DemoTraffic& traffic) {
  check(traffic);
  return DemoGenerator(path, traffic).run();
}

}  // namespace penstock
