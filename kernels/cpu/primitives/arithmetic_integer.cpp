// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <type_traits>

#include "cpu/primitives/primitive.h"

namespace penstock::detail::cpu {

namespace {

// Types up to 32 bits compute in one that holds every result and compare; 64 bits look at signs.
template <class T>
using Wide = std::conditional_t<sizeof(T) <= 2, std::int32_t, std::int64_t>;

template <class T, class Compute>
bool narrow(T a, T b, T& result, Compute compute) {
  const Wide<T> exact = compute(Wide<T>{a}, Wide<T>{b});
  result = static_cast<T>(exact);
  return exact != Wide<T>{result};
}

struct Add {
  template <class T>
  static bool compute(T a, T b, T& result) {
    if constexpr (sizeof(T) < 8) {
      return narrow(a, b, result, [](auto x, auto y) { return x + y; });
    } else {
      const std::uint64_t ua = static_cast<std::uint64_t>(a);
      const std::uint64_t ub = static_cast<std::uint64_t>(b);
      const std::uint64_t r = ua + ub;
      result = static_cast<T>(r);
      if constexpr (std::is_signed_v<T>) return (((ua ^ r) & (ub ^ r)) >> 63) != 0;
      return r < ua;
    }
  }
};

struct Subtract {
  template <class T>
  static bool compute(T a, T b, T& result) {
    if constexpr (sizeof(T) < 8) {
      return narrow(a, b, result, [](auto x, auto y) { return x - y; });
    } else {
      const std::uint64_t ua = static_cast<std::uint64_t>(a);
      const std::uint64_t ub = static_cast<std::uint64_t>(b);
      const std::uint64_t r = ua - ub;
      result = static_cast<T>(r);
      if constexpr (std::is_signed_v<T>) return (((ua ^ ub) & (ua ^ r)) >> 63) != 0;
      return ua < ub;
    }
  }
};

struct Multiply {
  template <class T>
  static bool compute(T a, T b, T& result) {
    return __builtin_mul_overflow(a, b, &result);
  }
};

struct Divide {
  template <class T>
  static bool compute(T a, T b, T& result) {
    bool fault = b == 0;
    if constexpr (std::is_signed_v<T>) {
      fault |= b == T{-1} && a == std::numeric_limits<T>::min();
    }
    result = static_cast<T>(a / (fault ? T{1} : b));
    return fault;
  }
};

struct Modulo {
  template <class T>
  static bool compute(T a, T b, T& result) {
    bool trivial = b == 0;  // by −1 too, which traps at the minimum though the result is 0
    if constexpr (std::is_signed_v<T>) trivial |= b == T{-1};
    result = static_cast<T>(a % (trivial ? T{1} : b));
    return b == 0;
  }
};

struct Negate {
  template <class T>
  static bool compute(T a, T, T& result) {
    return Subtract::compute(T{0}, a, result);
  }
};

struct Absolute {
  template <class T>
  static bool compute(T a, T, T& result) {
    if constexpr (std::is_signed_v<T>) {
      if (a < 0) return Subtract::compute(T{0}, a, result);
    }
    result = a;
    return false;
  }
};

template <class T, class F, bool unary>
bool checked(const Operation& op) {
  const T* a = op.a.as<T>();
  const T* b = unary ? a : op.b.as<T>();
  T* __restrict out = op.out_as<T>();
  unsigned faults = 0;
  for (int i = 0; i < op.rows(); ++i) {
    T result;
    faults |= unsigned{F::compute(a[i], b[i], result)};
    out[i] = result;
  }
  const bool has_nulls = combine_validity(op);
  if (faults == 0) return has_nulls;
  return mark_faults(op, has_nulls, [a, b](int i) {
    T ignored;
    return F::compute(a[i], b[i], ignored);
  });
}

template <class T, class F>
bool unchecked(const Operation& op, F f) {
  const T* a = op.a.as<T>();
  const T* b = op.b.values == nullptr ? a : op.b.as<T>();
  T* __restrict out = op.out_as<T>();
  for (int i = 0; i < op.rows(); ++i) out[i] = static_cast<T>(f(a[i], b[i]));
  return combine_validity(op);
}

template <class T>
bool bit_and(const Operation& op) {
  return unchecked<T>(op, [](T a, T b) { return a & b; });
}
template <class T>
bool bit_or(const Operation& op) {
  return unchecked<T>(op, [](T a, T b) { return a | b; });
}
template <class T>
bool bit_xor(const Operation& op) {
  return unchecked<T>(op, [](T a, T b) { return a ^ b; });
}
template <class T>
bool bit_not(const Operation& op) {
  return unchecked<T>(op, [](T a, T) { return ~a; });
}

template <class T, bool left>
bool shift(const Operation& op) {
  constexpr int mask = static_cast<int>(sizeof(T)) * 8 - 1;
  const T* a = op.a.as<T>();
  const std::int32_t* b = op.b.as<std::int32_t>();
  T* __restrict out = op.out_as<T>();
  for (int i = 0; i < op.rows(); ++i) {
    const int by = b[i] & mask;
    if constexpr (left) {
      out[i] = static_cast<T>(static_cast<std::make_unsigned_t<T>>(a[i]) << by);
    } else {
      out[i] = static_cast<T>(a[i] >> by);
    }
  }
  return combine_validity(op);
}

template <class T>
Primitive pick(Op op) {
  switch (op) {
    case Op::add: return checked<T, Add, false>;
    case Op::subtract: return checked<T, Subtract, false>;
    case Op::multiply: return checked<T, Multiply, false>;
    case Op::divide: return checked<T, Divide, false>;
    case Op::modulo: return checked<T, Modulo, false>;
    case Op::negate: return checked<T, Negate, true>;
    case Op::absolute: return checked<T, Absolute, true>;
    case Op::bit_and: return bit_and<T>;
    case Op::bit_or: return bit_or<T>;
    case Op::bit_xor: return bit_xor<T>;
    case Op::bit_not: return bit_not<T>;
    case Op::shift_left: return shift<T, true>;
    case Op::shift_right: return shift<T, false>;
    default: return nullptr;
  }
}

}  // namespace

Primitive find_integer_arithmetic(Op op, Physical result) {
  return visit_integer<Primitive>(
      result, [op](auto type) { return pick<decltype(type)>(op); }, nullptr);
}

}  // namespace penstock::detail::cpu
