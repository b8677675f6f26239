// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include <penstock/kernels/column_view.h>

namespace penstock {

// Owns zeroed, 64-byte aligned memory, padded to whole cache lines. Move-only.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t size_bytes);

  [[nodiscard]] std::size_t size_bytes() const noexcept { return size_bytes_; }
  [[nodiscard]] void* data() noexcept { return data_.get(); }
  [[nodiscard]] const void* data() const noexcept { return data_.get(); }
  template <class T>
  [[nodiscard]] T* as() noexcept {
    return static_cast<T*>(data());
  }
  template <class T>
  [[nodiscard]] const T* as() const noexcept {
    return static_cast<const T*>(data());
  }

 private:
  struct Free {
    void operator()(void* memory) const noexcept { std::free(memory); }
  };
  std::unique_ptr<void, Free> data_;
  std::size_t size_bytes_ = 0;
};

// Owns one fixed-width column (values and validity) of a stated capacity: what kernels write.
class ColumnBuffer {
 public:
  ColumnBuffer(DataType type, std::int64_t capacity_rows);

  [[nodiscard]] DataType type() const noexcept { return type_; }
  [[nodiscard]] std::int64_t capacity_rows() const noexcept { return capacity_rows_; }
  template <class T>
  [[nodiscard]] T* values() noexcept {
    return values_.as<T>();
  }
  [[nodiscard]] std::uint64_t* validity() noexcept { return validity_.as<std::uint64_t>(); }
  // The validity bitmap is given only when has_nulls: a column without nulls stays without one.
  [[nodiscard]] ColumnView view() const noexcept;
  void set_has_nulls(bool has_nulls) noexcept { has_nulls_ = has_nulls; }

 private:
  DataType type_;
  std::int64_t capacity_rows_;
  Buffer values_;
  Buffer validity_;
  bool has_nulls_ = false;
};

}  // namespace penstock
