// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

#include <penstock/kernels/error.h>

namespace penstock {

// Indices 0 … n − 1 that are lent to one holder at a time. There are as many as bodies run at once,
// so nobody waits in practice; who does, waits for a body that is running.
class FreeList {
 public:
  enum class Order : unsigned char {
    warmest,  // the last one given back, whose memory is in the cache
    coldest,  // all in turn, so that one thread uses all of them, too
  };
  FreeList(std::size_t count, Order order) : order_(order) {
    for (std::size_t i = count; i > 0; --i) free_.push_back(i - 1);
  }

  class Loan {
   public:
    explicit Loan(FreeList& list) : list_(list), index_(list.take()) {}
    ~Loan() { list_.put(index_); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    [[nodiscard]] std::size_t index() const noexcept { return index_; }

   private:
    FreeList& list_;
    std::size_t index_;
  };

 private:
  std::size_t take() {
    std::unique_lock lock(mutex_);
    freed_.wait(lock, [this] { return !free_.empty(); });
    const std::size_t index = free_.back();
    free_.pop_back();
    return index;
  }
  void put(std::size_t index) noexcept {
    {
      const std::lock_guard lock(mutex_);
      // Within the capacity that the constructor took: inserting allocates nothing.
      free_.insert(order_ == Order::warmest ? free_.end() : free_.begin(), index);
    }
    freed_.notify_one();
  }

  const Order order_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::size_t> free_;
};

}  // namespace penstock
