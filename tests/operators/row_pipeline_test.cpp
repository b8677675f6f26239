// SPDX-License-Identifier: Apache-2.0
#include <penstock/operators/row_pipeline.h>

#include <gtest/gtest.h>
#include <penstock/kernels/error.h>

#include "rows.h"

namespace penstock::tests {
namespace {

class RowPipelineTest : public testing::TestWithParam<std::string_view> {
 protected:
  std::unique_ptr<Backend> backend = make_backend(GetParam());
  SymbolTable symbols;
};

Expression i64(std::int64_t value) {
  return literal({value}, int64);
}
Expression txt(const char* value) {
  return literal({std::string(value)}, utf8);
}

const Schema mixed{{{"flag", boolean},
                    {"small", uint16},
                    {"count", int32},
                    {"total", int64},
                    {"ratio", float64},
                    {"at", timestamp},
                    {"address", ip},
                    {"hardware", mac},
                    {"name", utf8},
                    {"protocol", symbol}}};

Rows mixed_rows(std::size_t count) {
  Rows rows;
  for (std::size_t i = 0; i < count; ++i) {
    const auto n = static_cast<std::int64_t>(i);
    Bytes16 bytes;
    bytes.bytes[0] = static_cast<std::uint8_t>(i);
    bytes.bytes[5] = static_cast<std::uint8_t>(i / 3);
    Row row{{i % 3 == 0},
            {std::uint64_t{i % 100}},
            integer(-n),
            integer(n * n),
            real(0.5 * static_cast<double>(n)),
            integer(n * 1000),
            {bytes},
            {bytes},
            text(std::string(i % 40, 'n') + std::to_string(i)),
            text(i % 2 == 0 ? "udp" : "tcp")};
    if (i % 5 == 4) row[i % row.size()] = null;
    rows.push_back(std::move(row));
  }
  return rows;
}

TEST_P(RowPipelineTest, NoStepsCopyEverything) {
  const RowPipeline pipeline(mixed, {}, *backend, symbols);
  const Rows rows = mixed_rows(1000);
  EXPECT_EQ(pipeline.output_schema().fields[9].type, utf8);
  EXPECT_EQ(pipeline.output_schema().fields[6].type, ip);
  // 63 and 65 make bitmaps join in the middle of words.
  for (const std::int64_t batch_rows : {1, 63, 64, 65, 1000}) {
    EXPECT_EQ(run(pipeline, mixed, rows, symbols, batch_rows), rows) << batch_rows;
  }
}

TEST_P(RowPipelineTest, FiltersKeepTheOrderOfEveryType) {
  std::vector<Step> steps;
  steps.emplace_back(
      FilterStep{function(">=", boolean, {column_reference(3, int64), i64(30 * 30)})});
  const RowPipeline pipeline(mixed, steps, *backend, symbols);
  const Rows rows = mixed_rows(500);
  Rows expected;
  for (const Row& row : rows) {
    if (!row[3].is_null() && std::get<std::int64_t>(row[3].data) >= 900) expected.push_back(row);
  }
  ASSERT_GT(expected.size(), 400U);
  for (const std::int64_t batch_rows : {1, 61, 500}) {
    EXPECT_EQ(run(pipeline, mixed, rows, symbols, batch_rows), expected) << batch_rows;
  }
}

TEST_P(RowPipelineTest, NoRowsOneRowAndAFullBatch) {
  std::vector<Step> steps;
  steps.emplace_back(ProjectStep{
      {{"twice", function("+", int64, {column_reference(3, int64), column_reference(3, int64)})},
       {"name", function("upper", utf8, {column_reference(8, utf8)})}}});
  const RowPipeline pipeline(mixed, steps, *backend, symbols);
  const auto worker = pipeline.new_worker(256);
  BatchBuilder::Options options;
  options.capacity_rows = 1024;
  options.text_growth = TextGrowth::growable;
  BatchBuilder out(pipeline.output_schema(), options);
  for (const std::size_t count : {0, 1, 256, 0, 3}) {  // one worker, batches of any size
    out.clear();
    const Rows rows = mixed_rows(count);
    const auto batch = make_batch(mixed, rows, symbols, pipeline.wanted_columns(), 256);
    pipeline.run(*worker, batch->view(), out);
    const Rows result = read_rows(out.view(), symbols);
    ASSERT_EQ(result.size(), count);
    for (std::size_t i = 0; i < count; ++i) {
      if (!rows[i][3].is_null()) {
        EXPECT_EQ(result[i][0], integer(2 * static_cast<std::int64_t>(i * i)));
      }
      EXPECT_EQ(result[i][1].is_null(), rows[i][8].is_null());
    }
  }
}

TEST_P(RowPipelineTest, ABatchAboveTheCapacityIsRefused) {
  const RowPipeline pipeline(mixed, {}, *backend, symbols);
  const auto worker = pipeline.new_worker(4);
  const auto batch = make_batch(mixed, mixed_rows(5), symbols);
  BatchBuilder::Options options;
  options.text_growth = TextGrowth::growable;
  BatchBuilder out(pipeline.output_schema(), options);
  EXPECT_THROW(pipeline.run(*worker, batch->view(), out), Error);
}

TEST_P(RowPipelineTest, WantsOnlyWhatItReads) {
  std::vector<Step> steps;
  steps.emplace_back(ProjectStep{{{"a", column_reference(2, int32)},
                                  {"b", function("upper", utf8, {column_reference(8, utf8)})},
                                  {"c", column_reference(6, ip)}}});
  steps.emplace_back(
      FilterStep{function("starts_with", boolean, {column_reference(1, utf8), txt("N")})});
  steps.emplace_back(ProjectStep{{{"a", column_reference(0, int32)}}});
  const RowPipeline pipeline(mixed, steps, *backend, symbols);
  std::vector<bool> expected(mixed.size(), false);
  expected[2] = expected[8] = true;
  EXPECT_EQ(pipeline.wanted_columns(), expected);
}

TEST_P(RowPipelineTest, TextInsideCaseAndFiltersInStages) {
  const Expression name = column_reference(8, utf8);
  const Expression lower = function("lower", utf8, {name});
  const Expression length = function("octet_length", int32, {name});
  const Expression is_long =
      function("and", boolean,
               {function(">=", boolean, {length, literal({std::int64_t{30}}, int32)}),
                function("<>", boolean,
                         {column_reference(9, symbol), literal({std::string("tcp")}, symbol)})});
  std::vector<Step> steps;
  steps.emplace_back(ProjectStep{
      {{"kind", function("case", utf8,
                         {is_long, txt("long"), function("=", boolean, {lower, txt("n1")}),
                          txt("one"), function("||", utf8, {lower, txt("!")})})},
       {"length", function("+", int32, {length, literal({std::int64_t{1}}, int32)})}}});
  steps.emplace_back(FilterStep{function("<>", boolean, {column_reference(0, utf8), txt("0!")})});
  const RowPipeline pipeline(mixed, steps, *backend, symbols);
  Rows rows(4, Row(mixed.size()));
  rows[0][8] = text("0");
  rows[1][8] = text("N1");
  rows[2][8] = text(std::string(31, 'a'));
  rows[2][9] = text("udp");
  rows[3][8] = text("Q");
  const Rows expected{
      {text("one"), integer(3)}, {text("long"), integer(32)}, {text("q!"), integer(2)}};
  EXPECT_EQ(run(pipeline, mixed, rows, symbols, 4), expected);
  EXPECT_EQ(run(pipeline, mixed, rows, symbols, 1), expected);
}

TEST_P(RowPipelineTest, SymbolsCompareInKernelsHoweverTheyAreWritten) {
  // As a binder may write it: the symbol is cast to text and compared with a text.
  std::vector<Step> steps;
  steps.emplace_back(FilterStep{
      function("=", boolean, {function("cast", utf8, {column_reference(9, symbol)}), txt("udp")})});
  steps.emplace_back(ProjectStep{{{"protocol", column_reference(9, symbol)}}});
  const RowPipeline pipeline(mixed, steps, *backend, symbols);
  for (const std::string& line : pipeline.describe()) {
    EXPECT_EQ(line.find("row by row"), std::string::npos) << line;
  }
  const Rows rows = run(pipeline, mixed, mixed_rows(4), symbols, 4);
  EXPECT_EQ(rows, (Rows{{text("udp")}, {text("udp")}}));
}

TEST_P(RowPipelineTest, DescribesWhatRunsWhere) {
  std::vector<Step> steps;
  steps.emplace_back(FilterStep{function(">=", boolean, {column_reference(3, int64), i64(3)})});
  steps.emplace_back(ProjectStep{{{"shout", function("upper", utf8, {column_reference(8, utf8)})},
                                  {"count", column_reference(2, int32)}}});
  const RowPipeline pipeline(mixed, steps, *backend, symbols);
  const std::string kernel = std::string(backend->name()) + " kernel";
  EXPECT_EQ(pipeline.describe(),
            (std::vector<std::string>{"filter greater_equal(total, 3): " + kernel,
                                      "upper(name): row by row", "copy count"}));
}

TEST_P(RowPipelineTest, TextCastsOfEveryType) {
  const Schema input{{{"text", utf8}}};
  const DataType types[] = {boolean, int32, int64, uint16, float64, timestamp, interval, ip, mac};
  const char* const good[] = {"true",     "-12",      "99",
                              "65535",    "2.5",      "2026-01-02T03:04:05Z",
                              "00:00:05", "10.0.0.1", "aa:bb:cc:dd:ee:ff"};
  std::vector<NamedExpression> columns;
  for (const DataType type : types) {  // there and back
    columns.push_back(
        {"c", function("cast", utf8, {function("cast", type, {column_reference(0, utf8)})})});
  }
  std::vector<Step> steps;
  steps.emplace_back(ProjectStep{std::move(columns)});
  const RowPipeline pipeline(input, steps, *backend, symbols);
  Rows rows;
  for (const char* value : good) rows.push_back({text(value)});
  rows.push_back({text("nonsense")});
  rows.push_back({null});
  const Rows result = run(pipeline, input, rows, symbols, 16);
  for (std::size_t i = 0; i < std::size(types); ++i) EXPECT_EQ(result[i][i], text(good[i])) << i;
  for (std::size_t i = 0; i < std::size(types); ++i) {
    EXPECT_TRUE(result[std::size(types)][i].is_null()) << i;
    EXPECT_TRUE(result[std::size(types) + 1][i].is_null()) << i;
  }
}

TEST_P(RowPipelineTest, NetworksTakeTheirPrefixFromTheLiteral) {
  const Schema input{{{"a", ip}}};
  std::vector<Step> steps;
  steps.emplace_back(
      FilterStep{function("ip in network", boolean,
                          {column_reference(0, ip), literal({*parse_ip("10.0.0.0")}, ip),
                           literal({std::int64_t{104}}, int32)})});
  const RowPipeline pipeline(input, steps, *backend, symbols);
  const Rows rows{{{*parse_ip("10.1.2.3")}}, {{*parse_ip("11.0.0.1")}}, {null}};
  EXPECT_EQ(run(pipeline, input, rows, symbols, 3), (Rows{rows[0]}));
}

TEST_P(RowPipelineTest, TextPlannedOnSymbolsOfAFoldIsDecoded) {
  // Behind an aggregation a text key is a symbol; the steps were bound to text.
  const Schema input{{{"name", symbol}, {"packets", int64}}};
  std::vector<Step> steps;
  steps.emplace_back(FilterStep{function("<>", boolean, {column_reference(0, utf8), txt("a")})});
  steps.emplace_back(
      ProjectStep{{{"packets", column_reference(1, int64)},
                   {"name", column_reference(0, utf8)},
                   {"shout", function("upper", utf8, {column_reference(0, utf8)})}}});
  const RowPipeline pipeline(input, steps, *backend, symbols);
  EXPECT_EQ(run(pipeline, input, {{text("a"), integer(1)}, {text("b"), integer(2)}}, symbols, 2),
            (Rows{{integer(2), text("b"), text("B")}}));
}

TEST_P(RowPipelineTest, ImpossiblePlansAreErrors) {
  const Schema input{{{"a", ip}}};
  const auto compile = [&](Step step) {
    const std::vector<Step> steps{std::move(step)};
    return RowPipeline(input, steps, *backend, symbols);
  };
  EXPECT_THROW(compile(ProjectStep{{{"x", function("nonsense", ip, {column_reference(0, ip)})}}}),
               Error);
  EXPECT_THROW(compile(ProjectStep{{{"x", function("cast", int64, {column_reference(0, ip)})}}}),
               Error);
  EXPECT_THROW(compile(FilterStep{column_reference(0, ip)}), Error);
  EXPECT_THROW(compile(ProjectStep{{{"x", column_reference(7, ip)}}}), Error);
  EXPECT_THROW(compile(SortStep{}), Error);
}

INSTANTIATE_TEST_SUITE_P(Backends, RowPipelineTest, testing::ValuesIn(backend_names()),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace penstock::tests
