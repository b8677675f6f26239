// SPDX-License-Identifier: Apache-2.0
#include "cpu/accumulator.h"

#include <limits>
#include <type_traits>

#include "cpu/float_sum.h"
#include "cpu/ordering.h"

namespace penstock::detail::cpu {

namespace {

struct Count {
  std::uint64_t count = 0;
  void merge(const Count& other) noexcept { count += other.count; }
};

struct Seen {
  std::uint8_t seen = 0;
  void merge(const Seen& other) noexcept { seen |= other.seen; }
};

// Of inputs up to 32 bits, modulo 2^64.
struct NarrowSum {
  std::uint64_t sum = 0;
  template <class T>
  void add(T value) noexcept {
    if constexpr (std::is_signed_v<T>) {
      sum += static_cast<std::uint64_t>(std::int64_t{value});
    } else {
      sum += value;
    }
  }
  void merge(const NarrowSum& other) noexcept { sum += other.sum; }
};

struct ExactSum {
  WideSum sum;
  template <class T>
  void add(T value) noexcept {
    sum.add(value);
  }
  void merge(const ExactSum& other) noexcept { sum.add(other.sum); }
};

template <class T>
T greatest_value() {
  if constexpr (std::is_floating_point_v<T>) {
    return std::numeric_limits<T>::quiet_NaN();
  } else if constexpr (std::is_same_v<T, Bytes16>) {
    Bytes16 value;
    value.bytes.fill(0xFF);
    return value;
  } else {
    return std::numeric_limits<T>::max();
  }
}

template <class T>
T least_value() {
  if constexpr (std::is_floating_point_v<T>) {
    return -std::numeric_limits<T>::infinity();
  } else if constexpr (std::is_same_v<T, Bytes16>) {
    return {};
  } else {
    return std::numeric_limits<T>::min();
  }
}

template <class T>
struct Minimum {
  T value = greatest_value<T>();
  void add(const T& other) noexcept { value = is_less(other, value) ? other : value; }
  void merge(const Minimum& other) noexcept { add(other.value); }
};

template <class T>
struct Maximum {
  T value = least_value<T>();
  void add(const T& other) noexcept { value = is_less(value, other) ? other : value; }
  void merge(const Maximum& other) noexcept { add(other.value); }
};

// How a row's value is read: booleans are bits.
template <class T>
struct Values {
  const T* values;
  explicit Values(const void* data) : values(static_cast<const T*>(data)) {}
  const T& operator[](int i) const noexcept { return values[i]; }
};
template <>
struct Values<bool> {
  const std::uint64_t* bits;
  explicit Values(const void* data) : bits(static_cast<const std::uint64_t*>(data)) {}
  std::uint8_t operator[](int i) const noexcept { return get_bit(bits, i); }
};

template <class Field>
Field& field_at(char* memory) noexcept {
  return *reinterpret_cast<Field*>(memory);
}

template <class Field>
void initialise(char* memory) {
  field_at<Field>(memory) = Field{};
}

template <class Field>
void merge(char* memory, const char* other) {
  field_at<Field>(memory).merge(*reinterpret_cast<const Field*>(other));
}

template <class Field, class T>
void update(char* const* cells, std::size_t offset, const void* data, const std::uint16_t* rows,
            int count) {
  const Values<T> values(data);
  if (rows == nullptr) {
    for (int i = 0; i < count; ++i) field_at<Field>(cells[i] + offset).add(values[i]);
  } else {
    for (int k = 0; k < count; ++k) {
      field_at<Field>(cells[rows[k]] + offset).add(values[rows[k]]);
    }
  }
}

template <class Field, class T>
void update_single(char* memory, const void* data, const std::uint16_t* rows, int count) {
  const Values<T> values(data);
  Field field = field_at<Field>(memory);
  if (rows == nullptr) {
    for (int i = 0; i < count; ++i) field.add(values[i]);
  } else {
    for (int k = 0; k < count; ++k) field.add(values[rows[k]]);
  }
  field_at<Field>(memory) = field;
}

void count_rows(char* const* cells, std::size_t offset, const void*, const std::uint16_t* rows,
                int count) {
  for (int k = 0; k < count; ++k) {
    ++field_at<Count>(cells[rows == nullptr ? k : rows[k]] + offset).count;
  }
}
void count_single(char* memory, const void*, const std::uint16_t*, int count) {
  field_at<Count>(memory).count += static_cast<std::uint64_t>(count);
}

void see_rows(char* const* cells, std::size_t offset, const void*, const std::uint16_t* rows,
              int count) {
  for (int k = 0; k < count; ++k) {
    field_at<Seen>(cells[rows == nullptr ? k : rows[k]] + offset).seen = 1;
  }
}
void see_single(char* memory, const void*, const std::uint16_t*, int count) {
  if (count > 0) field_at<Seen>(memory).seen = 1;
}

template <class Field, class T>
FieldOperations operations() {
  return {sizeof(Field), initialise<Field>, update<Field, T>, update_single<Field, T>,
          merge<Field>};
}

FieldOperations sum_operations(Physical input) {
  if (input == Physical::f32) return operations<FloatSum, float>();
  if (input == Physical::f64) return operations<FloatSum, double>();
  return visit_integer<FieldOperations>(
      input,
      [](auto type) {
        using T = decltype(type);
        return operations<std::conditional_t<sizeof(T) == 8, ExactSum, NarrowSum>, T>();
      },
      {});
}

template <template <class> class Extreme>
FieldOperations extreme_operations(Physical input) {
  const auto pick = [](auto type) {
    using T = decltype(type);
    return operations<Extreme<T>, T>();
  };
  if (input == Physical::bits) return operations<Extreme<std::uint8_t>, bool>();
  if (input == Physical::bytes16) return pick(Bytes16{});
  return visit_integer<FieldOperations>(input, pick, visit_float<FieldOperations>(input, pick, {}));
}

}  // namespace

FieldOperations field_operations(FieldKind kind, Physical input) {
  switch (kind) {
    case FieldKind::count:
      return {sizeof(Count), initialise<Count>, count_rows, count_single, merge<Count>};
    case FieldKind::seen:
      return {sizeof(Seen), initialise<Seen>, see_rows, see_single, merge<Seen>};
    case FieldKind::distinct:  // counted by its set
      return {sizeof(Count), initialise<Count>, nullptr, nullptr, nullptr};
    case FieldKind::sum: return sum_operations(input);
    case FieldKind::minimum: return extreme_operations<Minimum>(input);
    case FieldKind::maximum: return extreme_operations<Maximum>(input);
  }
  return {};
}

}  // namespace penstock::detail::cpu
