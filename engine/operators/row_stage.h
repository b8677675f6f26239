// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <penstock/data/batch_builder.h>
#include <penstock/data/symbol_table.h>
#include <penstock/data/value.h>
#include <penstock/kernels/buffer.h>
#include <penstock/plan/functions.h>

#include "column_append.h"

namespace penstock::detail {

// Row functions of one stage, evaluated row by row over the selected rows. Each value of a row has
// a slot: first the literals, then what is loaded, then the results of the calls in order.
struct RowStage {
  enum class Source : std::uint8_t {
    input,          // a column of the batch, at the row
    computed,       // a column of an earlier stage, at the row
    kernel_output,  // of this stage's kernel program: compact, at the selected row's number
  };
  struct Load {
    std::uint32_t slot = 0;
    Source source = Source::input;
    std::size_t index = 0;
  };
  struct Call {
    RowFunction function = nullptr;
    bool null_if_any_null = true;
    std::uint32_t first_argument = 0;  // in argument_slots
    std::uint32_t argument_count = 0;
    std::uint32_t result = 0;
  };
  // Where a slot goes: to a computed column, at the row, or to a column of the pipeline's output.
  struct Target {
    std::uint32_t slot = 0;
    DataType type;
    bool to_output = false;
    std::size_t column = 0;
  };

  std::vector<Value> literals;
  std::vector<DataType> literal_types;
  std::vector<Load> loads;
  std::vector<Call> calls;
  std::vector<std::uint32_t> argument_slots;
  std::vector<Target> targets;
  std::uint32_t slots = 0;

  [[nodiscard]] bool empty() const noexcept { return targets.empty(); }
};

// A column that row functions compute: whole batches wide, good at the selected rows alone.
struct ComputedColumn {
  explicit ComputedColumn(DataType type, std::int64_t capacity_rows)
      : buffer(type, capacity_rows) {}

  ColumnBuffer buffer;
  std::string_view last_text;  // of a symbol: what was interned last, and its code
  std::uint32_t last_code = 0;
  bool has_last = false;
};

struct RowScratch {
  explicit RowScratch(const RowStage& stage);

  std::vector<Datum> slots;
  std::vector<Datum> arguments;
  std::vector<std::string> texts;  // one a call
  std::vector<ColumnView> views;   // one a load
};

struct RowStageInput {
  std::span<const ColumnView> columns;         // of the batch
  std::span<const ColumnView> kernel_outputs;  // of this stage
  Selection selection;
  std::int64_t rows = 0;  // of the batch
};

// `out` may be nullptr where no target goes there. Not advanced.
void run_row_stage(const RowStage& stage, const RowStageInput& input, SymbolTable& symbols,
                   RowScratch& scratch, std::vector<ComputedColumn>& computed, BatchBuilder* out);

}  // namespace penstock::detail
