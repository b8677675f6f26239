// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <unordered_map>
#include <vector>

#include <penstock/data/symbol_table.h>
#include <penstock/kernels/kernel_plan.h>

#include "expression_graph.h"

namespace penstock::detail {

// Turns nodes of a graph into instructions of one kernel plan, each once. Row calls among them are
// columns that were computed before, like those of the input: inputs() says what the plan's inputs
// are, as nodes of kind column or row. Literals of symbols are pinned.
class KernelLowering {
 public:
  KernelLowering(const ExpressionGraph& graph, SymbolTable& symbols);

  Register lower(NodeId id);
  // The filter that lets a row pass where all are true; no_register for none.
  Register lower_filter(std::span<const NodeId> conjuncts);
  // The position of a column of the graph's input among the plan's inputs.
  std::uint16_t input(NodeId id);

  [[nodiscard]] KernelPlan& plan() noexcept { return plan_; }
  [[nodiscard]] const std::vector<NodeId>& inputs() const noexcept { return inputs_; }

 private:
  Register append(const Instruction& instruction);
  Register lower_node(NodeId id);
  std::uint16_t constant(const Node& node);

  const ExpressionGraph& graph_;
  SymbolTable& symbols_;
  KernelPlan plan_;
  std::vector<NodeId> inputs_;
  std::unordered_map<NodeId, Register> registers_;
  std::unordered_map<NodeId, std::uint16_t> input_of_;
};

}  // namespace penstock::detail
