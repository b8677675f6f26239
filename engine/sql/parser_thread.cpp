// SPDX-License-Identifier: Apache-2.0
#include "parser_thread.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <penstock/kernels/error.h>

namespace penstock::detail {
namespace {

// Address space only: pages that are never touched cost nothing. 64 KiB of text nest at most
// 32 Ki nodes deep.
constexpr std::size_t stack_bytes = std::size_t{256} << 20;

// One thread for good rather than one a parse: libpg_query makes a pthread key for every thread
// that parses and never gives it back, and a process has 1,024.
class ParserThread {
 public:
  explicit ParserThread(ParserThread* older) : older_(older), process_(::getpid()) {}

  [[nodiscard]] bool is_of_this_process() const noexcept { return process_ == ::getpid(); }

  void run(const std::function<void()>& work) {
    const std::lock_guard turn(turn_);
    start();
    std::unique_lock lock(mutex_);
    work_ = &work;
    changed_.notify_all();
    changed_.wait(lock, [this] { return work_ == nullptr; });
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  }

 private:
  void start() {
    if (started_) return;
    pthread_attr_t attributes;
    ::pthread_attr_init(&attributes);
    ::pthread_attr_setstacksize(&attributes, stack_bytes);
    ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    // Signals are for the program's own threads.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    const int failed = ::pthread_create(&thread, &attributes, &ParserThread::serve, this);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ::pthread_attr_destroy(&attributes);
    if (failed != 0) {
      throw Error(ErrorCode::resource_exhausted,
                  std::string("cannot start the thread that parses SQL: ") + std::strerror(failed) +
                      "; raise the limits on threads and on address space (ulimit -u, ulimit -v)");
    }
    started_ = true;
  }

  static void* serve(void* self) {
    static_cast<ParserThread*>(self)->loop();
    return nullptr;
  }

  [[noreturn]] void loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return work_ != nullptr; });
      try {
        (*work_)();
      } catch (...) {
        failure_ = std::current_exception();
      }
      work_ = nullptr;
      changed_.notify_all();
    }
  }

  [[maybe_unused]] ParserThread*
      older_;  // of the process that forked this one: unusable, but not lost
  pid_t process_;
  std::mutex turn_;
  bool started_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void()>* work_ = nullptr;
  std::exception_ptr failure_;
};

// Lives until the process ends, so that no order of destruction can take the thread away from a
// caller. After a fork the child has no threads but its own, so it makes a new one.
ParserThread& parser_thread() {
  static std::atomic<ParserThread*> current{nullptr};
  ParserThread* found = current.load();
  if (found != nullptr && found->is_of_this_process()) return *found;
  auto made = std::make_unique<ParserThread>(found);
  if (current.compare_exchange_strong(found, made.get())) return *made.release();
  return *found;
}

}  // namespace

void run_on_parser_thread(const std::function<void()>& work) {
  parser_thread().run(work);
}

}  // namespace penstock::detail
