// SPDX-License-Identifier: Apache-2.0
#include "plan_fixture.h"

#include <algorithm>
#include <cstdio>

namespace penstock::test {

namespace {

std::size_t width_of(DataType type) {
  return type.id == TypeId::boolean ? 1 : static_cast<std::size_t>(value_width_bytes(type));
}

Datum read(const ColumnView& column, std::int64_t row) {
  if (!column.is_valid(row)) return null;
  Datum d;
  d.is_null = false;
  if (column.type.id == TypeId::boolean) {
    const auto* words = column.values<std::uint64_t>();
    d.bytes.bytes[0] = static_cast<std::uint8_t>((words[row / 64] >> (row % 64)) & 1U);
  } else {
    const std::size_t width = width_of(column.type);
    std::memcpy(d.bytes.bytes.data(), column.values<char>() + static_cast<std::size_t>(row) * width,
                width);
  }
  return d;
}

std::int64_t behind(std::int64_t time, std::int64_t delay) {
  return time < watermark_min + delay ? watermark_min : time - delay;
}

void append_rows(const std::vector<ColumnBuffer>& columns, std::int64_t rows,
                 std::vector<Row>& out) {
  std::vector<ColumnView> views;
  for (const ColumnBuffer& column : columns) views.push_back(column.view());
  for (std::int64_t r = 0; r < rows; ++r) {
    Row row;
    for (const ColumnView& view : views) row.push_back(read(view, r));
    out.push_back(row);
  }
}

// What batches give to states, one batch after the other.
class Runner {
 public:
  Runner(const Backend& backend, const KernelPlan& plan, const RunOptions& options)
      : plan_(plan),
        options_(options),
        program_(backend.compile(plan)),
        lane_(program_->new_lane()) {
    const int states = std::max({1, options.replicas, options.shards});
    for (int i = 0; i < states; ++i) states_.push_back(program_->new_state({}));
  }

  void take(const Batch& batch) {
    const int zone_column =
        options_.zone_maps && plan_.window.has_value() && plan_.window->has_watermark
            ? plan_.window->watermark_column
            : -1;
    const LoadedBatch loaded(batch, zone_column);
    Submission submission;
    submission.batch = loaded.view();
    submission.start_watermark = watermark_;
    if (options_.shards > 0) {
      take_sharded(submission);
    } else {
      State& state = *states_[static_cast<std::size_t>(turn_++) % states_.size()];
      program_->submit(*lane_, submission, state, result_.counts);
      lane_->wait();
    }
    advance_watermark(batch);
  }

  Aggregated finish() {
    std::unique_ptr<State> whole = program_->new_state({});
    for (const auto& state : states_) whole->merge(*state);
    for (const std::int64_t watermark : options_.splits) emit_closed(*whole, watermark);
    emit_closed(*whole, watermark_max);
    std::sort(result_.rows.begin(), result_.rows.end());
    return result_;
  }

 private:
  void take_sharded(Submission submission) {
    std::vector<std::uint8_t> shard_of_row(static_cast<std::size_t>(submission.batch.rows) + 1);
    program_->partition(*lane_, submission, options_.shards, shard_of_row.data(), result_.counts);
    submission.shard_of_row = shard_of_row.data();
    RowCounts nothing;
    for (int s = 0; s < options_.shards; ++s) {
      submission.shard = static_cast<std::uint8_t>(s);
      program_->submit(*lane_, submission, *states_[static_cast<std::size_t>(s)], nothing);
    }
    result_.counts += nothing;  // stays 0: partition() has counted
  }

  void advance_watermark(const Batch& batch) {
    if (!plan_.window.has_value() || !plan_.window->has_watermark) return;
    for (const Datum& time : batch.values[plan_.window->watermark_column]) {
      if (time.is_null) continue;
      watermark_ = std::max(watermark_,
                            behind(value_of<std::int64_t>(time), plan_.window->watermark_delay_ns));
    }
  }

  void emit_closed(State& state, std::int64_t watermark) {
    const std::unique_ptr<State> closed = state.split(watermark);
    const std::vector<Row> rows = emit_all(*program_, *lane_, plan_, *closed, options_.emit_rows);
    result_.rows.insert(result_.rows.end(), rows.begin(), rows.end());
  }

