// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <type_traits>

#include "cpu/primitives/primitive.h"

namespace penstock::detail::cpu {

namespace {

// Converts one value; returns whether it is out of the new type's range.
template <class From, class To>
bool convert(From from, To& to) {
  if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // Both bounds are powers of two, so exact in binary64 (and in binary32).
    constexpr double low = static_cast<double>(std::numeric_limits<To>::min());
    constexpr double above = 2.0 * static_cast<double>(std::numeric_limits<To>::max() / 2 + 1);
    const double whole = std::nearbyint(static_cast<double>(from));
    const bool inside = (whole >= low) & (whole < above);
    to = static_cast<To>(inside ? whole : 0.0);
    return !inside;
  } else if constexpr (std::is_same_v<From, double> && std::is_same_v<To, float>) {
    to = static_cast<float>(from);
    return std::abs(to) == std::numeric_limits<float>::infinity() &&
           std::abs(from) != std::numeric_limits<double>::infinity();
  } else if constexpr (std::is_integral_v<From> && std::is_integral_v<To>) {
    to = static_cast<To>(from);
    const bool changed = static_cast<From>(to) != from;
    const bool sign_lost = (from < From{0}) != (to < To{0});
    return changed | sign_lost;
  } else {
    to = static_cast<To>(from);
    return false;
  }
}

template <class From, class To>
bool cast(const Operation& op) {
  const From* a = op.a.as<From>();
  To* __restrict out = op.out_as<To>();
  unsigned faults = 0;
  for (int i = 0; i < op.rows(); ++i) {
    To to;
    faults |= unsigned{convert(a[i], to)};
    out[i] = to;
  }
  const bool has_nulls = combine_validity(op);
  if (faults == 0) return has_nulls;
  return mark_faults(op, has_nulls, [a](int i) {
    To ignored;
    return convert(a[i], ignored);
  });
}

template <class T>
bool copy(const Operation& op) {
  const T* a = op.a.as<T>();
  T* __restrict out = op.out_as<T>();
  for (int i = 0; i < op.rows(); ++i) out[i] = a[i];
  return combine_validity(op);
}

bool copy_bits(const Operation& op) {
  for (int w = 0; w < op.words; ++w) op.out_as<std::uint64_t>()[w] = op.a.bits()[w];
  return combine_validity(op);
}

template <class To>
bool from_bits(const Operation& op) {
  To* __restrict out = op.out_as<To>();
  for (int i = 0; i < op.rows(); ++i) out[i] = static_cast<To>(get_bit(op.a.bits(), i));
  return combine_validity(op);
}

template <class From>
bool to_bits(const Operation& op) {
  const From* a = op.a.as<From>();
  for (int w = 0; w < op.words; ++w) {
    std::uint8_t bytes[64];
    for (int i = 0; i < 64; ++i) bytes[i] = a[w * 64 + i] != 0;
    op.out_as<std::uint64_t>()[w] = pack_bytes(bytes);
  }
  return combine_validity(op);
}

template <class Result, class F>
Result visit_number(Physical type, F f) {
  return visit_integer<Result>(type, f, visit_float<Result>(type, f, nullptr));
}

}  // namespace

Primitive find_cast(Physical from, Physical to) {
  if (from == to) {
    return visit_width<Primitive>(
        to, [](auto type) { return copy<decltype(type)>; }, copy_bits);
  }
  if (from == Physical::bits) {
    return visit_number<Primitive>(to, [](auto type) { return from_bits<decltype(type)>; });
  }
  if (to == Physical::bits) {
    return visit_integer<Primitive>(
        from, [](auto type) { return to_bits<decltype(type)>; }, nullptr);
  }
  return visit_number<Primitive>(from, [to](auto a) {
    return visit_number<Primitive>(to, [](auto b) { return cast<decltype(a), decltype(b)>; });
  });
}

}  // namespace penstock::detail::cpu
