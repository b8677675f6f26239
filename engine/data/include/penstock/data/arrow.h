// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include <penstock/data/schema.h>
#include <penstock/data/slot_pool.h>
#include <penstock/data/symbol_table.h>
#include <penstock/kernels/column_view.h>

// The Arrow C data interface: https://arrow.apache.org/docs/format/CDataInterface.html. The guard
// and the layouts are the specification's, so that the definitions of several libraries agree.
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

extern "C" {
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};
}
#endif  // ARROW_C_DATA_INTERFACE

namespace penstock {

// Formats: boolean b, integers c C s S i I l L, floats f g, timestamp tsn:UTC, interval tDn, ip
// w:16 of extension type "penstock.ip", fixed binary w:N, utf8 u, symbol I with a dictionary u.
// What these two put into `out` is released by its callbacks; where they throw they put nothing.
void export_schema(const Schema& schema, ArrowSchema* out);

// Exports a batch as a struct array without copying a column: the array shares the slot, which
// stays taken until the consumer has released it and every child that it moved out. Pruned columns
// are left out of both. Symbols get a dictionary: the table's texts by code, copied.
void export_batch(const RecordBatch& batch, const Schema& schema, const SymbolTable& symbols,
                  ArrowSchema* out_schema, ArrowArray* out_array);

// A struct array taken over from another library, as views without copies. Alignment other than
// 8 bytes, offsets other than 0 and formats not listed above are refused with Error{unsupported}
// that names the field, broken structures with Error{corrupt_input}. Any time zone will do: the
// instants are UTC. What the interface does not promise is made by the only copies there are:
// values and validity where the rows do not fill words of 64, and dictionaries, which become utf8.
class ImportedBatch {
 public:
  // Moves both structures in; releases them when destroyed, or at once where it throws.
  ImportedBatch(ArrowSchema* schema, ArrowArray* array);
  ~ImportedBatch();
  ImportedBatch(ImportedBatch&&) noexcept;
  ImportedBatch& operator=(ImportedBatch&&) noexcept;

  [[nodiscard]] const Schema& schema() const noexcept;
  [[nodiscard]] BatchView view() const noexcept;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace penstock
