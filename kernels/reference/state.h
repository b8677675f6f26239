// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include <penstock/kernels/backend.h>

#include "reference/accumulator.h"

namespace penstock::detail::reference {

struct Group {
  std::vector<Value> keys;
  std::vector<Accumulator> accumulators;
};

struct Window {
  std::map<std::string, Group> groups;  // by their encoded keys
  std::size_t bytes = 0;
};

class ReferenceState final : public State {
 public:
  ReferenceState(const KernelPlan& plan, const StateLimits& limits, bool owes_row);

  // Adds a row, whose registers these are, to the window that starts there (0 without windows).
  void absorb(std::int64_t window_start, const std::vector<Value>& registers);
  void emit(EmitResult& result);

  std::unique_ptr<State> split(std::int64_t watermark) override;
  void merge(State& other) override;
  [[nodiscard]] std::int64_t earliest_window_end() const override;
  [[nodiscard]] std::int64_t group_count() const override;
  [[nodiscard]] std::size_t size_bytes() const override { return bytes_; }
  void mark_symbols(std::vector<std::uint64_t>& used) const override;

 private:
  [[nodiscard]] std::int64_t window_end(std::int64_t window_start) const;
  Group& find_group(Window& window, const std::vector<Value>& registers);
  void grow(Window& window, std::size_t bytes);
  void write_group(EmitResult& result, std::int64_t window_start, const Group& group,
                   std::vector<bool>& has_nulls) const;

  const KernelPlan& plan_;  // the program's, which outlives its states
  StateLimits limits_;
  std::map<std::int64_t, Window> windows_;  // by start
  std::size_t bytes_ = 0;
  bool owes_row_;  // of the single group of a program without keys and without a window
};

}  // namespace penstock::detail::reference
