// SPDX-License-Identifier: Apache-2.0
// Nanoseconds a row of kernel programs on one core. Every bench runs first on the reference, over
// fewer rows, and its rows must be the same.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <penstock/kernels/backend.h>

namespace penstock {
namespace {

constexpr std::int64_t batch_rows = 65'536;
constexpr std::int64_t checked_rows = 100'000;
constexpr std::int64_t second_ns = 1'000'000'000;

// Columns of one run, and the plan over them.
struct Workload {
  KernelPlan plan;
  std::vector<ColumnBuffer> columns;
  std::int64_t rows = 0;
  std::int64_t row_bytes = 0;

  template <class T>
  T* add_column(DataType type) {
    columns.emplace_back(type, rows);
    plan.inputs.push_back(type);
    row_bytes += value_width_bytes(type);
    return columns.back().values<T>();
  }
  Register add(Op op, DataType type, Register a, Register b = no_register) {
    plan.instructions.push_back({op, type, a, b, no_register, 0});
    return static_cast<Register>(plan.instructions.size() - 1);
  }
  Register constant(DataType type, std::int64_t value) {
    Constant c;
    c.type = type;
    std::memcpy(c.bits.bytes.data(), &value, sizeof value);
    plan.constants.push_back(c);
    return add(Op::constant, type, static_cast<Register>(plan.constants.size() - 1));
  }
};

// Yahoo's streaming benchmark below its join: views counted by ad and 10 s, of 16 bytes a row.
Workload make_ysb(std::int64_t rows) {
  Workload w;
  w.rows = rows;
  auto* time = w.add_column<std::int64_t>({TypeId::timestamp});
  auto* ad = w.add_column<std::int32_t>({TypeId::int32});
  auto* event = w.add_column<std::int32_t>({TypeId::int32});
  std::mt19937_64 random(7);
  for (std::int64_t i = 0; i < rows; ++i) {
    time[i] = i * 100;  // 10 M rows a second of event time
    ad[i] = static_cast<std::int32_t>(random() % 1000);
    event[i] = static_cast<std::int32_t>(random() % 3);
  }
  const Register t = w.add(Op::load, {TypeId::timestamp}, 0);
  const Register k = w.add(Op::load, {TypeId::int32}, 1);
  const Register e = w.add(Op::load, {TypeId::int32}, 2);
  w.plan.filter = w.add(Op::equal, {TypeId::boolean}, e, w.constant({TypeId::int32}, 1));
  w.plan.keys = {k};
  w.plan.aggregates = {{AggregateKind::count_rows}, {AggregateKind::maximum, t}};
  w.plan.window = TumblingWindow{t, 10 * second_ns, 0, true, 0, second_ns};
  return w;
}

Workload make_groupby(std::int64_t rows, std::int64_t keys) {
  Workload w;
  w.rows = rows;
  auto* key = w.add_column<std::int32_t>({TypeId::int32});
  auto* value = w.add_column<std::int32_t>({TypeId::int32});
  std::mt19937_64 random(11);
  for (std::int64_t i = 0; i < rows; ++i) {
    // Scattered over the integers, as keys of the world are.
    const std::uint64_t id = random() % static_cast<std::uint64_t>(keys);
    key[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(id) * 2'654'435'761U);
    value[i] = static_cast<std::int32_t>(random() % 20'000) - 10'000;
  }
  const Register k = w.add(Op::load, {TypeId::int32}, 0);
  const Register v = w.add(Op::load, {TypeId::int32}, 1);
  w.plan.keys = {k};
  w.plan.aggregates = {{AggregateKind::sum, v},
                       {AggregateKind::minimum, v},
                       {AggregateKind::maximum, v},
                       {AggregateKind::count_rows}};
  return w;
}

// sum(price * quantity) of a filter, without keys: arithmetic and the float sum.
Workload make_float_sum(std::int64_t rows) {
  Workload w;
  w.rows = rows;
  auto* price = w.add_column<double>({TypeId::float64});
  auto* quantity = w.add_column<double>({TypeId::float64});
  std::mt19937_64 random(13);
  for (std::int64_t i = 0; i < rows; ++i) {
    price[i] = static_cast<double>(random() % 100'000) / 100;
    quantity[i] = static_cast<double>(random() % 50);
  }
  const Register p = w.add(Op::load, {TypeId::float64}, 0);
  const Register q = w.add(Op::load, {TypeId::float64}, 1);
  w.plan.aggregates = {{AggregateKind::sum, w.add(Op::multiply, {TypeId::float64}, p, q)}};
  return w;
}

ColumnView slice(const ColumnBuffer& column, std::int64_t first_row) {
  ColumnView view = column.view();
  view.data = view.values<char>() + first_row * value_width_bytes(view.type);
  return view;
}

// Submits rows [0, rows) batch by batch.
void submit_all(const Program& program, Lane& lane, const Workload& w, std::int64_t rows,
                State& state, RowCounts& counts) {
  std::vector<ColumnView> views(w.columns.size());
  std::int64_t watermark = watermark_min;
  for (std::int64_t first = 0; first < rows; first += batch_rows) {
    Submission submission;
    for (std::size_t i = 0; i < views.size(); ++i) views[i] = slice(w.columns[i], first);
    submission.batch.columns = views;
    submission.batch.rows = std::min(batch_rows, rows - first);
    submission.start_watermark = watermark;
    if (w.plan.window.has_value()) {
      const auto* times = views[0].values<std::int64_t>();
      submission.batch.zone = {times[0], times[submission.batch.rows - 1]};
      watermark = times[submission.batch.rows - 1] - w.plan.window->watermark_delay_ns;
    }
    program.submit(lane, submission, state, counts);
  }
  lane.wait();
}

std::vector<std::string> emit_all(const Program& program, Lane& lane, const KernelPlan& plan,
                                  State& state) {
  EmitResult result;
  for (const Register key : plan.keys) result.columns.emplace_back(plan.type_of(key), 4096);
  for (const Aggregate& a : plan.aggregates) {
    const DataType input = a.input == no_register ? DataType{} : plan.type_of(a.input);
    result.columns.emplace_back(aggregate_result_type(a.kind, input), 4096);
  }
  for (int i = 0; plan.window.has_value() && i < 2; ++i) {
    result.columns.emplace_back(DataType{TypeId::timestamp}, 4096);
  }
  std::vector<std::string> rows;
  const auto closed = state.split(watermark_max);
  for (program.emit(lane, *closed, result); result.rows > 0; program.emit(lane, *closed, result)) {
    for (std::int64_t r = 0; r < result.rows; ++r) {
      std::string row;
      for (const ColumnBuffer& column : result.columns) {
        const ColumnView view = column.view();
        const auto width = static_cast<std::size_t>(value_width_bytes(view.type));
        row += view.is_valid(r) ? "v" : "n";
        row.append(view.values<char>() + static_cast<std::size_t>(r) * width, width);
      }
      rows.push_back(row);
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::vector<std::string> rows_of(std::string_view backend, const Workload& w, std::int64_t rows) {
  const auto program = make_backend(backend)->compile(w.plan);
  const auto lane = program->new_lane();
  const auto state = program->new_state({});
  RowCounts counts;
  submit_all(*program, *lane, w, rows, *state, counts);
  return emit_all(*program, *lane, w.plan, *state);
}

void count_rows(benchmark::State& bench, const Workload& w, double seconds) {
  const auto rows = static_cast<double>(bench.iterations()) * static_cast<double>(w.rows);
  bench.counters["rows_per_second"] = rows / seconds;
  bench.counters["ns_per_row"] = seconds * 1e9 / rows;
  bench.counters["bytes_per_row"] = static_cast<double>(w.row_bytes);
  bench.counters["bytes_per_second"] = rows * static_cast<double>(w.row_bytes) / seconds;
}

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void run(benchmark::State& bench, const Workload& w) {
  const std::int64_t checked = std::min(checked_rows, w.rows);
  if (rows_of("cpu", w, checked) != rows_of("reference", w, checked)) {
    bench.SkipWithError("the rows differ from the reference's");
    return;
  }
  const auto program = make_backend("cpu")->compile(w.plan);
  const auto lane = program->new_lane();
  // Groups exist and memory is there: what is measured is the stream, not its first second.
  auto state = program->new_state({std::size_t{4} << 30});
  RowCounts counts;
  submit_all(*program, *lane, w, w.rows, *state, counts);
  const double start = cpu_seconds();
  for (auto iteration : bench) {
    static_cast<void>(iteration);
    submit_all(*program, *lane, w, w.rows, *state, counts);
  }
  count_rows(bench, w, cpu_seconds() - start);
  bench.counters["groups"] = static_cast<double>(state->group_count());
}

// The state with new groups, from nothing.
void run_cold(benchmark::State& bench, const Workload& w) {
  const auto program = make_backend("cpu")->compile(w.plan);
  const auto lane = program->new_lane();
  const double start = cpu_seconds();
  for (auto iteration : bench) {
    static_cast<void>(iteration);
    auto state = program->new_state({std::size_t{4} << 30});
    RowCounts counts;
    submit_all(*program, *lane, w, w.rows, *state, counts);
  }
  count_rows(bench, w, cpu_seconds() - start);
}

constexpr std::int64_t memory_rows = 8 << 20;  // larger than any cache
constexpr std::int64_t resident_rows = 16'384;
constexpr std::int64_t tiny_rows = 5'000;

void register_benches() {
  const struct {
    const char* mode;
    std::int64_t rows;
  } modes[] = {{"memory", memory_rows}, {"resident", resident_rows}, {"tiny", tiny_rows}};
  for (const auto& mode : modes) {
    const std::string suffix = std::string("/columns/") + mode.mode;
    const std::int64_t rows = mode.rows;
    const auto add = [&](const std::string& name, auto make) {
      benchmark::RegisterBenchmark((name + suffix).c_str(), [make](benchmark::State& b) {
        run(b, make());
      })->Unit(benchmark::kMillisecond);
    };
    add("ysb", [rows] { return make_ysb(rows); });
    add("float_sum", [rows] { return make_float_sum(rows); });
    for (const std::int64_t keys : {1000, 1'000'000}) {
      add("groupby/keys:" + std::to_string(keys),
          [rows, keys] { return make_groupby(rows, keys); });
    }
  }
  benchmark::RegisterBenchmark("groupby_cold/keys:1000000/columns/memory", [](benchmark::State& b) {
    run_cold(b, make_groupby(memory_rows, 1'000'000));
  })->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace penstock

int main(int argc, char** argv) {
  penstock::register_benches();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
