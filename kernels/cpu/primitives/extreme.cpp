// SPDX-License-Identifier: Apache-2.0
#include "cpu/ordering.h"
#include "cpu/primitives/primitive.h"

namespace penstock::detail::cpu {

namespace {

// Nulls are ignored: where one argument is null, the other is the result.
template <class T, bool want_least>
bool extreme(const Operation& op) {
  const T* a = op.a.as<T>();
  const T* b = op.b.as<T>();
  T* __restrict out = op.out_as<T>();
  for (int i = 0; i < op.rows(); ++i) {
    out[i] = (want_least ? is_less(b[i], a[i]) : is_less(a[i], b[i])) ? b[i] : a[i];
  }
  if (op.a.validity == nullptr && op.b.validity == nullptr) return false;
  for (int w = 0; w < op.words; ++w) {
    const std::uint64_t a_valid = op.a.valid(w);
    const std::uint64_t b_valid = op.b.valid(w);
    op.out_validity[w] = a_valid | b_valid;
    if ((a_valid & b_valid) == all_bits) continue;
    for (int i = w * 64; i < w * 64 + 64; ++i) {
      if (((a_valid >> (i % 64)) & 1U) == 0) {
        out[i] = b[i];
      } else if (((b_valid >> (i % 64)) & 1U) == 0) {
        out[i] = a[i];
      }
    }
  }
  return true;
}

template <bool want_least>
bool extreme_bits(const Operation& op) {
  std::uint64_t* out = op.out_as<std::uint64_t>();
  for (int w = 0; w < op.words; ++w) {
    const std::uint64_t a = op.a.bits()[w];
    const std::uint64_t b = op.b.bits()[w];
    const std::uint64_t a_valid = op.a.valid(w);
    const std::uint64_t b_valid = op.b.valid(w);
    // A null counts as what the other beats.
    out[w] = want_least ? (a | ~a_valid) & (b | ~b_valid) : (a & a_valid) | (b & b_valid);
    op.out_validity[w] = a_valid | b_valid;
  }
  return op.a.validity != nullptr && op.b.validity != nullptr;
}

}  // namespace

Primitive find_extreme(Op op, Physical result) {
  if (op != Op::least && op != Op::greatest) return nullptr;
  const bool least = op == Op::least;
  if (result == Physical::bits) return least ? extreme_bits<true> : extreme_bits<false>;
  const auto pick = [least](auto type) -> Primitive {
    using T = decltype(type);
    return least ? extreme<T, true> : extreme<T, false>;
  };
  if (result == Physical::bytes16) return pick(Bytes16{});
  return visit_integer<Primitive>(result, pick, visit_float<Primitive>(result, pick, nullptr));
}

}  // namespace penstock::detail::cpu
