// SPDX-License-Identifier: Apache-2.0
#include "reference/state.h"

#include <algorithm>

#include "state_errors.h"

namespace penstock::detail::reference {

ReferenceState::ReferenceState(const KernelPlan& plan, const StateLimits& limits, bool owes_row)
    : plan_(plan), limits_(limits), owes_row_(owes_row) {}

std::int64_t ReferenceState::window_end(std::int64_t window_start) const {
  return plan_.window.has_value() ? window_start + plan_.window->size_ns : watermark_max;
}

void ReferenceState::grow(Window& window, std::size_t bytes) {
  if (bytes_ + bytes > limits_.max_bytes) throw_state_full(limits_.max_bytes);
  bytes_ += bytes;
  window.bytes += bytes;
}

Group& ReferenceState::find_group(Window& window, const std::vector<Value>& registers) {
  std::string text;
  for (const Register key : plan_.keys) text += encode(plan_.type_of(key), registers[key]);
  const auto found = window.groups.find(text);
  if (found != window.groups.end()) return found->second;
  grow(window, sizeof(Group) + text.size() + plan_.keys.size() * sizeof(Value) +
                   plan_.aggregates.size() * sizeof(Accumulator));
  Group& group = window.groups[text];
  for (const Register key : plan_.keys) {
    group.keys.push_back(canonical(plan_.type_of(key), registers[key], true));
  }
  group.accumulators.resize(plan_.aggregates.size());
  return group;
}

void ReferenceState::absorb(std::int64_t window_start, const std::vector<Value>& registers) {
  Window& window = windows_[window_start];
  Group& group = find_group(window, registers);
  for (std::size_t i = 0; i < plan_.aggregates.size(); ++i) {
    const Aggregate& a = plan_.aggregates[i];
    if (a.filter != no_register && !registers[a.filter].is_true()) continue;
    if (a.kind == AggregateKind::count_rows) {
      group.accumulators[i].add(a.kind, {}, {});
    } else if (!registers[a.input].is_null) {
      grow(window, group.accumulators[i].add(a.kind, plan_.type_of(a.input), registers[a.input]));
    }
  }
}

std::unique_ptr<State> ReferenceState::split(std::int64_t watermark) {
  const bool owes_row = owes_row_ && watermark == watermark_max;
  auto closed = std::make_unique<ReferenceState>(plan_, limits_, owes_row);
  if (owes_row) owes_row_ = false;
  while (!windows_.empty() && window_end(windows_.begin()->first) <= watermark) {
    auto node = windows_.extract(windows_.begin());
    bytes_ -= node.mapped().bytes;
    closed->bytes_ += node.mapped().bytes;
    closed->windows_.insert(std::move(node));
  }
  return closed;
}

void ReferenceState::merge(State& other_state) {
  auto& other = dynamic_cast<ReferenceState&>(other_state);
  owes_row_ = owes_row_ || other.owes_row_;
  other.owes_row_ = false;
  for (auto& [start, window] : other.windows_) {
    Window& mine = windows_[start];
    for (auto& [text, group] : window.groups) {
      const auto [place, is_new] = mine.groups.try_emplace(text);
      if (is_new) {
        grow(mine, sizeof(Group) + text.size() + plan_.keys.size() * sizeof(Value) +
                       plan_.aggregates.size() * sizeof(Accumulator));
        place->second.keys = group.keys;
        place->second.accumulators.resize(plan_.aggregates.size());
      }
      for (std::size_t i = 0; i < plan_.aggregates.size(); ++i) {
        const Aggregate& a = plan_.aggregates[i];
        const DataType type = a.input == no_register ? DataType{} : plan_.type_of(a.input);
        grow(mine, place->second.accumulators[i].merge(a.kind, type, group.accumulators[i]));
      }
    }
  }
  other.windows_.clear();
  other.bytes_ = 0;
}

std::int64_t ReferenceState::earliest_window_end() const {
  return windows_.empty() ? watermark_max : window_end(windows_.begin()->first);
}

std::int64_t ReferenceState::group_count() const {
  std::size_t count = 0;
  for (const auto& [start, window] : windows_) count += window.groups.size();
  return static_cast<std::int64_t>(count);
}

void ReferenceState::mark_symbols(std::vector<std::uint64_t>& used) const {
  const auto mark = [&used](const Value& value) {
    if (value.is_null) return;
    const auto code = static_cast<std::size_t>(value.integer);
    if (used.size() <= code / 64) used.resize(code / 64 + 1);
    used[code / 64] |= std::uint64_t{1} << (code % 64);
  };
  for (const auto& [start, window] : windows_) {
    for (const auto& [text, group] : window.groups) {
      for (std::size_t k = 0; k < plan_.keys.size(); ++k) {
        if (plan_.type_of(plan_.keys[k]).id == TypeId::symbol) mark(group.keys[k]);
      }
      for (std::size_t i = 0; i < plan_.aggregates.size(); ++i) {
        const Register input = plan_.aggregates[i].input;
        if (input == no_register || plan_.type_of(input).id != TypeId::symbol) continue;
        for (const auto& [value_text, value] : group.accumulators[i].distinct()) mark(value);
      }
    }
  }
}

void ReferenceState::write_group(EmitResult& result, std::int64_t window_start, const Group& group,
                                 std::vector<bool>& has_nulls) const {
  std::size_t column = 0;
  const auto put = [&](const Value& value) {
    if (write(result.columns[column], result.rows, value)) has_nulls[column] = true;
    ++column;
  };
  for (const Value& key : group.keys) put(key);
  for (std::size_t i = 0; i < plan_.aggregates.size(); ++i) {
    const Aggregate& a = plan_.aggregates[i];
    const DataType type = a.input == no_register ? DataType{} : plan_.type_of(a.input);
    bool overflow = false;
    const Value value = group.accumulators[i].finish(a.kind, type, overflow);
    if (overflow && a.on_overflow == OverflowPolicy::fail) throw_overflow(plan_, i, window_start);
    put(value);
  }
  if (plan_.window.has_value()) {
    put(Value::of_integer(window_start));
    put(Value::of_integer(window_end(window_start)));
  }
  ++result.rows;
}

void ReferenceState::emit(EmitResult& result) {
  result.rows = 0;
  std::vector<bool> has_nulls(result.columns.size());
  std::int64_t capacity = watermark_max;
  for (const ColumnBuffer& column : result.columns) {
    capacity = std::min(capacity, column.capacity_rows());
  }
  if (owes_row_ && windows_.empty() && capacity > 0) {
    Group nothing;
    nothing.accumulators.resize(plan_.aggregates.size());
    write_group(result, 0, nothing, has_nulls);
  }
  owes_row_ = false;
  while (!windows_.empty() && result.rows < capacity) {
    auto& [start, window] = *windows_.begin();
    while (!window.groups.empty() && result.rows < capacity) {
      write_group(result, start, window.groups.begin()->second, has_nulls);
      window.groups.erase(window.groups.begin());
    }
    if (!window.groups.empty()) break;
    bytes_ -= window.bytes;
    windows_.erase(windows_.begin());
  }
  for (std::size_t i = 0; i < result.columns.size(); ++i) {
    result.columns[i].set_has_nulls(has_nulls[i]);
  }
}

}  // namespace penstock::detail::reference
