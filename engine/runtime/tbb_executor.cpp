// SPDX-License-Identifier: Apache-2.0
#include <tbb/flow_graph.h>
#include <tbb/task_arena.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "executor.h"
#include "thread_group.h"

namespace penstock::detail {
namespace {

namespace flow = tbb::flow;

// A flow graph in an arena of its own. Its workers are our threads, which enter the arena and wait
// there for a graph that never has work of its own: so that there are as many as was asked for,
// whatever the process's affinity or other users of oneTBB leave of its own pool.
class TbbExecutor final : public Executor {
 public:
  // One place more than workers: the gateway posts from it without waiting for a worker to leave.
  explicit TbbExecutor(int threads)
      : threads_(threads), arena_(threads + 1, static_cast<unsigned>(threads + 1)) {
    arena_.execute([this] { graph_ = std::make_unique<flow::graph>(); });
  }
  ~TbbExecutor() override {
    arena_.execute([this] {
      graph_->wait_for_all();
      stages_.clear();
      graph_.reset();
    });
  }
  TbbExecutor(const TbbExecutor&) = delete;
  TbbExecutor& operator=(const TbbExecutor&) = delete;

  [[nodiscard]] std::string_view name() const override { return "tbb"; }

  Stage add_stage(const StageOptions& options, Body body) override {
    StageState& stage = stages_.emplace_back();
    stage.body = std::move(body);
    const Call call{this, &stage.body};
    const std::size_t concurrency =
        options.concurrency == Concurrency::serial ? flow::serial : flow::unlimited;
    if (options.light) {
      stage.light = std::make_unique<LightNode>(*graph_, concurrency, call);
    } else {
      stage.node = std::make_unique<Node>(*graph_, concurrency, call);
    }
    return static_cast<Stage>(stages_.size() - 1);
  }

  void post(Stage stage, Message& message) noexcept override {
    pending_.fetch_add(1, std::memory_order_relaxed);
    StageState& state = stages_[stage];
    if (state.light) {
      state.light->try_put(&message);
    } else {
      state.node->try_put(&message);
    }
  }

  void drive(const std::vector<Actor>& receivers, const Actor& gateway) override {
    std::deque<flow::graph> parking;  // one a worker
    ThreadGroup workers;
    ThreadGroup pollers;
    arena_.execute([&] {
      for (int i = 0; i < threads_; ++i) parking.emplace_back().reserve_wait();
    });
    try {
      for (flow::graph& place : parking) {
        workers.add([this, &place] { arena_.execute([&place] { place.wait_for_all(); }); });
      }
      for (const Actor& receiver : receivers) {
        pollers.add([&receiver] {
          while (receiver(true) != Activity::finished) {
          }
        });
      }
    } catch (...) {
      for (flow::graph& place : parking) place.release_wait();
      throw;
    }
    workers.start();
    pollers.start();
    while (gateway(true) != Activity::finished) {
    }
    pollers.join();
    {
      std::unique_lock lock(mutex_);
      idle_.wait(lock, [this] { return pending_.load(std::memory_order_acquire) == 0; });
    }
    for (flow::graph& place : parking) place.release_wait();
    workers.join();
  }

 private:
  struct Call {
    TbbExecutor* executor;
    Body* body;
    flow::continue_msg operator()(Message* message) const noexcept {
      (*body)(*message);
      executor->done();
      return {};
    }
  };
  using Node = flow::function_node<Message*, flow::continue_msg, flow::queueing>;
  using LightNode = flow::function_node<Message*, flow::continue_msg, flow::queueing_lightweight>;
  struct StageState {
    Body body;
    std::unique_ptr<Node> node;
    std::unique_ptr<LightNode> light;
  };

  void done() noexcept {
    if (pending_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      const std::lock_guard lock(mutex_);
      idle_.notify_all();
    }
  }

  const int threads_;
  tbb::task_arena arena_;
  std::unique_ptr<flow::graph> graph_;
  std::deque<StageState> stages_;
  std::atomic<std::size_t> pending_{0};
  std::mutex mutex_;
  std::condition_variable idle_;
};

}  // namespace

std::unique_ptr<Executor> make_tbb_executor(int threads) {
  return std::make_unique<TbbExecutor>(threads);
}

}  // namespace penstock::detail