  const KernelPlan& plan_;
  const RunOptions& options_;
  std::unique_ptr<Program> program_;
  std::unique_ptr<Lane> lane_;
  std::vector<std::unique_ptr<State>> states_;
  std::int64_t watermark_ = watermark_min;
  int turn_ = 0;
  Aggregated result_;
};

}  // namespace

std::ostream& operator<<(std::ostream& out, const Datum& datum) {
  if (datum.is_null) return out << "NULL";
  char text[40];
  std::snprintf(text, sizeof text, "%016llx%016llx",
                static_cast<unsigned long long>(value_of<std::array<std::uint64_t, 2>>(datum)[1]),
                static_cast<unsigned long long>(value_of<std::uint64_t>(datum)));
  return out << text << " (" << value_of<std::int64_t>(datum) << ", " << value_of<double>(datum)
             << ")";
}

std::ostream& operator<<(std::ostream& out, const Mapped& mapped) {
  for (std::size_t i = 0; i < mapped.rows.size(); ++i) {
    out << mapped.selected[i] << ':';
    for (const Datum& d : mapped.rows[i]) out << ' ' << d;
    out << '\n';
  }
  return out;
}

const std::vector<DataType>& all_types() {
  static const std::vector<DataType> types{
      {TypeId::boolean},  {TypeId::int8},    {TypeId::int16},           {TypeId::int32},
      {TypeId::int64},    {TypeId::uint8},   {TypeId::uint16},          {TypeId::uint32},
      {TypeId::uint64},   {TypeId::float32}, {TypeId::float64},         {TypeId::timestamp},
      {TypeId::interval}, {TypeId::ip},      {TypeId::fixed_binary, 6}, {TypeId::fixed_binary, 13},
      {TypeId::symbol}};
  return types;
}

Column::Column(DataType type, const std::vector<Datum>& values) : type_(type) {
  const auto rows = static_cast<std::int64_t>(values.size());
  const std::size_t width = width_of(type);
  const auto padded = static_cast<std::size_t>(padded_rows(rows));
  values_ = Buffer(type.id == TypeId::boolean ? padded / 8 : padded * width);
  validity_ = Buffer(padded / 8);
  if (padded > 0) {
    std::memset(values_.data(), 0xA5, values_.size_bytes());
    std::memset(validity_.data(), 0x5A, validity_.size_bytes());
  }
  const auto put_bit = [](Buffer& bitmap, std::size_t row, bool value) {
    const std::uint64_t mask = std::uint64_t{1} << (row % 64);
    std::uint64_t& word = bitmap.as<std::uint64_t>()[row / 64];
    word = value ? word | mask : word & ~mask;
  };
  for (std::size_t row = 0; row < values.size(); ++row) {
    const Datum& d = values[row];
    has_nulls_ = has_nulls_ || d.is_null;
    put_bit(validity_, row, !d.is_null);
    if (d.is_null) continue;
    if (type.id == TypeId::boolean) {
      put_bit(values_, row, d.bytes.bytes[0] != 0);
    } else {
      std::memcpy(values_.as<char>() + row * width, d.bytes.bytes.data(), width);
    }
  }
}

ColumnView Column::view() const {
  ColumnView view;
  view.type = type_;
  view.data = values_.data();
  view.validity = has_nulls_ ? validity_.as<std::uint64_t>() : nullptr;
  return view;
}

Batch Batch::slice(std::int64_t first, std::int64_t count) const {
  Batch part;
  part.types = types;
  for (const auto& column : values) {
    part.values.emplace_back(column.begin() + first, column.begin() + first + count);
  }
  return part;
}

LoadedBatch::LoadedBatch(const Batch& batch, int zone_column) : rows_(batch.rows()) {
  for (std::size_t i = 0; i < batch.types.size(); ++i) {
    columns_.emplace_back(batch.types[i], batch.values[i]);
  }
  for (const Column& column : columns_) views_.push_back(column.view());
  if (zone_column < 0) return;
  for (const Datum& d : batch.values[static_cast<std::size_t>(zone_column)]) {
    if (d.is_null) continue;
    zone_.event_time_min = std::min(zone_.event_time_min, value_of<std::int64_t>(d));
    zone_.event_time_max = std::max(zone_.event_time_max, value_of<std::int64_t>(d));
  }
}

Register PlanBuilder::load(std::uint16_t column) {
  return add(Op::load, plan.inputs.at(column), column);
}

// `value` in the column's form; a constant holds integers as 64 bits and floats as binary64.
Register PlanBuilder::constant(DataType type, const Datum& value) {
  Constant c;
  c.type = type;
  c.is_null = value.is_null;
  Datum wide = value;
  switch (type.id) {
    case TypeId::boolean:
    case TypeId::uint8: wide = datum(std::uint64_t{value_of<std::uint8_t>(value)}); break;
    case TypeId::uint16: wide = datum(std::uint64_t{value_of<std::uint16_t>(value)}); break;
    case TypeId::uint32: wide = datum(std::uint64_t{value_of<std::uint32_t>(value)}); break;
    case TypeId::int8: wide = datum(std::int64_t{value_of<std::int8_t>(value)}); break;
    case TypeId::int16: wide = datum(std::int64_t{value_of<std::int16_t>(value)}); break;
    case TypeId::int32: wide = datum(std::int64_t{value_of<std::int32_t>(value)}); break;
    case TypeId::float32: wide = datum(double{value_of<float>(value)}); break;
    default: break;
  }
  if (!value.is_null) c.bits = wide.bytes;
  plan.constants.push_back(c);
  return add(Op::constant, type, static_cast<Register>(plan.constants.size() - 1));
}

Register PlanBuilder::add(Op op, DataType type, Register a, Register b, Register c,
                          std::int32_t immediate) {
  plan.instructions.push_back({op, type, a, b, c, immediate});
  return static_cast<Register>(plan.instructions.size() - 1);
}

void PlanBuilder::aggregate(AggregateKind kind, Register input, Register filter,
                            OverflowPolicy on_overflow) {
  plan.aggregates.push_back({kind, input, filter, on_overflow});
}

void PlanBuilder::tumble(Register time, std::int64_t size_ns, std::int64_t offset_ns) {
  plan.window = TumblingWindow{};
  plan.window->time = time;
  plan.window->size_ns = size_ns;
  plan.window->offset_ns = offset_ns;
}

void PlanBuilder::watermark(std::uint16_t column, std::int64_t delay_ns) {
  plan.window->has_watermark = true;
  plan.window->watermark_column = column;
  plan.window->watermark_delay_ns = delay_ns;
}

Mapped run_map(const Backend& backend, const KernelPlan& plan, const Batch& batch) {
  const auto program = backend.compile(plan);
  const auto lane = program->new_lane();
  const LoadedBatch loaded(batch, -1);
  MapResult result;
  for (const Register r : plan.outputs) {
    result.columns.emplace_back(plan.type_of(r), batch.rows());
  }
  result.selected.resize(static_cast<std::size_t>(batch.rows()));
  program->map(*lane, loaded.view(), result);
  lane->wait();
  Mapped mapped;
  append_rows(result.columns, result.rows, mapped.rows);
  mapped.selected.assign(result.selected.begin(), result.selected.begin() + result.rows);
  return mapped;
}

std::vector<DataType> emitted_types(const KernelPlan& plan) {
  std::vector<DataType> types;
  for (const Register key : plan.keys) types.push_back(plan.type_of(key));
  for (const Aggregate& a : plan.aggregates) {
    const DataType input = a.input == no_register ? DataType{} : plan.type_of(a.input);
    types.push_back(aggregate_result_type(a.kind, input));
  }
  if (plan.window.has_value()) types.insert(types.end(), 2, timestamp);
  return types;
}

std::vector<Row> emit_all(const Program& program, Lane& lane, const KernelPlan& plan, State& closed,
                          std::int64_t emit_rows) {
  EmitResult result;
  for (const DataType type : emitted_types(plan)) result.columns.emplace_back(type, emit_rows);
  std::vector<Row> rows;
  for (;;) {
    program.emit(lane, closed, result);
    lane.wait();
    if (result.rows == 0) return rows;
    append_rows(result.columns, result.rows, rows);
  }
}

Aggregated run_aggregate(const Backend& backend, const KernelPlan& plan, const Batch& batch,
                         const RunOptions& options) {
  Runner runner(backend, plan, options);
  std::int64_t first = 0;
  for (const std::int64_t cut : options.cuts) {
    runner.take(batch.slice(first, cut - first));
    first = cut;
  }
  runner.take(batch.slice(first, batch.rows() - first));
  return runner.finish();
}

bool operator_equal(const RowCounts& a, const RowCounts& b) {
  return a.rows_in == b.rows_in && a.rows_passed == b.rows_passed && a.rows_late == b.rows_late &&
         a.rows_null_event_time == b.rows_null_event_time;
}

}  // namespace penstock::test
