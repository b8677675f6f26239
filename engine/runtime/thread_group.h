// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace penstock::detail {

// Threads that start together or not at all, and are joined when the group goes.
class ThreadGroup {
 public:
  ThreadGroup() = default;
  ~ThreadGroup() { cancel(); }
  ThreadGroup(const ThreadGroup&) = delete;
  ThreadGroup& operator=(const ThreadGroup&) = delete;

  void add(std::function<void()> body);  // Error{resource_exhausted} where the system has no more
  void start() noexcept;
  void join() noexcept;

 private:
  enum : std::uint32_t { waiting, started, cancelled };
  void cancel() noexcept;

  std::atomic<std::uint32_t> state_{waiting};
  std::vector<std::thread> threads_;
};

}  // namespace penstock::detail
