// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>

#include <penstock/data/batch_builder.h>
#include <penstock/data/value.h>
#include <penstock/kernels/error.h>

namespace penstock {
namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

template <class Append, class... Arguments>
std::string text_of(Append append, const Arguments&... arguments) {
  std::string out = "|";
  append(out, arguments...);
  EXPECT_EQ(out.front(), '|') << "the text is appended to what is there";
  return out.substr(1);
}

std::string timestamp(std::int64_t ns) {
  return text_of(append_timestamp, ns);
}
std::string interval(std::int64_t ns) {
  return text_of(append_interval, ns);
}
std::string float64(double value) {
  return text_of(append_float64, value);
}
std::string float32(float value) {
  return text_of(append_float32, value);
}

TEST(TimestampText, HasAsManyDigitsAsNeeded) {
  EXPECT_EQ(timestamp(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(timestamp(1767323045'678'000'000), "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(timestamp(1767323045'678'900'000), "2026-01-02T03:04:05.678900Z");
  EXPECT_EQ(timestamp(1767323045'000'000'001), "2026-01-02T03:04:05.000000001Z");
  EXPECT_EQ(timestamp(-1), "1969-12-31T23:59:59.999999999Z");
}

TEST(TimestampText, KnowsLeapDaysAndTheExtremes) {
  EXPECT_EQ(timestamp(951782400'000'000'000), "2000-02-29T00:00:00Z");
  EXPECT_EQ(timestamp(951868800'000'000'000), "2000-03-01T00:00:00Z");
  EXPECT_EQ(timestamp(-2203891200'000'000'000), "1900-03-01T00:00:00Z");  // 1900 had no leap day
  EXPECT_EQ(timestamp(lowest), "1677-09-21T00:12:43.145224192Z");
  EXPECT_EQ(timestamp(highest), "2262-04-11T23:47:16.854775807Z");
}

TEST(IntervalText, IsPostgresqls) {
  EXPECT_EQ(interval(0), "00:00:00");
  EXPECT_EQ(interval(93784'500'000'000), "1 day 02:03:04.5");
  EXPECT_EQ(interval(2 * 86400'000'000'000), "2 days");
  EXPECT_EQ(interval(-86400'000'000'000), "-1 days");
  EXPECT_EQ(interval(-7200'000'000'000), "-02:00:00");
  EXPECT_EQ(interval(-93600'000'000'000), "-1 days -02:00:00");
  EXPECT_EQ(interval(1), "00:00:00.000000001");
  EXPECT_EQ(interval(lowest), "-106751 days -23:47:16.854775808");
  EXPECT_EQ(interval(highest), "106751 days 23:47:16.854775807");
}

TEST(FloatText, IsShortestAndLaidOutAsPostgresqls) {
  EXPECT_EQ(float64(0.1), "0.1");
  EXPECT_EQ(float64(100000), "100000");
  EXPECT_EQ(float64(-0.0), "-0");
  EXPECT_EQ(float64(0.0001), "0.0001");
  EXPECT_EQ(float64(0.00001), "1e-05");
  EXPECT_EQ(float64(999999999999999), "999999999999999");
  EXPECT_EQ(float64(1e15), "1e+15");
  EXPECT_EQ(float64(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
  EXPECT_EQ(float64(std::numeric_limits<double>::denorm_min()), "5e-324");
  EXPECT_EQ(float64(std::nan("")), "NaN");
  EXPECT_EQ(float64(HUGE_VAL), "Infinity");
  EXPECT_EQ(float64(-HUGE_VAL), "-Infinity");
  EXPECT_EQ(float32(0.1F), "0.1");
  EXPECT_EQ(float32(999999.0F), "999999");
  EXPECT_EQ(float32(1e6F), "1e+06");
  EXPECT_EQ(float32(16777216.0F), "1.6777216e+07");
}

TEST(FloatText, ReadsBackAsTheSameValue) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t bits = random();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (std::isnan(value)) continue;
    ASSERT_EQ(std::strtod(float64(value).c_str(), nullptr), value);
    const double plain = static_cast<double>(bits >> 24) / 1024;
    ASSERT_EQ(std::strtod(float64(plain).c_str(), nullptr), plain);
    const auto small = static_cast<float>(plain);
    ASSERT_EQ(std::strtof(float32(small).c_str(), nullptr), small);
  }
}

std::string reprinted(std::string_view text) {
  const auto ip = parse_ip(text);
  return ip ? text_of(append_ip, *ip) : "no address";
}

TEST(IpText, IsRfc5952) {
  EXPECT_EQ(reprinted("10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(reprinted("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(reprinted("2001:DB8:0:0:0:0:0:1"), "2001:db8::1");
  EXPECT_EQ(reprinted("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1");  // one zero stays
  EXPECT_EQ(reprinted("2001:0:0:1:0:0:0:1"), "2001:0:0:1::1");           // the longest run
  EXPECT_EQ(reprinted("2001:db8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");     // the first of equals
  EXPECT_EQ(reprinted("::"), "::");
  EXPECT_EQ(reprinted("::1"), "::1");
  EXPECT_EQ(reprinted("1::"), "1::");
  EXPECT_EQ(reprinted("::1.2.3.4"), "::102:304");  // not an IPv4 address
  EXPECT_EQ(reprinted("ff02:0:0:0:0:0:0:fb"), "ff02::fb");
}

TEST(FixedBinaryText, IsAMacOrHex) {
  Bytes16 bytes;
  for (std::size_t i = 0; i < 16; ++i) bytes.bytes[i] = static_cast<std::uint8_t>(0xF0 + i);
  EXPECT_EQ(text_of(append_fixed_binary, bytes, 6), "f0:f1:f2:f3:f4:f5");
  EXPECT_EQ(text_of(append_fixed_binary, bytes, 1), "\\xf0");
  EXPECT_EQ(text_of(append_fixed_binary, bytes, 16), "\\xf0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
}

TEST(ValueText, IsOneForColumnsAndValues) {
  const Schema schema{{{"b", {TypeId::boolean, 0}},
                       {"i8", {TypeId::int8, 0}},
                       {"u8", {TypeId::uint8, 0}},
                       {"i64", {TypeId::int64, 0}},
                       {"u64", {TypeId::uint64, 0}},
                       {"f32", {TypeId::float32, 0}},
                       {"ts", {TypeId::timestamp, 0}},
                       {"ip", {TypeId::ip, 0}},
                       {"mac", {TypeId::fixed_binary, 6}},
                       {"text", {TypeId::utf8, 0}}}};
  BatchBuilder batch(schema, {.capacity_rows = 4, .text_bytes = 64});
  batch.set_boolean(0, 0, true);
  batch.set<std::int8_t>(1, 0, -128);
  batch.set<std::uint8_t>(2, 0, 255);
  batch.set<std::int64_t>(3, 0, lowest);
  batch.set<std::uint64_t>(4, 0, std::numeric_limits<std::uint64_t>::max());
  batch.set<float>(5, 0, 0.1F);
  batch.set<std::int64_t>(6, 0, 1);
  batch.set_bytes(7, 0, *parse_ip("::1"));
  batch.set_bytes(8, 0, *parse_mac("00-1b-21-AA-bb-cc"));
  ASSERT_TRUE(batch.set_text(9, 0, "naïve"));
  batch.advance();
  for (std::size_t i = 0; i < schema.size(); ++i) batch.set_null(i, 1);
  batch.advance();
  const std::vector<std::string> expected = {"true",
                                             "-128",
                                             "255",
                                             "-9223372036854775808",
                                             "18446744073709551615",
                                             "0.1",
                                             "1970-01-01T00:00:00.000000001Z",
                                             "::1",
                                             "00:1b:21:aa:bb:cc",
                                             "naïve"};
  const BatchView view = batch.view();
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const ColumnView& column = view.columns[i];
    EXPECT_EQ(text_of(append_value, column, std::int64_t{0}), expected[i]);
    EXPECT_EQ(to_string(value_at(column, 0), column.type), expected[i]);
    EXPECT_EQ(text_of(append_value, column, std::int64_t{1}), "");
    EXPECT_TRUE(value_at(column, 1).is_null());
  }
}

TEST(ValueText, RefusesSymbols) {
  ColumnView column;
  const std::uint32_t code = 0;
  column.type = {TypeId::symbol, 0};
  column.data = &code;
  std::string out;
  EXPECT_THROW(append_value(out, column, 0), Error);
  EXPECT_THROW(value_at(column, 0), Error);
}

TEST(Value, TakesNanAsEqualToItself) {
  EXPECT_EQ(Value{std::nan("")}, Value{std::nan("")});
  EXPECT_NE(Value{std::nan("")}, Value{1.0});
  EXPECT_EQ(Value{}, Value{});
  EXPECT_NE(Value{std::int64_t{1}}, Value{std::uint64_t{1}});
  EXPECT_EQ(Value{std::string("a")}, Value{std::string("a")});
}

}  // namespace
}  // namespace penstock
