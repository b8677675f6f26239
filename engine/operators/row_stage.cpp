// SPDX-License-Identifier: Apache-2.0
#include "row_stage.h"

#include <algorithm>
#include <cstdint>

#include <penstock/kernels/error.h>

#include "datum_access.h"

namespace penstock::detail {

namespace {

// The range of the result's type is not the row function's business.
bool fits(DataType type, const Datum& datum) noexcept {
  const auto within = [&](std::int64_t low, std::int64_t high) {
    return datum.integer >= low && datum.integer <= high;
  };
  switch (type.id) {
    case TypeId::int8: return within(INT8_MIN, INT8_MAX);
    case TypeId::int16: return within(INT16_MIN, INT16_MAX);
    case TypeId::int32: return within(INT32_MIN, INT32_MAX);
    case TypeId::uint8: return datum.unsigned_integer <= UINT8_MAX;
    case TypeId::uint16: return datum.unsigned_integer <= UINT16_MAX;
    case TypeId::uint32: return datum.unsigned_integer <= UINT32_MAX;
    default: return true;
  }
}

void set_valid(ColumnBuffer& buffer, std::int64_t row, bool valid) noexcept {
  std::uint64_t& word = buffer.validity()[row / 64];
  const std::uint64_t bit = std::uint64_t{1} << (row % 64);
  word = valid ? word | bit : word & ~bit;
}

// Rows of one batch often carry the same text one after the other. The memory does not outlive
// the batch, because codes may be collected between two of them.
std::uint32_t intern(ComputedColumn& column, SymbolTable& symbols, std::string_view text) {
  if (column.has_last && column.last_text == text) return column.last_code;
  column.last_code = symbols.intern(text);
  column.last_text = symbols.text(column.last_code);
  column.has_last = true;
  return column.last_code;
}

void write_computed(ComputedColumn& column, std::int64_t row, const Datum& datum,
                    SymbolTable& symbols) {
  const DataType type = column.buffer.type();
  if (datum.is_null || !fits(type, datum)) {
    set_valid(column.buffer, row, false);
    column.buffer.set_has_nulls(true);
    return;
  }
  const std::uint32_t code =
      type.id == TypeId::symbol ? intern(column, symbols, datum.text) : std::uint32_t{0};
  write_fixed(type, column.buffer.values<void>(), row, datum, code);
}

void write_output(BatchBuilder& out, const RowStage::Target& target, std::int64_t row,
                  const Datum& datum) {
  if (!out.wants(target.column)) return;
  if (datum.is_null || !fits(target.type, datum)) {
    out.set_null(target.column, row);
  } else if (is_text(target.type.id)) {
    if (!out.set_text(target.column, row, datum.text)) {
      throw_text_full(out, target.column);
    }
  } else {
    write_fixed(target.type, out.values<void>(target.column), row, datum, 0);
  }
}

void run_call(const RowStage& stage, const RowStage::Call& call, RowScratch& scratch,
              std::string& text) {
  Datum& result = scratch.slots[call.result];
  bool any_null = false;
  const std::uint32_t* slot = stage.argument_slots.data() + call.first_argument;
  for (std::uint32_t i = 0; i < call.argument_count; ++i) {
    scratch.arguments[i] = scratch.slots[slot[i]];
    any_null = any_null || scratch.arguments[i].is_null;
  }
  result.is_null = any_null && call.null_if_any_null;
  if (result.is_null) return;
  text.clear();
  call.function({scratch.arguments.data(), call.argument_count}, result, text);
}

}  // namespace

RowScratch::RowScratch(const RowStage& stage) : slots(stage.slots), texts(stage.calls.size()) {
  for (std::size_t i = 0; i < stage.literals.size(); ++i) {
    slots[i] = to_datum(stage.literals[i], stage.literal_types[i]);
  }
  std::uint32_t most = 0;
  for (const RowStage::Call& call : stage.calls) most = std::max(most, call.argument_count);
  arguments.resize(most);
  views.reserve(stage.loads.size());
}

void run_row_stage(const RowStage& stage, const RowStageInput& input, SymbolTable& symbols,
                   RowScratch& scratch, std::vector<ComputedColumn>& computed, BatchBuilder* out) {
  for (const RowStage::Target& target : stage.targets) {
    if (target.to_output) continue;
    ComputedColumn& column = computed[target.column];
    std::fill_n(column.buffer.validity(), bitmap_words(input.rows), ~std::uint64_t{0});
    column.buffer.set_has_nulls(false);
    column.has_last = false;
  }
  std::vector<ColumnView>& views = scratch.views;
  views.clear();
  for (const RowStage::Load& load : stage.loads) {
    switch (load.source) {
      case RowStage::Source::input: views.push_back(input.columns[load.index]); break;
      case RowStage::Source::computed: views.push_back(computed[load.index].buffer.view()); break;
      case RowStage::Source::kernel_output:
        views.push_back(input.kernel_outputs[load.index]);
        break;
    }
  }
  const std::int64_t base = out == nullptr ? 0 : out->rows();
  for (std::int64_t i = 0; i < input.selection.count; ++i) {
    const std::int64_t row = input.selection.rows == nullptr ? i : input.selection.rows[i];
    for (std::size_t k = 0; k < stage.loads.size(); ++k) {
      const bool compact = stage.loads[k].source == RowStage::Source::kernel_output;
      read_datum(views[k], compact ? i : row, symbols, scratch.slots[stage.loads[k].slot]);
    }
    for (std::size_t k = 0; k < stage.calls.size(); ++k) {
      run_call(stage, stage.calls[k], scratch, scratch.texts[k]);
    }
    for (const RowStage::Target& target : stage.targets) {
      const Datum& datum = scratch.slots[target.slot];
      if (target.to_output) {
        write_output(*out, target, base + i, datum);
      } else {
        write_computed(computed[target.column], row, datum, symbols);
      }
    }
  }
}

}  // namespace penstock::detail
