// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include <penstock/data/batch_builder.h>
#include <penstock/data/value.h>
#include <penstock/kernels/error.h>

namespace penstock {
namespace {

constexpr DataType int64_type{TypeId::int64, 0};
constexpr DataType text_type{TypeId::utf8, 0};
constexpr DataType boolean_type{TypeId::boolean, 0};
constexpr DataType time_type{TypeId::timestamp, 0};

std::string text_at(const BatchView& view, std::size_t column, std::int64_t row) {
  std::string out;
  append_value(out, view.columns[column], row);
  return out;
}

TEST(BatchBuilder, KeepsRowsAndNulls) {
  const Schema schema{{{"n", int64_type}, {"t", text_type}, {"b", boolean_type}}};
  BatchBuilder batch(schema, {.capacity_rows = 130});
  for (std::int64_t row = 0; row < 130; ++row) {
    batch.set<std::int64_t>(0, row, row * 10);
    ASSERT_TRUE(batch.set_text(1, row, std::to_string(row)));
    if (row % 3 == 0) batch.set_null(1, row);
    batch.set_boolean(2, row, row % 2 == 1);
    batch.advance();
  }
  EXPECT_EQ(batch.room(), 0);
  const BatchView view = batch.view();
  ASSERT_EQ(view.rows, 130);
  EXPECT_EQ(view.columns[0].validity, nullptr) << "a column without nulls has no bitmap";
  EXPECT_EQ(view.columns[2].validity, nullptr);
  for (std::int64_t row = 0; row < 130; ++row) {
    EXPECT_EQ(view.columns[0].values<std::int64_t>()[row], row * 10);
    EXPECT_EQ(view.columns[1].is_valid(row), row % 3 != 0);
    EXPECT_EQ(text_at(view, 1, row), row % 3 == 0 ? "" : std::to_string(row));
    EXPECT_EQ(text_at(view, 2, row), row % 2 == 1 ? "true" : "false");
  }
}

TEST(BatchBuilder, AlignsAndPadsEveryArray) {
  const Schema schema{{{"n", int64_type}, {"b", boolean_type}, {"m", {TypeId::fixed_binary, 6}}}};
  BatchBuilder batch(schema, {.capacity_rows = 1});
  for (std::size_t i = 0; i < schema.size(); ++i) {
    batch.mark_nulls(i);
    const ColumnView column = batch.view().columns[i];
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(column.data) % 64, 0U);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(column.validity) % 64, 0U);
    EXPECT_EQ(column.validity[0], ~std::uint64_t{0}) << "all rows start valid";
  }
  batch.values<std::int64_t>(0)[63] = 1;  // whole words of rows are there
  batch.values<unsigned char>(2)[63 * 6 + 5] = 1;
  EXPECT_EQ(batch.values<std::uint64_t>(1)[0], 0U) << "bits start at 0";
}

TEST(BatchBuilder, OverwritesARowThatWasGivenUp) {
  const Schema schema{
      {{"n", int64_type}, {"t", text_type}, {"b", boolean_type}, {"ip", {TypeId::ip, 0}}}};
  BatchBuilder batch(schema, {.capacity_rows = 4});
  batch.set<std::int64_t>(0, 0, 1);
  ASSERT_TRUE(batch.set_text(1, 0, "abandoned"));
  batch.set_boolean(2, 0, true);
  for (std::size_t i = 0; i < 4; ++i) batch.set_null(i, 0);
  batch.set<std::int64_t>(0, 0, 2);
  ASSERT_TRUE(batch.set_text(1, 0, "kept"));
  batch.set_boolean(2, 0, false);
  batch.set_bytes(3, 0, *parse_ip("10.0.0.1"));
  batch.advance();
  const BatchView view = batch.view();
  EXPECT_EQ(text_at(view, 0, 0), "2");
  EXPECT_EQ(text_at(view, 1, 0), "kept");
  EXPECT_EQ(text_at(view, 2, 0), "false");
  EXPECT_EQ(text_at(view, 3, 0), "10.0.0.1");
}

TEST(BatchBuilder, StartsOverCleanly) {
  const Schema schema{{{"n", int64_type}, {"t", text_type}, {"b", boolean_type}}};
  BatchBuilder batch(schema, {.capacity_rows = 100});
  const std::size_t size = batch.size_bytes();
  for (std::int64_t row = 0; row < 100; ++row) {
    batch.set_null(0, row);
    ASSERT_TRUE(batch.set_text(1, row, "x"));
    batch.set_boolean(2, row, true);
  }
  batch.advance(40);  // the rest was written ahead and given up
  batch.set_limit_rows(50);
  EXPECT_EQ(batch.room(), 10);
  batch.clear();
  EXPECT_EQ(batch.rows(), 0);
  EXPECT_EQ(batch.room(), 100);
  EXPECT_EQ(batch.view().columns[0].validity, nullptr);
  EXPECT_EQ(batch.values<std::uint64_t>(2)[0] | batch.values<std::uint64_t>(2)[1], 0U);
  batch.set_null(0, 7);
  EXPECT_EQ(batch.validity(0)[0], ~(std::uint64_t{1} << 7));
  EXPECT_EQ(batch.validity(0)[1], ~std::uint64_t{0});
  ASSERT_TRUE(batch.set_text(1, 0, "y"));
  batch.advance();
  EXPECT_EQ(text_at(batch.view(), 1, 0), "y");
  EXPECT_EQ(batch.size_bytes(), size);
}

