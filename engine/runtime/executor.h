// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// What stages pass on. Owned by who posts it, who keeps it alive until its stage has run; in one
// queue at a time. Executors link messages through it, so that posting allocates nothing of ours.
struct Message {
  Message* next = nullptr;
  std::uint32_t stage = 0;
  std::uint32_t kind = 0;  // free for the stage
};

// Messages in the order they came.
class MessageQueue {
 public:
  [[nodiscard]] bool empty() const noexcept { return head_ == nullptr; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  void push(Message& message) noexcept;
  Message& pop() noexcept { return take(0); }
  Message& take(std::size_t index) noexcept;  // linear

 private:
  Message* head_ = nullptr;
  Message* tail_ = nullptr;
  std::size_t size_ = 0;
};

enum class Concurrency : std::uint8_t {
  serial,     // one message at a time, in the order they were posted
  unlimited,  // as many at a time as there are workers, in any order
};

struct StageOptions {
  std::string name;
  Concurrency concurrency = Concurrency::serial;
  bool light = false;  // so short that it may run in the thread that posts
};

enum class Activity : std::uint8_t { busy, idle, finished };
// A loop's body: called again and again until it is finished. With may_wait it may sleep for a
// bounded time where there is nothing to do. Must not throw.
using Actor = std::function<Activity(bool may_wait)>;

// Runs stages. Not one virtual call a row: one a message.
class Executor {
 public:
  using Stage = std::uint32_t;
  using Body = std::function<void(Message&)>;  // must not throw

  virtual ~Executor() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  virtual Stage add_stage(const StageOptions& options, Body body) = 0;  // not while driving
  // From actors and bodies, while driving. Never waits for a stage.
  virtual void post(Stage stage, Message& message) noexcept = 0;
  // Calls the actors until all have finished: each receiver on a thread of its own, the gateway on
  // the caller's; and returns when every message has been worked off, too. Throws
  // Error{resource_exhausted} before anything ran where no thread is to be had.
  virtual void drive(const std::vector<Actor>& receivers, const Actor& gateway) = 0;
};

std::vector<std::string> executor_names();
// "tbb": a oneTBB flow graph; "threads": plain threads; "seeded": one thread, the caller's, and all
// that could run next is drawn from the seed. Error{unknown_name} with the nearest name.
std::unique_ptr<Executor> make_executor(const std::string& name, int threads, std::uint64_t seed);

namespace detail {
std::unique_ptr<Executor> make_tbb_executor(int threads);
std::unique_ptr<Executor> make_threads_executor(int threads);
std::unique_ptr<Executor> make_seeded_executor(std::uint64_t seed);
}  // namespace detail

}  // namespace penstock
