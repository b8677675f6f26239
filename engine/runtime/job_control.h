// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>

namespace penstock {

// Wakes one waiter that may be about to sleep.
class Bell {
 public:
  void ring() noexcept;
  void wait(std::int64_t timeout_ns) noexcept;  // until the bell rang since the last wait

 private:
  std::mutex mutex_;
  std::condition_variable rung_changed_;
  bool rung_ = false;
};

// Keeps readers out of their sources while symbols are collected.
class PauseGate {
 public:
  class Pass {
   public:
    explicit Pass(PauseGate& gate) : gate_(gate) { gate_.enter(); }
    ~Pass() { gate_.leave(); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    PauseGate& gate_;
  };
  void close() noexcept;  // waits until all have left
  void open() noexcept;

 private:
  void enter() noexcept;
  void leave() noexcept;

  std::mutex mutex_;
  std::condition_variable changed_;
  int inside_ = 0;
  bool closed_ = false;
};

// What receivers, gateway and stages of a job share: how it ends, and what time it is.
class JobControl {
 public:
  explicit JobControl(bool real_time) : real_time_(real_time) {}

  // The first failure wins and ends the job.
  void fail(std::exception_ptr error) noexcept;
  [[nodiscard]] bool failed() const noexcept { return failed_.load(std::memory_order_acquire); }
  void rethrow() const;  // where it failed

  void stop() noexcept { stopping_.store(true, std::memory_order_release); }  // signal-safe
  [[nodiscard]] bool stopping() const noexcept { return stopping_.load(std::memory_order_acquire); }

  // Monotone. Under the seeded executor each look moves it a tick on, so that a seed replays.
  [[nodiscard]] std::int64_t now_ns() noexcept;

  Bell& bell() noexcept { return bell_; }  // the gateway's
  PauseGate& gate() noexcept { return gate_; }

 private:
  const bool real_time_;
  std::atomic<std::int64_t> ticks_{0};
  std::atomic<bool> failed_{false};
  std::atomic<bool> stopping_{false};
  static_assert(std::atomic<bool>::is_always_lock_free);
  mutable std::mutex mutex_;
  std::exception_ptr error_;
  Bell bell_;
  PauseGate gate_;
};

}  // namespace penstock
