// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <penstock/data/symbol_table.h>
#include <penstock/kernels/backend.h>
#include <penstock/plan/plan.h>

namespace penstock {

// The steps of a query up to and including its AggregateStep, compiled to one aggregating program
// of a backend: filters, projections, keys, window and aggregates in one pass over the batch. Text
// that the kernels need is computed before, row by row; text keys become symbols.
class FoldPipeline {
 public:
  class Worker {
   public:
    virtual ~Worker() = default;
  };

  // steps: FilterStep and ProjectStep, then one AggregateStep. The watermark is the source's; with
  // a window its time column must come from the watermark's column.
  FoldPipeline(const Schema& input, std::optional<Watermark> watermark, std::span<const Step> steps,
               const Backend& backend, SymbolTable& symbols);
  ~FoldPipeline();
  FoldPipeline(FoldPipeline&&) noexcept;
  FoldPipeline& operator=(FoldPipeline&&) noexcept;

  [[nodiscard]] const std::vector<bool>& wanted_columns() const noexcept;  // of the input
  // Of what Program::emit gives: keys (text as symbol), aggregates, window_start, window_end.
  [[nodiscard]] const Schema& output_schema() const noexcept;
  [[nodiscard]] const Program& program() const noexcept;
  [[nodiscard]] const KernelPlan& kernel_plan() const noexcept;
  // Whether codes of the symbol table live in the states.
  [[nodiscard]] bool holds_symbols() const noexcept;
  [[nodiscard]] bool windowed() const noexcept;

  [[nodiscard]] std::unique_ptr<Worker> new_worker(std::int64_t capacity_rows) const;
  // The columns that the program reads, for Submission::batch; good until the worker's next call
  // and while the batch lives.
  [[nodiscard]] BatchView prepare(Worker& worker, const BatchView& batch) const;
  [[nodiscard]] std::vector<std::string> describe() const;

 private:
  struct Implementation;
  std::unique_ptr<const Implementation> implementation_;
};

}  // namespace penstock
