// SPDX-License-Identifier: Apache-2.0
#include "progress_line.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <mutex>

#include <penstock/data/value.h>

#include "text_format.h"

namespace penstock::cli {
namespace {

constexpr double ns_per_second = 1e9;

double seconds(std::chrono::nanoseconds duration) {
  return static_cast<double>(duration.count()) / ns_per_second;
}

bool has_watermark(const JobProgress& progress) {
  return progress.watermark != std::numeric_limits<std::int64_t>::min() &&
         progress.watermark != std::numeric_limits<std::int64_t>::max();
}

std::int64_t wall_clock_ns() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

void show(ProgressMode mode, const std::function<JobProgress()>& progress,
          const std::stop_token& ended) {
  const auto interval = std::chrono::milliseconds(mode == ProgressMode::line ? 200 : 1000);
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  JobProgress before;
  bool shown = false;
  while (!wake.wait_for(lock, ended, interval, [&] { return ended.stop_requested(); })) {
    const JobProgress now = progress();
    if (mode == ProgressMode::json) {
      std::fprintf(stderr, "%s\n", progress_json(now).c_str());
    } else {
      std::fprintf(stderr, "\r\x1b[2K%s", progress_text(now, before).c_str());
      std::fflush(stderr);
      shown = true;
    }
    before = now;
  }
  if (shown) std::fputs("\r\x1b[2K", stderr);
}

}  // namespace

std::string progress_text(const JobProgress& now, const JobProgress& before) {
  const double interval = seconds(now.elapsed - before.elapsed);
  const double rate =
      interval > 0 ? static_cast<double>(now.rows_in - before.rows_in) / interval : 0;
  std::string text;
  if (now.bytes_total > 0) {
    const double share =
        100.0 * static_cast<double>(now.bytes_done) / static_cast<double>(now.bytes_total);
    text += std::to_string(static_cast<int>(share)) + "%  ";
  }
  text +=
      short_count(static_cast<double>(now.rows_in)) + " rows  " + short_count(rate) + " rows/s  ";
  if (now.bytes_done > 0) text += short_bytes(static_cast<double>(now.bytes_done)) + "  ";
  if (has_watermark(now)) {
    text += "watermark ";
    append_timestamp(text, now.watermark);
    const double lag = static_cast<double>(wall_clock_ns() - now.watermark) / ns_per_second;
    constexpr double longest_lag_of_a_live_stream_s = 86400;
    if (lag >= 0 && lag < longest_lag_of_a_live_stream_s) text += "  lag " + short_duration(lag);
    text += "  ";
  }
  text += "credit " + std::to_string(now.slots_free) + "/" + std::to_string(now.slots) + "  " +
          short_duration(seconds(now.elapsed));
  return text;
}

std::string progress_json(const JobProgress& now) {
  std::string text = "{\"rows_in\":" + std::to_string(now.rows_in) +
                     ",\"rows_out\":" + std::to_string(now.rows_out) +
                     ",\"bytes_done\":" + std::to_string(now.bytes_done) + ",\"bytes_total\":" +
                     (now.bytes_total > 0 ? std::to_string(now.bytes_total) : "null") +
                     ",\"watermark\":";
  if (has_watermark(now)) {
    text += '"';
    append_timestamp(text, now.watermark);
    text += '"';
  } else {
    text += "null";
  }
  return text + ",\"slots_free\":" + std::to_string(now.slots_free) +
         ",\"slots\":" + std::to_string(now.slots) +
         ",\"elapsed_s\":" + std::to_string(seconds(now.elapsed)) + "}";
}

ProgressLine::ProgressLine(ProgressMode mode, std::function<JobProgress()> progress) {
  if (mode == ProgressMode::none) return;
  shower_ = std::jthread([mode, progress = std::move(progress)](const std::stop_token& ended) {
    show(mode, progress, ended);
  });
}

ProgressLine::~ProgressLine() = default;

}  // namespace penstock::cli
