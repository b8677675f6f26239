// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include <penstock/data/symbol_table.h>
#include <penstock/kernels/error.h>

namespace penstock {
namespace {

std::vector<std::uint64_t> bits(const std::vector<std::uint32_t>& codes) {
  std::vector<std::uint64_t> words;
  for (const std::uint32_t code : codes) {
    if (words.size() <= code / 64) words.resize(code / 64 + 1);
    words[code / 64] |= std::uint64_t{1} << (code % 64);
  }
  return words;
}

TEST(SymbolTable, GivesEachTextOneCode) {
  SymbolTable table;
  const std::uint32_t tcp = table.intern("tcp");
  const std::uint32_t empty = table.intern("");
  const std::uint32_t zero = table.intern(std::string_view("a\0b", 3));
  EXPECT_EQ(table.intern("tcp"), tcp);
  EXPECT_EQ(table.intern(""), empty);
  EXPECT_NE(table.intern("a"), zero);
  EXPECT_EQ(table.text(tcp), "tcp");
  EXPECT_EQ(table.text(empty), "");
  EXPECT_EQ(table.text(zero), std::string_view("a\0b", 3));
  EXPECT_EQ(table.size(), 4U);
}

TEST(SymbolTable, CodesFollowTheOrderOfArrival) {
  SymbolTable a;
  SymbolTable b;  // with another seed
  for (int i = 0; i < 1000; ++i) {
    const std::string text = "t" + std::to_string(i * 7919 % 1000);
    ASSERT_EQ(a.intern(text), b.intern(text));
  }
}

TEST(SymbolTable, KeepsTextsWhereTheyAre) {
  SymbolTable table;
  std::vector<std::string_view> views;
  for (int i = 0; i < 50000; ++i) views.push_back(table.text(table.intern(std::to_string(i))));
  for (int i = 0; i < 50000; ++i) {
    ASSERT_EQ(views[static_cast<std::size_t>(i)], std::to_string(i));
    ASSERT_EQ(table.text(static_cast<std::uint32_t>(i)).data(),
              views[static_cast<std::size_t>(i)].data());
  }
  EXPECT_EQ(table.size(), 50000U);
  EXPECT_GT(table.size_bytes(), 50000U * 16);
}

TEST(SymbolTable, NamesTheCapThatWasReached) {
  SymbolTable few({.max_symbols = 3, .max_bytes = 1 << 20});
  for (const char* text : {"a", "b", "c", "a", "b"}) few.intern(text);
  try {
    few.intern("d");
    FAIL() << "a fourth text";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::resource_exhausted);
    EXPECT_NE(error.message().find("cap of 3 different ones (max_symbols)"), std::string::npos);
  }
  EXPECT_EQ(few.intern("c"), 2U) << "what is there is still found";
  SymbolTable small({.max_symbols = 1000, .max_bytes = 100});
  small.intern(std::string(50, 'x'));
  try {
    small.intern(std::string(50, 'y'));
    FAIL() << "too many bytes";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::resource_exhausted);
    EXPECT_NE(error.message().find("cap of 100 bytes (max_bytes)"), std::string::npos);
  }
}

TEST(SymbolTable, CollectsWhatIsNotUsedNorPinned) {
  SymbolTable table;
  const std::uint32_t a = table.intern("a");
  const std::uint32_t b = table.pin("b");
  const std::uint32_t c = table.intern("c");
  const std::uint32_t d = table.intern("d");
  EXPECT_EQ(table.pin("b"), b);
  table.collect(bits({c}));
  EXPECT_EQ(table.size(), 2U);
  EXPECT_EQ(table.text(b), "b");
  EXPECT_EQ(table.text(c), "c");
  EXPECT_EQ(table.text(a), "");
  EXPECT_EQ(table.intern("c"), c);
  EXPECT_EQ(table.intern("new"), a) << "the lowest free code";
  EXPECT_EQ(table.intern("newer"), d);
  EXPECT_EQ(table.intern("a"), 4U);
}

TEST(SymbolTable, StaysBoundedOverManyCollections) {
  SymbolTable table({.max_symbols = 1000, .max_bytes = 1 << 20});
  std::size_t bytes = 0;
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 990; ++i) table.intern(std::to_string(round) + "/" + std::to_string(i));
    table.collect({});
    EXPECT_EQ(table.size(), 0U);
    if (round == 1) bytes = table.size_bytes();
    EXPECT_LE(table.size_bytes(), round < 2 ? 1U << 20 : bytes);
  }
}

TEST(SymbolTable, AsksForCollectionWhenItPays) {
  SymbolTable table({.max_symbols = 100, .max_bytes = 1 << 20});
  std::vector<std::uint32_t> all;
  for (int i = 0; i < 50; ++i) all.push_back(table.intern(std::to_string(i)));
  EXPECT_FALSE(table.wants_collection());
  all.push_back(table.intern("one more"));
  EXPECT_TRUE(table.wants_collection());
  table.collect(bits(all));
  EXPECT_FALSE(table.wants_collection()) << "nothing could be freed, nothing has come since";
  table.intern("x");
  EXPECT_FALSE(table.wants_collection()) << "one is not worth the search";
  for (int i = 100; i < 115; ++i) table.intern(std::to_string(i));
  EXPECT_TRUE(table.wants_collection());
  table.collect({});
  EXPECT_FALSE(table.wants_collection());
  SymbolTable bytes({.max_symbols = 1000, .max_bytes = 1000});
  bytes.intern(std::string(600, 'x'));
  EXPECT_TRUE(bytes.wants_collection());
}

TEST(SymbolTable, InternsFromManyThreads) {
  constexpr std::size_t texts = 5000;
  SymbolTable table;
  std::vector<std::vector<std::uint32_t>> codes(4, std::vector<std::uint32_t>(texts));
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < codes.size(); ++t)
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < texts; ++i) {
        const std::size_t k = (i * 31 + t * 1237) % texts;
        const std::string text = "key-" + std::to_string(k);
        codes[t][k] = k % 100 == 0 ? table.pin(text) : table.intern(text);
        EXPECT_EQ(table.text(codes[t][k]), text);
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(table.size(), texts);
  const std::set<std::uint32_t> distinct(codes[0].begin(), codes[0].end());
  EXPECT_EQ(distinct.size(), texts);
  EXPECT_EQ(*distinct.rbegin(), texts - 1);
  for (std::size_t t = 1; t < codes.size(); ++t) EXPECT_EQ(codes[t], codes[0]);
  table.collect({});
  EXPECT_EQ(table.size(), texts / 100) << "the pinned ones";
}

}  // namespace
}  // namespace penstock
