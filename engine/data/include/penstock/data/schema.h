// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <penstock/kernels/types.h>

namespace penstock {

struct Field {
  std::string name;
  DataType type;
  bool nullable = true;

  bool operator==(const Field&) const = default;
};

struct Schema {
  std::vector<Field> fields;

  [[nodiscard]] std::size_t size() const noexcept { return fields.size(); }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  bool operator==(const Schema&) const = default;
};

// The candidate nearest to a misspelt name by edit distance, where one is near enough to be meant.
std::optional<std::string> nearest_name(std::string_view name,
                                        const std::vector<std::string>& candidates);

}  // namespace penstock
