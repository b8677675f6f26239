// SPDX-License-Identifier: Apache-2.0
#include <penstock/operators/fold_pipeline.h>

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <penstock/kernels/error.h>

#include "random_steps.h"
#include "tree_evaluator.h"

namespace penstock::tests {
namespace {

class FoldPipelineTest : public testing::TestWithParam<std::string_view> {
 protected:
  std::unique_ptr<Backend> backend = make_backend(GetParam());
  SymbolTable symbols;
};

struct Folded {
  Rows rows;
  RowCounts counts;
};

// The columns are made by the output schema: so it is checked against the program.
Folded fold(const FoldPipeline& pipeline, const Schema& input, const Rows& rows,
            SymbolTable& symbols, std::size_t batch_rows) {
  Folded folded;
  const Program& program = pipeline.program();
  const auto lane = program.new_lane();
  const auto state = program.new_state({});
  const auto worker = pipeline.new_worker(static_cast<std::int64_t>(batch_rows));
  std::int64_t watermark = watermark_min;
  for (std::size_t i = 0; i < rows.size(); i += batch_rows) {
    const Rows part(
        rows.begin() + static_cast<std::ptrdiff_t>(i),
        rows.begin() + static_cast<std::ptrdiff_t>(std::min(rows.size(), i + batch_rows)));
    const auto batch = make_batch(input, part, symbols, pipeline.wanted_columns());
    Submission submission;
    submission.batch = pipeline.prepare(*worker, batch->view());
    submission.start_watermark = watermark;
    program.submit(*lane, submission, *state, folded.counts);
    lane->wait();
  }
  const auto closed = state->split(watermark_max);
  EmitResult result;
  for (const Field& field : pipeline.output_schema().fields) {
    result.columns.emplace_back(field.type, 16);
  }
  do {
    program.emit(*lane, *closed, result);
    lane->wait();
    std::vector<ColumnView> views;
    for (const ColumnBuffer& column : result.columns) views.push_back(column.view());
    for (Row& row : read_rows({views, result.rows, {}}, symbols)) {
      folded.rows.push_back(std::move(row));
    }
  } while (result.rows > 0);
  return folded;
}

std::vector<std::string> canonical(const Rows& rows, const Schema& schema) {
  std::vector<std::string> lines;
  for (const Row& row : rows) lines.push_back(print({row}, schema));
  std::sort(lines.begin(), lines.end());
  return lines;
}

const Expression* optional(const std::optional<Expression>& expression) {
  return expression ? &*expression : nullptr;
}

// Groups rows that passed, one at a time.
Rows aggregate(const AggregateStep& step, const Rows& rows) {
  std::map<std::string, std::pair<Row, Rows>> groups;
  for (const Row& row : rows) {
    Row keys;
    Schema types;
    for (const NamedExpression& key : step.keys) {
      keys.push_back(evaluate(key.expression, row));
      if (keys.back() == real(-0.0)) keys.back() = real(0.0);
      types.fields.push_back({"k", key.expression.type});
    }
    auto& group = groups[print({keys}, types)];
    group.first = keys;
    group.second.push_back(row);
  }
  if (groups.empty() && step.keys.empty()) groups[""];
  Rows result;
  for (const auto& [name, group] : groups) {
    Row row = group.first;
    for (const AggregateCall& call : step.aggregates) {
      std::int64_t count = 0;
      std::set<std::string> distinct;
      Value least;
      for (const Row& member : group.second) {
        if (const Expression* filter = optional(call.filter)) {
          if (evaluate(*filter, member) != Value{true}) continue;
        }
        const Expression* input = optional(call.input);
        const Value value = input == nullptr ? Value{true} : evaluate(*input, member);
        if (value.is_null()) continue;
        ++count;
        if (input != nullptr)
          distinct.insert(to_string(value, is_text(input->type.id) ? utf8 : input->type));
        if (least.is_null() || value.data < least.data) least = value;
      }
      switch (call.kind) {
        case AggregateKind::count_distinct:
          row.push_back(integer(static_cast<std::int64_t>(distinct.size())));
          break;
        case AggregateKind::minimum: row.push_back(least); break;
        default: row.push_back(integer(count));
      }
    }
    result.push_back(std::move(row));
  }
  return result;
}

TEST_P(FoldPipelineTest, RandomAggregationsEqualTheTreeWalk) {
  std::size_t groups = 0;
  for (std::uint64_t seed = 1; seed <= 250; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomSteps random(seed);
    const Schema input = RandomSteps::schema();
    Schema before = input;
    std::vector<Step> steps = random.steps(before, 2);
    AggregateStep step;
    const DataType key_types[] = {utf8, symbol, int64, boolean, utf8};
    for (std::size_t k = random.below(3); k > 0; --k) {
      step.keys.push_back(
          {"k" + std::to_string(k), random.expression(key_types[random.below(5)], before, 3)});
    }
    const AggregateKind kinds[] = {AggregateKind::count_rows, AggregateKind::count,
                                   AggregateKind::count_distinct, AggregateKind::minimum};
    for (std::size_t a = 1 + random.below(3); a > 0; --a) {
      AggregateCall call;
      call.name = "a" + std::to_string(a);
      call.kind = kinds[random.below(4)];
      const DataType input_types[] = {utf8, symbol, int64, timestamp};
      const bool ordered = call.kind == AggregateKind::minimum;
      if (call.kind != AggregateKind::count_rows) {
        call.input = random.expression(ordered ? int64 : input_types[random.below(4)], before, 3);
      }
      if (random.below(2) == 0) call.filter = random.expression(boolean, before, 3);
      step.aggregates.push_back(std::move(call));
    }
    const Rows rows = random.rows(seed % 2 == 0 ? 150 : seed % 4);
    const Rows expected = aggregate(step, evaluate(steps, rows));
    groups += expected.size();
    steps.emplace_back(step);
    const FoldPipeline pipeline(input, std::nullopt, steps, *backend, symbols);
    for (const std::size_t batch_rows : {1U, 7U, 64U, 256U}) {
      const Folded folded = fold(pipeline, input, rows, symbols, batch_rows);
      ASSERT_EQ(canonical(folded.rows, pipeline.output_schema()),
                canonical(expected, pipeline.output_schema()))
          << "batch rows " << batch_rows;
    }
  }
  EXPECT_GT(groups, 700U);
}

const Schema packets{
    {{"ts", timestamp}, {"host", utf8}, {"length", int64}, {"protocol", symbol}, {"note", utf8}}};

AggregateStep talkers() {
  AggregateStep step;
  step.window = WindowDefinition{0, 10, 0};
  step.keys.push_back({"host", column_reference(1, utf8)});
  step.aggregates.push_back({"bytes", AggregateKind::sum, column_reference(2, int64), std::nullopt,
                             OverflowPolicy::fail});
  return step;
}

TEST_P(FoldPipelineTest, WindowsWatermarkAndTextKeys) {
  std::vector<Step> steps;
  steps.emplace_back(FilterStep{function("=", boolean,
                                         {function("cast", utf8, {column_reference(3, symbol)}),
                                          literal({std::string("udp")}, utf8)})});
  steps.emplace_back(talkers());
  const FoldPipeline pipeline(packets, Watermark{0, 0}, steps, *backend, symbols);
  EXPECT_TRUE(pipeline.windowed());
  EXPECT_TRUE(pipeline.holds_symbols());
  EXPECT_EQ(pipeline.wanted_columns(), (std::vector<bool>{true, true, true, true, false}));
  const Schema& out = pipeline.output_schema();
  ASSERT_EQ(out.size(), 4U);
  EXPECT_EQ(out.fields[0].type, symbol);
  EXPECT_EQ(out.fields[2].name, "window_start");
  const auto row = [](std::int64_t ts, const char* host, std::int64_t length,
                      const char* protocol) {
    return Row{integer(ts), text(host), integer(length), text(protocol), null};
  };
  const Rows rows{row(1, "a", 5, "udp"), row(2, "b", 6, "udp"), row(3, "a", 7, "tcp"),
                  // Filtered out, and yet the watermark passes: the row behind it is late.
                  row(25, "c", 1, "tcp"), row(4, "a", 8, "udp"), row(26, "a", 9, "udp")};
  const Folded folded = fold(pipeline, packets, rows, symbols, 16);
  EXPECT_EQ(canonical(folded.rows, out),
            canonical({{text("a"), integer(5), integer(0), integer(10)},
                       {text("b"), integer(6), integer(0), integer(10)},
                       {text("a"), integer(9), integer(20), integer(30)}},
                      out));
  EXPECT_EQ(folded.counts.rows_late, 1);
  EXPECT_EQ(folded.counts.rows_passed, 4);
}

TEST_P(FoldPipelineTest, ColumnsPassWithoutCopiesAndTheZoneWithThem) {
  std::vector<Step> steps;
  steps.emplace_back(talkers());
  const FoldPipeline pipeline(packets, Watermark{0, 5}, steps, *backend, symbols);
  const auto worker = pipeline.new_worker(8);
  const auto batch = make_batch(packets, {{integer(7), text("h"), integer(1), text("p"), null}},
                                symbols, pipeline.wanted_columns());
  batch->set_event_time_column(0);
  BatchView view = batch->view();
  view.zone = {7, 7};
  const BatchView prepared = pipeline.prepare(*worker, view);
  EXPECT_EQ(prepared.zone.event_time_min, 7);
  EXPECT_EQ(prepared.rows, 1);
  const KernelPlan& plan = pipeline.kernel_plan();
  ASSERT_TRUE(plan.window && plan.window->has_watermark);
  EXPECT_EQ(plan.window->watermark_delay_ns, 5);
  EXPECT_EQ(prepared.columns[plan.window->watermark_column].data, view.columns[0].data);
  ASSERT_EQ(prepared.columns.size(), plan.inputs.size());
  for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
    EXPECT_EQ(prepared.columns[i].type, plan.inputs[i]);
  }
}

TEST_P(FoldPipelineTest, TextsOfFilteredRowsAreNotInterned) {
  std::vector<Step> steps;
  steps.emplace_back(FilterStep{
      function(">=", boolean, {column_reference(2, int64), literal(integer(10), int64)})});
  steps.emplace_back(FilterStep{function(
      "starts_with", boolean, {column_reference(1, utf8), literal({std::string("k")}, utf8)})});
  AggregateStep step = talkers();
  step.window.reset();
  steps.emplace_back(step);
  SymbolTable own;
  const FoldPipeline pipeline(packets, std::nullopt, steps, *backend, own);
  const std::size_t before = own.size();
  Rows rows;
  for (int i = 0; i < 100; ++i) {
    const std::string host = (i % 2 == 0 ? "k" : "x") + std::to_string(i);
    rows.push_back({integer(i), text(host), integer(i), null, null});
  }
  const Folded folded = fold(pipeline, packets, rows, own, 64);
  EXPECT_EQ(folded.rows.size(), 45U);
  EXPECT_EQ(own.size() - before, 45U);
}

TEST_P(FoldPipelineTest, AKeyOfLiteralsNeedsNoRowFunction) {
  AggregateStep step;
  step.keys.push_back(
      {"size",
       function("case", utf8,
                {function("<", boolean, {column_reference(2, int64), literal(integer(100), int64)}),
                 literal(text("small"), utf8), literal(text("large"), utf8)})});
  step.aggregates.push_back(
      {"n", AggregateKind::count_rows, std::nullopt, std::nullopt, OverflowPolicy::fail});
  const std::vector<Step> steps{step};
  const FoldPipeline pipeline(packets, std::nullopt, steps, *backend, symbols);
  for (const std::string& line : pipeline.describe()) {
    EXPECT_EQ(line.find("row by row"), std::string::npos) << line;
  }
  EXPECT_EQ(pipeline.wanted_columns(), (std::vector<bool>{false, false, true, false, false}));
  Rows rows(3, Row(5));
  rows[0][2] = integer(1);
  rows[1][2] = integer(1000);
  const Folded folded = fold(pipeline, packets, rows, symbols, 2);
  EXPECT_EQ(canonical(folded.rows, pipeline.output_schema()),
            canonical({{text("small"), integer(1)}, {text("large"), integer(2)}},
                      pipeline.output_schema()));
}

TEST_P(FoldPipelineTest, ImpossiblePlansAreErrors) {
  const auto compile = [&](std::vector<Step> steps) {
    return FoldPipeline(packets, Watermark{0, 0}, steps, *backend, symbols);
  };
  std::vector<Step> shifted;  // the window's time is not the watermark's column
  shifted.emplace_back(ProjectStep{
      {{"ts",
        function("+", timestamp, {column_reference(0, timestamp), literal(integer(5), interval)})},
       {"host", column_reference(1, utf8)},
       {"length", column_reference(2, int64)}}});
  shifted.emplace_back(talkers());
  EXPECT_THROW(compile(shifted), Error);
  EXPECT_THROW(compile({}), Error);
  EXPECT_THROW(compile({Step{AggregateStep{}}}), Error);
  AggregateStep text_minimum;
  text_minimum.aggregates.push_back({"first", AggregateKind::minimum, column_reference(1, utf8),
                                     std::nullopt, OverflowPolicy::fail});
  try {
    compile({Step{text_minimum}});
    FAIL() << "min of text must be refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_NE(error.message().find("'first'"), std::string::npos) << error.message();
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, FoldPipelineTest, testing::ValuesIn(backend_names()),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace penstock::tests
