// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include <penstock/kernels/error.h>

#include "expression_graph.h"

namespace penstock::detail {

namespace {

void add_conjuncts(const ExpressionGraph& graph, NodeId predicate, std::vector<NodeId>& conjuncts) {
  std::vector<NodeId> open{predicate};
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    const Node& node = graph[id];
    if (node.kind == Node::Kind::kernel && node.op == Op::logical_and) {
      open.push_back(node.arguments[1]);
      open.push_back(node.arguments[0]);
      continue;
    }
    const bool* constant = std::get_if<bool>(&node.literal.data);
    if (node.kind == Node::Kind::literal && constant != nullptr && *constant) continue;
    if (std::find(conjuncts.begin(), conjuncts.end(), id) == conjuncts.end()) {
      conjuncts.push_back(id);
    }
  }
}

}  // namespace

ComposedSteps compose(ExpressionGraph& graph, std::span<const Step> steps) {
  ComposedSteps composed;
  composed.schema = graph.input();
  for (std::size_t i = 0; i < graph.input().size(); ++i) {
    composed.columns.push_back(graph.column(i));
  }
  for (const Step& step : steps) {
    if (const auto* filter = std::get_if<FilterStep>(&step)) {
      const NodeId predicate = graph.add(filter->predicate, composed.columns);
      if (graph[predicate].type.id != TypeId::boolean) {
        throw Error(ErrorCode::internal, "the plan filters by a value that is not boolean");
      }
      add_conjuncts(graph, predicate, composed.conjuncts);
    } else if (const auto* project = std::get_if<ProjectStep>(&step)) {
      std::vector<NodeId> columns;
      for (const NamedExpression& column : project->columns) {
        columns.push_back(graph.add(column.expression, composed.columns));
      }
      composed.columns = std::move(columns);
    } else {
      throw Error(ErrorCode::internal,
                  "a pipeline of rows holds a step that is neither a filter "
                  "nor a projection");
    }
    composed.schema = schema_after(step, composed.schema);
  }
  return composed;
}

}  // namespace penstock::detail
