// SPDX-License-Identifier: Apache-2.0
#include "resolved_options.h"

#include <sched.h>

#include <algorithm>
#include <string>
#include <thread>

#include <penstock/data/schema.h>
#include <penstock/kernels/error.h>

#include "executor.h"
#include "job_limits.h"

namespace penstock {
namespace {

template <class T>
void check(const char* option, T value, T minimum, T maximum, const char* unit = "") {
  if (value >= minimum && value <= maximum) return;
  throw Error(ErrorCode::invalid_argument,
              std::string("'") + option + "' is " + std::to_string(value) + unit + "; give " +
                  std::to_string(minimum) + " to " + std::to_string(maximum) + unit);
}

FoldMode fold_mode(const std::string& name) {
  if (name == "auto") return FoldMode::automatic;
  if (name == "replica") return FoldMode::replica;
  if (name == "shard") return FoldMode::shard;
  std::string message = "there is no fold mode '" + name + "'";
  if (auto nearest = nearest_name(name, {"auto", "replica", "shard"})) {
    message += "; did you mean '" + *nearest + "'?";
  } else {
    message += "; there are 'auto', 'replica' and 'shard'";
  }
  throw Error(ErrorCode::unknown_name, message);
}

}  // namespace

int usable_processors() noexcept {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0 && CPU_COUNT(&allowed) > 0) {
    return CPU_COUNT(&allowed);
  }
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::size_t ResolvedOptions::slots(std::size_t partitions) const noexcept {
  if (given.slots != 0) return given.slots;
  const std::size_t wanted =
      2 * static_cast<std::size_t>(threads) + 4 + (partitions > 1 ? partitions - 1 : 0);
  return std::min(wanted, limits::slots_max);
}

ResolvedOptions resolve(const JobOptions& options) {
  constexpr std::size_t any = static_cast<std::size_t>(-1) / 2;
  ResolvedOptions resolved;
  resolved.given = options;
  check("threads", options.threads, 0, limits::threads_max);
  check("batch_rows", options.batch_rows, std::int64_t{1}, limits::batch_rows_max);
  check("batch_bytes", options.batch_bytes, limits::batch_bytes_min, limits::batch_bytes_max,
        " bytes");
  check("linger", static_cast<std::int64_t>(options.linger.count()), std::int64_t{0},
        limits::linger_us_max, " us");
  check("slots", options.slots, std::size_t{0}, limits::slots_max);
  check("commit_interval", static_cast<std::int64_t>(options.commit_interval.count()),
        std::int64_t{1}, limits::commit_interval_ms_max, " ms");
  check("state_max_bytes", options.state_max_bytes, limits::state_bytes_min, any, " bytes");
  check("sort_max_bytes", options.sort_max_bytes, limits::sort_bytes_min, any, " bytes");
  check("symbols_max", options.symbols_max, limits::symbols_min, any);
  check("symbols_max_bytes", options.symbols_max_bytes, limits::symbol_bytes_min, any, " bytes");
  resolved.fold = fold_mode(options.fold);
  resolved.threads =
      options.threads != 0 ? options.threads : std::min(usable_processors(), limits::threads_max);
  resolved.seeded = options.executor == "seeded";
  resolved.linger_ns = std::chrono::nanoseconds(options.linger).count();
  resolved.commit_interval_ns = std::chrono::nanoseconds(options.commit_interval).count();
  return resolved;
}

}  // namespace penstock
