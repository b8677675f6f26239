// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <thread>

namespace penstock::cli {

// While it lives, SIGINT and SIGTERM call `stop` on a thread of its own instead of ending the
// process; a second one ends it at once with exit code 130. Make it before other threads start, so
// that they inherit the blocked mask.
class StopSignals {
 public:
  explicit StopSignals(std::function<void()> stop);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // SQLite, TBB and our receivers start threads; the mask has to be set before any of them.
  static void block();

 private:
  std::jthread waiter_;
};

}  // namespace penstock::cli
