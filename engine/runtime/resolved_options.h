// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include <penstock/runtime/job.h>

#include "fold_run.h"

namespace penstock {

// JobOptions with each default replaced by its number, all of them within job_limits.h.
struct ResolvedOptions {
  JobOptions given;
  int threads = 1;
  FoldMode fold = FoldMode::automatic;
  bool seeded = false;
  std::int64_t linger_ns = 0;
  std::int64_t commit_interval_ns = 0;

  // Slots of a table with that many partitions, of which each fills one at a time.
  [[nodiscard]] std::size_t slots(std::size_t partitions) const noexcept;
};

// Error{invalid_argument} or Error{unknown_name} names the option and what is allowed.
ResolvedOptions resolve(const JobOptions& options);

// The processors that this process may run on.
int usable_processors() noexcept;

}  // namespace penstock
