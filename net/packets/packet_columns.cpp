// SPDX-License-Identifier: Apache-2.0
#include "packet_columns.h"

#include <penstock/io/packet_schema.h>
#include <penstock/kernels/error.h>

#include <bit>
#include <cstring>
#include <string>

namespace penstock::detail {

PacketColumns::PacketColumns(const Schema& schema, SymbolTable& symbols) : symbols_(symbols) {
  const Schema all = packet_schema();
  PENSTOCK_ASSERT(all.size() == packet_column_count);
  for (std::size_t column = 0; column < packet_column_count; ++column) {
    positions_[column] = schema.find(all.fields[column].name).value_or(no_column);
  }
}

void PacketColumns::pin_protocols() {
  for (std::size_t protocol = 0; protocol < protocol_codes_.size(); ++protocol) {
    protocol_codes_[protocol] = symbols_.pin(protocol_name(static_cast<std::uint8_t>(protocol)));
  }
  protocols_pinned_ = true;
}

template <class T>
T* PacketColumns::values(BatchBuilder& batch, PacketColumn column) {
  const auto index = static_cast<std::size_t>(column);
  const std::size_t position = positions_[index];
  if (position == no_column || !batch.wants(position)) return nullptr;
  if (column != PacketColumn::ts && column != PacketColumn::length) {
    validity_[index] = batch.validity(position);
    wanted_ = static_cast<std::uint16_t>(wanted_ | packet_column_bit(column));
  }
  return batch.values<T>(position);
}

void PacketColumns::bind(BatchBuilder& batch) {
  wanted_ = 0;
  nulls_ = 0;
  ts_ = values<std::int64_t>(batch, PacketColumn::ts);
  src_ip_ = values<Bytes16>(batch, PacketColumn::src_ip);
  dst_ip_ = values<Bytes16>(batch, PacketColumn::dst_ip);
  src_port_ = values<std::uint16_t>(batch, PacketColumn::src_port);
  dst_port_ = values<std::uint16_t>(batch, PacketColumn::dst_port);
  protocol_ = values<std::uint32_t>(batch, PacketColumn::protocol);
  length_ = values<std::uint32_t>(batch, PacketColumn::length);
  payload_length_ = values<std::uint32_t>(batch, PacketColumn::payload_length);
  tcp_flags_ = values<std::uint8_t>(batch, PacketColumn::tcp_flags);
  vlan_ = values<std::uint16_t>(batch, PacketColumn::vlan);
  ip_version_ = values<std::uint8_t>(batch, PacketColumn::ip_version);
  fragment_ = values<std::uint64_t>(batch, PacketColumn::fragment);
  src_mac_ = values<std::uint8_t>(batch, PacketColumn::src_mac);
  dst_mac_ = values<std::uint8_t>(batch, PacketColumn::dst_mac);
  if (protocol_ != nullptr && !protocols_pinned_) pin_protocols();
}

void PacketColumns::write(std::int64_t row, std::int64_t ts_ns,
                          const PacketFields& fields) noexcept {
  if (ts_ != nullptr) ts_[row] = ts_ns;
  if (src_ip_ != nullptr) src_ip_[row] = fields.src_ip;
  if (dst_ip_ != nullptr) dst_ip_[row] = fields.dst_ip;
  if (src_port_ != nullptr) src_port_[row] = fields.src_port;
  if (dst_port_ != nullptr) dst_port_[row] = fields.dst_port;
  if (protocol_ != nullptr) protocol_[row] = protocol_codes_[fields.protocol];
  if (length_ != nullptr) length_[row] = fields.length;
  if (payload_length_ != nullptr) payload_length_[row] = fields.payload_length;
  if (tcp_flags_ != nullptr) tcp_flags_[row] = fields.tcp_flags;
  if (vlan_ != nullptr) vlan_[row] = fields.vlan;
  if (ip_version_ != nullptr) ip_version_[row] = fields.ip_version;
  if (fragment_ != nullptr) {
    const std::uint64_t bit = std::uint64_t{1} << (row % 64);
    fragment_[row / 64] = fields.fragment ? fragment_[row / 64] | bit : fragment_[row / 64] & ~bit;
  }
  if (src_mac_ != nullptr) std::memcpy(src_mac_ + row * 6, fields.src_mac.data(), 6);
  if (dst_mac_ != nullptr) std::memcpy(dst_mac_ + row * 6, fields.dst_mac.data(), 6);

  auto missing = static_cast<std::uint16_t>(wanted_ & ~fields.known);
  nulls_ = static_cast<std::uint16_t>(nulls_ | missing);
  while (missing != 0) {
    const auto column = static_cast<std::size_t>(std::countr_zero(missing));
    validity_[column][row / 64] &= ~(std::uint64_t{1} << (row % 64));
    missing = static_cast<std::uint16_t>(missing & (missing - 1));
  }
}

void PacketColumns::finish(BatchBuilder& batch) noexcept {
  for (std::uint16_t nulls = nulls_; nulls != 0;
       nulls = static_cast<std::uint16_t>(nulls & (nulls - 1))) {
    batch.mark_nulls(positions_[static_cast<std::size_t>(std::countr_zero(nulls))]);
  }
}

}  // namespace penstock::detail
