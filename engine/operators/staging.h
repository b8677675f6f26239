// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include <penstock/data/symbol_table.h>
#include <penstock/kernels/backend.h>

#include "expression_graph.h"
#include "row_stage.h"

namespace penstock::detail {

// Where a kernel program reads an input: a column of the batch or a computed column.
struct KernelInput {
  bool computed = false;
  std::size_t index = 0;
};

// A kernel program that selects rows and computes what row functions and outputs need of them,
// and then the row functions over the selected rows. Without a program the selection of the stage
// before stays.
struct Stage {
  KernelPlan plan;
  std::vector<KernelInput> inputs;
  std::unique_ptr<Program> program;
  bool selects = false;  // the program has a filter
  RowStage rows;
};

// A graph cut into stages: row functions and kernel programs in turns, each on what the ones
// before computed. Kernel conditions come first, and row functions that no condition needs last,
// so that these run for rows that pass alone.
struct Staging {
  // Where a column of a row pipeline's output comes from.
  struct Output {
    enum class From : std::uint8_t { input, computed, kernel_output, row_stage };
    From from = From::input;
    std::size_t index = 0;  // of the last stage's kernel outputs, for kernel_output
  };

  std::vector<Stage> stages;
  std::vector<DataType> computed;  // types of the computed columns
  std::unordered_map<NodeId, std::size_t> computed_of;
  std::vector<Output> outputs;
  std::vector<bool> wanted;       // columns of the graph's input that anything reads
  std::vector<NodeId> row_calls;  // that run, for people

  [[nodiscard]] KernelInput input_of(const ExpressionGraph& graph, NodeId id) const;
};

// For a row pipeline: the last stage selects by all conjuncts and computes `outputs`.
Staging stage_rows(const ExpressionGraph& graph, std::span<const NodeId> conjuncts,
                   std::span<const NodeId> outputs, const Backend& backend, SymbolTable& symbols);
// For a kernel program of the caller's that reads `roots` and filters by itself: the stages only
// compute the row functions in them.
Staging stage_columns(const ExpressionGraph& graph, std::span<const NodeId> conjuncts,
                      std::span<const NodeId> roots, const Backend& backend, SymbolTable& symbols);

// Compiles, or throws Error{backend} where the backend cannot run the plan.
std::unique_ptr<Program> compile_for(const Backend& backend, const KernelPlan& plan);

// What one thread needs to run stages on batches of up to a number of rows.
struct StageScratch {
  StageScratch(const Staging& staging, std::int64_t capacity);

  struct PerStage {
    std::unique_ptr<Lane> lane;
    MapResult result;
    std::vector<ColumnView> inputs;
    std::vector<ColumnView> outputs;
    RowScratch rows;
  };
  std::int64_t capacity_rows;
  std::vector<PerStage> stages;
  std::vector<ComputedColumn> computed;
};

// Runs all stages. Row functions of the last one write to `out`, where there is one, behind its
// rows. Returns the rows that the last program let pass.
Selection run_stages(const Staging& staging, const BatchView& batch, SymbolTable& symbols,
                     StageScratch& scratch, BatchBuilder* out);

// The views that a program reads.
void gather_inputs(std::span<const KernelInput> inputs, const BatchView& batch,
                   const std::vector<ComputedColumn>& computed, std::vector<ColumnView>& views);

}  // namespace penstock::detail
