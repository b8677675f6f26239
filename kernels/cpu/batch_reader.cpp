// SPDX-License-Identifier: Apache-2.0
#include "cpu/batch_reader.h"

#include <algorithm>

#include "cpu/interpreter.h"

namespace penstock::detail::cpu {

namespace {

// time − delay, for a delay that is not negative.
std::int64_t behind(std::int64_t time, std::int64_t delay) noexcept {
  std::int64_t result = 0;
  return __builtin_sub_overflow(time, delay, &result) ? watermark_min : result;
}

struct Range {
  std::int64_t least;
  std::int64_t greatest;
};

Range range_of(const std::int64_t* values, int count) noexcept {
  Range range{values[0], values[0]};
  for (int i = 1; i < count; ++i) {
    range.least = values[i] < range.least ? values[i] : range.least;
    range.greatest = values[i] > range.greatest ? values[i] : range.greatest;
  }
  return range;
}

}  // namespace

BatchReader::BatchReader(const CompiledPlan& plan, CpuLane& lane, const Submission& submission,
                         RowCounts& counts)
    : plan_(plan),
      lane_(lane),
      submission_(submission),
      counts_(counts),
      watermark_(submission.start_watermark) {
  if (plan_.windowed() && plan_.plan.window->has_watermark) find_batch_window();
}

bool BatchReader::judges_late() const noexcept {
  return plan_.plan.window->has_watermark && !sharded();
}

// What the zone map says of the batch as a whole.
void BatchReader::find_batch_window() {
  const ZoneMap& zone = submission_.batch.zone;
  if (!zone.known()) return;
  const TumblingWindow& window = *plan_.plan.window;
  watermark_max_ =
      std::max(submission_.start_watermark, behind(zone.event_time_max, window.watermark_delay_ns));
  const Instruction& time = plan_.plan.instructions[window.time];
  if (time.op != Op::load || time.a != window.watermark_column) return;
  if (!plan_.windows.holds(zone.event_time_min) || !plan_.windows.holds(zone.event_time_max)) {
    return;
  }
  batch_window_ = plan_.windows.start_of(zone.event_time_min);
  batch_window_known_ = plan_.windows.start_of(zone.event_time_max) == batch_window_ &&
                        (sharded() || watermark_max_ < plan_.windows.end_of(batch_window_));
}

bool BatchReader::next(Selection& selection) {
  if (next_row_ >= submission_.batch.rows) return false;
  selection = {};
  selection.first_row = next_row_;
  selection.rows =
      static_cast<int>(std::min<std::int64_t>(vector_rows, submission_.batch.rows - next_row_));
  next_row_ += vector_rows;
  if (!filter(selection)) return true;
  if (plan_.windowed()) {
    assign_windows(selection);
  } else {
    selection.count =
        list_rows(lane_.pass, static_cast<int>(bitmap_words(selection.rows)), lane_.rows);
  }
  return true;
}

// Computes the registers and the bitmap of rows that pass; false where there are none.
bool BatchReader::filter(const Selection& selection) {
  const auto words = static_cast<int>(bitmap_words(selection.rows));
  const auto run = [&](const std::vector<Step>& steps) {
    run_steps(plan_, steps, submission_.batch, selection.first_row, selection.rows, lane_);
  };
  std::fill_n(lane_.pass, words, all_bits);
  if (sharded()) {
    pass_shard(selection);
  } else if (plan_.plan.filter != no_register) {
    run(plan_.schedule.filter_steps);
    const Vector& filter = lane_.registers[plan_.plan.filter];
    for (int w = 0; w < words; ++w) lane_.pass[w] = filter.bits()[w] & filter.valid(w);
  }
  if (selection.rows % 64 != 0) lane_.pass[words - 1] &= low_bits(selection.rows % 64);
  const int passed = count_bits(lane_.pass, words);
  if (!sharded()) {
    counts_.rows_in += selection.rows;
    counts_.rows_passed += passed;
  }
  if (passed == 0) return false;
  run(sharded() ? plan_.schedule.steps_without_filter : plan_.schedule.steps);
  return true;
}

void BatchReader::pass_shard(const Selection& selection) {
  const std::uint8_t* shards = submission_.shard_of_row + selection.first_row;
  const std::uint8_t shard = submission_.shard;
  for (int w = 0; w * 64 < selection.rows; ++w) {
    std::uint8_t bytes[64] = {};
    const int end = std::min(64, selection.rows - w * 64);
    for (int i = 0; i < end; ++i) bytes[i] = shards[w * 64 + i] == shard;
    lane_.pass[w] = pack_bytes(bytes);
  }
}

void BatchReader::assign_windows(Selection& selection) {
  const auto words = static_cast<int>(bitmap_words(selection.rows));
  const Vector& time = lane_.registers[plan_.plan.window->time];
  if (time.validity != nullptr) {
    const int before = count_bits(lane_.pass, words);
    for (int w = 0; w < words; ++w) lane_.pass[w] &= time.validity[w];
    const int nulls = before - count_bits(lane_.pass, words);
    if (!sharded()) counts_.rows_null_event_time += nulls;
  }
  selection.count = list_rows(lane_.pass, words, lane_.rows);
  if (selection.count == 0) return;
  if (batch_window_known_) {
    selection.start = batch_window_;
    return;
  }
  const auto* times = time.as<std::int64_t>();
  for (int k = 0; k < selection.count; ++k) lane_.times[k] = times[lane_.rows[k]];
  Range range = range_of(lane_.times, selection.count);
  if (!plan_.windows.holds(range.least) || !plan_.windows.holds(range.greatest)) {
    drop_without_window(selection);
    if (selection.count == 0) return;
    range = range_of(lane_.times, selection.count);
  }
  selection.start = plan_.windows.start_of(range.least);
  selection.one_window = plan_.windows.start_of(range.greatest) == selection.start;
  if (judges_late()) drop_late(selection);
  if (selection.one_window) return;
  for (int k = 0; k < selection.count; ++k) {
    lane_.starts[k] = plan_.windows.start_of(lane_.times[k]);
  }
}

// Times at the far ends of int64, whose window would leave it.
void BatchReader::drop_without_window(Selection& selection) {
  int kept = 0;
  for (int k = 0; k < selection.count; ++k) {
    lane_.times[kept] = lane_.times[k];
    lane_.rows[kept] = lane_.rows[k];
    kept += plan_.windows.holds(lane_.times[k]) ? 1 : 0;
  }
  if (!sharded()) counts_.rows_null_event_time += selection.count - kept;
  selection.count = kept;
}

// selection.start is the earliest of the windows: where no watermark reaches its end, none is late.
void BatchReader::drop_late(Selection& selection) {
  const std::int64_t earliest_end = plan_.windows.end_of(selection.start);
  if (watermark_max_ < earliest_end) return;
  advance_watermark(selection.first_row);
  const std::int64_t before = watermark_;
  advance_watermark(selection.first_row + selection.rows);
  if (watermark_ < earliest_end) return;
  watermark_ = before;
  fill_watermarks(selection);
  int kept = 0;
  for (int k = 0; k < selection.count; ++k) {
    const std::int64_t time = lane_.times[k];
    const std::int64_t end = plan_.windows.end_of(plan_.windows.start_of(time));
    const bool late = lane_.watermarks[lane_.rows[k]] >= end;
    lane_.times[kept] = time;
    lane_.rows[kept] = lane_.rows[k];
    kept += late ? 0 : 1;
  }
  counts_.rows_late += selection.count - kept;
  selection.count = kept;
  // The earliest window may be gone with its rows.
  if (kept > 0 && selection.one_window) return;
  selection.one_window = false;
}

void BatchReader::advance_watermark(std::int64_t end_row) {
  const TumblingWindow& window = *plan_.plan.window;
  const ColumnView& column = submission_.batch.columns[window.watermark_column];
  const auto* times = column.values<std::int64_t>();
  std::int64_t latest = watermark_min;
  if (column.validity == nullptr) {
    for (std::int64_t i = watermark_row_; i < end_row; ++i) {
      latest = times[i] > latest ? times[i] : latest;
    }
  } else {
    for (std::int64_t i = watermark_row_; i < end_row; ++i) {
      if (column.is_valid(i)) latest = std::max(latest, times[i]);
    }
  }
  watermark_ = std::max(watermark_, behind(latest, window.watermark_delay_ns));
  watermark_row_ = std::max(watermark_row_, end_row);
}

// The watermark of each row: the exclusive prefix maximum. Moves on to the end of the vector.
void BatchReader::fill_watermarks(const Selection& selection) {
  const TumblingWindow& window = *plan_.plan.window;
  const ColumnView& column = submission_.batch.columns[window.watermark_column];
  const auto* times = column.values<std::int64_t>() + selection.first_row;
  std::int64_t watermark = watermark_;
  for (int i = 0; i < selection.rows; ++i) {
    lane_.watermarks[i] = watermark;
    const bool valid = column.is_valid(selection.first_row + i);
    const std::int64_t next = valid ? behind(times[i], window.watermark_delay_ns) : watermark_min;
    watermark = next > watermark ? next : watermark;
  }
  watermark_ = watermark;
  watermark_row_ = selection.first_row + selection.rows;
}

}  // namespace penstock::detail::cpu
