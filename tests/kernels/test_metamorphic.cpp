// SPDX-License-Identifier: Apache-2.0
// The rows of a program do not depend on how its input is cut, ordered and distributed.
#include <gtest/gtest.h>

#include <algorithm>

#include "plan_generator.h"

namespace penstock::test {
namespace {

class Metamorphic : public testing::TestWithParam<std::string_view> {
 protected:
  const std::unique_ptr<Backend> backend_ = make_backend(GetParam());
};

// Cut into batches, sharded, replicated, without zone maps, emitted piece by piece: the same rows.
TEST_P(Metamorphic, RowsDoNotDependOnHowTheyAreRun) {
  for (std::uint64_t seed = 1001; seed <= 1200; ++seed) {
    Random random(seed);
    const KernelPlan plan = random_aggregate_plan(random);
    const Batch batch = random_batch(random, plan, between(random, 1, 3000));
    const Aggregated expected = run_aggregate(*backend_, plan, batch, {});
    RunOptions options;
    for (std::int64_t row = 0; row < batch.rows();) {
      row += between(random, 1, 1500);
      if (row < batch.rows()) options.cuts.push_back(row);
    }
    options.zone_maps = chance(random, 0.5);
    options.emit_rows = between(random, 1, 70);
    if (chance(random, 0.5)) {
      options.shards = static_cast<int>(between(random, 1, 9));
    } else {
      options.replicas = static_cast<int>(between(random, 1, 4));
    }
    if (chance(random, 0.5)) options.splits = {-1000, between(random, -1000, 3000), 4000};
    const Aggregated actual = run_aggregate(*backend_, plan, batch, options);
    ASSERT_EQ(expected.rows, actual.rows) << "seed " << seed;
    ASSERT_TRUE(operator_equal(expected.counts, actual.counts)) << "seed " << seed;
  }
}

// Without a watermark the order of rows does not matter.
TEST_P(Metamorphic, RowsDoNotDependOnTheirOrder) {
  for (std::uint64_t seed = 2001; seed <= 2100; ++seed) {
    Random random(seed);
    KernelPlan plan = random_aggregate_plan(random);
    if (plan.window.has_value()) plan.window->has_watermark = false;
    const Batch batch = random_batch(random, plan, between(random, 1, 2000));
    std::vector<std::size_t> order(static_cast<std::size_t>(batch.rows()));
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    Batch permuted = batch;
    for (std::size_t c = 0; c < batch.values.size(); ++c) {
      for (std::size_t i = 0; i < order.size(); ++i) {
        permuted.values[c][i] = batch.values[c][order[i]];
      }
    }
    ASSERT_EQ(run_aggregate(*backend_, plan, batch, {}).rows,
              run_aggregate(*backend_, plan, permuted, {}).rows)
        << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, Metamorphic, testing::ValuesIn(backend_names()),
                         [](const auto& name) { return std::string(name.param); });

}  // namespace
}  // namespace penstock::test
