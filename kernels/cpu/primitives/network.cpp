// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "cpu/primitives/primitive.h"

namespace penstock::detail::cpu {

namespace {

struct Words {
  std::uint64_t first;
  std::uint64_t second;
};

Words load(const Bytes16& value) {
  Words words;
  std::memcpy(&words, value.bytes.data(), sizeof words);
  return words;
}

Words prefix_mask(std::int32_t bits) {
  Bytes16 mask;
  for (std::int32_t i = 0; i < bits; ++i) {
    auto& byte = mask.bytes[static_cast<std::size_t>(i / 8)];
    byte = static_cast<std::uint8_t>(byte | (0x80 >> (i % 8)));
  }
  return load(mask);
}

bool ip_in_network(const Operation& op) {
  const auto* a = op.a.as<Bytes16>();
  const auto* b = op.b.as<Bytes16>();
  const Words mask = prefix_mask(op.immediate);
  for (int w = 0; w < op.words; ++w) {
    std::uint8_t bytes[64];
    for (int i = 0; i < 64; ++i) {
      const Words x = load(a[w * 64 + i]);
      const Words y = load(b[w * 64 + i]);
      bytes[i] = (((x.first ^ y.first) & mask.first) | ((x.second ^ y.second) & mask.second)) == 0;
    }
    op.out_as<std::uint64_t>()[w] = pack_bytes(bytes);
  }
  return combine_validity(op);
}

bool ip_version(const Operation& op) {
  constexpr std::uint64_t v4_mapped = 0xFFFF0000;  // bytes 8 to 11 of ::ffff:a.b.c.d
  const auto* a = op.a.as<Bytes16>();
  auto* out = op.out_as<std::int32_t>();
  for (int i = 0; i < op.rows(); ++i) {
    const Words x = load(a[i]);
    out[i] = (x.first == 0 && (x.second & 0xFFFFFFFF) == v4_mapped) ? 4 : 6;
  }
  return combine_validity(op);
}

}  // namespace

Primitive find_network(Op op) {
  if (op == Op::ip_in_network) return ip_in_network;
  if (op == Op::ip_version) return ip_version;
  return nullptr;
}

Primitive find_primitive(const Instruction& instruction, DataType argument) {
  const Op op = instruction.op;
  const Physical result = physical_of(instruction.type);
  const Physical from = physical_of(argument);
  if (op == Op::cast) return find_cast(from, result);
  if (op >= Op::equal && op <= Op::is_not_distinct) return find_comparison(op, from);
  for (const Primitive found : {find_extreme(op, result), find_logic(op, result),
                                find_time(op, instruction.immediate), find_network(op)}) {
    if (found != nullptr) return found;
  }
  return find_arithmetic(op, result);
}

}  // namespace penstock::detail::cpu
