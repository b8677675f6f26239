// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include <penstock/runtime/job.h>

namespace penstock::bench {

struct JobBench {
  std::string sql;            // its sinks are of connector 'tally', its rows' counts are named "n"
  std::int64_t counted = -1;  // what all "n" must add up to; −1 = only more than none
  double bytes_a_row = 0;     // of the input, for bytes/s
  JobOptions options;
};

// One job an iteration, from compile to the last commit; rows of the source as items. Ends the
// bench with an error where the answer is wrong.
void run_job_bench(benchmark::State& state, const JobBench& bench);

}  // namespace penstock::bench
