// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>

#include <penstock/plan/plan.h>

#include "fake_catalog.h"

namespace penstock {
namespace {

TEST(Json, OfAWindowedQuery) {
  const BoundScript script = bind_sql(
      "CREATE TABLE talkers WITH (connector = 'sqlite', path = 'a\"b'); "
      "INSERT INTO talkers SELECT window_start, protocol, "
      "count(*) FILTER (WHERE length > 100) AS n FROM TUMBLE(live, ts, INTERVAL '1 second') "
      "WHERE src_ip = '10.0.0.1' GROUP BY window_start, protocol;");
  EXPECT_EQ(
      to_json(script.plan),
      R"({"sources":[{"name":"live","connector":"stream","options":{},"schema":[)"
      R"({"name":"ts","type":"timestamp","width":0,"nullable":false},)"
      R"({"name":"src_ip","type":"ip","width":0,"nullable":true},)"
      R"({"name":"dst_ip","type":"ip","width":0,"nullable":true},)"
      R"({"name":"src_port","type":"uint16","width":0,"nullable":true},)"
      R"({"name":"dst_port","type":"uint16","width":0,"nullable":true},)"
      R"({"name":"protocol","type":"symbol","width":0,"nullable":true},)"
      R"({"name":"length","type":"uint32","width":0,"nullable":true},)"
      R"({"name":"src_mac","type":"fixed_binary","width":6,"nullable":true}],)"
      R"("watermark":{"column":0,"delay_ns":5000000000},"bounded":false}],)"
      R"("sinks":[{"name":"talkers","connector":"sqlite","options":{"path":"a\"b"},"schema":[)"
      R"({"name":"window_start","type":"timestamp","width":0,"nullable":true},)"
      R"({"name":"protocol","type":"utf8","width":0,"nullable":true},)"
      R"({"name":"n","type":"int64","width":0,"nullable":true}]}],)"
      R"("queries":[{"source":0,"sink":0,"steps":[)"
      R"({"filter":{"kind":"call","function":"=","type":"boolean","arguments":[)"
      R"({"kind":"column","column":1,"type":"ip"},)"
      R"({"kind":"literal","value":"10.0.0.1","type":"ip"}]}},)"
      R"({"aggregate":{"window":{"time_column":0,"size_ns":1000000000,"offset_ns":0},)"
      R"("keys":[{"name":"protocol","expression":{"kind":"column","column":5,"type":"symbol"}}],)"
      R"("aggregates":[{"name":"n","kind":"count_rows","input":null,)"
      R"("filter":{"kind":"call","function":">","type":"boolean","arguments":[)"
      R"({"kind":"column","column":6,"type":"uint32"},)"
      R"({"kind":"literal","value":100,"type":"uint32"}]},"on_overflow":"fail"}]}},)"
      R"({"project":[{"name":"window_start","expression":{"kind":"column","column":2,"type":"timestamp"}},)"
      R"({"name":"protocol","expression":{"kind":"column","column":0,"type":"symbol"}},)"
      R"({"name":"n","expression":{"kind":"column","column":1,"type":"int64"}}]}]}]})");
}

std::string json_of(const Value& value, DataType type) {
  Plan plan;
  Query query;
  query.steps.emplace_back(FilterStep{literal(value, type)});
  query.steps.emplace_back(SortStep{{{3, true, false}}, 7, 2});
  plan.queries.push_back(query);
  const std::string text = to_json(plan);
  const std::size_t begin = text.find("\"value\":") + 8;
  EXPECT_NE(text.find(R"({"sort":{"keys":[{"column":3,"descending":true,"nulls_first":false}],)"
                      R"("limit":7,"offset":2}})"),
            std::string::npos);
  return text.substr(begin, text.find(",\"type\"") - begin);
}

TEST(Json, OfLiterals) {
  constexpr DataType real{TypeId::float64};
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(json_of({}, real), "null");
  EXPECT_EQ(json_of({true}, {TypeId::boolean}), "true");
  EXPECT_EQ(json_of({std::numeric_limits<std::int64_t>::min()}, {TypeId::int64}),
            "-9223372036854775808");
  EXPECT_EQ(json_of({std::numeric_limits<std::uint64_t>::max()}, {TypeId::uint64}),
            "18446744073709551615");
  EXPECT_EQ(json_of({1.0}, real), "1.0");
  EXPECT_EQ(json_of({-0.0}, real), "-0.0");
  EXPECT_EQ(json_of({1e300}, real), "1e+300");
  EXPECT_EQ(json_of({0.1}, real), "0.1");
  EXPECT_EQ(json_of({infinity}, real), "\"Infinity\"");
  EXPECT_EQ(json_of({-infinity}, real), "\"-Infinity\"");
  EXPECT_EQ(json_of({std::numeric_limits<double>::quiet_NaN()}, real), "\"NaN\"");
  EXPECT_EQ(json_of({std::int64_t{5}}, {TypeId::timestamp}), "5");
  EXPECT_EQ(json_of({std::string("a\"b\\c\n\x01é")}, {TypeId::utf8}),
            "\"a\\\"b\\\\c\\u000a\\u0001é\"");
  EXPECT_EQ(json_of({Bytes16{{1, 2}}}, {TypeId::fixed_binary, 2}), "\"\\\\x0102\"");
}

}  // namespace
}  // namespace penstock
