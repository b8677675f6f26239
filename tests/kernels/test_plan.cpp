// SPDX-License-Identifier: Apache-2.0
// What a plan may be, and how backends are named.
#include <gtest/gtest.h>

#include <functional>

#include <penstock/kernels/error.h>

#include "plan_fixture.h"

namespace penstock::test {
namespace {

std::string message_of(const std::function<void()>& action, ErrorCode code) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.message();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

std::string fault_of(const KernelPlan& plan) {
  return message_of([&] { validate(plan); }, ErrorCode::internal);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

PlanBuilder over(std::vector<DataType> inputs) {
  PlanBuilder builder;
  builder.plan.inputs = std::move(inputs);
  for (std::uint16_t i = 0; i < builder.plan.inputs.size(); ++i) {
    if (builder.plan.inputs[i].id != TypeId::utf8) builder.load(i);
  }
  return builder;
}

TEST(Plan, RefusesRegistersThatAreNotWritten) {
  PlanBuilder builder = over({int64});
  builder.add(Op::add, int64, 0, 1);
  EXPECT_TRUE(contains(fault_of(builder.plan), "instruction 1 ('add') reads a register"));
  builder = over({int64});
  builder.plan.outputs = {7};
  EXPECT_TRUE(contains(fault_of(builder.plan), "an output"));
  builder = over({int64});
  builder.add(Op::load, int64, 3);
  EXPECT_TRUE(contains(fault_of(builder.plan), "a column that the batch lacks"));
}

TEST(Plan, RefusesTypesThatAnInstructionDoesNotTake) {
  const struct {
    Op op;
    DataType a;
    DataType b;
    DataType result;
  } cases[] = {{Op::add, int64, int32, int64},
               {Op::add, timestamp, timestamp, timestamp},
               {Op::subtract, interval, timestamp, timestamp},
               {Op::modulo, float64, float64, float64},
               {Op::less, symbol, symbol, boolean},
               {Op::greatest, symbol, symbol, symbol},
               {Op::equal, int64, int64, int64},
               {Op::shift_left, int64, int64, int64},
               {Op::logical_and, int64, int64, boolean},
               {Op::extract_field, timestamp, timestamp, int64},
               {Op::cast, symbol, symbol, int64},
               {Op::cast, float64, float64, boolean},
               {Op::ip_version, ip, ip, int64}};
  for (const auto& c : cases) {
    PlanBuilder builder = over({c.a, c.b});
    builder.add(c.op, c.result, 0, 1, 1);
    EXPECT_TRUE(contains(fault_of(builder.plan), "does not take")) << to_string(c.op);
  }
}

TEST(Plan, RefusesTextAndImpossibleWidths) {
  PlanBuilder builder = over({{TypeId::utf8}});
  builder.add(Op::load, {TypeId::utf8}, 0);
  EXPECT_TRUE(contains(fault_of(builder.plan), "does not take () → text"));
  builder = over({});
  builder.plan.inputs = {{TypeId::fixed_binary, 17}};
  EXPECT_TRUE(contains(fault_of(builder.plan), "impossible width (17)"));
}

TEST(Plan, RefusesWhatCannotBeRun) {
  PlanBuilder builder = over({int64, boolean, timestamp});
  builder.plan.filter = 0;
  EXPECT_TRUE(contains(fault_of(builder.plan), "the filter is not boolean"));
  builder.plan.filter = 1;
  builder.plan.outputs = {0};
  builder.aggregate(AggregateKind::count_rows);
  EXPECT_TRUE(contains(fault_of(builder.plan), "both maps and aggregates"));
  builder.plan.outputs.clear();
  builder.tumble(0, 10);
  EXPECT_TRUE(contains(fault_of(builder.plan), "not a timestamp"));
  builder.tumble(2, 0);
  EXPECT_TRUE(contains(fault_of(builder.plan), "not positive"));
  builder.tumble(2, 10);
  builder.watermark(0, 0);
  EXPECT_TRUE(contains(fault_of(builder.plan), "watermark's column"));
  builder.watermark(2, -1);
  EXPECT_TRUE(contains(fault_of(builder.plan), "delay is negative"));
  builder.watermark(2, 0);
  validate(builder.plan);
  builder.aggregate(AggregateKind::sum, 1);
  EXPECT_TRUE(contains(fault_of(builder.plan), "there is no 'sum' of boolean"));
  builder.plan.aggregates = {{AggregateKind::count_rows, 0}};
  EXPECT_TRUE(contains(fault_of(builder.plan), "takes no input"));
  builder.plan.aggregates = {{AggregateKind::count, 0, 2}};
  EXPECT_TRUE(contains(fault_of(builder.plan), "the filter of aggregate 0 ('count')"));
}

TEST(Plan, SaysWhatAggregatesGive) {
  EXPECT_EQ(aggregate_result_type(AggregateKind::sum, {TypeId::int8}), int64);
  EXPECT_EQ(aggregate_result_type(AggregateKind::sum, {TypeId::uint16}), uint64);
  EXPECT_EQ(aggregate_result_type(AggregateKind::sum, float32), float64);
  EXPECT_EQ(aggregate_result_type(AggregateKind::sum, interval), interval);
  EXPECT_EQ(aggregate_result_type(AggregateKind::average, int32), float64);
  EXPECT_EQ(aggregate_result_type(AggregateKind::maximum, ip), ip);
  EXPECT_EQ(aggregate_result_type(AggregateKind::count_distinct, symbol), int64);
  EXPECT_THROW(static_cast<void>(aggregate_result_type(AggregateKind::minimum, symbol)), Error);
  EXPECT_THROW(static_cast<void>(aggregate_result_type(AggregateKind::sum, timestamp)), Error);
}

TEST(Plan, IsAValue) {
  PlanBuilder builder = over({int64});
  KernelPlan copy = builder.plan;
  EXPECT_EQ(copy, builder.plan);
  copy.instructions[0].immediate = 1;
  EXPECT_NE(copy, builder.plan);
}

TEST(Types, HaveSqlNames) {
  EXPECT_EQ(to_string(int64), "bigint");
  EXPECT_EQ(to_string(DataType{TypeId::uint8}), "tinyint unsigned");
  EXPECT_EQ(to_string(DataType{TypeId::fixed_binary, 6}), "binary(6)");
  EXPECT_EQ(to_string(symbol), "text");
}

TEST(Backends, AreTheOnesAskedFor) {
  for (const std::string_view name : backend_names()) {
    EXPECT_EQ(make_backend(name)->name(), name);
  }
  EXPECT_GE(backend_names().size(), 2U);
}

TEST(Backends, SuggestTheNearestName) {
  const std::string text = message_of([] { make_backend("referense"); }, ErrorCode::unknown_name);
  EXPECT_TRUE(contains(text, "no backend is called 'referense'; did you mean 'reference'?"));
  EXPECT_TRUE(contains(text, "'cpu'"));
}

TEST(Backends, CheckPlansWhenTheyCompile) {
  PlanBuilder builder = over({int64});
  builder.plan.outputs = {4};
  for (const std::string_view name : backend_names()) {
    EXPECT_THROW(static_cast<void>(make_backend(name)->compile(builder.plan)), Error) << name;
  }
}

// A backend forced by name is that one: its states are not taken by another's program.
TEST(Backends, DoNotTakeEachOthersStates) {
  PlanBuilder builder = over({int64});
  builder.aggregate(AggregateKind::count_rows);
  const auto reference = make_backend("reference")->compile(builder.plan);
  const auto cpu = make_backend("cpu")->compile(builder.plan);
  const auto lane = cpu->new_lane();
  const auto state = reference->new_state({});
  RowCounts counts;
  const LoadedBatch batch(Batch{{int64}, {{}}}, -1);
  Submission submission;
  submission.batch = batch.view();
  EXPECT_ANY_THROW(cpu->submit(*lane, submission, *state, counts));
}

TEST(Buffers, AreAlignedPaddedAndZero) {
  const Buffer buffer(65);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64, 0U);
  for (int i = 0; i < 128; ++i) ASSERT_EQ(buffer.as<char>()[i], 0);
  ColumnBuffer column(boolean, 65);
  column.values<std::uint64_t>()[1] = 1;
  column.validity()[1] = 1;
  EXPECT_EQ(column.view().validity, nullptr);
  column.set_has_nulls(true);
  EXPECT_TRUE(column.view().is_valid(64));
}

}  // namespace
}  // namespace penstock::test
