// SPDX-License-Identifier: Apache-2.0
#include "plans.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace penstock::test {
namespace {

constexpr DataType boolean{TypeId::boolean, 0};
constexpr DataType int32{TypeId::int32, 0};
constexpr DataType int64{TypeId::int64, 0};
constexpr DataType utf8{TypeId::utf8, 0};

AggregateCall count_rows() {
  AggregateCall count;
  count.name = "rows";
  count.kind = AggregateKind::count_rows;
  return count;
}

AggregateCall sum_value() {
  AggregateCall sum;
  sum.name = "total";
  sum.kind = AggregateKind::sum;
  sum.input = column_reference(3, int64);
  return sum;
}

Step count_by(NamedExpression key, std::optional<std::int64_t> window_ns) {
  AggregateStep step;
  if (window_ns) step.window = WindowDefinition{0, *window_ns, 0};
  step.keys.push_back(std::move(key));
  step.aggregates = {count_rows(), sum_value()};
  return step;
}

}  // namespace

Plan plan_over_memory(std::optional<std::int64_t> delay_ns) {
  Plan plan;
  SourceTable& source = plan.sources.emplace_back();
  source.definition.name = "input";
  source.definition.connector = "memory";
  source.schema = row_schema();
  if (delay_ns) source.watermark = Watermark{0, *delay_ns};
  return plan;
}

void add_query(Plan& plan, std::vector<Step> steps) {
  Query query;
  query.sink = plan.sinks.size();
  query.steps = std::move(steps);
  SinkTable& sink = plan.sinks.emplace_back();
  sink.definition.name = "sink" + std::to_string(query.sink);
  sink.definition.connector = "memory_sink";
  sink.schema = output_schema(plan, query);
  plan.queries.push_back(std::move(query));
}

Step filter_value_at_least(std::int64_t value) {
  return FilterStep{
      call(">=", boolean, {column_reference(3, int64), literal(Value{value}, int64)})};
}

Step count_by_key(std::optional<std::int64_t> window_ns) {
  return count_by({"key", column_reference(1, int32)}, window_ns);
}

Step count_by_name(std::optional<std::int64_t> window_ns) {
  return count_by({"name", column_reference(2, utf8)}, window_ns);
}

Step count_all() {
  AggregateStep step;
  step.aggregates = {count_rows(), sum_value()};
  return step;
}

Step sum_all() {
  AggregateStep step;
  step.aggregates = {sum_value()};
  return step;
}

Step project_all() {
  ProjectStep step;
  step.columns = {{"key", column_reference(1, int32)},
                  {"name", column_reference(2, utf8)},
                  {"value", column_reference(3, int64)}};
  return step;
}

Step sort_by_first_column(std::optional<std::int64_t> limit) {
  return SortStep{{SortKey{0, false, false}}, limit, 0};
}

Step limit_to(std::int64_t rows) {
  return SortStep{{}, rows, 0};
}

std::vector<std::string> expected_counts(const std::vector<std::vector<Row>>& partitions,
                                         std::int64_t window_ns, std::int64_t delay_ns,
                                         std::int64_t least_value, std::int64_t* rows_late) {
  struct Totals {
    std::int64_t rows = 0;
    std::int64_t total = 0;
  };
  std::map<std::tuple<std::int64_t, std::int32_t>, Totals> groups;
  *rows_late = 0;
  for (const std::vector<Row>& rows : partitions) {
    std::int64_t watermark = watermark_min;
    for (const Row& row : rows) {
      const std::int64_t rest = ((row.ts % window_ns) + window_ns) % window_ns;
      const std::int64_t start = row.ts - rest;
      const bool late = watermark >= start + window_ns;
      watermark = std::max(watermark, row.ts - delay_ns);
      if (row.value < least_value) continue;
      if (late) {
        ++*rows_late;
        continue;
      }
      Totals& totals = groups[{start, row.key}];
      ++totals.rows;
      totals.total += row.value;
    }
  }
  std::vector<std::string> lines;
  for (const auto& [group, totals] : groups) {
    const auto& [start, key] = group;
    lines.push_back(std::to_string(key) + "|" + std::to_string(totals.rows) + "|" +
                    std::to_string(totals.total) + "|" + std::to_string(start) + "|" +
                    std::to_string(start + window_ns));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

}  // namespace penstock::test
