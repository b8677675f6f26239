// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <penstock/kernels/types.h>

namespace penstock::detail::cpu {

// What a register holds: several types of the plan share one. Narrow ones stay narrow, so that a
// loop takes more of them at once. Bytes of fixed_binary are widened to 16 when loaded.
enum class Physical : std::uint8_t {
  bits,
  i8,
  i16,
  i32,
  i64,
  u8,
  u16,
  u32,
  u64,
  f32,
  f64,
  bytes16
};

constexpr Physical physical_of(DataType type) noexcept {
  switch (type.id) {
    case TypeId::boolean: return Physical::bits;
    case TypeId::int8: return Physical::i8;
    case TypeId::int16: return Physical::i16;
    case TypeId::int32: return Physical::i32;
    case TypeId::int64:
    case TypeId::timestamp:
    case TypeId::interval: return Physical::i64;
    case TypeId::uint8: return Physical::u8;
    case TypeId::uint16: return Physical::u16;
    case TypeId::uint32:
    case TypeId::symbol: return Physical::u32;
    case TypeId::uint64: return Physical::u64;
    case TypeId::float32: return Physical::f32;
    case TypeId::float64: return Physical::f64;
    case TypeId::ip:
    case TypeId::fixed_binary:
    case TypeId::utf8: break;
  }
  return Physical::bytes16;
}

// Bytes a value takes in a register; 0 for bits.
constexpr int width_of(Physical type) noexcept {
  switch (type) {
    case Physical::bits: return 0;
    case Physical::i8:
    case Physical::u8: return 1;
    case Physical::i16:
    case Physical::u16: return 2;
    case Physical::i32:
    case Physical::u32:
    case Physical::f32: return 4;
    case Physical::i64:
    case Physical::u64:
    case Physical::f64: return 8;
    case Physical::bytes16: return 16;
  }
  return 0;
}

// Calls f with a value of the C++ type, to pick an instantiation; `otherwise` for all other types.
template <class Result, class F>
Result visit_integer(Physical type, F f, Result otherwise) {
  switch (type) {
    case Physical::i8: return f(std::int8_t{});
    case Physical::i16: return f(std::int16_t{});
    case Physical::i32: return f(std::int32_t{});
    case Physical::i64: return f(std::int64_t{});
    case Physical::u8: return f(std::uint8_t{});
    case Physical::u16: return f(std::uint16_t{});
    case Physical::u32: return f(std::uint32_t{});
    case Physical::u64: return f(std::uint64_t{});
    default: return otherwise;
  }
}

template <class Result, class F>
Result visit_float(Physical type, F f, Result otherwise) {
  if (type == Physical::f32) return f(float{});
  if (type == Physical::f64) return f(double{});
  return otherwise;
}

// By width alone: for what only moves values.
template <class Result, class F>
Result visit_width(Physical type, F f, Result bits) {
  switch (width_of(type)) {
    case 1: return f(std::uint8_t{});
    case 2: return f(std::uint16_t{});
    case 4: return f(std::uint32_t{});
    case 8: return f(std::uint64_t{});
    case 16: return f(Bytes16{});
    default: return bits;
  }
}

}  // namespace penstock::detail::cpu
