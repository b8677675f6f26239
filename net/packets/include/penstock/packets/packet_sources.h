// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <penstock/io/registry.h>

namespace penstock {

// Adds the source pcap: capture files, with the columns of packet_schema(). Its options, counters
// and errors: docs/packets.md.
void add_packet_sources(Registry& registry);

}  // namespace penstock
