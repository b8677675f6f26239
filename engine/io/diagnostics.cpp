// SPDX-License-Identifier: Apache-2.0
#include <penstock/io/diagnostics.h>

#include <algorithm>

namespace penstock {

Diagnostics::Counter& Diagnostics::counter(std::string_view name) {
  const std::lock_guard lock(mutex_);
  auto found = counters_.find(name);
  if (found == counters_.end())
    found = counters_.emplace(std::string(name), std::make_unique<Counter>(0)).first;
  return *found->second;
}

void Diagnostics::warn(std::string text) {
  const std::lock_guard lock(mutex_);
  if (std::find(warnings_.begin(), warnings_.end(), text) == warnings_.end())
    warnings_.push_back(std::move(text));
}

std::vector<std::pair<std::string, std::int64_t>> Diagnostics::counters() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::string, std::int64_t>> all;
  all.reserve(counters_.size());
  for (const auto& [name, counter] : counters_)
    all.emplace_back(name, counter->load(std::memory_order_relaxed));
  return all;
}

std::vector<std::string> Diagnostics::warnings() const {
  const std::lock_guard lock(mutex_);
  return warnings_;
}

}  // namespace penstock
