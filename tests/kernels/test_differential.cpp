// SPDX-License-Identifier: Apache-2.0
// Every backend against the reference, bit for bit.
#include <gtest/gtest.h>

#include <algorithm>

#include "plan_generator.h"

namespace penstock::test {
namespace {

class Differential : public testing::TestWithParam<std::string_view> {
 protected:
  const std::unique_ptr<Backend> reference_ = make_backend("reference");
  const std::unique_ptr<Backend> backend_ = make_backend(GetParam());
};

// One instruction on columns of the arguments' types.
struct Case {
  Instruction instruction;
  std::vector<DataType> inputs;
};

KernelPlan plan_of(const Case& c) {
  PlanBuilder builder;
  builder.plan.inputs = c.inputs;
  for (std::uint16_t i = 0; i < 3; ++i) builder.load(i);
  builder.plan.instructions.push_back(c.instruction);
  builder.plan.outputs = {3};
  return builder.plan;
}

// All well-typed instructions on all types.
std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (int op = static_cast<int>(Op::add); op <= static_cast<int>(Op::ip_version); ++op) {
    for (const DataType a : all_types()) {
      std::vector<DataType> seconds{a, int32, int64, interval, timestamp};
      for (const DataType b : seconds) {
        if (&b != &seconds[0] && b == a) continue;
        for (const DataType result : all_types()) {
          const DataType third = static_cast<Op>(op) == Op::select ? b : result;
          Case c;
          c.inputs = {a, b, third};
          c.instruction = {static_cast<Op>(op), result, 0, 1, 2, 0};
          if (static_cast<Op>(op) == Op::select) c.inputs = {boolean, a, a};
          if (!is_valid(plan_of(c))) continue;
          cases.push_back(c);
        }
      }
    }
  }
  const std::vector<Case> so_far = cases;
  for (const Case& c : so_far) {
    Case more = c;
    if (c.instruction.op == Op::extract_field) {
      for (std::int32_t field = 1; field <= 11; ++field) {
        more.instruction.immediate = field;
        more.instruction.type = field <= 2 ? float64 : int64;
        cases.push_back(more);
      }
    } else if (c.instruction.op == Op::ip_in_network) {
      for (const std::int32_t bits : {1, 7, 8, 63, 64, 65, 97, 120, 127, 128}) {
        more.instruction.immediate = bits;
        cases.push_back(more);
      }
    }
  }
  return cases;
}

std::string describe(const Case& c) {
  std::string text(to_string(c.instruction.op));
  for (const DataType type : c.inputs) text += ", " + to_string(type);
  return text + " -> " + to_string(c.instruction.type) + ", " +
         std::to_string(c.instruction.immediate);
}

Batch batch_for(Random& random, const std::vector<DataType>& types, std::int64_t rows,
                double nulls) {
  Batch batch;
  batch.types = types;
  for (const DataType type : types) {
    batch.values.push_back(random_column(random, type, rows, nulls));
  }
  return batch;
}

TEST_P(Differential, EveryInstructionOnEveryType) {
  Random random(1);
  const std::vector<Case> cases = all_cases();
  EXPECT_GT(cases.size(), 500U);
  for (const Case& c : cases) {
    for (const double nulls : {0.0, 0.3}) {
      const Batch batch = batch_for(random, c.inputs, 1100, nulls);
      const KernelPlan plan = plan_of(c);
      ASSERT_EQ(run_map(*reference_, plan, batch), run_map(*backend_, plan, batch)) << describe(c);
    }
  }
}

TEST_P(Differential, EveryTailOfEveryKindOfInstruction) {
  Random random(2);
  std::vector<Case> cases = all_cases();
  std::shuffle(cases.begin(), cases.end(), random);
  cases.resize(60);
  for (const Case& c : cases) {
    const Batch batch = batch_for(random, c.inputs, 130, 0.2);
    const KernelPlan plan = plan_of(c);
    for (std::int64_t rows = 0; rows <= 130; ++rows) {
      const Batch part = batch.slice(0, rows);
      ASSERT_EQ(run_map(*reference_, plan, part), run_map(*backend_, plan, part))
          << describe(c) << " with " << rows << " rows";
    }
  }
}

// All types through a filter that passes so many per cent, into groups by each type.
TEST_P(Differential, EveryTypeAtEverySelectivity) {
  Random random(3);
  for (const double selectivity : {0.0, 0.01, 0.5, 0.99, 1.0}) {
    for (const DataType type : all_types()) {
      PlanBuilder map;
      map.plan.inputs = {boolean, type};
      map.plan.filter = map.load(0);
      map.plan.outputs = {map.load(1)};
      PlanBuilder group = map;
      group.plan.outputs.clear();
      group.plan.keys = {1};
      group.aggregate(AggregateKind::count_rows);
      for (const std::int64_t rows : {1, 63, 64, 65, 1023, 1024, 1025, 2500}) {
        Batch batch = batch_for(random, map.plan.inputs, rows, chance(random, 0.5) ? 0.2 : 0.0);
        for (Datum& d : batch.values[0]) {
          d = datum(static_cast<std::uint8_t>(chance(random, selectivity)));
        }
        ASSERT_EQ(run_map(*reference_, map.plan, batch), run_map(*backend_, map.plan, batch))
            << to_string(type);
        ASSERT_EQ(run_aggregate(*reference_, group.plan, batch, {}).rows,
                  run_aggregate(*backend_, group.plan, batch, {}).rows)
            << to_string(type);
      }
    }
  }
}

TEST_P(Differential, EveryAggregateOfEveryType) {
  Random random(4);
  for (const DataType type : all_types()) {
    for (const bool keyed : {false, true}) {
      PlanBuilder builder;
      builder.plan.inputs = {type, int32, boolean};
      const Register value = builder.load(0);
      const Register key = builder.load(1);
      const Register filter = builder.load(2);
      if (keyed) builder.plan.keys = {key};
      for (int kind = 1; kind <= static_cast<int>(AggregateKind::average); ++kind) {
        for (const Register condition : {no_register, filter}) {
          builder.aggregate(static_cast<AggregateKind>(kind), value, condition,
                            OverflowPolicy::null);
          if (!is_valid(builder.plan)) builder.plan.aggregates.pop_back();
        }
      }
      for (const double nulls : {0.0, 0.2, 1.0}) {
        Batch batch = batch_for(random, builder.plan.inputs, 1500, nulls);
        for (Datum& d : batch.values[1]) d = random_key(random, int32);
        ASSERT_EQ(run_aggregate(*reference_, builder.plan, batch, {}).rows,
                  run_aggregate(*backend_, builder.plan, batch, {}).rows)
            << to_string(type) << (keyed ? " by key" : "") << ", nulls " << nulls;
      }
    }
  }
}

// What a vector appends to a result begins at any bit of a word, and ends at any.
TEST_P(Differential, BitsAreAppendedAtEveryOffset) {
  Random random(5);
  PlanBuilder builder;
  builder.plan.inputs = {boolean, boolean};
  builder.plan.filter = builder.load(0);
  builder.plan.outputs = {builder.load(1)};
  for (std::int64_t offset = 0; offset < 64; ++offset) {
    for (const std::int64_t more : {std::int64_t{1}, 65 - offset, std::int64_t{200}}) {
      Batch batch;
      batch.types = builder.plan.inputs;
      batch.values = {{}, random_column(random, boolean, 2048, 0.3)};
      for (std::int64_t i = 0; i < 2048; ++i) {
        const bool passes = i < 1024 ? i < offset : i < 1024 + more;
        batch.values[0].push_back(datum(std::uint8_t{passes}));
      }
      batch.values[1][static_cast<std::size_t>(1023 + more)] = datum(std::uint8_t{1});
      ASSERT_EQ(run_map(*reference_, builder.plan, batch), run_map(*backend_, builder.plan, batch))
          << offset << ", " << more;
    }
  }
}

TEST_P(Differential, RandomMaps) {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    Random random(seed);
    const KernelPlan plan = random_map_plan(random);
    const Batch batch = random_batch(random, plan, between(random, 0, 2200));
    ASSERT_EQ(run_map(*reference_, plan, batch), run_map(*backend_, plan, batch))
        << "seed " << seed;
  }
}

TEST_P(Differential, RandomAggregates) {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    Random random(seed);
    const KernelPlan plan = random_aggregate_plan(random);
    const Batch batch = random_batch(random, plan, between(random, 0, 2500));
    const Aggregated expected = run_aggregate(*reference_, plan, batch, {});
    const Aggregated actual = run_aggregate(*backend_, plan, batch, {});
    ASSERT_EQ(expected.rows, actual.rows) << "seed " << seed;
    ASSERT_TRUE(operator_equal(expected.counts, actual.counts)) << "seed " << seed;
  }
}

std::vector<std::string_view> all_but_the_reference() {
  std::vector<std::string_view> names = backend_names();
  names.erase(std::remove(names.begin(), names.end(), "reference"), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Backends, Differential, testing::ValuesIn(all_but_the_reference()),
                         [](const auto& name) { return std::string(name.param); });

}  // namespace
}  // namespace penstock::test
