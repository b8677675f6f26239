// SPDX-License-Identifier: Apache-2.0
#include "executor.h"

#include <system_error>

#include <penstock/data/schema.h>
#include <penstock/kernels/error.h>

#include "thread_group.h"

namespace penstock {

void MessageQueue::push(Message& message) noexcept {
  message.next = nullptr;
  (tail_ == nullptr ? head_ : tail_->next) = &message;
  tail_ = &message;
  ++size_;
}

Message& MessageQueue::take(std::size_t index) noexcept {
  PENSTOCK_ASSERT(index < size_);
  Message* before = nullptr;
  Message* message = head_;
  for (; index > 0; --index) {
    before = message;
    message = message->next;
  }
  (before == nullptr ? head_ : before->next) = message->next;
  if (tail_ == message) tail_ = before;
  message->next = nullptr;
  --size_;
  return *message;
}

std::vector<std::string> executor_names() {
  return {"tbb", "threads", "seeded"};
}

std::unique_ptr<Executor> make_executor(const std::string& name, int threads, std::uint64_t seed) {
  if (name == "tbb") return detail::make_tbb_executor(threads);
  if (name == "threads") return detail::make_threads_executor(threads);
  if (name == "seeded") return detail::make_seeded_executor(seed);
  std::string message = "there is no executor '" + name + "'";
  if (auto nearest = nearest_name(name, executor_names())) {
    message += "; did you mean '" + *nearest + "'?";
  } else {
    message += "; there are 'tbb', 'threads' and 'seeded'";
  }
  throw Error(ErrorCode::unknown_name, message);
}

namespace detail {

void ThreadGroup::add(std::function<void()> body) {
  try {
    threads_.emplace_back([this, body = std::move(body)] {
      state_.wait(waiting);
      if (state_.load() == started) body();
    });
  } catch (const std::system_error& error) {
    throw Error(ErrorCode::resource_exhausted,
                "the system refused a thread (" + std::string(error.what()) +
                    "): lower 'threads', or raise the limit on processes (ulimit -u)");
  }
}

void ThreadGroup::start() noexcept {
  state_.store(started);
  state_.notify_all();
}

void ThreadGroup::join() noexcept {
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  threads_.clear();
}

void ThreadGroup::cancel() noexcept {
  std::uint32_t expected = waiting;
  state_.compare_exchange_strong(expected, cancelled);
  state_.notify_all();
  join();
}

}  // namespace detail
}  // namespace penstock
