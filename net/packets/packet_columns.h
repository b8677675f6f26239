// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <penstock/data/batch_builder.h>
#include <penstock/data/symbol_table.h>
#include <penstock/packets/packet_decoder.h>

namespace penstock::detail {

// Writes decoded frames into the wanted columns of a batch. Knows where each is as plain pointers,
// so that a frame costs neither a lookup nor a virtual call.
class PacketColumns {
 public:
  // `schema` has columns of packet_schema(), any of them in any order.
  PacketColumns(const Schema& schema, SymbolTable& symbols);

  // Before the first row of each call into a batch.
  void bind(BatchBuilder& batch);
  void write(std::int64_t row, std::int64_t ts_ns, const PacketFields& fields) noexcept;
  // Behind the last one.
  void finish(BatchBuilder& batch) noexcept;

 private:
  static constexpr std::size_t no_column = static_cast<std::size_t>(-1);

  void pin_protocols();
  template <class T>
  [[nodiscard]] T* values(BatchBuilder& batch, PacketColumn column);

  SymbolTable& symbols_;
  std::array<std::size_t, packet_column_count> positions_{};  // in the schema, or no_column
  std::array<std::uint32_t, 256> protocol_codes_{};
  bool protocols_pinned_ = false;

  std::uint16_t wanted_ = 0;  // of those that may be NULL
  std::uint16_t nulls_ = 0;   // columns that got one since bind()
  std::array<std::uint64_t*, packet_column_count> validity_{};
  std::int64_t* ts_ = nullptr;
  Bytes16* src_ip_ = nullptr;
  Bytes16* dst_ip_ = nullptr;
  std::uint16_t* src_port_ = nullptr;
  std::uint16_t* dst_port_ = nullptr;
  std::uint32_t* protocol_ = nullptr;
  std::uint32_t* length_ = nullptr;
  std::uint32_t* payload_length_ = nullptr;
  std::uint8_t* tcp_flags_ = nullptr;
  std::uint16_t* vlan_ = nullptr;
  std::uint8_t* ip_version_ = nullptr;
  std::uint64_t* fragment_ = nullptr;  // bits
  std::uint8_t* src_mac_ = nullptr;    // 6 bytes a row
  std::uint8_t* dst_mac_ = nullptr;
};

}  // namespace penstock::detail
