// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <penstock/kernels/buffer.h>

#include "cpu/primitives/primitive.h"

namespace penstock::detail::cpu {

// Where a key lies in a group's packed key of 64-bit words. Sixteen bytes take two whole words.
struct KeyField {
  DataType type;
  Physical physical = Physical::i64;
  int consumed = 0;  // index of the register among those consumed
  int word = 0;
  int shift = 0;
  int null_word = 0;  // the bit that says NULL; −1: a NULL is a group of its own in the table
  int null_shift = 0;
  bool first_in_word = true;  // writes its word instead of adding to it
};

struct KeyLayout {
  std::vector<KeyField> fields;
  int words = 0;
  std::vector<int> zero_words;  // no field writes these first: only bits for nulls lie there
};

// Widest first, none across two words, a bit for nulls each. A single key that fills its words has
// no such bit: its width is the key's.
KeyLayout make_key_layout(const std::vector<KeyField>& keys);

// Packs `rows` rows into `keys`, `words` words a row. `selected`: by KeyField::consumed.
void pack_keys(const KeyLayout& layout, const Vector* selected, int rows, std::uint64_t* keys);

// The canonical words of one column alone (1, or 2 for bytes), written at keys + word.
void pack_values(const Vector& values, Physical type, int rows, std::uint64_t* keys, int stride);

// Writes the key in `rows` cells, each `stride` bytes behind the other, as rows of a column. The
// cell `null_row` (−1: none) is a NULL. Returns whether there was a null.
bool unpack_key(const KeyField& field, const char* cells, std::size_t stride, std::int64_t rows,
                std::int64_t null_row, ColumnBuffer& column, std::int64_t first_row);

}  // namespace penstock::detail::cpu
