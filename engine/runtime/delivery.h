// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <penstock/io/registry.h>
#include <penstock/operators/sorter.h>
#include <penstock/plan/plan.h>

namespace penstock {

// One sink, written by the queries that have it as their target, one at a time.
class SinkRun {
 public:
  SinkRun(const SinkTable& table, Schema rows);

  [[nodiscard]] const SinkTable& table() const noexcept { return table_; }
  void open(const Registry& registry, const SinkContext& context);
  void write(const BatchView& rows);
  void commit(std::uint64_t epoch);
  void close();
  void drop() noexcept;  // without close(): what was not committed vanishes

  // Whether rows were written since the last commit; from any thread.
  [[nodiscard]] bool dirty() const noexcept { return dirty_.load(std::memory_order_acquire); }
  [[nodiscard]] std::int64_t rows_out() const noexcept {
    return rows_out_.load(std::memory_order_relaxed);
  }

 private:
  const SinkTable& table_;
  const Schema rows_;
  std::mutex mutex_;
  std::unique_ptr<Sink> sink_;
  std::atomic<bool> dirty_{false};
  std::atomic<std::int64_t> rows_out_{0};
};

// Where the rows of one query go: through its ORDER BY and LIMIT, if it has them, to its sink.
class Delivery {
 public:
  Delivery(SinkRun& sink, const Schema& rows, const std::optional<SortStep>& sort,
           std::size_t sort_bytes_max);

  void add(const BatchView& rows);
  void finish();  // after the last add()
  // No row that came after could change the result.
  [[nodiscard]] bool full() const noexcept { return sorter_ && sorter_->full(); }
  [[nodiscard]] std::int64_t rows_out() const noexcept {
    return rows_out_.load(std::memory_order_relaxed);
  }

 private:
  void write(const BatchView& rows);

  SinkRun& sink_;
  std::optional<Sorter> sorter_;
  std::atomic<std::int64_t> rows_out_{0};
};

}  // namespace penstock
