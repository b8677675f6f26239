// SPDX-License-Identifier: Apache-2.0
#include "cpu/primitives/primitive.h"

namespace penstock::detail::cpu {

namespace {

bool logical_and(const Operation& op) {
  std::uint64_t* out = op.out_as<std::uint64_t>();
  for (int w = 0; w < op.words; ++w) {
    const std::uint64_t a = op.a.bits()[w];
    const std::uint64_t b = op.b.bits()[w];
    const std::uint64_t a_valid = op.a.valid(w);
    const std::uint64_t b_valid = op.b.valid(w);
    out[w] = a & b;
    // Known where both are, or where one is a known false.
    op.out_validity[w] = (a_valid & b_valid) | (a_valid & ~a) | (b_valid & ~b);
    out[w] &= ~((a_valid & ~a) | (b_valid & ~b));
  }
  return op.a.validity != nullptr || op.b.validity != nullptr;
}

bool logical_or(const Operation& op) {
  std::uint64_t* out = op.out_as<std::uint64_t>();
  for (int w = 0; w < op.words; ++w) {
    const std::uint64_t a_true = op.a.bits()[w] & op.a.valid(w);
    const std::uint64_t b_true = op.b.bits()[w] & op.b.valid(w);
    out[w] = a_true | b_true;
    op.out_validity[w] = (op.a.valid(w) & op.b.valid(w)) | a_true | b_true;
  }
  return op.a.validity != nullptr || op.b.validity != nullptr;
}

bool logical_not(const Operation& op) {
  std::uint64_t* out = op.out_as<std::uint64_t>();
  for (int w = 0; w < op.words; ++w) out[w] = ~op.a.bits()[w];
  return combine_validity(op);
}

bool is_null(const Operation& op) {
  std::uint64_t* out = op.out_as<std::uint64_t>();
  for (int w = 0; w < op.words; ++w) out[w] = ~op.a.valid(w);
  return false;
}

bool is_true(const Operation& op) {
  std::uint64_t* out = op.out_as<std::uint64_t>();
  for (int w = 0; w < op.words; ++w) out[w] = op.a.bits()[w] & op.a.valid(w);
  return false;
}

// Takes `yes` where the bit of `condition(w)` is set, else `no`.
template <class T, class Condition>
bool choose(const Operation& op, const Vector& yes, const Vector& no, Condition condition) {
  const T* y = yes.as<T>();
  const T* n = no.as<T>();
  T* __restrict out = op.out_as<T>();
  for (int w = 0; w < op.words; ++w) {
    const std::uint64_t word = condition(w);
    op.out_validity[w] = (word & yes.valid(w)) | (~word & no.valid(w));
    for (int i = 0; i < 64; ++i) {
      const int row = w * 64 + i;
      out[row] = ((word >> i) & 1U) != 0 ? y[row] : n[row];
    }
  }
  return yes.validity != nullptr || no.validity != nullptr;
}

template <class Condition>
bool choose_bits(const Operation& op, const Vector& yes, const Vector& no, Condition condition) {
  std::uint64_t* out = op.out_as<std::uint64_t>();
  for (int w = 0; w < op.words; ++w) {
    const std::uint64_t word = condition(w);
    op.out_validity[w] = (word & yes.valid(w)) | (~word & no.valid(w));
    out[w] = (word & yes.bits()[w]) | (~word & no.bits()[w]);
  }
  return yes.validity != nullptr || no.validity != nullptr;
}

template <class T>
bool select(const Operation& op) {
  return choose<T>(op, op.b, op.c, [&op](int w) { return op.a.bits()[w] & op.a.valid(w); });
}
bool select_bits(const Operation& op) {
  return choose_bits(op, op.b, op.c, [&op](int w) { return op.a.bits()[w] & op.a.valid(w); });
}

template <class T>
bool coalesce(const Operation& op) {
  return choose<T>(op, op.a, op.b, [&op](int w) { return op.a.valid(w); }) &&
         op.b.validity != nullptr;
}
bool coalesce_bits(const Operation& op) {
  return choose_bits(op, op.a, op.b, [&op](int w) { return op.a.valid(w); }) &&
         op.b.validity != nullptr;
}

}  // namespace

Primitive find_logic(Op op, Physical result) {
  switch (op) {
    case Op::logical_and: return logical_and;
    case Op::logical_or: return logical_or;
    case Op::logical_not: return logical_not;
    case Op::is_null: return is_null;
    case Op::is_true: return is_true;
    case Op::select:
      return visit_width<Primitive>(
          result, [](auto type) { return select<decltype(type)>; }, select_bits);
    case Op::coalesce:
      return visit_width<Primitive>(
          result, [](auto type) { return coalesce<decltype(type)>; }, coalesce_bits);
    default: return nullptr;
  }
}

}  // namespace penstock::detail::cpu
