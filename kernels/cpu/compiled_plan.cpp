// SPDX-License-Identifier: Apache-2.0
#include "cpu/compiled_plan.h"

#include <algorithm>
#include <numeric>
#include <random>

#include <penstock/kernels/column_view.h>

#include "int128.h"

namespace penstock::detail::cpu {

namespace {

std::uint64_t draw_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

}  // namespace

WindowRange::WindowRange(const TumblingWindow& window)
    : size(static_cast<std::uint64_t>(window.size_ns)) {
  const Int128 step = window.size_ns;
  const auto start_of_exact = [&](Int128 time) {
    const Int128 since = time - window.offset_ns;
    const Int128 into = since % step;
    return time - (into < 0 ? into + step : into);
  };
  // The last window ends before watermark_max, which stands for the end of time.
  Int128 first = start_of_exact(watermark_min);
  if (first < watermark_min) first += step;
  const Int128 end = start_of_exact(Int128{watermark_max} - 1);
  if (end <= first) return;  // not one window fits
  first_time = static_cast<std::int64_t>(first);
  last_time = static_cast<std::int64_t>(end - 1);
}

int CompiledPlan::consume(Register r) {
  if (r == no_register) return -1;
  const auto found = std::find(consumed.begin(), consumed.end(), r);
  if (found != consumed.end()) return static_cast<int>(found - consumed.begin());
  consumed.push_back(r);
  return static_cast<int>(consumed.size()) - 1;
}

int CompiledPlan::find_row_set(const RowSet& set) {
  const auto found = std::find(row_sets.begin(), row_sets.end(), set);
  if (found != row_sets.end()) return static_cast<int>(found - row_sets.begin());
  row_sets.push_back(set);
  return static_cast<int>(row_sets.size()) - 1;
}

int CompiledPlan::find_field(FieldKind kind, int row_set, Physical input) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].kind == kind && fields[i].row_set == row_set) return static_cast<int>(i);
  }
  Field field;
  field.kind = kind;
  field.row_set = row_set;
  field.input = input;
  field.operations = field_operations(kind, input);
  fields.push_back(field);
  return static_cast<int>(fields.size()) - 1;
}

void CompiledPlan::add_aggregate(const Aggregate& aggregate) {
  const int input = consume(aggregate.input);
  const int row_set = find_row_set({input, consume(aggregate.filter)});
  const DataType type = input < 0 ? DataType{} : plan.type_of(aggregate.input);
  const Physical physical_type = physical_of(type);
  Output output;
  switch (aggregate.kind) {
    case AggregateKind::count_rows:
    case AggregateKind::count:
      output.value = find_field(FieldKind::count, row_set, physical_type);
      break;
    case AggregateKind::count_distinct: {
      const std::size_t before = fields.size();
      output.value = find_field(FieldKind::distinct, row_set, physical_type);
      if (fields.size() == before) break;
      DistinctSet set;
      set.field = output.value;
      set.input = physical_type;
      set.type = type;
      set.value_words = physical_type == Physical::bytes16 ? 2 : 1;
      fields.back().distinct = static_cast<int>(distinct_sets.size());
      distinct_sets.push_back(set);
      break;
    }
    case AggregateKind::sum:
    case AggregateKind::average:
      output.value = find_field(FieldKind::sum, row_set, physical_type);
      break;
    case AggregateKind::minimum:
      output.value = find_field(FieldKind::minimum, row_set, physical_type);
      break;
    case AggregateKind::maximum:
      output.value = find_field(FieldKind::maximum, row_set, physical_type);
      break;
  }
  outputs.push_back(output);
}

// The key's words, then the fields, widest alignment first.
void CompiledPlan::lay_out_cell() {
  std::vector<std::size_t> order(fields.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
    return std::min<std::size_t>(fields[a].operations.size_bytes, 8) >
           std::min<std::size_t>(fields[b].operations.size_bytes, 8);
  });
  std::size_t end = static_cast<std::size_t>(keys.words) * 8;
  for (const std::size_t i : order) {
    fields[i].offset = end;
    end += fields[i].operations.size_bytes;
  }
  shape.key_words = keys.words;
  shape.stride = std::max<std::size_t>((end + 7) / 8 * 8, 8);
  initial_cell.assign(shape.stride / 8, 0);
  auto* bytes = reinterpret_cast<char*>(initial_cell.data());
  for (const Field& field : fields) field.operations.initialise(bytes + field.offset);
  shape.initial = bytes;
}

CompiledPlan::CompiledPlan(const KernelPlan& source) : plan(source) {
  for (const Register r : plan.outputs) consume(r);
  if (plan.window.has_value()) {
    time = consume(plan.window->time);
    windows = WindowRange(*plan.window);
  }
  std::vector<KeyField> key_fields;
  for (const Register r : plan.keys) {
    KeyField field;
    field.type = plan.type_of(r);
    field.physical = physical_of(field.type);
    field.consumed = consume(r);
    key_fields.push_back(field);
  }
  keys = make_key_layout(key_fields);
  for (const Aggregate& aggregate : plan.aggregates) add_aggregate(aggregate);
  // Counts first: an average brings the count that tells others of its rows whether there were any.
  for (std::size_t i = 0; i < plan.aggregates.size(); ++i) {
    if (plan.aggregates[i].kind != AggregateKind::average) continue;
    const int row_set = fields[static_cast<std::size_t>(outputs[i].value)].row_set;
    outputs[i].presence = find_field(FieldKind::count, row_set, Physical::i64);
  }
  for (std::size_t i = 0; i < plan.aggregates.size(); ++i) {
    const Field& value = fields[static_cast<std::size_t>(outputs[i].value)];
    if (value.kind == FieldKind::count || value.kind == FieldKind::distinct) continue;
    if (outputs[i].presence >= 0) continue;
    const int row_set = value.row_set;
    const bool counted = std::any_of(fields.begin(), fields.end(), [row_set](const Field& field) {
      return field.kind == FieldKind::count && field.row_set == row_set;
    });
    outputs[i].presence =
        find_field(counted ? FieldKind::count : FieldKind::seen, row_set, Physical::i64);
  }
  lay_out_cell();
  shape.seed = draw_seed();
  shard_seed = 0x243F6A8885A308D3U;  // the same in every process, unlike the tables'
  static constexpr std::uint64_t no_cell[4] = {};
  for (DistinctSet& set : distinct_sets) {
    set.shape.key_words = 1 + set.value_words;
    set.shape.stride = static_cast<std::size_t>(set.shape.key_words) * 8;
    set.shape.initial = reinterpret_cast<const char*>(no_cell);
    set.shape.seed = shape.seed;
  }
  list_inputs();
  schedule = make_schedule(plan, consumed);
}

void CompiledPlan::list_inputs() {
  const auto add = [](std::vector<int>& list, int index) {
    if (index >= 0 && std::find(list.begin(), list.end(), index) == list.end()) {
      list.push_back(index);
    }
  };
  for (const Register r : plan.outputs) add(output_inputs, consume(r));
  for (const KeyField& field : keys.fields) add(key_inputs, field.consumed);
  group_inputs = key_inputs;
  for (const RowSet& set : row_sets) {
    add(group_inputs, set.input);
    add(group_inputs, set.filter);
  }
}

}  // namespace penstock::detail::cpu
