// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <penstock/data/schema.h>

namespace penstock {

// The columns of every source of packets (capture files, interfaces, the generator's 'packets'),
// so that a query written for one runs on the others. All but ts and length may be NULL, where a
// frame is not IP, not first of its fragments, untagged, or cut short.
//   ts timestamp; src_ip, dst_ip ip; src_port, dst_port uint16; protocol symbol ("udp", "tcp", …);
//   length uint32, bytes of the frame on the wire; payload_length uint32, bytes behind the
//   transport header; tcp_flags uint8; vlan uint16, outermost tag's id; ip_version uint8, 4 or 6;
//   fragment boolean, any but the whole packet; src_mac, dst_mac fixed_binary(6)
Schema packet_schema();

}  // namespace penstock
