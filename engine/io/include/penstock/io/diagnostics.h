// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock {

// What a job counts and warns of, by name. Thread-safe. Names: "<table>.rows_in",
// "<table>.malformed_ipv4", "<query>.rows_late", …
class Diagnostics {
 public:
  using Counter = std::atomic<std::int64_t>;

  // The counter of that name, made at the first call; the reference stays good. Look it up once.
  Counter& counter(std::string_view name);
  // Kept in order, each text once.
  void warn(std::string text);

  [[nodiscard]] std::vector<std::pair<std::string, std::int64_t>> counters() const;
  [[nodiscard]] std::vector<std::string> warnings() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Counter>, std::less<>> counters_;
  std::vector<std::string> warnings_;
};

}  // namespace penstock
