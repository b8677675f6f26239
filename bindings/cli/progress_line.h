// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <thread>

#include <penstock/runtime/job.h>

namespace penstock::cli {

enum class ProgressMode { none, line, json };

// Shows a job's progress on standard error from a thread of its own: a line that is rewritten, or
// a JSON object a second. The line is erased at the end.
class ProgressLine {
 public:
  ProgressLine(ProgressMode mode, std::function<JobProgress()> progress);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  std::jthread shower_;
};

std::string progress_text(const JobProgress& now, const JobProgress& before);
std::string progress_json(const JobProgress& now);

}  // namespace penstock::cli
