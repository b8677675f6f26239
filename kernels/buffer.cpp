// SPDX-License-Identifier: Apache-2.0
#include <penstock/kernels/buffer.h>

#include <cstring>
#include <new>

namespace penstock {

namespace {

std::size_t value_bytes(DataType type, std::int64_t capacity_rows) {
  if (type.id == TypeId::boolean) return static_cast<std::size_t>(bitmap_words(capacity_rows)) * 8;
  return static_cast<std::size_t>(padded_rows(capacity_rows)) *
         static_cast<std::size_t>(value_width_bytes(type));
}

}  // namespace

Buffer::Buffer(std::size_t size_bytes) : size_bytes_(size_bytes) {
  if (size_bytes == 0) return;
  constexpr std::size_t line = buffer_alignment_bytes;
  const std::size_t padded = (size_bytes + line - 1) / line * line;
  void* memory = padded < size_bytes ? nullptr : std::aligned_alloc(line, padded);
  if (memory == nullptr) throw std::bad_alloc();
  std::memset(memory, 0, padded);
  data_.reset(memory);
}

ColumnBuffer::ColumnBuffer(DataType type, std::int64_t capacity_rows)
    : type_(type),
      capacity_rows_(capacity_rows),
      values_(value_bytes(type, capacity_rows)),
      validity_(static_cast<std::size_t>(bitmap_words(capacity_rows)) * 8) {}

ColumnView ColumnBuffer::view() const noexcept {
  ColumnView column;
  column.type = type_;
  column.data = values_.data();
  column.validity = has_nulls_ ? validity_.as<std::uint64_t>() : nullptr;
  return column;
}

}  // namespace penstock