TEST(BatchBuilder, SaysWhenTextIsFull) {
  const Schema schema{{{"t", text_type}, {"u", text_type}}};
  BatchBuilder batch(schema, {.capacity_rows = 10, .text_bytes = 8});
  ASSERT_TRUE(batch.set_text(0, 0, "12345"));
  ASSERT_TRUE(batch.set_text(1, 0, ""));
  batch.advance();
  EXPECT_FALSE(batch.set_text(0, 1, "1234"));
  EXPECT_TRUE(batch.set_text(1, 1, "12345678")) << "each column has its own memory";
  EXPECT_TRUE(batch.set_text(0, 1, "123")) << "a refused text leaves no trace";
  batch.advance();
  EXPECT_EQ(text_at(batch.view(), 0, 1), "123");
  EXPECT_TRUE(batch.set_text(0, 2, "")) << "an empty text always fits";
  batch.clear();
  EXPECT_FALSE(batch.set_text(0, 0, "123456789")) << "too long for any batch";
  EXPECT_TRUE(batch.set_text(0, 0, "12345678"));
}

TEST(BatchBuilder, GrowsTextWhereAsked) {
  const Schema schema{{{"t", text_type}}};
  BatchBuilder batch(schema,
                     {.capacity_rows = 1000, .text_bytes = 1, .text_growth = TextGrowth::growable});
  std::string long_text(1000, 'z');
  for (std::int64_t row = 0; row < 1000; ++row) {
    ASSERT_TRUE(batch.set_text(0, row, std::string_view(long_text).substr(0, row % 97)));
    batch.advance();
  }
  for (std::int64_t row = 0; row < 1000; ++row)
    ASSERT_EQ(text_at(batch.view(), 0, row).size(), static_cast<std::size_t>(row % 97));
  EXPECT_GE(batch.size_bytes(), 45000U);
}

TEST(BatchBuilder, GivesPrunedColumnsNoMemory) {
  const Schema schema{
      {{"n", int64_type}, {"t", text_type}, {"b", boolean_type}, {"ts", time_type}}};
  BatchBuilder whole(schema, {.capacity_rows = 64});
  BatchBuilder batch(schema, {.capacity_rows = 64, .wanted = {true, false, false, false}});
  EXPECT_LT(batch.size_bytes(), whole.size_bytes());
  EXPECT_EQ(batch.size_bytes(), 64U * 8 + 8);
  batch.set_event_time_column(3);
  batch.set<std::int64_t>(0, 0, 5);
  EXPECT_TRUE(batch.set_text(1, 0, "nowhere"));
  batch.set_boolean(2, 0, true);
  batch.set_null(2, 0);
  batch.set<std::int64_t>(3, 0, 5);
  batch.advance();
  EXPECT_TRUE(batch.wants(0));
  EXPECT_FALSE(batch.wants(1));
  EXPECT_EQ(batch.view().columns[1].data, nullptr);
  EXPECT_EQ(batch.view().columns[1].type, text_type);
  EXPECT_FALSE(batch.view().zone.known());
}

TEST(BatchBuilder, MapsTheZoneOfEventTime) {
  const Schema schema{{{"ts", time_type}}};
  BatchBuilder batch(schema, {.capacity_rows = 256});
  batch.set_event_time_column(0);
  EXPECT_FALSE(batch.view().zone.known());
  batch.set_null(0, 0);
  batch.values<std::int64_t>(0)[0] = -999;  // what lies under a null does not count
  batch.advance();
  EXPECT_FALSE(batch.view().zone.known());
  for (std::int64_t row = 1; row < 200; ++row) batch.values<std::int64_t>(0)[row] = 1000 - row;
  batch.advance(199);
  EXPECT_EQ(batch.view().zone.event_time_min, 801);
  EXPECT_EQ(batch.view().zone.event_time_max, 999);
  batch.clear();
  EXPECT_FALSE(batch.view().zone.known());
  for (std::int64_t row = 0; row < 100; ++row) {
    batch.set<std::int64_t>(0, row, row == 50 ? -5 : row);
    batch.advance();
  }
  EXPECT_EQ(batch.view().zone.event_time_min, -5);
  EXPECT_EQ(batch.view().zone.event_time_max, 99);
}

TEST(BatchBuilder, IsReadByManyThreads) {
  const Schema schema{{{"n", int64_type}, {"t", text_type}}};
  BatchBuilder batch(schema, {.capacity_rows = 1000});
  for (std::int64_t row = 0; row < 1000; ++row) {
    batch.set<std::int64_t>(0, row, 1);
    ASSERT_TRUE(batch.set_text(1, row, "ab"));
    batch.advance();
  }
  std::vector<std::int64_t> sums(4);
  std::vector<std::thread> threads;
  for (auto& sum : sums)
    threads.emplace_back([&batch, &sum] {
      for (int i = 0; i < 100; ++i) {
        const BatchView view = batch.view();
        for (std::int64_t row = 0; row < view.rows; ++row)
          sum += view.columns[0].values<std::int64_t>()[row];
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sums, std::vector<std::int64_t>(4, 100'000));
}

TEST(BatchBuilder, RefusesSizesThatCannotBe) {
  const Schema schema{{{"t", text_type}}};
  EXPECT_THROW(BatchBuilder(schema, {.capacity_rows = 0}), Error);
  EXPECT_THROW(BatchBuilder(schema, {.capacity_rows = std::int64_t{1} << 40}), Error);
  EXPECT_THROW(BatchBuilder(schema, {.text_bytes = 0}), Error);
  EXPECT_THROW(BatchBuilder(schema, {.text_bytes = std::size_t{1} << 31}), Error);
}

}  // namespace
}  // namespace penstock
