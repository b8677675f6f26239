// SPDX-License-Identifier: Apache-2.0
#include "sources/timestamp_format.h"

#include <gtest/gtest.h>

#include <ctime>
#include <random>

#include <penstock/data/value.h>

#include "source_support.h"

namespace penstock::test {
namespace {

std::string by_pattern(std::string_view text, std::string_view pattern) {
  const auto ns = parse_timestamp_by_pattern(text, pattern);
  if (!ns) return "none";
  std::string out;
  append_timestamp(out, *ns);
  return out;
}

TimestampFormat format_of(const std::string& name) {
  const TableDefinition table = make_table("csv", {{"timestamp_format", name}});
  OptionReader options(table);
  return TimestampFormat::from_options(options, "iso");
}

TEST(TimestampPattern, Directives) {
  EXPECT_EQ(by_pattern("2026-01-02 03:04:05.123456789", "%Y-%m-%d %H:%M:%S.%f"),
            "2026-01-02T03:04:05.123456789Z");
  EXPECT_EQ(by_pattern("02/29/24 11:59 pm", "%D %I:%M %p"), "2024-02-29T23:59:00Z");
  EXPECT_EQ(by_pattern("12 AM", "%I %p"), "1970-01-01T00:00:00Z");
  EXPECT_EQ(by_pattern("Tue, 5 mar 2024 06:07:08 +0130", "%a, %e %b %Y %T %z"),
            "2024-03-05T04:37:08Z");
  EXPECT_EQ(by_pattern("2024 366", "%Y %j"), "2024-12-31T00:00:00Z");
  EXPECT_EQ(by_pattern("1700000000.5", "%s.%f"), "2023-11-14T22:13:20.500Z");
  EXPECT_EQ(by_pattern("20240229T010203Z", "%Y%m%dT%H%M%S%z"), "2024-02-29T01:02:03Z");
  EXPECT_EQ(by_pattern("100% 2024-05-06   07:08 UTC", "100%% %F %R %Z"), "2024-05-06T07:08:00Z");
  EXPECT_EQ(by_pattern("September 1 1969", "%B %d %Y"), "1969-09-01T00:00:00Z");
  EXPECT_EQ(by_pattern("24-01-01 -05", "%y-%m-%d %z"), "2024-01-01T05:00:00Z");
}

TEST(TimestampPattern, WhatDoesNotMatch) {
  for (const auto& [text, pattern] :
       std::vector<std::pair<const char*, const char*>>{{"2024-13-01", "%Y-%m-%d"},
                                                        {"2023-02-29", "%Y-%m-%d"},
                                                        {"2024-01-01x", "%Y-%m-%d"},
                                                        {"2024-01-", "%Y-%m-%d"},
                                                        {"24:00:00", "%T"},
                                                        {"", "%Y"},
                                                        {"3000-01-01", "%F"},
                                                        {"Foo", "%b"},
                                                        {"1:2:3.", "%H:%M:%S.%f"},
                                                        {"13 pm", "%I %p"},
                                                        {"2024-01-01 +24", "%F %z"}}) {
    EXPECT_EQ(by_pattern(text, pattern), "none") << text << " by " << pattern;
  }
}

TEST(TimestampPattern, AgreesWithTheCLibrary) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 5000; ++i) {
    const auto seconds =
        static_cast<std::time_t>(random() % 18'000'000'000ULL) - std::time_t{9'000'000'000};
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    for (const char* pattern : {"%Y-%m-%d %H:%M:%S", "%d %b %Y %I:%M:%S %p", "%Y %j %T", "%F %T",
                                "%A, %B %d %Y %R:%S", "%s"}) {
      char text[100];
      ASSERT_GT(std::strftime(text, sizeof(text), pattern, &parts), 0U);
      if (std::string_view(pattern) == "%s") {
        std::snprintf(text, sizeof(text), "%lld", static_cast<long long>(seconds));
      }
      const auto ns = parse_timestamp_by_pattern(text, pattern);
      ASSERT_TRUE(ns) << text;
      ASSERT_EQ(*ns, static_cast<std::int64_t>(seconds) * 1'000'000'000) << text;
    }
  }
}

TEST(TimestampFormat, UnixTimesAreExact) {
  EXPECT_EQ(format_of("unix_s").parse("1700000000.123456789"), 1'700'000'000'123'456'789);
  EXPECT_EQ(format_of("unix_s").parse("1700000000.1234567899"), 1'700'000'000'123'456'789);
  EXPECT_EQ(format_of("unix_s").parse("-0.5"), -500'000'000);
  EXPECT_EQ(format_of("unix_s").parse("-1.25"), -1'250'000'000);
  EXPECT_EQ(format_of("unix_ms").parse("+1.5"), 1'500'000);
  EXPECT_EQ(format_of("unix_ns").parse("9223372036854775807"), 9223372036854775807);
  for (const char* text : {"", "x", "1x", "1.x", "1e9", "--1", "+-1", "1 ", "9223372037",
                           "99999999999999999999", "."}) {
    EXPECT_EQ(format_of("unix_s").parse(text), std::nullopt) << text;
  }
}

TEST(TimestampFormat, Iso) {
  EXPECT_EQ(format_of("iso").parse("1970-01-01T00:00:01Z"), 1'000'000'000);
  EXPECT_EQ(format_of("iso").parse("1700000000"), std::nullopt);
}

}  // namespace
}  // namespace penstock::test
