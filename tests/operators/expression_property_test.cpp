// SPDX-License-Identifier: Apache-2.0
#include <set>

#include <gtest/gtest.h>

#include "random_steps.h"
#include "tree_evaluator.h"

namespace penstock::tests {
namespace {

class ExpressionProperty : public testing::TestWithParam<std::string_view> {};

void add_columns(const Expression& e, std::set<std::size_t>& columns) {
  if (e.kind == Expression::Kind::column) columns.insert(e.column);
  for (const Expression& argument : e.arguments) add_columns(argument, columns);
}

// By walking the steps backwards.
std::vector<bool> columns_read(const std::vector<Step>& steps, const Schema& input,
                               const Schema& output) {
  std::set<std::size_t> needed;
  for (std::size_t i = 0; i < output.size(); ++i) needed.insert(i);
  for (std::size_t i = steps.size(); i-- > 0;) {
    if (const auto* filter = std::get_if<FilterStep>(&steps[i])) {
      add_columns(filter->predicate, needed);
      continue;
    }
    std::set<std::size_t> below;
    for (const std::size_t column : needed) {
      add_columns(std::get<ProjectStep>(steps[i]).columns[column].expression, below);
    }
    needed = below;
  }
  std::vector<bool> wanted(input.size(), false);
  for (const std::size_t column : needed) wanted[column] = true;
  return wanted;
}

TEST_P(ExpressionProperty, RandomStepsEqualTheTreeWalk) {
  const auto backend = make_backend(GetParam());
  std::int64_t rows_passed = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomSteps random(seed);
    const Schema input = RandomSteps::schema();
    Schema output = input;
    const std::vector<Step> steps = random.steps(output, 4);
    const std::size_t counts[] = {0, 1, 63, 64, 65, 200};
    const Rows rows = random.rows(counts[seed % std::size(counts)]);
    const Rows expected = evaluate(steps, rows);
    rows_passed += static_cast<std::int64_t>(expected.size());
    SymbolTable symbols;
    const RowPipeline pipeline(input, steps, *backend, symbols);
    EXPECT_EQ(pipeline.wanted_columns(), columns_read(steps, input, output));
    for (const std::int64_t batch_rows : {1, 7, 64, 256}) {
      const Rows actual = run(pipeline, input, rows, symbols, batch_rows);
      ASSERT_EQ(print(actual, output), print(expected, output)) << "batch rows " << batch_rows;
    }
  }
  EXPECT_GT(rows_passed, 5000);  // the draws do not filter everything out
}

TEST_P(ExpressionProperty, LongChainsDoNotGrow) {
  const auto backend = make_backend(GetParam());
  SymbolTable symbols;
  const Schema input{{{"i", int64}}};
  std::vector<Step> steps;
  for (int i = 0; i < 60; ++i) {  // substituted as text it would be 2^60 terms
    const Expression column = column_reference(0, int64);
    steps.emplace_back(ProjectStep{{{"i", function("+", int64, {column, column})}}});
  }
  const RowPipeline pipeline(input, steps, *backend, symbols);
  const Rows result = run(pipeline, input, {{integer(3)}, {integer(100)}}, symbols, 2);
  EXPECT_EQ(result[0][0], integer(3LL << 60));
  EXPECT_TRUE(result[1][0].is_null());
}

TEST_P(ExpressionProperty, DeepExpressionsDoNotOverflowTheStack) {
  const auto backend = make_backend(GetParam());
  SymbolTable symbols;
  const Schema input{{{"i", int64}}};
  Expression sum = column_reference(0, int64);
  for (int i = 0; i < 5000; ++i) {
    std::vector<Expression> arguments;
    arguments.push_back(std::move(sum));
    arguments.push_back(literal({std::int64_t{i % 3}}, int64));
    sum = function("+", int64, std::move(arguments));
  }
  std::vector<Step> steps;
  steps.emplace_back(ProjectStep{{{"sum", std::move(sum)}}});
  const RowPipeline pipeline(input, steps, *backend, symbols);
  EXPECT_EQ(run(pipeline, input, {{integer(1)}}, symbols, 1)[0][0], integer(4999 + 1));
}

INSTANTIATE_TEST_SUITE_P(Backends, ExpressionProperty, testing::ValuesIn(backend_names()),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace penstock::tests
