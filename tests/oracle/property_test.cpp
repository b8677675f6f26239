// SPDX-License-Identifier: Apache-2.0
// Random queries over random rows: the engine, in a random configuration, against the oracle.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

#include <penstock/penstock.h>

#include "oracle_process.h"
#include "random_query.h"

namespace penstock::test {
namespace {

JobOptions draw_options() {
  JobOptions options;
  options.backend = *rc::gen::element<std::string>("cpu", "cpu", "reference");
  options.executor = *rc::gen::element<std::string>("tbb", "threads", "seeded");
  options.fold = *rc::gen::element<std::string>("auto", "replica", "shard");
  options.batch_rows = *rc::gen::element<std::int64_t>(1, 7, 64, 4096);
  options.batch_bytes = 64U << 10;
  options.threads = *rc::gen::element(1, 2, 8);
  options.seed = *rc::gen::arbitrary<std::uint64_t>();
  return options;
}

std::vector<std::string> run_engine(const Plan& plan, const Registry& registry,
                                    const JobOptions& options, CapturedRows& output) {
  Job job(plan, registry, options);
  job.run();
  std::vector<std::string> lines;
  for (const Row& row : output.committed) lines.push_back(canonical(row));
  RC_ASSERT(output.written.empty());
  return lines;
}

void check_one(OracleProcess& oracle) {
  const RandomCase drawn = draw_case();
  const auto input = std::make_shared<const MemoryInput>(drawn.input);
  const auto output = std::make_shared<CapturedRows>();
  const Registry registry = registry_with(input, output);
  RC_LOG() << drawn.sql << "\n";
  const Plan plan = plan_from_sql(drawn.sql, registry);
  const JobOptions options = draw_options();
  RC_LOG() << options.backend << " " << options.executor << " fold " << options.fold
           << " batch rows " << options.batch_rows << " threads " << options.threads << " seed "
           << options.seed << "\n";

  OracleAnswer expected =
      oracle.ask(to_json(plan), "t", *input, {output_schema(plan, plan.queries.at(0))});
  std::vector<std::string> got;
  std::string error;
  try {
    got = run_engine(plan, registry, options, *output);
  } catch (const Error& thrown) {
    RC_ASSERT(thrown.code() == ErrorCode::overflow);
    error = thrown.what();
  }
  RC_ASSERT(error.empty() == expected.error.empty());
  if (!error.empty()) return;
  std::sort(got.begin(), got.end());
  std::sort(expected.results.at(0).begin(), expected.results.at(0).end());
  RC_ASSERT(got == expected.results.at(0));
}

TEST(Oracle, random_queries_over_random_rows_agree) {
  OracleProcess oracle;
  ASSERT_TRUE(oracle.running());
  EXPECT_TRUE(rc::check("engine equals oracle", [&] { check_one(oracle); }));
}

}  // namespace
}  // namespace penstock::test
