// SPDX-License-Identifier: Apache-2.0
#include "function_table.h"

#include <algorithm>

#include <penstock/data/value.h>

namespace penstock::detail {

namespace {

using Arguments = std::span<const Datum>;
using Address = std::array<std::uint8_t, 16>;

bool is_version4(const Address& a) {
  return std::all_of(a.begin(), a.begin() + 10, [](std::uint8_t b) { return b == 0; }) &&
         a[10] == 0xFF && a[11] == 0xFF;
}

void host(Arguments a, Datum& result, std::string& scratch) {
  append_ip(scratch, a[0].bytes);
  result.text = scratch;
}

void network(Arguments a, Datum& result, std::string&) {
  Address bytes = a[0].bytes.bytes;
  const bool version4 = is_version4(bytes);
  const std::int64_t bits = a[1].integer;
  result.is_null = bits < 0 || bits > (version4 ? 32 : 128);
  if (result.is_null) return;
  const auto kept = static_cast<std::size_t>(bits + (version4 ? 96 : 0));
  for (std::size_t bit = kept; bit < 128; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] & ~mask);
  }
  result.bytes.bytes = bytes;
}

// RFC 1918, and for IPv6 the unique local addresses of RFC 4193.
void is_private(Arguments a, Datum& result, std::string&) {
  const Address& b = a[0].bytes.bytes;
  if (is_version4(b)) {
    result.boolean =
        b[12] == 10 || (b[12] == 172 && (b[13] & 0xF0U) == 16) || (b[12] == 192 && b[13] == 168);
  } else {
    result.boolean = (b[0] & 0xFEU) == 0xFC;
  }
}

void is_loopback(Arguments a, Datum& result, std::string&) {
  const Address& b = a[0].bytes.bytes;
  const bool zeros = std::all_of(b.begin(), b.begin() + 15, [](std::uint8_t x) { return x == 0; });
  result.boolean = is_version4(b) ? b[12] == 127 : zeros && b[15] == 1;
}

void is_multicast(Arguments a, Datum& result, std::string&) {
  const Address& b = a[0].bytes.bytes;
  result.boolean = is_version4(b) ? (b[12] & 0xF0U) == 0xE0 : b[0] == 0xFF;
}

void manufacturer(Arguments a, Datum& result, std::string&) {
  result.bytes = a[0].bytes;
  std::fill(result.bytes.bytes.begin() + 3, result.bytes.bytes.end(), std::uint8_t{0});
}

}  // namespace

void add_network_functions(FunctionTable& table) {
  constexpr DataType ip = types::ip;
  constexpr DataType boolean = types::boolean;
  table.kernel("ip in network", {ip, ip, types::int32}, boolean, Op::ip_in_network,
               {"what ip << 'network' becomes", "ip '10.1.2.3' << '10.0.0.0/8' → 'true'"});
  table.kernel("family", {ip}, types::int32, Op::ip_version,
               {"4 or 6", "family(ip '2001:db8::1') → '6'"});
  table.row("host", {ip}, types::utf8, host, {"as text", "host(ip '10.0.0.1') → '10.0.0.1'"});
  table.row("network", {ip, types::int32}, ip, network,
            {"the address of the network of that prefix length",
             "network(ip '192.168.1.5', 24) → '192.168.1.0'"});
  table.row("is_private", {ip}, boolean, is_private,
            {"RFC 1918 or RFC 4193", "is_private(ip '172.20.0.1') → 'true'"});
  table.row("is_loopback", {ip}, boolean, is_loopback,
            {"127.0.0.0/8 or ::1", "is_loopback(ip '127.0.0.1') → 'true'"});
  table.row("is_multicast", {ip}, boolean, is_multicast,
            {"224.0.0.0/4 or ff00::/8", "is_multicast(ip '224.0.0.251') → 'true'"});
  table.row("trunc", {types::mac}, types::mac, manufacturer,
            {"a MAC address with the last three bytes zero: its manufacturer",
             "trunc(macaddr '12:34:56:78:90:ab') → '12:34:56:00:00:00'"});
}

}  // namespace penstock::detail
