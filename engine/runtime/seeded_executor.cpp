// SPDX-License-Identifier: Apache-2.0
#include <deque>

#include "executor.h"

namespace penstock::detail {
namespace {

// All in one thread. What runs next is drawn from the seed among all that could: an actor's step,
// the front of a serial stage, any message of an unlimited one.
class SeededExecutor final : public Executor {
 public:
  explicit SeededExecutor(std::uint64_t seed) : state_(seed) {}

  [[nodiscard]] std::string_view name() const override { return "seeded"; }

  Stage add_stage(const StageOptions& options, Body body) override {
    stages_.push_back({options.concurrency == Concurrency::serial, {}, std::move(body)});
    return static_cast<Stage>(stages_.size() - 1);
  }

  void post(Stage stage, Message& message) noexcept override {
    message.stage = stage;
    stages_[stage].waiting.push(message);
  }

  void drive(const std::vector<Actor>& receivers, const Actor& gateway) override {
    std::vector<const Actor*> actors;
    for (const Actor& receiver : receivers) actors.push_back(&receiver);
    actors.push_back(&gateway);
    for (;;) {
      std::size_t runnable = 0;
      for (const StageState& stage : stages_) runnable += stage.waiting.empty() ? 0 : 1;
      if (actors.empty() && runnable == 0) return;
      const std::size_t choice = draw(actors.size() + runnable);
      if (choice < actors.size()) {
        if ((*actors[choice])(false) == Activity::finished) {
          actors.erase(actors.begin() + static_cast<std::ptrdiff_t>(choice));
        }
      } else {
        run_one(choice - actors.size());
      }
    }
  }

 private:
  struct StageState {
    bool serial = true;
    MessageQueue waiting;
    Body body;
  };

  void run_one(std::size_t nth) {
    for (StageState& stage : stages_) {
      if (stage.waiting.empty()) continue;
      if (nth-- > 0) continue;
      Message& message = stage.waiting.take(stage.serial ? 0 : draw(stage.waiting.size()));
      stage.body(message);
      return;
    }
  }

  // SplitMix64 (Steele, Lea, Flood 2014): the same on every platform.
  std::size_t draw(std::size_t choices) noexcept {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return static_cast<std::size_t>((z ^ (z >> 31)) % choices);
  }

  std::uint64_t state_;
  std::deque<StageState> stages_;
};

}  // namespace

std::unique_ptr<Executor> make_seeded_executor(std::uint64_t seed) {
  return std::make_unique<SeededExecutor>(seed);
}

}  // namespace penstock::detail
