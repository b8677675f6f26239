// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <penstock/data/schema.h>

namespace penstock {
namespace {

TEST(Schema, FindsByExactName) {
  const Schema schema{{{"a", {TypeId::int64, 0}}, {"b", {TypeId::utf8, 0}}}};
  EXPECT_EQ(schema.find("b"), 1U);
  EXPECT_EQ(schema.find("B"), std::nullopt);
  EXPECT_EQ(schema.find(""), std::nullopt);
}

TEST(NearestName, FindsWhatWasMeant) {
  const std::vector<std::string> names = {"src_ip", "dst_ip", "length", "protocol", "ts"};
  EXPECT_EQ(nearest_name("scr_ip", names), "src_ip");  // swapped neighbours are one error
  EXPECT_EQ(nearest_name("protocl", names), "protocol");
  EXPECT_EQ(nearest_name("PROTOCOL", names), "protocol");
  EXPECT_EQ(nearest_name("lenght", names), "length");
  EXPECT_EQ(nearest_name("t", names), "ts");
}

TEST(NearestName, IsSilentWhereNothingIsNear) {
  const std::vector<std::string> names = {"src_ip", "length", "a"};
  EXPECT_EQ(nearest_name("window_start", names), std::nullopt);
  EXPECT_EQ(nearest_name("b", names), std::nullopt);
  EXPECT_EQ(nearest_name("", names), std::nullopt);
  EXPECT_EQ(nearest_name("x", {}), std::nullopt);
  EXPECT_EQ(nearest_name(std::string(100'000, 'x'), names), std::nullopt);
}

TEST(NearestName, TakesTheNearestAndTheFirstOfEquals) {
  EXPECT_EQ(nearest_name("colour", {"colours", "color", "dolor"}), "colours");
  EXPECT_EQ(nearest_name("bytes", {"byte", "bytess"}), "byte");
}

}  // namespace
}  // namespace penstock
