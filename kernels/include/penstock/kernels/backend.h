// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <penstock/kernels/buffer.h>
#include <penstock/kernels/column_view.h>
#include <penstock/kernels/kernel_plan.h>

namespace penstock {

// What a submission did with its rows.
struct RowCounts {
  std::int64_t rows_in = 0;
  std::int64_t rows_passed = 0;           // the filter
  std::int64_t rows_late = 0;             // passed the filter, came after their window closed
  std::int64_t rows_null_event_time = 0;  // passed the filter, belong to no window

  RowCounts& operator+=(const RowCounts& other) noexcept;
};

// A batch for a fold. With shard_of_row, only rows whose entry equals `shard` are absorbed, and
// they have been filtered, judged late and counted by partition() already: the counts stay as they
// are. The batch must be the one that partition() saw.
struct Submission {
  BatchView batch;
  std::int64_t start_watermark = watermark_min;  // the partition's, before the batch's first row
  const std::uint8_t* shard_of_row = nullptr;
  std::uint8_t shard = 0;
};

inline constexpr std::uint8_t no_shard = 0xFF;
inline constexpr int max_shards = 128;

// Rows out of a map: one ColumnBuffer for each output, compacted to the rows that passed, and the
// number of each in its batch.
struct MapResult {
  std::vector<ColumnBuffer> columns;
  std::vector<std::uint32_t> selected;  // room for the batch's capacity
  std::int64_t rows = 0;
};

// Rows out of closed windows. Columns: the keys, then the aggregates, then (with a window)
// window_start and window_end.
struct EmitResult {
  std::vector<ColumnBuffer> columns;
  std::int64_t rows = 0;
};

struct StateLimits {
  std::size_t max_bytes = std::size_t{1} << 30;  // Error{resource_exhausted} above it
};

// Where submissions run, one after the other, with the scratch memory they need. A lane of a
// device returns before the work is done; results and views are used until poll() says done.
class Lane {
 public:
  virtual ~Lane() = default;
  virtual bool poll() = 0;
  virtual void wait() = 0;
};

// Keyed, windowed state of one program on one backend. One writer at a time.
class State {
 public:
  virtual ~State() = default;
  // Takes out, as a state of its own, all windows with end ≤ watermark. watermark_max takes all,
  // and the only group of a program without a window. Constant time a window.
  virtual std::unique_ptr<State> split(std::int64_t watermark) = 0;
  // Adds the other's groups to these. Both are of one program; the other is empty afterwards.
  virtual void merge(State& other) = 0;
  [[nodiscard]] virtual std::int64_t earliest_window_end() const = 0;  // watermark_max if empty
  [[nodiscard]] virtual std::int64_t group_count() const = 0;          // over all open windows
  [[nodiscard]] virtual std::size_t size_bytes() const = 0;
  // Sets bit `code` for each symbol that a key or a distinct set still holds.
  virtual void mark_symbols(std::vector<std::uint64_t>& used) const = 0;
};

// A compiled KernelPlan: immutable, shared by threads; each thread brings its own lane. Lanes and
// states are of the program that made them and must not outlive it.
class Program {
 public:
  virtual ~Program() = default;
  [[nodiscard]] virtual std::unique_ptr<Lane> new_lane() const = 0;
  [[nodiscard]] virtual std::unique_ptr<State> new_state(const StateLimits& limits) const = 0;
  // Filter and outputs of a map program. `result` has the buffers, with room for the batch.
  virtual void map(Lane& lane, const BatchView& batch, MapResult& result) const = 0;
  // Filters, windows and absorbs the rows of a batch into a state.
  virtual void submit(Lane& lane, const Submission& submission, State& state,
                      RowCounts& counts) const = 0;
  // Writes for each row the shard (by a hash of its key; 1 ≤ shards ≤ max_shards; 0 without keys)
  // or no_shard where the row is filtered out, late or without event time.
  virtual void partition(Lane& lane, const Submission& submission, int shards,
                         std::uint8_t* shard_of_row, RowCounts& counts) const = 0;
  // Moves groups out of a state that split() gave, earlier window ends first, up to the capacity
  // of `result`. No rows: the state is empty. A program without keys and without a window emits
  // exactly one row even where it saw none, as SQL says; with a window or keys, none. (The row is
  // owed by a new state, handed on by split(watermark_max) and merge(), and given once.)
  virtual void emit(Lane& lane, State& closed, EmitResult& result) const = 0;
};

class Backend {
 public:
  virtual ~Backend() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  // Empty where the backend runs this plan; else the reason why not, for explain and errors.
  [[nodiscard]] virtual std::string why_not(const KernelPlan& plan) const = 0;
  [[nodiscard]] virtual std::unique_ptr<Program> compile(const KernelPlan& plan) const = 0;
};

// The backends of this build, by name: "reference" (row at a time, the definition), "cpu".
std::vector<std::string_view> backend_names();
// Throws Error{unknown_name} with the nearest name.
std::unique_ptr<Backend> make_backend(std::string_view name);

}  // namespace penstock
