// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace penstock {

// Texts of a job and their codes: what makes a text key 4 bytes wide in the kernels. A code means
// nothing outside of the process and is never ordered by, partitioned by or stored; the text is.
// All calls but collect() may run at the same time.
class SymbolTable {
 public:
  struct Limits {
    std::size_t max_symbols = std::size_t{1} << 24;
    std::size_t max_bytes = std::size_t{1} << 30;  // of the texts, each with 16 of overhead
  };
  SymbolTable();
  explicit SymbolTable(const Limits& limits);
  ~SymbolTable();
  SymbolTable(const SymbolTable&) = delete;
  SymbolTable& operator=(const SymbolTable&) = delete;

  // The text's code, new where it has none. Error{resource_exhausted} names the cap above it.
  std::uint32_t intern(std::string_view text);
  // As intern, and the code stays for the life of the table: literals of a plan, protocol names.
  std::uint32_t pin(std::string_view text);
  // Valid until collect() frees the code.
  [[nodiscard]] std::string_view text(std::uint32_t code) const noexcept;

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] std::size_t size_bytes() const noexcept;  // texts and tables
  [[nodiscard]] bool wants_collection() const noexcept;   // above half of a limit, and grown since

  // Frees the codes whose bit is clear in `used` and that are not pinned. Nobody may hold another
  // code, or be inside of another call.
  void collect(const std::vector<std::uint64_t>& used);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace penstock
