// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <penstock/plan/plan.h>

namespace penstock {

// Reads a table's options by name and type. Each error names the table, the option, its place and
// what is allowed. finish() refuses options that nobody read, with the nearest name that is known.
class OptionReader {
 public:
  explicit OptionReader(const TableDefinition& table);

  [[nodiscard]] std::optional<std::string> text(std::string_view key);
  [[nodiscard]] std::string text(std::string_view key, std::string_view fallback);
  [[nodiscard]] std::string required_text(std::string_view key);
  [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t fallback,
                                     std::int64_t minimum, std::int64_t maximum);
  [[nodiscard]] bool boolean(std::string_view key, bool fallback);
  // One of a list of words; its index.
  [[nodiscard]] std::size_t choice(std::string_view key, const std::vector<std::string>& words,
                                   std::size_t fallback);
  [[nodiscard]] std::int64_t duration_ns(std::string_view key, std::int64_t fallback);
  [[nodiscard]] Where where(std::string_view key) const;  // of the option, else of the table
  void finish() const;

 private:
  const ast::Option* find(std::string_view key);
  const TableDefinition& table_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace penstock
