// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include <penstock/data/value.h>

namespace penstock {
namespace {

constexpr std::int64_t second = 1'000'000'000;

TEST(ParseTimestamp, TakesTheFormsOfRfc3339AndIso8601) {
  const std::int64_t expected = 1767323045 * second;
  for (const char* text :
       {"2026-01-02T03:04:05Z", "2026-01-02 03:04:05", "2026-01-02t03:04:05z",
        "2026-01-02T05:04:05+02:00", "2026-01-02T05:04:05+0200", "2026-01-02T05:04:05+02",
        "2026-01-01T21:34:05-05:30", "2026-01-02T03:04:05.000", "  2026-01-02 03:04:05 "})
    EXPECT_EQ(parse_timestamp(text), expected) << text;
  EXPECT_EQ(parse_timestamp("2026-01-02"), (1767323045 - 11045) * second);
  EXPECT_EQ(parse_timestamp("2026-01-02 03:04"), (1767323045 - 5) * second);
  EXPECT_EQ(parse_timestamp("1970-01-01T00:00:00.5"), second / 2);
  EXPECT_EQ(parse_timestamp("1970-01-01T00:00:00.1234567899"), 123456789);
  EXPECT_EQ(parse_timestamp("1969-12-31T23:59:59.999999999Z"), -1);
  EXPECT_EQ(parse_timestamp("2016-12-31T23:59:60Z"), parse_timestamp("2017-01-01"));
}

TEST(ParseTimestamp, RefusesTheRest) {
  for (const char* text : {"",
                           "2026",
                           "2026-1-2",
                           "2026-02-29",
                           "1900-02-29",
                           "2026-13-01",
                           "2026-00-01",
                           "2026-01-00",
                           "2026-04-31",
                           "2026-01-02T",
                           "2026-01-02T03",
                           "2026-01-02T24:00",
                           "2026-01-02T03:60",
                           "2026-01-02T03:04:61",
                           "2026-01-02T03:04:05.",
                           "2026-01-02T03:04:05+",
                           "2026-01-02T03:04:05+2",
                           "2026-01-02T03:04:05+24:00",
                           "2026-01-02T03:04:05Zx",
                           "2026-01-02X03:04:05",
                           "+026-01-02",
                           "1677-09-21T00:12:43.145224191Z",
                           "2262-04-11T23:47:16.854775808Z",
                           "0001-01-01",
                           "9999-12-31"})
    EXPECT_EQ(parse_timestamp(text), std::nullopt) << text;
  EXPECT_TRUE(parse_timestamp("2000-02-29"));
  EXPECT_TRUE(parse_timestamp("2024-02-29"));
}

TEST(ParseInterval, TakesPostgresqlsInput) {
  EXPECT_EQ(parse_interval("5 seconds"), 5 * second);
  EXPECT_EQ(parse_interval("1 hour 30 min"), 5400 * second);
  EXPECT_EQ(parse_interval("00:05:00"), 300 * second);
  EXPECT_EQ(parse_interval("1 day -2:00"), 79200 * second);
  EXPECT_EQ(parse_interval("-1 day 2:00"), -79200 * second);
  EXPECT_EQ(parse_interval("250 ms"), second / 4);
  EXPECT_EQ(parse_interval("10 us"), 10'000);
  EXPECT_EQ(parse_interval("7 ns"), 7);
  EXPECT_EQ(parse_interval("1.5 Hours"), 5400 * second);
  EXPECT_EQ(parse_interval(".5s"), second / 2);
  EXPECT_EQ(parse_interval("2weeks"), 14 * 86400 * second);
  EXPECT_EQ(parse_interval("3"), 3 * second);
  EXPECT_EQ(parse_interval("1 day 3"), 86403 * second);
  EXPECT_EQ(parse_interval("100:00:00.25"), 360000 * second + second / 4);
  EXPECT_EQ(parse_interval(" 1m "), 60 * second);
  EXPECT_EQ(parse_interval("0"), 0);
}

TEST(ParseInterval, RefusesTheRest) {
  for (const char* text : {"",        " ",       "seconds",       "5 parsecs",
                           "1 month", "2 years", "1 mon",         "1:60",
                           "1:5",     "1:00:60", "- 5 s",         "--5 s",
                           "5 5 s",   "5 s,",    "106752 days",   "99999999999999999999 s",
                           "1e3 s",   "5.",      "1 day garbage", "5 secondss",
                           "1:00:00."})
    EXPECT_EQ(parse_interval(text), std::nullopt) << text;
}

TEST(Parse, TakesBackWhatWasPrinted) {
  std::mt19937_64 random(11);
  std::vector<std::int64_t> values = {0, 1, -1, std::numeric_limits<std::int64_t>::min(),
                                      std::numeric_limits<std::int64_t>::max()};
  for (int i = 0; i < 20000; ++i)
    values.push_back(static_cast<std::int64_t>(random()) >> (random() % 64));
  for (const std::int64_t value : values) {
    std::string text;
    append_timestamp(text, value);
    ASSERT_EQ(parse_timestamp(text), value) << text;
    text.clear();
    append_interval(text, value);
    ASSERT_EQ(parse_interval(text), value) << text;
  }
}

TEST(ParseIp, TakesBackWhatWasPrinted) {
  std::mt19937_64 random(13);
  for (int i = 0; i < 20000; ++i) {
    Bytes16 ip;
    const std::uint64_t zeros = random();  // many groups of zeros, so that gaps occur
    for (std::size_t k = 0; k < 16; ++k)
      ip.bytes[k] = (zeros >> (k / 2) & 1U) != 0 ? 0 : static_cast<std::uint8_t>(random());
    std::string text;
    append_ip(text, ip);
    ASSERT_EQ(parse_ip(text), ip) << text;
  }
}

TEST(ParseIp, RefusesTheRest) {
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.4 ", "1..2.3",
                           "a.b.c.d", ":", ":::", "1::2::3", "12345::", "g::", "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9", "fe80::1%eth0", "0x7f.0.0.1"})
    EXPECT_EQ(parse_ip(text), std::nullopt) << text;
  EXPECT_EQ(parse_ip(std::string_view("::1\0", 4)), std::nullopt);
  EXPECT_EQ(parse_ip(std::string(4096, ':')), std::nullopt);
}

TEST(ParseMac, TakesColonsOrDashes) {
  const auto mac = parse_mac("00:1b:21:AA:bb:cc");
  ASSERT_TRUE(mac);
  EXPECT_EQ(mac, parse_mac("00-1B-21-aa-BB-CC"));
  EXPECT_EQ(mac->bytes[1], 0x1B);
  EXPECT_EQ(mac->bytes[5], 0xCC);
  EXPECT_EQ(mac->bytes[6], 0);
  for (const char* text : {"", "00:1b:21:aa:bb", "00:1b:21:aa:bb:cg", "00:1b-21:aa:bb:cc",
                           "001b21aabbcc", "00:1b:21:aa:bb:cc:"})
    EXPECT_EQ(parse_mac(text), std::nullopt) << text;
}

TEST(ParseNetwork, MapsIpv4AndClearsHostBits) {
  const auto ten = parse_ip_network("10.1.2.3/8");
  ASSERT_TRUE(ten);
  EXPECT_EQ(ten->prefix_bits, 104);
  EXPECT_EQ(ten->address, parse_ip("10.0.0.0"));
  const auto odd = parse_ip_network("255.255.255.255/9");
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->address, parse_ip("255.128.0.0"));
  const auto doc = parse_ip_network("2001:db8::1/32");
  ASSERT_TRUE(doc);
  EXPECT_EQ(doc->prefix_bits, 32);
  EXPECT_EQ(doc->address, parse_ip("2001:db8::"));
  EXPECT_EQ(parse_ip_network("::/0")->prefix_bits, 0);
  EXPECT_EQ(parse_ip_network("0.0.0.0/0")->prefix_bits, 96);
  EXPECT_EQ(parse_ip_network("1.2.3.4")->prefix_bits, 128);
  for (const char* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1",
                           "10.0.0.0/8 ", "10.0.0.0/8/8", "10/8"})
    EXPECT_FALSE(parse_ip_network(text)) << text;
}

}  // namespace
}  // namespace penstock
