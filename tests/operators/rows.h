// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <penstock/data/batch_builder.h>
#include <penstock/data/symbol_table.h>
#include <penstock/data/value.h>
#include <penstock/kernels/backend.h>
#include <penstock/operators/row_pipeline.h>
#include <penstock/plan/expression.h>
#include <penstock/plan/plan.h>

namespace penstock::tests {

using Row = std::vector<Value>;
using Rows = std::vector<Row>;

inline constexpr DataType boolean{TypeId::boolean, 0};
inline constexpr DataType int32{TypeId::int32, 0};
inline constexpr DataType int64{TypeId::int64, 0};
inline constexpr DataType uint16{TypeId::uint16, 0};
inline constexpr DataType float64{TypeId::float64, 0};
inline constexpr DataType timestamp{TypeId::timestamp, 0};
inline constexpr DataType interval{TypeId::interval, 0};
inline constexpr DataType ip{TypeId::ip, 0};
inline constexpr DataType mac{TypeId::fixed_binary, 6};
inline constexpr DataType utf8{TypeId::utf8, 0};
inline constexpr DataType symbol{TypeId::symbol, 0};

inline Value text(std::string value) {
  return {std::move(value)};
}
inline Value integer(std::int64_t value) {
  return {value};
}
inline Value real(double value) {
  return {value};
}
inline const Value null;

inline Expression function(std::string name, DataType result, std::vector<Expression> arguments) {
  return call(std::move(name), result, std::move(arguments));
}

// A batch of rows; columns that are not wanted have no data. Symbols are given as their text.
std::unique_ptr<BatchBuilder> make_batch(const Schema& schema, const Rows& rows,
                                         SymbolTable& symbols, const std::vector<bool>& wanted = {},
                                         std::int64_t capacity_rows = 0);
// Symbols are read as their text.
Rows read_rows(const BatchView& batch, const SymbolTable& symbols);
void append_value(const Value& value, DataType type, std::size_t column, BatchBuilder& out,
                  SymbolTable& symbols);
// Feeds the rows in batches of a size and returns what comes out.
Rows run(const RowPipeline& pipeline, const Schema& schema, const Rows& rows, SymbolTable& symbols,
         std::int64_t batch_rows);

std::string print(const Rows& rows, const Schema& schema);

}  // namespace penstock::tests
