// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <penstock/kernels/kernel_plan.h>

#include "cpu/accumulator.h"
#include "cpu/group_table.h"
#include "cpu/key_layout.h"
#include "cpu/schedule.h"
#include "cpu/window_range.h"

namespace penstock::detail::cpu {

// Rows that count for some fields: where the input is not null and the filter is true.
struct RowSet {
  int input = -1;   // index in consumed; −1: any row
  int filter = -1;  // likewise

  bool operator==(const RowSet&) const = default;
};

// A field of a group's cell.
struct Field {
  FieldKind kind = FieldKind::count;
  int row_set = 0;
  Physical input = Physical::i64;
  std::size_t offset = 0;
  int distinct = -1;  // number of its set, of a distinct count
  FieldOperations operations;
};

// The set of (group, value) pairs behind a distinct count: a table of its own, whose cells are the
// keys alone: the group's number and one or two words of value.
struct DistinctSet {
  int field = 0;  // in CompiledPlan::fields
  Physical input = Physical::i64;
  DataType type;
  int value_words = 1;
  CellShape shape;
};

// How an aggregate is finished from the fields.
struct Output {
  int value = -1;     // field with the sum, extreme or count
  int presence = -1;  // field (count or seen) that is 0 where the result is null; −1: never null
};

// All that is known of a plan before data comes.
struct CompiledPlan {
  explicit CompiledPlan(const KernelPlan& source);
  CompiledPlan(const CompiledPlan&) = delete;
  CompiledPlan& operator=(const CompiledPlan&) = delete;

  KernelPlan plan;
  std::vector<Register> consumed;  // registers read after the program has run, each once
  std::vector<int> key_inputs;     // indices in consumed of the keys
  std::vector<int> group_inputs;   // of keys, aggregates and their filters
  std::vector<int> output_inputs;  // of a map's outputs
  Schedule schedule;
  int time = -1;  // of the window, in consumed
  WindowRange windows;
  KeyLayout keys;
  std::vector<RowSet> row_sets;
  std::vector<Field> fields;
  std::vector<DistinctSet> distinct_sets;
  std::vector<Output> outputs;  // by aggregate
  CellShape shape;
  std::vector<std::uint64_t> initial_cell;
  std::uint64_t shard_seed = 0;

  [[nodiscard]] bool windowed() const noexcept { return plan.window.has_value(); }
  [[nodiscard]] Physical physical(int consumed_index) const {
    return physical_of(plan.type_of(consumed[static_cast<std::size_t>(consumed_index)]));
  }

 private:
  int consume(Register r);
  int find_row_set(const RowSet& set);
  int find_field(FieldKind kind, int row_set, Physical input);
  void add_aggregate(const Aggregate& aggregate);
  void lay_out_cell();
  void list_inputs();
};

}  // namespace penstock::detail::cpu
