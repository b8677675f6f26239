// SPDX-License-Identifier: Apache-2.0
#include "cpu/ordering.h"
#include "cpu/primitives/primitive.h"

namespace penstock::detail::cpu {

namespace {

template <class T, class Compare>
void compare_values(const Operation& op, Compare compare) {
  const T* a = op.a.as<T>();
  const T* b = op.b.as<T>();
  std::uint64_t* out = op.out_as<std::uint64_t>();
  for (int w = 0; w < op.words; ++w) {
    std::uint8_t bytes[64];
    for (int i = 0; i < 64; ++i) bytes[i] = compare(a[w * 64 + i], b[w * 64 + i]);
    out[w] = pack_bytes(bytes);
  }
}

template <class T>
bool equal(const Operation& op) {
  compare_values<T>(op, [](const T& a, const T& b) { return is_equal(a, b); });
  return combine_validity(op);
}
template <class T>
bool not_equal(const Operation& op) {
  compare_values<T>(op, [](const T& a, const T& b) { return !is_equal(a, b); });
  return combine_validity(op);
}
template <class T>
bool less(const Operation& op) {
  compare_values<T>(op, [](const T& a, const T& b) { return is_less(a, b); });
  return combine_validity(op);
}
template <class T>
bool less_equal(const Operation& op) {
  compare_values<T>(op, [](const T& a, const T& b) { return !is_less(b, a); });
  return combine_validity(op);
}

bool swapped(Primitive primitive, const Operation& op) {
  Operation turned = op;
  turned.a = op.b;
  turned.b = op.a;
  return primitive(turned);
}
template <class T>
bool greater(const Operation& op) {
  return swapped(less<T>, op);
}
template <class T>
bool greater_equal(const Operation& op) {
  return swapped(less_equal<T>, op);
}

// Equal values or two nulls; never null itself.
void settle_nulls(const Operation& op) {
  if (op.a.validity == nullptr && op.b.validity == nullptr) return;
  std::uint64_t* out = op.out_as<std::uint64_t>();
  for (int w = 0; w < op.words; ++w) {
    const std::uint64_t a = op.a.valid(w);
    const std::uint64_t b = op.b.valid(w);
    out[w] = (out[w] & a & b) | (~a & ~b);
  }
}

template <class T>
bool is_not_distinct(const Operation& op) {
  compare_values<T>(op, [](const T& a, const T& b) { return is_equal(a, b); });
  settle_nulls(op);
  return false;
}

template <class T>
Primitive pick(Op op) {
  switch (op) {
    case Op::equal: return equal<T>;
    case Op::not_equal: return not_equal<T>;
    case Op::less: return less<T>;
    case Op::less_equal: return less_equal<T>;
    case Op::greater: return greater<T>;
    case Op::greater_equal: return greater_equal<T>;
    case Op::is_not_distinct: return is_not_distinct<T>;
    default: return nullptr;
  }
}

template <class F>
void compare_bits(const Operation& op, F f) {
  std::uint64_t* out = op.out_as<std::uint64_t>();
  for (int w = 0; w < op.words; ++w) out[w] = f(op.a.bits()[w], op.b.bits()[w]);
}

bool bits_equal(const Operation& op) {
  compare_bits(op, [](std::uint64_t a, std::uint64_t b) { return ~(a ^ b); });
  return combine_validity(op);
}
bool bits_not_equal(const Operation& op) {
  compare_bits(op, [](std::uint64_t a, std::uint64_t b) { return a ^ b; });
  return combine_validity(op);
}
bool bits_less(const Operation& op) {
  compare_bits(op, [](std::uint64_t a, std::uint64_t b) { return ~a & b; });
  return combine_validity(op);
}
bool bits_less_equal(const Operation& op) {
  compare_bits(op, [](std::uint64_t a, std::uint64_t b) { return ~a | b; });
  return combine_validity(op);
}
bool bits_greater(const Operation& op) {
  return swapped(bits_less, op);
}
bool bits_greater_equal(const Operation& op) {
  return swapped(bits_less_equal, op);
}
bool bits_is_not_distinct(const Operation& op) {
  compare_bits(op, [](std::uint64_t a, std::uint64_t b) { return ~(a ^ b); });
  settle_nulls(op);
  return false;
}

Primitive pick_bits(Op op) {
  switch (op) {
    case Op::equal: return bits_equal;
    case Op::not_equal: return bits_not_equal;
    case Op::less: return bits_less;
    case Op::less_equal: return bits_less_equal;
    case Op::greater: return bits_greater;
    case Op::greater_equal: return bits_greater_equal;
    case Op::is_not_distinct: return bits_is_not_distinct;
    default: return nullptr;
  }
}

}  // namespace

Primitive find_comparison(Op op, Physical argument) {
  if (argument == Physical::bits) return pick_bits(op);
  if (argument == Physical::bytes16) return pick<Bytes16>(op);
  const auto pick_type = [op](auto type) { return pick<decltype(type)>(op); };
  return visit_integer<Primitive>(argument, pick_type,
                                  visit_float<Primitive>(argument, pick_type, nullptr));
}

}  // namespace penstock::detail::cpu
