// SPDX-License-Identifier: Apache-2.0
#include "reference/reference_backend.h"

#include <algorithm>

#include <penstock/kernels/error.h>

#include "reference/evaluate.h"
#include "reference/state.h"

namespace penstock::detail {

namespace reference {
namespace {

class ReferenceLane final : public Lane {
 public:
  bool poll() override { return true; }
  void wait() override {}
};

// What becomes of one row.
struct Verdict {
  bool absorbed = false;
  std::int64_t window_start = 0;
};

// Judges the rows of a batch one after the other, and counts.
class Judge {
 public:
  Judge(const KernelPlan& plan, const Submission& submission, RowCounts& counts)
      : plan_(plan),
        submission_(submission),
        counts_(counts),
        watermark_(submission.start_watermark) {}

  Verdict judge(std::int64_t row, const std::vector<Value>& registers) {
    const Int128 watermark = watermark_;
    advance(row);
    if (submission_.shard_of_row != nullptr) {
      if (submission_.shard_of_row[row] != submission_.shard) return {};
      std::int64_t start = 0;
      return {find_window(registers, start), start};
    }
    ++counts_.rows_in;
    if (plan_.filter != no_register && !registers[plan_.filter].is_true()) return {};
    ++counts_.rows_passed;
    std::int64_t start = 0;
    if (!find_window(registers, start)) {
      ++counts_.rows_null_event_time;
      return {};
    }
    if (plan_.window.has_value() && plan_.window->has_watermark &&
        watermark >= Int128{start} + plan_.window->size_ns) {
      ++counts_.rows_late;
      return {};
    }
    return {true, start};
  }

 private:
  // The watermark of the next row.
  void advance(std::int64_t row) {
    if (!plan_.window.has_value() || !plan_.window->has_watermark) return;
    const Value time = read(submission_.batch.columns[plan_.window->watermark_column], row);
    if (time.is_null) return;
    watermark_ = std::max(watermark_, time.integer - plan_.window->watermark_delay_ns);
  }

  // False where the row belongs to no window.
  bool find_window(const std::vector<Value>& registers, std::int64_t& start) const {
    start = 0;
    if (!plan_.window.has_value()) return true;
    const Value& time = registers[plan_.window->time];
    if (time.is_null) return false;
    const Int128 size = plan_.window->size_ns;
    const Int128 since = time.integer - plan_.window->offset_ns;
    Int128 windows = since / size;
    if (windows * size > since) --windows;
    const Int128 exact = windows * size + plan_.window->offset_ns;
    if (exact < watermark_min || exact + size >= watermark_max) return false;
    start = static_cast<std::int64_t>(exact);
    return true;
  }

  const KernelPlan& plan_;
  const Submission& submission_;
  RowCounts& counts_;
  Int128 watermark_;
};

class ReferenceProgram final : public Program {
 public:
  explicit ReferenceProgram(const KernelPlan& plan) : plan_(plan) {}

  [[nodiscard]] std::unique_ptr<Lane> new_lane() const override {
    return std::make_unique<ReferenceLane>();
  }

  [[nodiscard]] std::unique_ptr<State> new_state(const StateLimits& limits) const override {
    const bool one_group = plan_.keys.empty() && !plan_.window.has_value();
    return std::make_unique<ReferenceState>(plan_, limits, one_group);
  }

  void map(Lane&, const BatchView& batch, MapResult& result) const override {
    result.rows = 0;
    std::vector<Value> registers;
    std::vector<bool> has_nulls(plan_.outputs.size());
    for (std::int64_t row = 0; row < batch.rows; ++row) {
      evaluate(plan_, batch, row, registers);
      if (plan_.filter != no_register && !registers[plan_.filter].is_true()) continue;
      for (std::size_t i = 0; i < plan_.outputs.size(); ++i) {
        const Register r = plan_.outputs[i];
        const Value value = canonical(plan_.type_of(r), registers[r], false);
        if (write(result.columns[i], result.rows, value)) has_nulls[i] = true;
      }
      result.selected[static_cast<std::size_t>(result.rows)] = static_cast<std::uint32_t>(row);
      ++result.rows;
    }
    for (std::size_t i = 0; i < plan_.outputs.size(); ++i) {
      result.columns[i].set_has_nulls(has_nulls[i]);
    }
  }

  void submit(Lane&, const Submission& submission, State& state, RowCounts& counts) const override {
    auto& mine = dynamic_cast<ReferenceState&>(state);
    Judge judge(plan_, submission, counts);
    std::vector<Value> registers;
    for (std::int64_t row = 0; row < submission.batch.rows; ++row) {
      evaluate(plan_, submission.batch, row, registers);
      const Verdict verdict = judge.judge(row, registers);
      if (verdict.absorbed) mine.absorb(verdict.window_start, registers);
    }
  }

  void partition(Lane&, const Submission& submission, int shards, std::uint8_t* shard_of_row,
                 RowCounts& counts) const override {
    PENSTOCK_ASSERT(shards >= 1 && shards <= max_shards);
    Judge judge(plan_, submission, counts);
    std::vector<Value> registers;
    for (std::int64_t row = 0; row < submission.batch.rows; ++row) {
      evaluate(plan_, submission.batch, row, registers);
      const bool absorbed = judge.judge(row, registers).absorbed;
      shard_of_row[row] = absorbed ? shard_of(registers, shards) : no_shard;
    }
  }

  void emit(Lane&, State& closed, EmitResult& result) const override {
    dynamic_cast<ReferenceState&>(closed).emit(result);
  }

 private:
  // FNV-1a of the encoded keys.
  [[nodiscard]] std::uint8_t shard_of(const std::vector<Value>& registers, int shards) const {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const Register key : plan_.keys) {
      for (const char c : encode(plan_.type_of(key), registers[key])) {
        hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3U;
      }
    }
    return static_cast<std::uint8_t>((hash >> 32) % static_cast<std::uint64_t>(shards));
  }

  KernelPlan plan_;
};

class ReferenceBackend final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "reference"; }
  [[nodiscard]] std::string why_not(const KernelPlan&) const override { return {}; }
  [[nodiscard]] std::unique_ptr<Program> compile(const KernelPlan& plan) const override {
    validate(plan);
    return std::make_unique<ReferenceProgram>(plan);
  }
};

}  // namespace
}  // namespace reference

std::unique_ptr<Backend> make_reference_backend() {
  return std::make_unique<reference::ReferenceBackend>();
}

}  // namespace penstock::detail
