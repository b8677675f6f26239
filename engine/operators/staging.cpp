// SPDX-License-Identifier: Apache-2.0
#include "staging.h"

#include <string>

#include <penstock/kernels/error.h>

namespace penstock::detail {

KernelInput Staging::input_of(const ExpressionGraph& graph, NodeId id) const {
  if (graph[id].kind == Node::Kind::column) return {false, graph[id].column};
  return {true, computed_of.at(id)};
}

std::unique_ptr<Program> compile_for(const Backend& backend, const KernelPlan& plan) {
  validate(plan);
  const std::string reason = backend.why_not(plan);
  if (!reason.empty()) {
    throw Error(ErrorCode::backend, "the backend '" + std::string(backend.name()) +
                                        "' cannot run this query: " + reason +
                                        "; choose another backend");
  }
  return backend.compile(plan);
}

StageScratch::StageScratch(const Staging& staging, std::int64_t capacity)
    : capacity_rows(capacity) {
  for (const Stage& stage : staging.stages) {
    PerStage& scratch = stages.emplace_back(PerStage{{}, {}, {}, {}, RowScratch(stage.rows)});
    if (stage.program == nullptr) continue;
    scratch.lane = stage.program->new_lane();
    for (const Register output : stage.plan.outputs) {
      scratch.result.columns.emplace_back(stage.plan.type_of(output), capacity);
    }
    scratch.result.selected.resize(static_cast<std::size_t>(padded_rows(capacity)));
    scratch.inputs.reserve(stage.inputs.size());
    scratch.outputs.reserve(stage.plan.outputs.size());
  }
  for (const DataType type : staging.computed) computed.emplace_back(type, capacity);
}

void gather_inputs(std::span<const KernelInput> inputs, const BatchView& batch,
                   const std::vector<ComputedColumn>& computed, std::vector<ColumnView>& views) {
  views.clear();
  for (const KernelInput& input : inputs) {
    views.push_back(input.computed ? computed[input.index].buffer.view()
                                   : batch.columns[input.index]);
  }
}

Selection run_stages(const Staging& staging, const BatchView& batch, SymbolTable& symbols,
                     StageScratch& scratch, BatchBuilder* out) {
  if (batch.rows > scratch.capacity_rows) {
    throw Error(ErrorCode::internal, "a batch of " + std::to_string(batch.rows) +
                                         " rows came to a worker made for " +
                                         std::to_string(scratch.capacity_rows));
  }
  Selection selection{nullptr, batch.rows};
  for (std::size_t i = 0; i < staging.stages.size(); ++i) {
    const Stage& stage = staging.stages[i];
    StageScratch::PerStage& own = scratch.stages[i];
    if (stage.program != nullptr) {
      gather_inputs(stage.inputs, batch, scratch.computed, own.inputs);
      stage.program->map(*own.lane, {own.inputs, batch.rows, batch.zone}, own.result);
      own.lane->wait();
      own.outputs.clear();
      for (const ColumnBuffer& column : own.result.columns) own.outputs.push_back(column.view());
      selection = {stage.selects ? own.result.selected.data() : nullptr, own.result.rows};
    }
    if (stage.rows.empty()) continue;
    run_row_stage(stage.rows, {batch.columns, own.outputs, selection, batch.rows}, symbols,
                  own.rows, scratch.computed, out);
  }
  return selection;
}

}  // namespace penstock::detail
