// SPDX-License-Identifier: Apache-2.0
#include "cpu/key_layout.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "cpu/ordering.h"

namespace penstock::detail::cpu {

namespace {

int bits_of(const KeyField& field) {
  if (field.physical == Physical::bits) return 1;
  if (field.type.id == TypeId::fixed_binary) return field.type.width_bytes <= 8 ? 64 : 128;
  return width_of(field.physical) * 8;
}

template <class T>
std::uint64_t to_word(T value) {
  std::uint64_t word = 0;
  value = canonical(value);
  std::memcpy(&word, &value, sizeof value);
  return word;
}

// One column of a key into its word of each row.
template <class T>
void pack(const KeyField& field, const Vector& column, int rows, std::uint64_t* keys, int stride) {
  const T* values = column.as<T>();
  std::uint64_t* __restrict out = keys + field.word;
  if (column.validity == nullptr && field.first_in_word) {
    if (stride == 1) {
      for (int i = 0; i < rows; ++i) out[i] = to_word(values[i]) << field.shift;
    } else {
      for (int i = 0; i < rows; ++i) out[i * stride] = to_word(values[i]) << field.shift;
    }
    return;
  }
  for (int i = 0; i < rows; ++i) {
    std::uint64_t word = to_word(values[i]) << field.shift;
    if (column.validity != nullptr && !get_bit(column.validity, i)) word = 0;
    out[i * stride] = field.first_in_word ? word : out[i * stride] | word;
  }
}

void pack_bits(const KeyField& field, const Vector& column, int rows, std::uint64_t* keys,
               int stride) {
  std::uint64_t* out = keys + field.word;
  for (int i = 0; i < rows; ++i) {
    const bool valid = column.validity == nullptr || get_bit(column.validity, i);
    const std::uint64_t word = std::uint64_t{valid && get_bit(column.bits(), i)} << field.shift;
    out[i * stride] = field.first_in_word ? word : out[i * stride] | word;
  }
}

void pack_bytes16(const KeyField& field, const Vector& column, int rows, std::uint64_t* keys,
                  int stride) {
  const Bytes16* values = column.as<Bytes16>();
  const bool two = bits_of(field) == 128;
  for (int i = 0; i < rows; ++i) {
    std::uint64_t words[2] = {0, 0};
    if (column.validity == nullptr || get_bit(column.validity, i)) {
      std::memcpy(words, values[i].bytes.data(), sizeof words);
    }
    std::uint64_t* out = keys + i * stride + field.word;
    out[0] = words[0];
    if (two) out[1] = words[1];
  }
}

void pack_field(const KeyField& field, const Vector& column, int rows, std::uint64_t* keys,
                int stride) {
  if (field.physical == Physical::bits) {
    pack_bits(field, column, rows, keys, stride);
  } else if (field.physical == Physical::bytes16) {
    pack_bytes16(field, column, rows, keys, stride);
  } else {
    const auto pack_type = [&](auto type) {
      pack<decltype(type)>(field, column, rows, keys, stride);
      return true;
    };
    if (!visit_integer(field.physical, pack_type, false)) {
      visit_float(field.physical, pack_type, false);
    }
  }
}

template <class T>
void store(std::uint64_t word, ColumnBuffer& column, std::int64_t row) {
  T value;
  std::memcpy(&value, &word, sizeof value);
  column.values<T>()[row] = value;
}

void store_key(const KeyField& field, const std::uint64_t* words, ColumnBuffer& column,
               std::int64_t row) {
  if (field.physical == Physical::bytes16) {
    const std::int64_t width = value_width_bytes(field.type);
    std::memcpy(column.values<char>() + row * width, words + field.word,
                static_cast<std::size_t>(width));
    return;
  }
  const std::uint64_t word = words[field.word] >> field.shift;
  switch (width_of(field.physical)) {
    case 1: store<std::uint8_t>(word, column, row); break;
    case 2: store<std::uint16_t>(word, column, row); break;
    case 4: store<std::uint32_t>(word, column, row); break;
    case 8: store<std::uint64_t>(word, column, row); break;
    default: put_bit(column.values<std::uint64_t>(), row, (word & 1U) != 0); break;
  }
}

}  // namespace

KeyLayout make_key_layout(const std::vector<KeyField>& keys) {
  KeyLayout layout;
  layout.fields = keys;
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&keys](std::size_t a, std::size_t b) {
    return bits_of(keys[a]) > bits_of(keys[b]);
  });
  std::vector<int> used;  // bits of each word
  const auto take = [&used](int bits) {
    std::size_t word = 0;
    while (word < used.size() && used[word] + bits > 64) ++word;
    if (word == used.size()) used.push_back(0);
    used[word] += bits;
    return static_cast<int>(word);
  };
  for (const std::size_t i : order) {
    KeyField& field = layout.fields[i];
    const int bits = bits_of(field);
    field.word = take(std::min(bits, 64));
    if (bits == 128) used.push_back(64);  // widest first: the word behind is free
    field.shift = used[static_cast<std::size_t>(field.word)] - std::min(bits, 64);
    field.first_in_word = field.shift == 0;
  }
  const std::size_t words_of_values = used.size();
  const bool filled = keys.size() == 1 && bits_of(keys[0]) >= 64;
  for (KeyField& field : layout.fields) {
    field.null_word = filled ? -1 : take(1);
    if (!filled) field.null_shift = used[static_cast<std::size_t>(field.null_word)] - 1;
  }
  layout.words = static_cast<int>(used.size());
  for (std::size_t w = words_of_values; w < used.size(); ++w) {
    layout.zero_words.push_back(static_cast<int>(w));
  }
  return layout;
}

void pack_keys(const KeyLayout& layout, const Vector* selected, int rows, std::uint64_t* keys) {
  for (const int w : layout.zero_words) {
    for (int i = 0; i < rows; ++i) keys[i * layout.words + w] = 0;
  }
  for (const bool first : {true, false}) {
    for (const KeyField& field : layout.fields) {
      if (field.first_in_word != first) continue;
      pack_field(field, selected[field.consumed], rows, keys, layout.words);
    }
  }
  for (const KeyField& field : layout.fields) {
    const Vector& column = selected[field.consumed];
    if (column.validity == nullptr || field.null_word < 0) continue;
    std::uint64_t* out = keys + field.null_word;
    for (int i = 0; i < rows; ++i) {
      out[i * layout.words] |= std::uint64_t{!get_bit(column.validity, i)} << field.null_shift;
    }
  }
}

void pack_values(const Vector& values, Physical type, int rows, std::uint64_t* keys, int stride) {
  KeyField field;
  field.physical = type;
  field.type = {TypeId::ip};  // looked at for bytes alone: two words
  pack_field(field, values, rows, keys, stride);
}

bool unpack_key(const KeyField& field, const char* cells, std::size_t stride, std::int64_t rows,
                std::int64_t null_row, ColumnBuffer& column, std::int64_t first_row) {
  bool has_nulls = false;
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto* words =
        reinterpret_cast<const std::uint64_t*>(cells + static_cast<std::size_t>(i) * stride);
    const bool is_null = field.null_word < 0
                             ? i == null_row
                             : ((words[field.null_word] >> field.null_shift) & 1U) != 0;
    store_key(field, words, column, first_row + i);
    put_bit(column.validity(), first_row + i, !is_null);
    has_nulls |= is_null;
  }
  return has_nulls;
}

}  // namespace penstock::detail::cpu
