// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <penstock/data/symbol_table.h>
#include <penstock/data/value.h>
#include <penstock/kernels/buffer.h>
#include <penstock/kernels/column_view.h>
#include <penstock/plan/functions.h>

namespace penstock::detail {

// The text of a datum is a view of the value, which must stay where it is.
Datum to_datum(const Value& value, DataType type);
Value to_value(const Datum& datum, DataType type);

// Reads one row of a column; the text of a symbol is the table's.
void read_datum(const ColumnView& column, std::int64_t row, const SymbolTable& symbols,
                Datum& datum);

// Writes a fixed-width value that is not null, as kernels would leave it: NaNs in their one form.
// A symbol is given by its code.
void write_fixed(DataType type, void* values, std::int64_t row, const Datum& datum,
                 std::uint32_t code);

}  // namespace penstock::detail
