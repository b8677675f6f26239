// SPDX-License-Identifier: Apache-2.0
#include <penstock/io/packet_schema.h>

namespace penstock {

Schema packet_schema() {
  constexpr DataType mac = {.id = TypeId::fixed_binary, .width_bytes = 6};
  return {{
      {.name = "ts", .type = {TypeId::timestamp}, .nullable = false},
      {.name = "src_ip", .type = {TypeId::ip}},
      {.name = "dst_ip", .type = {TypeId::ip}},
      {.name = "src_port", .type = {TypeId::uint16}},
      {.name = "dst_port", .type = {TypeId::uint16}},
      {.name = "protocol", .type = {TypeId::symbol}},
      {.name = "length", .type = {TypeId::uint32}, .nullable = false},
      {.name = "payload_length", .type = {TypeId::uint32}},
      {.name = "tcp_flags", .type = {TypeId::uint8}},
      {.name = "vlan", .type = {TypeId::uint16}},
      {.name = "ip_version", .type = {TypeId::uint8}},
      {.name = "fragment", .type = {TypeId::boolean}},
      {.name = "src_mac", .type = mac},
      {.name = "dst_mac", .type = mac},
  }};
}

}  // namespace penstock
