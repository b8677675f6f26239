// SPDX-License-Identifier: Apache-2.0
#include "job_control.h"

#include <chrono>

#include "job_limits.h"

namespace penstock {

void Bell::ring() noexcept {
  const std::lock_guard lock(mutex_);
  rung_ = true;
  rung_changed_.notify_one();
}

void Bell::wait(std::int64_t timeout_ns) noexcept {
  std::unique_lock lock(mutex_);
  rung_changed_.wait_for(lock, std::chrono::nanoseconds(timeout_ns), [this] { return rung_; });
  rung_ = false;
}

void PauseGate::enter() noexcept {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !closed_; });
  ++inside_;
}

void PauseGate::leave() noexcept {
  const std::lock_guard lock(mutex_);
  if (--inside_ == 0 && closed_) changed_.notify_all();
}

void PauseGate::close() noexcept {
  std::unique_lock lock(mutex_);
  closed_ = true;
  changed_.wait(lock, [this] { return inside_ == 0; });
}

void PauseGate::open() noexcept {
  const std::lock_guard lock(mutex_);
  closed_ = false;
  changed_.notify_all();
}

void JobControl::fail(std::exception_ptr error) noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::move(error);
    failed_.store(true, std::memory_order_release);
  }
  bell_.ring();
}

void JobControl::rethrow() const {
  const std::lock_guard lock(mutex_);
  if (error_) std::rethrow_exception(error_);
}

std::int64_t JobControl::now_ns() noexcept {
  if (!real_time_) {
    return ticks_.fetch_add(limits::seeded_tick_ns, std::memory_order_relaxed);
  }
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

}  // namespace penstock
