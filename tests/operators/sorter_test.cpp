// SPDX-License-Identifier: Apache-2.0
#include <penstock/operators/sorter.h>

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>
#include <penstock/kernels/error.h>

#include "random_steps.h"

namespace penstock::tests {
namespace {

const Schema schema{{{"i", int64}, {"x", float64}, {"s", utf8}, {"b", boolean}, {"a", ip}}};

Rows random_rows(RandomSteps& random, std::size_t count) {
  Rows rows(count);
  for (Row& row : rows) {
    for (std::size_t i = 0; i < 4; ++i) row.push_back(random.value(schema.fields[i].type));
    Bytes16 bytes;
    bytes.bytes[15] = static_cast<std::uint8_t>(random.below(3) * 120);
    row.push_back(random.below(5) == 0 ? Value{} : Value{bytes});
  }
  return rows;
}

int compare(const Value& a, const Value& b) {
  if (const auto* x = std::get_if<double>(&a.data)) {
    const double y = std::get<double>(b.data);
    if (std::isnan(*x) || std::isnan(y)) return int{std::isnan(*x)} - int{std::isnan(y)};
    return *x < y ? -1 : y < *x ? 1 : 0;
  }
  return a.data < b.data ? -1 : b.data < a.data ? 1 : 0;
}

bool before(const Row& a, const Row& b, const std::vector<SortKey>& keys) {
  for (const SortKey& key : keys) {
    const Value& x = a[key.column];
    const Value& y = b[key.column];
    if (x.is_null() && y.is_null()) continue;
    if (x.is_null() || y.is_null()) return x.is_null() == key.nulls_first;
    const int order = compare(x, y) * (key.descending ? -1 : 1);
    if (order != 0) return order < 0;
  }
  return false;
}

Rows sort(const SortStep& step, const Rows& rows, std::size_t batch_rows, std::size_t max_bytes) {
  SymbolTable symbols;
  Sorter sorter(schema, step, max_bytes);
  for (std::size_t i = 0; i < rows.size(); i += batch_rows) {
    const Rows part(
        rows.begin() + static_cast<std::ptrdiff_t>(i),
        rows.begin() + static_cast<std::ptrdiff_t>(std::min(rows.size(), i + batch_rows)));
    sorter.add(make_batch(schema, part, symbols)->view());
  }
  Rows out;
  const auto take = [&](const BatchView& batch) {
    EXPECT_GT(batch.rows, 0);
    for (Row& row : read_rows(batch, symbols)) out.push_back(std::move(row));
  };
  sorter.finish(take);
  const std::size_t count = out.size();
  sorter.finish(take);  // empty now
  EXPECT_EQ(out.size(), count);
  return out;
}

Rows expected_rows(const SortStep& step, Rows rows) {
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const Row& a, const Row& b) { return before(a, b, step.keys); });
  const auto size = static_cast<std::int64_t>(rows.size());
  const std::int64_t first = std::min(step.offset, size);
  const std::int64_t last = step.limit ? std::min(size, first + *step.limit) : size;
  return {rows.begin() + first, rows.begin() + last};
}

TEST(Sorter, EqualsAStableSortOfValues) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    RandomSteps random(seed);
    SortStep step;
    for (std::size_t k = random.below(4); k > 0; --k) {
      step.keys.push_back({random.below(5), random.below(2) == 0, random.below(2) == 0});
    }
    if (random.below(2) == 0) step.limit = static_cast<std::int64_t>(random.below(40));
    if (random.below(3) == 0) step.offset = static_cast<std::int64_t>(random.below(30));
    const std::size_t counts[] = {0, 1, 100, 9000};
    const Rows rows = random_rows(random, counts[seed % 4]);
    const Rows expected = expected_rows(step, rows);
    for (const std::size_t batch_rows : {97U, 5000U}) {
      EXPECT_TRUE(sort(step, rows, batch_rows, 64U << 20) == expected)
          << "seed " << seed << ", batch rows " << batch_rows;
    }
  }
}

TEST(Sorter, ALimitHoldsAboutAsManyRowsAsItLetsThrough) {
  RandomSteps random(7);
  SortStep step;
  step.keys.push_back({0, true, false});
  step.limit = 10;
  step.offset = 5;
  const Rows rows = random_rows(random, 100000);
  EXPECT_TRUE(sort(step, rows, 1000, 1U << 20) == expected_rows(step, rows));
}

TEST(Sorter, TheCapIsNamed) {
  RandomSteps random(7);
  SortStep step;
  step.keys.push_back({0, false, false});
  try {
    sort(step, random_rows(random, 20000), 1000, 100000);
    FAIL() << "20000 rows cannot fit into 100000 bytes";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::resource_exhausted);
    EXPECT_NE(error.message().find("100000 bytes"), std::string::npos) << error.message();
    EXPECT_NE(error.message().find("sort_max_bytes"), std::string::npos) << error.message();
  }
}

TEST(Sorter, KnowsWhenItIsFull) {
  SymbolTable symbols;
  RandomSteps random(3);
  SortStep step;
  step.limit = 7;
  step.offset = 3;
  Sorter sorter(schema, step, 1U << 20);
  sorter.add(make_batch(schema, random_rows(random, 9), symbols)->view());
  EXPECT_FALSE(sorter.full());
  sorter.add(make_batch(schema, random_rows(random, 1), symbols)->view());
  EXPECT_TRUE(sorter.full());
  step.keys.push_back({0, false, false});
  Sorter sorting(schema, step, 1U << 20);
  sorting.add(make_batch(schema, random_rows(random, 100), symbols)->view());
  EXPECT_FALSE(sorting.full());  // a later row may come first
  step.limit = 0;
  EXPECT_TRUE(Sorter(schema, step, 1U << 20).full());
}

TEST(Sorter, TextsSortByTheirBytes) {
  SortStep step;
  step.keys.push_back({2, false, false});
  Rows rows;
  for (const char* value : {"b", "", "\xC3\xA4", "B", "ab", "a"}) {
    Row row(schema.size());
    row[2] = text(value);
    rows.push_back(std::move(row));
  }
  std::vector<std::string> sorted;
  for (const Row& row : sort(step, rows, 2, 1U << 20)) {
    sorted.push_back(std::get<std::string>(row[2].data));
  }
  EXPECT_EQ(sorted, (std::vector<std::string>{"", "B", "a", "ab", "b", "\xC3\xA4"}));
}

}  // namespace
}  // namespace penstock::tests
