// SPDX-License-Identifier: Apache-2.0
#include "rows.h"

#include <algorithm>
#include <cstdlib>

namespace penstock::tests {

namespace {

template <class T, class From>
void put(BatchBuilder& out, std::size_t column, const Value& value) {
  out.set<T>(column, out.rows(), static_cast<T>(std::get<From>(value.data)));
}

}  // namespace

void append_value(const Value& value, DataType type, std::size_t column, BatchBuilder& out,
                  SymbolTable& symbols) {
  if (!out.wants(column)) return;
  if (value.is_null()) return out.set_null(column, out.rows());
  switch (type.id) {
    case TypeId::boolean: out.set_boolean(column, out.rows(), std::get<bool>(value.data)); break;
    case TypeId::int8: put<std::int8_t, std::int64_t>(out, column, value); break;
    case TypeId::int16: put<std::int16_t, std::int64_t>(out, column, value); break;
    case TypeId::int32: put<std::int32_t, std::int64_t>(out, column, value); break;
    case TypeId::int64:
    case TypeId::timestamp:
    case TypeId::interval: put<std::int64_t, std::int64_t>(out, column, value); break;
    case TypeId::uint8: put<std::uint8_t, std::uint64_t>(out, column, value); break;
    case TypeId::uint16: put<std::uint16_t, std::uint64_t>(out, column, value); break;
    case TypeId::uint32: put<std::uint32_t, std::uint64_t>(out, column, value); break;
    case TypeId::uint64: put<std::uint64_t, std::uint64_t>(out, column, value); break;
    case TypeId::float32: put<float, double>(out, column, value); break;
    case TypeId::float64: put<double, double>(out, column, value); break;
    case TypeId::ip:
    case TypeId::fixed_binary:
      out.set_bytes(column, out.rows(), std::get<Bytes16>(value.data));
      break;
    case TypeId::utf8:
      if (!out.set_text(column, out.rows(), std::get<std::string>(value.data))) std::abort();
      break;
    case TypeId::symbol:
      out.set<std::uint32_t>(column, out.rows(), symbols.intern(std::get<std::string>(value.data)));
      break;
  }
}

std::unique_ptr<BatchBuilder> make_batch(const Schema& schema, const Rows& rows,
                                         SymbolTable& symbols, const std::vector<bool>& wanted,
                                         std::int64_t capacity_rows) {
  BatchBuilder::Options options;
  options.capacity_rows =
      std::max<std::int64_t>({1, capacity_rows, static_cast<std::int64_t>(rows.size())});
  options.text_growth = TextGrowth::growable;
  options.text_bytes = 64;
  options.wanted = wanted;
  auto batch = std::make_unique<BatchBuilder>(schema, options);
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < schema.size(); ++i) {
      append_value(row[i], schema.fields[i].type, i, *batch, symbols);
    }
    batch->advance();
  }
  return batch;
}

Rows read_rows(const BatchView& batch, const SymbolTable& symbols) {
  Rows rows(static_cast<std::size_t>(batch.rows));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    for (const ColumnView& column : batch.columns) {
      if (column.type.id == TypeId::symbol && column.is_valid(row)) {
        rows[i].push_back(text(std::string(symbols.text(column.values<std::uint32_t>()[row]))));
      } else {
        rows[i].push_back(value_at(column, row));
      }
    }
  }
  return rows;
}

Rows run(const RowPipeline& pipeline, const Schema& schema, const Rows& rows, SymbolTable& symbols,
         std::int64_t batch_rows) {
  BatchBuilder::Options options;
  options.capacity_rows = std::max<std::int64_t>(1, static_cast<std::int64_t>(rows.size()));
  options.text_growth = TextGrowth::growable;
  options.text_bytes = 16;
  BatchBuilder out(pipeline.output_schema(), options);
  const auto worker = pipeline.new_worker(batch_rows);
  const auto step = static_cast<std::size_t>(batch_rows);
  for (std::size_t first = 0; first == 0 || first < rows.size(); first += step) {
    const std::size_t last = std::min(rows.size(), first + step);
    const Rows part(rows.begin() + static_cast<std::ptrdiff_t>(first),
                    rows.begin() + static_cast<std::ptrdiff_t>(last));
    const auto batch = make_batch(schema, part, symbols, pipeline.wanted_columns());
    pipeline.run(*worker, batch->view(), out);
  }
  return read_rows(out.view(), symbols);
}

std::string print(const Rows& rows, const Schema& schema) {
  std::string out;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      DataType type = schema.fields[i].type;
      if (type.id == TypeId::symbol) type = utf8;
      out += (i == 0 ? "" : " | ") +
             (row[i].is_null() ? std::string("NULL") : to_string(row[i], type));
    }
    out += '\n';
  }
  return out;
}

}  // namespace penstock::tests
