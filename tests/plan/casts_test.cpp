// SPDX-License-Identifier: Apache-2.0
#include <penstock/plan/casts.h>

#include <gtest/gtest.h>

#include "evaluate.h"

namespace penstock {
namespace {

struct Case {
  const char* sql;
  const char* expected;
};

// lower() keeps the binder from reading the literal itself: the row functions have to.
TEST(Casts, TextIsReadAsPostgreSqlReadsIt) {
  const Case cases[] = {
      {"CAST(lower(' 12 ') AS integer)", "12"},
      {"CAST(lower('+12') AS smallint)", "12"},
      {"CAST(lower('-129') AS tinyint)", "NULL"},
      {"CAST(lower('-128') AS tinyint)", "-128"},
      {"CAST(lower('1.5') AS integer)", "NULL"},
      {"CAST(lower('') AS integer)", "NULL"},
      {"CAST(lower('9223372036854775808') AS bigint)", "NULL"},
      {"CAST(lower('18446744073709551615') AS bigint unsigned)", "18446744073709551615"},
      {"CAST(lower('-1') AS smallint unsigned)", "NULL"},
      {"CAST(lower('1e3') AS double precision)", "1000"},
      {"CAST(lower('Infinity') AS real)", "Infinity"},
      {"CAST(lower('nan') AS double precision)", "NaN"},
      {"CAST(lower('1e400') AS double precision)", "NULL"},
      {"CAST(lower('YES') AS boolean)", "true"},
      {"CAST(lower('f') AS boolean)", "false"},
      {"CAST(lower('o') AS boolean)", "NULL"},
      {"CAST(lower('maybe') AS boolean)", "NULL"},
      {"CAST(lower('2026-01-02 03:04:05.678') AS timestamp)", "2026-01-02T03:04:05.678Z"},
      {"CAST(lower('1 month') AS interval)", "NULL"},
      {"CAST(lower('90 min') AS interval)", "01:30:00"},
      {"CAST(lower('10.0.0.256') AS ip)", "NULL"},
      {"CAST(lower('2001:DB8::1') AS inet)", "2001:db8::1"},
      {"CAST(lower('AA-BB-CC-DD-EE-FF') AS macaddr)", "aa:bb:cc:dd:ee:ff"},
      {"CAST(lower('\\x0aFF') AS binary(2))", "\\x0aff"},
      {"CAST(lower('\\x0a') AS binary(2))", "NULL"}};
  for (const Case& each : cases) EXPECT_EQ(evaluate_sql(each.sql), each.expected) << each.sql;
}

TEST(Casts, ValuesArePrinted) {
  const Case cases[] = {{"CAST(1 = 1 AS text)", "true"},
                        {"CAST(CAST(-5 AS smallint) AS text)", "-5"},
                        {"CAST(CAST(1.1 AS real) AS text)", "1.1"},
                        {"CAST(0.1 + 0.2 AS text)", "0.30000000000000004"},
                        {"CAST(TIMESTAMP '2026-01-02 03:04:05' AS text)", "2026-01-02T03:04:05Z"},
                        {"CAST(INTERVAL '1 day 1 s' AS text)", "1 day 00:00:01"},
                        {"CAST(ip '::ffff:1.2.3.4' AS text)", "1.2.3.4"},
                        {"CAST(macaddr '12:34:56:78:90:ab' AS text)", "12:34:56:78:90:ab"}};
  for (const Case& each : cases) EXPECT_EQ(evaluate_sql(each.sql), each.expected) << each.sql;
}

TEST(Casts, NumbersRoundAndFault) {
  const Case cases[] = {
      {"CAST(2.5 AS integer)", "2"},     {"CAST(3.5 AS integer)", "4"},
      {"CAST(1e10 AS integer)", "NULL"}, {"CAST(300 AS tinyint unsigned)", "NULL"},
      {"CAST(2 AS boolean)", "true"},    {"CAST(true AS integer)", "1"},
      {"CAST(1e300 AS real)", "NULL"}};
  for (const Case& each : cases) EXPECT_EQ(evaluate_sql(each.sql), each.expected) << each.sql;
}

TEST(Casts, LevelsAreThoseOfPostgreSql) {
  const auto level = [](TypeId from, TypeId to) { return cast_level({from}, {to}); };
  EXPECT_EQ(level(TypeId::int16, TypeId::int64), CastLevel::implicit);
  EXPECT_EQ(level(TypeId::uint32, TypeId::int64), CastLevel::implicit);
  EXPECT_EQ(level(TypeId::uint32, TypeId::int32), CastLevel::assignment);
  EXPECT_EQ(level(TypeId::int64, TypeId::float64), CastLevel::implicit);
  EXPECT_EQ(level(TypeId::float64, TypeId::int64), CastLevel::assignment);
  EXPECT_EQ(level(TypeId::int32, TypeId::utf8), CastLevel::assignment);
  EXPECT_EQ(level(TypeId::utf8, TypeId::int32), CastLevel::explicit_);
  EXPECT_EQ(level(TypeId::symbol, TypeId::utf8), CastLevel::implicit);
  EXPECT_EQ(level(TypeId::utf8, TypeId::symbol), CastLevel::none);
  EXPECT_EQ(level(TypeId::boolean, TypeId::int32), CastLevel::explicit_);
  EXPECT_EQ(level(TypeId::boolean, TypeId::float64), CastLevel::none);
  EXPECT_EQ(level(TypeId::timestamp, TypeId::int64), CastLevel::none);
}

TEST(Casts, WithTextHaveARowFunctionAndOthersHaveNone) {
  std::vector<DataType> types;
  for (int id = 0; id <= static_cast<int>(TypeId::symbol); ++id) {
    const auto type = static_cast<TypeId>(id);
    types.push_back({type, static_cast<std::uint8_t>(type == TypeId::fixed_binary ? 6 : 0)});
  }
  for (const DataType from : types) {
    for (const DataType to : types) {
      const bool text = is_text(from.id) || is_text(to.id);
      const bool exists = from != to && cast_level(from, to) != CastLevel::none;
      EXPECT_EQ(cast_row_function(from, to) != nullptr, text && exists)
          << to_string(from) << " → " << to_string(to);
    }
  }
}

}  // namespace
}  // namespace penstock
