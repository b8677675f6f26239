// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <penstock/data/batch_builder.h>
#include <penstock/data/symbol_table.h>
#include <penstock/kernels/backend.h>
#include <penstock/plan/plan.h>

namespace penstock {

// Filters and projections, compiled: fixed-width work to map programs of a backend, text work to
// row functions. Immutable and shared; each thread brings a worker.
class RowPipeline {
 public:
  // Scratch memory of one thread, for batches up to a stated number of rows.
  class Worker {
   public:
    virtual ~Worker() = default;
  };

  // steps: FilterStep and ProjectStep alone, maybe none. Throws Error where the backend cannot run
  // a part of them.
  RowPipeline(const Schema& input, std::span<const Step> steps, const Backend& backend,
              SymbolTable& symbols);
  ~RowPipeline();
  RowPipeline(RowPipeline&&) noexcept;
  RowPipeline& operator=(RowPipeline&&) noexcept;

  [[nodiscard]] const std::vector<bool>& wanted_columns() const noexcept;  // of the input
  // As the steps make it, with every symbol column as utf8: what a sink gets.
  [[nodiscard]] const Schema& output_schema() const noexcept;
  [[nodiscard]] std::unique_ptr<Worker> new_worker(std::int64_t capacity_rows) const;
  // Appends the rows that pass to `out`, which has output_schema(), growable text and room for all
  // rows of the batch. In the batch's order.
  void run(Worker& worker, const BatchView& batch, BatchBuilder& out) const;
  // For explain: a line a step, with what runs where ("filter: cpu kernel", "upper(name): rows").
  [[nodiscard]] std::vector<std::string> describe() const;

 private:
  struct Implementation;
  std::unique_ptr<const Implementation> implementation_;
};

}  // namespace penstock
