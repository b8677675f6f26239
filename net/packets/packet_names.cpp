// SPDX-License-Identifier: Apache-2.0
#include <pcap/pcap.h>
#include <penstock/packets/packet_decoder.h>

namespace penstock {

std::optional<LinkType> link_type_from_number(std::uint32_t number) noexcept {
  switch (number) {
    case 0:    // NULL
    case 108:  // LOOP
      return LinkType::loopback;
    case 1: return LinkType::ethernet;
    case 12:   // RAW as most systems number it in memory, and some write it
    case 14:   // RAW on OpenBSD
    case 101:  // RAW in files
      return LinkType::raw_ip;
    case 113: return LinkType::linux_cooked_1;
    case 228: return LinkType::ipv4;
    case 229: return LinkType::ipv6;
    case 276: return LinkType::linux_cooked_2;
    default: return std::nullopt;
  }
}

std::string link_type_name(std::uint32_t number) {
  const auto dlt = static_cast<int>(number);
  const char* name = pcap_datalink_val_to_name(dlt);
  if (name == nullptr) return "number " + std::to_string(number);
  std::string text = name;
  text += " (";
  const char* description = pcap_datalink_val_to_description(dlt);
  if (description != nullptr) {
    text += description;
    text += ", ";
  }
  return text + "number " + std::to_string(number) + ")";
}

std::string protocol_name(std::uint8_t protocol) {
  switch (protocol) {
    case 1: return "icmp";
    case 2: return "igmp";
    case 4: return "ipip";
    case 6: return "tcp";
    case 17: return "udp";
    case 33: return "dccp";
    case 41: return "ipv6";
    case 46: return "rsvp";
    case 47: return "gre";
    case 50: return "esp";
    case 51: return "ah";
    case 58: return "icmp6";
    case 88: return "eigrp";
    case 89: return "ospf";
    case 103: return "pim";
    case 112: return "vrrp";
    case 115: return "l2tp";
    case 132: return "sctp";
    case 136: return "udplite";
    case 137: return "mpls";
    default: return std::to_string(protocol);
  }
}

}  // namespace penstock
