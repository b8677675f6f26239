// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "cpu/primitives/primitive.h"

namespace penstock::detail::cpu {

namespace {

template <class F, class Compute>
bool compute(const Operation& op, Compute f) {
  const F* a = op.a.as<F>();
  const F* b = op.b.values == nullptr ? a : op.b.as<F>();
  F* __restrict out = op.out_as<F>();
  for (int i = 0; i < op.rows(); ++i) out[i] = f(a[i], b[i]);
  return combine_validity(op);
}

template <class F>
bool add(const Operation& op) {
  return compute<F>(op, [](F a, F b) { return a + b; });
}
template <class F>
bool subtract(const Operation& op) {
  return compute<F>(op, [](F a, F b) { return a - b; });
}
template <class F>
bool multiply(const Operation& op) {
  return compute<F>(op, [](F a, F b) { return a * b; });
}
template <class F>
bool negate(const Operation& op) {
  return compute<F>(op, [](F a, F) { return -a; });
}
template <class F>
bool absolute(const Operation& op) {
  return compute<F>(op, [](F a, F) { return std::abs(a); });
}
template <class F>
bool floor(const Operation& op) {
  return compute<F>(op, [](F a, F) { return std::floor(a); });
}
template <class F>
bool ceil(const Operation& op) {
  return compute<F>(op, [](F a, F) { return std::ceil(a); });
}
template <class F>
bool round(const Operation& op) {
  return compute<F>(op, [](F a, F) { return std::nearbyint(a); });
}

template <class F>
bool divide(const Operation& op) {
  const F* a = op.a.as<F>();
  const F* b = op.b.as<F>();
  F* __restrict out = op.out_as<F>();
  unsigned faults = 0;
  for (int i = 0; i < op.rows(); ++i) {
    faults |= unsigned{b[i] == 0};
    out[i] = a[i] / (b[i] == 0 ? F{1} : b[i]);
  }
  const bool has_nulls = combine_validity(op);
  return faults == 0 ? has_nulls : mark_faults(op, has_nulls, [b](int i) { return b[i] == 0; });
}

template <class F>
bool square_root(const Operation& op) {
  const F* a = op.a.as<F>();
  F* __restrict out = op.out_as<F>();
  unsigned faults = 0;
  for (int i = 0; i < op.rows(); ++i) {
    faults |= unsigned{a[i] < 0};
    out[i] = std::sqrt(a[i]);
  }
  const bool has_nulls = combine_validity(op);
  return faults == 0 ? has_nulls : mark_faults(op, has_nulls, [a](int i) { return a[i] < 0; });
}

template <class F>
Primitive pick(Op op) {
  switch (op) {
    case Op::add: return add<F>;
    case Op::subtract: return subtract<F>;
    case Op::multiply: return multiply<F>;
    case Op::divide: return divide<F>;
    case Op::negate: return negate<F>;
    case Op::absolute: return absolute<F>;
    case Op::floor: return floor<F>;
    case Op::ceil: return ceil<F>;
    case Op::round: return round<F>;
    case Op::square_root: return square_root<F>;
    default: return nullptr;
  }
}

}  // namespace

Primitive find_arithmetic(Op op, Physical result) {
  return visit_float<Primitive>(
      result, [op](auto type) { return pick<decltype(type)>(op); },
      find_integer_arithmetic(op, result));
}

}  // namespace penstock::detail::cpu
