// SPDX-License-Identifier: Apache-2.0
#include "column_append.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include <penstock/kernels/error.h>

namespace penstock::detail {

namespace {

constexpr std::int64_t word_bits = 64;

std::uint64_t low_bits(std::int64_t count) noexcept {
  return count == word_bits ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

// Writes `count` ≤ 64 bits at any position and leaves all others as they are.
void write_bits(std::uint64_t* words, std::int64_t at, std::uint64_t bits,
                std::int64_t count) noexcept {
  const std::uint64_t mask = low_bits(count);
  const std::int64_t shift = at % word_bits;
  std::uint64_t& first = words[at / word_bits];
  first = (first & ~(mask << shift)) | ((bits & mask) << shift);
  if (shift + count <= word_bits) return;
  const std::int64_t rest = word_bits - shift;
  std::uint64_t& second = words[at / word_bits + 1];
  second = (second & ~(mask >> rest)) | ((bits & mask) >> rest);
}

std::uint64_t gather_bits(const std::uint64_t* source, const Selection& selection,
                          std::int64_t first, std::int64_t count) noexcept {
  if (selection.rows == nullptr) return source[first / word_bits];
  std::uint64_t bits = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::uint32_t row = selection.rows[first + i];
    bits |= ((source[row / 64] >> (row % 64)) & 1U) << i;
  }
  return bits;
}

// Returns whether all of them are set.
bool append_bits(std::uint64_t* words, std::int64_t at, const std::uint64_t* source,
                 const Selection& selection) noexcept {
  bool all = true;
  for (std::int64_t i = 0; i < selection.count; i += word_bits) {
    const std::int64_t count = std::min(word_bits, selection.count - i);
    const std::uint64_t bits = gather_bits(source, selection, i, count) & low_bits(count);
    all = all && bits == low_bits(count);
    write_bits(words, at + i, bits, count);
  }
  return all;
}

template <class T>
void append_values(BatchBuilder& out, std::size_t column, const ColumnView& source,
                   const Selection& selection) noexcept {
  T* to = out.values<T>(column) + out.rows();
  const T* from = source.values<T>();
  if (selection.rows == nullptr) {
    std::memcpy(to, from, static_cast<std::size_t>(selection.count) * sizeof(T));
    return;
  }
  for (std::int64_t i = 0; i < selection.count; ++i) to[i] = from[selection.rows[i]];
}

void append_wide(BatchBuilder& out, std::size_t column, const ColumnView& source,
                 const Selection& selection, std::size_t width) noexcept {
  auto* to = out.values<std::uint8_t>(column) + static_cast<std::size_t>(out.rows()) * width;
  const auto* from = source.values<std::uint8_t>();
  if (selection.rows == nullptr) {
    std::memcpy(to, from, static_cast<std::size_t>(selection.count) * width);
    return;
  }
  for (std::int64_t i = 0; i < selection.count; ++i, to += width) {
    std::memcpy(to, from + selection.rows[i] * width, width);
  }
}

void append_fixed(BatchBuilder& out, std::size_t column, const ColumnView& source,
                  const Selection& selection) noexcept {
  const int width = value_width_bytes(source.type);
  switch (width) {
    case 0:
      append_bits(out.values<std::uint64_t>(column), out.rows(), source.values<std::uint64_t>(),
                  selection);
      break;
    case 1: append_values<std::uint8_t>(out, column, source, selection); break;
    case 2: append_values<std::uint16_t>(out, column, source, selection); break;
    case 4: append_values<std::uint32_t>(out, column, source, selection); break;
    case 8: append_values<std::uint64_t>(out, column, source, selection); break;
    case 16: append_values<Bytes16>(out, column, source, selection); break;
    default: append_wide(out, column, source, selection, static_cast<std::size_t>(width)); break;
  }
  if (source.validity == nullptr) return;
  if (!append_bits(out.validity(column), out.rows(), source.validity, selection)) {
    out.mark_nulls(column);
  }
}

template <class TextOf>
void append_text(BatchBuilder& out, std::size_t column, const ColumnView& source,
                 const Selection& selection, const TextOf& text_of) {
  for (std::int64_t i = 0; i < selection.count; ++i) {
    const std::int64_t row = selection.rows == nullptr ? i : selection.rows[i];
    if (!source.is_valid(row)) {
      out.set_null(column, out.rows() + i);
    } else if (!out.set_text(column, out.rows() + i, text_of(row))) {
      throw_text_full(out, column);
    }
  }
}

}  // namespace

void append_column(BatchBuilder& out, std::size_t column, const ColumnView& source,
                   const Selection& selection, const SymbolTable& symbols) {
  if (!out.wants(column) || selection.count == 0) return;
  const bool to_text = out.schema().fields[column].type.id == TypeId::utf8;
  if (!to_text) {
    PENSTOCK_ASSERT(out.schema().fields[column].type == source.type);
    append_fixed(out, column, source, selection);
  } else if (source.type.id == TypeId::symbol) {
    append_text(out, column, source, selection, [&](std::int64_t row) {
      return symbols.text(source.values<std::uint32_t>()[row]);
    });
  } else {
    append_text(out, column, source, selection, [&](std::int64_t row) {
      const std::int32_t begin = source.offsets[row];
      return std::string_view(source.values<char>() + begin,
                              static_cast<std::size_t>(source.offsets[row + 1] - begin));
    });
  }
}

void throw_text_full(const BatchBuilder& out, std::size_t column) {
  throw Error(ErrorCode::resource_exhausted,
              "the texts of column '" + out.schema().fields[column].name +
                  "' are over 2 GiB in one batch; lower the rows of a batch (batch_rows)");
}

}  // namespace penstock::detail
