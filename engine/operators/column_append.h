// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include <penstock/data/batch_builder.h>
#include <penstock/data/symbol_table.h>
#include <penstock/kernels/column_view.h>

namespace penstock::detail {

// Rows of a batch, ascending; without a list the first `count`.
struct Selection {
  const std::uint32_t* rows = nullptr;
  std::int64_t count = 0;
};

// Writes the selected rows of a column behind the builder's rows(), without advancing. The types
// are equal, or a symbol is decoded into a utf8.
void append_column(BatchBuilder& out, std::size_t column, const ColumnView& source,
                   const Selection& selection, const SymbolTable& symbols);

// For a builder that took no more text: a batch holds at most 2 GiB of each column.
[[noreturn]] void throw_text_full(const BatchBuilder& out, std::size_t column);

}  // namespace penstock::detail
