// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include <penstock/data/value.h>
#include <penstock/io/packet_schema.h>

#include "source_support.h"

namespace penstock::test {
namespace {

// splitmix64 in its textbook form: a state that advances by one output at a time.
std::uint64_t splitmix(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

// The eight draws of each row, one after the other.
std::vector<std::vector<std::uint64_t>> draws_of(std::uint64_t seed, std::uint64_t tag, int rows) {
  std::uint64_t state = seed + (tag << 32);
  state = splitmix(state);
  std::vector<std::vector<std::uint64_t>> draws(static_cast<std::size_t>(rows));
  for (auto& row : draws) {
    for (int i = 0; i < 8; ++i) row.push_back(splitmix(state));
  }
  return draws;
}

std::string iso_ms(std::int64_t ms) {
  std::string text;
  append_timestamp(text, ms * 1'000'000);
  return text;
}
std::string iso_ns(std::int64_t ns) {
  std::string text;
  append_timestamp(text, ns);
  return text;
}

constexpr std::int64_t start_ms = 1'700'000'000'000;

TableDefinition generator(const std::string& kind, Options more,
                          std::optional<Schema> columns = std::nullopt) {
  more.emplace_back("kind", kind);
  return make_table("generator", more, std::move(columns));
}

TEST(Generator, YsbIsItsFormula) {
  for (const std::int64_t rate : {10'000, 999, 7, 3'000'000}) {
    const ReadResult result = read_table(
        generator("ysb", {{"rows", "5000"}, {"seed", "7"}, {"rate", std::to_string(rate)}}));
    ASSERT_EQ(result.rows.size(), 5000U);
    const auto draws = draws_of(7, 1, 5000);
    for (std::int64_t i = 0; i < 5000; ++i) {
      const auto& u = draws[static_cast<std::size_t>(i)];
      const std::uint64_t ad = u[0] % 1000;
      const std::vector<std::string> expected = {iso_ms(start_ms + i * 1000 / rate),
                                                 std::to_string(ad),
                                                 std::to_string(u[1] % 3),
                                                 std::to_string(ad / 10),
                                                 std::to_string(u[2] % 100'000),
                                                 std::to_string(u[3] % 10'000),
                                                 "10." + std::to_string(u[4] >> 16 & 255) + "." +
                                                     std::to_string(u[4] >> 8 & 255) + "." +
                                                     std::to_string(u[4] & 255)};
      ASSERT_EQ(result.rows[static_cast<std::size_t>(i)], expected) << i;
    }
  }
}

TEST(Generator, BidsGroupbyAndTalkersAreTheirFormulas) {
  constexpr int rows = 10'000;
  const Rows bids = read_table(generator("bids", {{"rows", "10000"}})).rows;
  const Rows groupby = read_table(generator("groupby", {{"rows", "10000"}})).rows;
  const Rows talkers = read_table(generator("talkers", {{"rows", "10000"}})).rows;
  const auto b = draws_of(42, 2, rows);
  const auto g = draws_of(42, 3, rows);
  const auto t = draws_of(42, 4, rows);
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto k = static_cast<std::size_t>(i);
    const std::int64_t late =
        (b[k][0] >> 32) % 4 == 0 ? static_cast<std::int64_t>((b[k][0] & 0xFFFFFFFF) % 4001) : 0;
    const std::int64_t n = i * 3 / 46;
    const std::int64_t cold =
        std::max<std::int64_t>(n - static_cast<std::int64_t>((b[k][1] >> 1) % 100), 0);
    ASSERT_EQ(bids[k], (std::vector<std::string>{
                           std::to_string(1000 + (b[k][1] % 2 == 0 ? n / 100 * 100 : cold)),
                           std::to_string(1000 + b[k][2] % 100'000),
                           std::to_string(100 + ((b[k][3] >> 36) >> ((b[k][3] & 0xFFFF) % 20))),
                           iso_ms(start_ms + 4000 + i * 1000 / 10'000 - late)}))
        << i;
    ASSERT_EQ(groupby[k],
              (std::vector<std::string>{
                  iso_ms(start_ms + i * 1000 / 4'000'000), std::to_string(g[k][0] % 1'000'000),
                  std::to_string(static_cast<std::int64_t>(g[k][1] >> 40) - 8388608)}))
        << i;
    const std::uint64_t s = ((t[k][0] & 0xFFFFFFFF) % 10'000) * ((t[k][0] >> 32) % 10'000) / 10'000;
    ASSERT_EQ(
        talkers[k],
        (std::vector<std::string>{
            iso_ns(start_ms * 1'000'000 + i * 2000 + static_cast<std::int64_t>(t[k][2] % 2000)),
            std::to_string((s * 2654435761ULL) & 0xFFFFFFFF), std::to_string(64 + t[k][1] % 1455)}))
        << i;
  }
}

TEST(Generator, KeysSetHowManyThereAre) {
  const auto distinct = [](const char* kind, std::size_t column) {
    std::set<std::string> seen;
    for (const auto& row : read_table(generator(kind, {{"rows", "4000"}, {"keys", "20"}})).rows) {
      seen.insert(row[column]);
    }
    return seen.size();
  };
  EXPECT_EQ(distinct("groupby", 1), 20U);
  EXPECT_EQ(distinct("ysb", 1), 20U);
  EXPECT_EQ(distinct("ysb", 3), 2U);
  EXPECT_LE(distinct("talkers", 1), 20U);
  EXPECT_LE(distinct("packets", 1), 20U);
}

TEST(Generator, PacketsLookLikePackets) {
  const auto source = make_source(generator("packets", {{"rows", "20000"}}));
  EXPECT_EQ(source->schema(), packet_schema());
  const Rows rows = read_all(*source).rows;
  ASSERT_EQ(rows.size(), 20'000U);
  std::map<std::string, int> protocols;
  std::map<std::string, int> sources;
  std::string last;
  for (const auto& row : rows) {
    ++protocols[row[5]];
    ++sources[row[1]];
    EXPECT_GE(row[0].substr(0, 19), last);
    last = row[0].substr(0, 19);
    EXPECT_EQ(row[3] == "NULL", row[5] == "icmp");
    EXPECT_EQ(row[4] == "NULL", row[5] == "icmp");
    EXPECT_EQ(row[8] == "NULL", row[5] != "tcp");
    EXPECT_EQ(row[10], row[1].find(':') == std::string::npos ? "4" : "6");
    EXPECT_EQ(row[1].find(':') == std::string::npos, row[2].find(':') == std::string::npos);
    EXPECT_LT(std::stoi(row[7]), std::stoi(row[6]));
    EXPECT_GE(std::stoi(row[6]), 64);
    EXPECT_EQ(row[11], "false");
    EXPECT_EQ(row[12].substr(0, 9), "02:00:00:");
    EXPECT_EQ(row[13].substr(0, 9), "02:01:00:");
  }
  EXPECT_NEAR(protocols["tcp"], 14'000, 400);
  EXPECT_NEAR(protocols["udp"], 5000, 400);
  EXPECT_NEAR(protocols["icmp"], 1000, 200);
  EXPECT_GT(sources.size(), 3000U);
  const auto heaviest = std::max_element(sources.begin(), sources.end(),
                                         [](auto& a, auto& b) { return a.second < b.second; });
  EXPECT_GT(heaviest->second, 5);  // skewed
}

TEST(Generator, NexmarkHasItsRatiosAndReferences) {
  const auto source = make_source(generator("nexmark", {{"rows", "50000"}, {"disorder", "2 s"}}));
  const Schema& schema = source->schema();
  const auto at = [&](const char* name) { return *schema.find(name); };
  const Rows rows = read_all(*source).rows;
  std::map<std::string, int> events;
  std::set<std::string> persons;
  std::set<std::string> auctions;
  int hot_bids = 0;
  std::int64_t newest = 0;
  std::int64_t latest = 0;
  for (const auto& row : rows) {
    const std::string& event = row[at("event")];
    ++events[event];
    const bool is_bid = event == "bid";
    const bool is_auction = event == "auction";
    EXPECT_EQ(row[at("id")] == "NULL", is_bid);
    EXPECT_EQ(row[at("price")] == "NULL", !is_bid);
    EXPECT_EQ(row[at("url")] == "NULL", !is_bid);
    EXPECT_EQ(row[at("seller")] == "NULL", !is_auction);
    EXPECT_EQ(row[at("item_name")] == "NULL", !is_auction);
    EXPECT_EQ(row[at("city")] == "NULL", event != "person");
    const std::int64_t ts = *parse_timestamp(row[at("ts")]);
    newest = std::max(newest, ts);
    latest = std::max(latest, newest - ts);
    if (event == "person") {
      EXPECT_TRUE(persons.insert(row[at("id")]).second);
    }
    if (is_auction) {
      EXPECT_TRUE(auctions.insert(row[at("id")]).second);
      EXPECT_GT(std::stoll(row[at("reserve")]), std::stoll(row[at("initial_bid")]));
      EXPECT_GT(*parse_timestamp(row[at("expires")]), ts);
    }
    if (is_bid) {
      EXPECT_TRUE(auctions.contains(row[at("auction")])) << row[at("auction")];
      hot_bids += std::stoll(row[at("auction")]) % 100 == 0 ? 1 : 0;
      EXPECT_GE(std::stoll(row[at("price")]), 100);
    }
  }
  EXPECT_EQ(events["person"], 1000);
  EXPECT_EQ(events["auction"], 3000);
  EXPECT_EQ(events["bid"], 46'000);
  EXPECT_NEAR(hot_bids, 23'230, 700);
  EXPECT_LE(latest, 2'000'000'000);
  EXPECT_GT(latest, 1'500'000'000);
}

TEST(Generator, PartitionsTogetherAreTheWhole) {
  for (const char* kind : {"ysb", "packets", "nexmark"}) {
    Rows whole = read_table(generator(kind, {{"rows", "1000"}})).rows;
    const auto source = make_source(generator(kind, {{"rows", "1000"}, {"partitions", "3"}}));
    ASSERT_EQ(source->partitions(), 3U);
    Rows parts;
    for (std::size_t i = 0; i < 3; ++i) {
      const Rows part = read_partition(*source, i).rows;
      EXPECT_GT(part.size(), 300U);
      parts.insert(parts.end(), part.begin(), part.end());
    }
    std::sort(whole.begin(), whole.end());
    std::sort(parts.begin(), parts.end());
    EXPECT_EQ(parts, whole) << kind;
  }
}

TEST(Generator, BatchesAndPruningDoNotChangeValues) {
  for (const char* kind : {"ysb", "bids", "packets", "nexmark"}) {
    const auto source = make_source(generator(kind, {{"rows", "300"}}));
    const Rows whole = read_all(*source).rows;
    for (const std::int64_t batch_rows : {1, 7, 4096}) {
      ReadSettings settings;
      settings.batch_rows = batch_rows;
      EXPECT_EQ(read_all(*source, settings).rows, whole) << kind;
    }
    for (std::size_t column = 0; column < source->schema().size(); ++column) {
      ReadSettings settings;
      settings.wanted.resize(source->schema().size());
      settings.wanted[column] = true;
      const Rows pruned = read_all(*source, settings).rows;
      ASSERT_EQ(pruned.size(), whole.size());
      for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_EQ(pruned[i][column], whole[i][column]);
    }
  }
}

TEST(Generator, TextMemoryClosesTheBatch) {
  const auto source = make_source(generator("nexmark", {{"rows", "3000"}}));
  const Rows whole = read_all(*source).rows;
  ReadSettings settings;
  settings.batch_rows = 4096;
  settings.text_bytes = 1000;
  const ReadResult result = read_all(*source, settings);
  EXPECT_EQ(result.rows, whole);
  EXPECT_GT(result.batches, 100);
  settings.text_bytes = 4;
  const Caught caught = catch_error([&] { read_all(*source, settings); });
  EXPECT_EQ(caught.code, ErrorCode::resource_exhausted);
}

TEST(Generator, DeclaredColumnsChooseAndOrder) {
  const Schema schema = {{column("event_type", TypeId::int32), column("ts", TypeId::timestamp)}};
  const auto source = make_source(generator("ysb", {{"rows", "10"}}, schema));
  EXPECT_EQ(source->schema(), schema);
  const Rows all = read_table(generator("ysb", {{"rows", "10"}})).rows;
  const Rows chosen = read_all(*source).rows;
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(chosen[i], (std::vector<std::string>{all[i][2], all[i][0]}));
  }
  // A symbol may be declared as text.
  const Schema text = {{column("protocol", TypeId::utf8)}};
  const Rows packets = read_table(generator("packets", {{"rows", "100"}})).rows;
  const Rows texts = read_table(generator("packets", {{"rows", "100"}}, text)).rows;
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(texts[i][0], packets[i][5]);
}

TEST(Generator, WhatIsWrongIsSaid) {
  const auto fail = [](const std::string& kind, const Options& more,
                       std::optional<Schema> columns = std::nullopt) {
    return catch_error([&] { make_source(generator(kind, more, std::move(columns))); });
  };
  EXPECT_CONTAINS(fail("ysbb", {}).message, "'ysb'");
  EXPECT_CONTAINS(fail("bids", {{"keys", "5"}}).message, "'keys'");
  EXPECT_CONTAINS(fail("ysb", {{"rate", "0"}}).message, "'rate'");
  EXPECT_CONTAINS(fail("ysb", {{"start", "soon"}}).message, "neither a timestamp such as");
  Caught caught = fail("ysb", {}, Schema{{column("add_id", TypeId::int32)}});
  EXPECT_EQ(caught.code, ErrorCode::unknown_name);
  EXPECT_CONTAINS(caught.message, "kind 'ysb' has no column 'add_id'; did you mean 'ad_id'?");
  caught = fail("ysb", {}, Schema{{column("ad_id", TypeId::int64)}});
  EXPECT_EQ(caught.code, ErrorCode::type_mismatch);
  EXPECT_CONTAINS(caught.message, "is integer, not bigint");
  EXPECT_CONTAINS(fail("packets", {}, Schema{{column("vlan", TypeId::uint16, false)}}).message,
                  "has NULLs; declare it without NOT NULL");
}

TEST(Generator, EndlessUnlessRowsAreGiven) {
  EXPECT_FALSE(make_source(generator("ysb", {}))->bounded());
  const auto source = make_source(generator("ysb", {{"rows", "100"}}));
  EXPECT_TRUE(source->bounded());
  const ReadResult result = read_all(*source);
  EXPECT_EQ(result.progress.bytes_done, result.progress.bytes_total);
}

TEST(Generator, RealTimeIsPacedByTheWallClock) {
  const auto source =
      make_source(generator("ysb", {{"rows", "300"}, {"rate", "1000"}, {"pace", "realtime"}}));
  SymbolTable symbols;
  Diagnostics diagnostics;
  const auto reader = source->open(0, {symbols, diagnostics, std::nullopt});
  BatchBuilder batch(source->schema(), {.capacity_rows = 1000, .wanted = {}});
  const auto started = std::chrono::steady_clock::now();
  int idles = 0;
  Reader::Status status = Reader::Status::idle;
  while (status != Reader::Status::end) {
    const auto before = std::chrono::steady_clock::now();
    status = reader->read(batch);
    idles += status == Reader::Status::idle ? 1 : 0;
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
    const auto elapsed = std::chrono::steady_clock::now() - started;
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count();
    EXPECT_LE(batch.rows(), ms + 2);
  }
  EXPECT_EQ(batch.rows(), 300);
  EXPECT_GE(idles, 5);
  EXPECT_GE(std::chrono::steady_clock::now() - started, std::chrono::milliseconds(298));
}

TEST(Generator, StartMovesEventTime) {
  const Options options = {{"rows", "1"}, {"start", "2030-01-01T00:00:00.0015Z"}};
  EXPECT_EQ(read_table(generator("ysb", options)).rows[0][0], "2030-01-01T00:00:00.001Z");
}

}  // namespace
}  // namespace penstock::test
