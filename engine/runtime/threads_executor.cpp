// SPDX-License-Identifier: Apache-2.0
#include <condition_variable>
#include <deque>
#include <mutex>

#include "executor.h"
#include "thread_group.h"

namespace penstock::detail {
namespace {

// One lock over all queues: a message is a batch, thousands a second, not millions.
class ThreadsExecutor final : public Executor {
 public:
  explicit ThreadsExecutor(int threads) : threads_(threads) {}

  [[nodiscard]] std::string_view name() const override { return "threads"; }

  Stage add_stage(const StageOptions& options, Body body) override {
    stages_.push_back({options.concurrency == Concurrency::serial, false, {}, std::move(body)});
    return static_cast<Stage>(stages_.size() - 1);
  }

  void post(Stage stage, Message& message) noexcept override {
    const std::lock_guard lock(mutex_);
    message.stage = stage;
    ++pending_;
    StageState& state = stages_[stage];
    if (state.serial && state.running) {
      state.waiting.push(message);
      return;
    }
    state.running = true;
    make_ready(message);
  }

  void drive(const std::vector<Actor>& receivers, const Actor& gateway) override {
    finishing_ = false;
    ThreadGroup workers;
    ThreadGroup pollers;
    for (int i = 0; i < threads_; ++i) workers.add([this] { work(); });
    for (const Actor& receiver : receivers) {
      pollers.add([&receiver] {
        while (receiver(true) != Activity::finished) {
        }
      });
    }
    workers.start();
    pollers.start();
    while (gateway(true) != Activity::finished) {
    }
    pollers.join();
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return pending_ == 0; });
      finishing_ = true;
    }
    ready_changed_.notify_all();
    workers.join();
  }

 private:
  struct StageState {
    bool serial = true;
    bool running = false;  // of a serial stage: a message of it is ready or in work
    MessageQueue waiting;
    Body body;
  };

  void make_ready(Message& message) noexcept {
    ready_.push(message);
    ready_changed_.notify_one();
  }

  void work() noexcept {
    std::unique_lock lock(mutex_);
    for (;;) {
      ready_changed_.wait(lock, [this] { return finishing_ || !ready_.empty(); });
      if (ready_.empty()) return;
      Message& message = ready_.pop();
      StageState& state = stages_[message.stage];
      lock.unlock();
      state.body(message);  // may hand the message on: not touched afterwards
      lock.lock();
      if (state.serial) {
        if (state.waiting.empty()) {
          state.running = false;
        } else {
          make_ready(state.waiting.pop());
        }
      }
      if (--pending_ == 0) changed_.notify_all();
    }
  }

  const int threads_;
  std::deque<StageState> stages_;
  std::mutex mutex_;
  std::condition_variable ready_changed_;
  std::condition_variable changed_;
  MessageQueue ready_;
  std::size_t pending_ = 0;
  bool finishing_ = false;
};

}  // namespace

std::unique_ptr<Executor> make_threads_executor(int threads) {
  return std::make_unique<ThreadsExecutor>(threads);
}

}  // namespace penstock::detail
