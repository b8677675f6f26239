// SPDX-License-Identifier: Apache-2.0
#include "stop_signals.h"

#include <unistd.h>
#include <csignal>
#include <ctime>

#include "commands.h"

namespace penstock::cli {
namespace {

sigset_t stop_set() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

void StopSignals::block() {
  const sigset_t set = stop_set();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

StopSignals::StopSignals(std::function<void()> stop)
    : waiter_([stop = std::move(stop)](const std::stop_token& ended) {
        const sigset_t set = stop_set();
        bool asked = false;
        while (!ended.stop_requested()) {
          const timespec wait{0, 50'000'000};
          if (sigtimedwait(&set, nullptr, &wait) < 0) continue;
          if (asked) _exit(exit_interrupted);
          asked = true;
          stop();
        }
      }) {}

StopSignals::~StopSignals() = default;

}  // namespace penstock::cli
