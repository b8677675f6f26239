// SPDX-License-Identifier: Apache-2.0
#include "staging.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include <penstock/kernels/error.h>

#include "kernel_lowering.h"
#include "row_functions.h"

namespace penstock::detail {

namespace {

using NodeSet = std::unordered_set<NodeId>;

// Everything below the given nodes, themselves too.
NodeSet reachable(const ExpressionGraph& graph, std::span<const NodeId> roots) {
  NodeSet seen;
  std::vector<NodeId> open(roots.begin(), roots.end());
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    if (!seen.insert(id).second) continue;
    const std::vector<NodeId>& arguments = graph[id].arguments;
    open.insert(open.end(), arguments.begin(), arguments.end());
  }
  return seen;
}

// The stage in which each node is evaluated: a kernel node by the program of its stage, a row node
// after that.
class StageNumbers {
 public:
  StageNumbers(const ExpressionGraph& graph, std::span<const NodeId> conjuncts)
      : graph_(graph), stage_(graph.size(), 0) {
    const NodeSet of_conditions = reachable(graph, conjuncts);
    number(0, of_conditions);
    int filtered = 0;
    for (const NodeId id : conjuncts) filtered = std::max(filtered, available(id));
    if (filtered > 0) number(filtered, of_conditions);
  }

  [[nodiscard]] int of(NodeId id) const { return stage_[id]; }
  // The first stage whose kernel program can read the node.
  [[nodiscard]] int available(NodeId id) const {
    return stage_[id] + (graph_[id].kind == Node::Kind::row ? 1 : 0);
  }

 private:
  void number(int row_floor, const NodeSet& of_conditions) {
    for (NodeId id = 0; id < graph_.size(); ++id) {
      const Node& node = graph_[id];
      const bool is_row = node.kind == Node::Kind::row;
      int stage = is_row && !of_conditions.contains(id) ? row_floor : 0;
      for (const NodeId argument : node.arguments) {
        stage = std::max(stage, is_row ? stage_[argument] : available(argument));
      }
      stage_[id] = stage;
    }
  }

  const ExpressionGraph& graph_;
  std::vector<int> stage_;
};

// What one stage does, while the stages are planned from the last to the first.
struct Draft {
  std::vector<NodeId> row_roots;       // row calls whose results leave the stage
  std::vector<NodeId> row_calls;       // all that run, arguments first
  std::vector<NodeId> kernel_outputs;  // of the program
  bool runs_program = false;
};

class StageBuilder {
 public:
  StageBuilder(const ExpressionGraph& graph, std::span<const NodeId> conjuncts,
               const Backend& backend, SymbolTable& symbols)
      : graph_(graph),
        conjuncts_(conjuncts.begin(), conjuncts.end()),
        backend_(backend),
        symbols_(symbols),
        numbers_(graph, conjuncts) {}

  Staging rows(std::span<const NodeId> outputs) {
    int last = last_available(conjuncts_, 0);
    for (const NodeId id : outputs) last = std::max(last, numbers_.of(id));
    drafts_.resize(static_cast<std::size_t>(last) + 1);
    Draft& draft = drafts_.back();
    for (const NodeId id : outputs) staging_.outputs.push_back(place_output(id, draft));
    if (!conjuncts_.empty()) draft.runs_program = true;
    plan(outputs);
    build();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      Staging::Output& output = staging_.outputs[i];
      if (output.from == Staging::Output::From::computed) {
        output.index = staging_.computed_of.at(outputs[i]);
      } else if (output.from == Staging::Output::From::row_stage) {
        add_target(staging_.stages.back().rows, outputs[i], true, i);
      }
    }
    return std::move(staging_);
  }

  Staging columns(std::span<const NodeId> roots) {
    const int last = last_available(conjuncts_, last_available(roots, 0));
    drafts_.resize(static_cast<std::size_t>(last));
    need_columns(conjuncts_);
    need_columns(roots);
    plan(roots);
    build();
    return std::move(staging_);
  }

 private:
  int last_available(std::span<const NodeId> ids, int last) const {
    for (const NodeId id : ids) last = std::max(last, numbers_.available(id));
    return last;
  }

  Staging::Output place_output(NodeId id, Draft& last) {
    using From = Staging::Output::From;
    const Node& node = graph_[id];
    const int last_stage = static_cast<int>(drafts_.size()) - 1;
    if (node.kind == Node::Kind::column) return {From::input, node.column};
    if (graph_.decodes_symbol(id)) {  // the copy to the output decodes anyway
      const Node& coded = graph_[node.arguments[0]];
      if (coded.kind == Node::Kind::column) return {From::input, coded.column};
      if (coded.kind == Node::Kind::kernel && numbers_.of(node.arguments[0]) <= last_stage) {
        return {From::kernel_output, kernel_output(last, node.arguments[0])};
      }
    }
    const bool is_row = node.kind == Node::Kind::row;
    if (!is_row && node.type.id != TypeId::utf8) {
      return {From::kernel_output, kernel_output(last, id)};
    }
    if (is_row && node.type.id != TypeId::utf8 && numbers_.of(id) < last_stage) {
      need_column(id);
      return {From::computed, 0};
    }
    last.row_roots.push_back(id);
    return {From::row_stage, 0};
  }

  static std::size_t kernel_output(Draft& draft, NodeId id) {
    std::vector<NodeId>& outputs = draft.kernel_outputs;
    const auto place = std::find(outputs.begin(), outputs.end(), id);
    const auto index = static_cast<std::size_t>(place - outputs.begin());
    if (place == outputs.end()) outputs.push_back(id);
    draft.runs_program = true;
    return index;
  }

  // Makes the result of a row call a column that later stages read.
  void need_column(NodeId id) {
    if (!needed_.insert(id).second) return;
    drafts_[static_cast<std::size_t>(numbers_.of(id))].row_roots.push_back(id);
  }

  // The row calls that kernels read below these nodes become columns.
  void need_columns(std::span<const NodeId> roots) {
    NodeSet seen;
    std::vector<NodeId> open(roots.begin(), roots.end());
    while (!open.empty()) {
      const NodeId id = open.back();
      open.pop_back();
      if (!seen.insert(id).second) continue;
      const Node& node = graph_[id];
      if (node.kind == Node::Kind::row) need_column(id);
      if (node.kind == Node::Kind::kernel) {
        open.insert(open.end(), node.arguments.begin(), node.arguments.end());
      }
    }
  }

  // From the last stage to the first, because a stage asks only for columns of earlier ones.
  void plan(std::span<const NodeId> roots) {
    for (std::size_t i = drafts_.size(); i-- > 0;) {
      Draft& draft = drafts_[i];
      collect_row_calls(draft, static_cast<int>(i));
      need_columns(draft.kernel_outputs);
      if (draft.runs_program || !draft.row_calls.empty()) need_columns(conjuncts_of(i));
    }
    std::vector<NodeId> all(roots.begin(), roots.end());
    all.insert(all.end(), conjuncts_.begin(), conjuncts_.end());
    staging_.wanted.assign(graph_.input().size(), false);
    for (const NodeId id : reachable(graph_, all)) {
      if (graph_[id].kind == Node::Kind::column) staging_.wanted[graph_[id].column] = true;
    }
  }

  // Texts of earlier stages are computed again, which needs no memory for them; values of fixed
  // width are read from their columns.
  void collect_row_calls(Draft& draft, int stage) {
    NodeSet seen;
    std::vector<NodeId> open = draft.row_roots;
    while (!open.empty()) {
      const NodeId id = open.back();
      open.pop_back();
      if (graph_[id].kind != Node::Kind::row || !seen.insert(id).second) continue;
      draft.row_calls.push_back(id);
      for (const NodeId argument : graph_[id].arguments) {
        const Node& node = graph_[argument];
        if (node.kind == Node::Kind::kernel) {
          kernel_output(draft, argument);
        } else if (node.kind == Node::Kind::row && is_column(argument, stage)) {
          need_column(argument);
        } else {
          open.push_back(argument);
        }
      }
    }
    std::sort(draft.row_calls.begin(), draft.row_calls.end());
    draft.row_calls.erase(std::unique(draft.row_calls.begin(), draft.row_calls.end()),
                          draft.row_calls.end());
  }

  [[nodiscard]] bool is_column(NodeId id, int stage) const {
    return graph_[id].type.id != TypeId::utf8 && numbers_.of(id) < stage;
  }

  std::vector<NodeId> conjuncts_of(std::size_t stage) const {
    std::vector<NodeId> known;
    for (const NodeId id : conjuncts_) {
      if (numbers_.available(id) <= static_cast<int>(stage)) known.push_back(id);
    }
    return known;
  }

  void build() {
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
      for (const NodeId id : drafts_[i].row_roots) {
        if (!needed_.contains(id) || staging_.computed_of.contains(id)) continue;
        staging_.computed_of.emplace(id, staging_.computed.size());
        staging_.computed.push_back(graph_[id].type);
      }
    }
    std::size_t filtered_by = 0;
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
      const Draft& draft = drafts_[i];
      Stage& stage = staging_.stages.emplace_back();
      const std::vector<NodeId> conjuncts = conjuncts_of(i);
      const bool idle = draft.row_calls.empty() && !draft.runs_program;
      if (!idle && (!draft.kernel_outputs.empty() || conjuncts.size() > filtered_by)) {
        build_program(stage, draft, conjuncts);
        filtered_by = conjuncts.size();
      }
      build_rows(stage.rows, draft, static_cast<int>(i));
    }
  }

  void build_program(Stage& stage, const Draft& draft, std::span<const NodeId> conjuncts) {
    KernelLowering lowering(graph_, symbols_);
    lowering.plan().filter = lowering.lower_filter(conjuncts);
    for (const NodeId id : draft.kernel_outputs) {
      lowering.plan().outputs.push_back(lowering.lower(id));
    }
    stage.plan = lowering.plan();
    for (const NodeId id : lowering.inputs()) stage.inputs.push_back(staging_.input_of(graph_, id));
    stage.selects = !conjuncts.empty();
    stage.program = compile_for(backend_, stage.plan);
  }

  void build_rows(RowStage& rows, const Draft& draft, int stage) {
    slots_.clear();
    std::vector<NodeId> operands;
    for (const NodeId id : draft.row_calls) {
      for (const NodeId argument : graph_[id].arguments) operands.push_back(argument);
      staging_.row_calls.push_back(id);
    }
    for (const NodeId id : draft.row_roots) operands.push_back(id);  // a literal as an output
    for (const NodeId id : operands) {
      const Node& node = graph_[id];
      if (node.kind != Node::Kind::literal || slots_.contains(id)) continue;
      slots_.emplace(id, rows.slots++);
      rows.literals.push_back(node.literal);
      rows.literal_types.push_back(node.type);
    }
    for (const NodeId id : operands) add_load(rows, draft, id, stage);
    for (const NodeId id : draft.row_calls) add_call(rows, id);
    for (const NodeId id : draft.row_roots) {
      if (needed_.contains(id) && numbers_.of(id) == stage && !has_column_target(rows, id)) {
        add_target(rows, id, false, staging_.computed_of.at(id));
      }
    }
  }

  void add_load(RowStage& rows, const Draft& draft, NodeId id, int stage) {
    if (slots_.contains(id)) return;
    const Node& node = graph_[id];
    RowStage::Load load;
    if (node.kind == Node::Kind::column) {
      load.index = node.column;
    } else if (node.kind == Node::Kind::kernel) {
      load.source = RowStage::Source::kernel_output;
      const auto place = std::find(draft.kernel_outputs.begin(), draft.kernel_outputs.end(), id);
      load.index = static_cast<std::size_t>(place - draft.kernel_outputs.begin());
    } else if (is_column(id, stage)) {
      load.source = RowStage::Source::computed;
      load.index = staging_.computed_of.at(id);
    } else {
      return;  // a call of this stage
    }
    load.slot = rows.slots++;
    slots_.emplace(id, load.slot);
    rows.loads.push_back(load);
  }

  void add_call(RowStage& rows, NodeId id) {
    const Node& node = graph_[id];
    RowStage::Call call;
    call.function = node.function;
    call.null_if_any_null = node.null_if_any_null;
    call.first_argument = static_cast<std::uint32_t>(rows.argument_slots.size());
    call.argument_count = static_cast<std::uint32_t>(node.arguments.size());
    for (const NodeId argument : node.arguments) {
      rows.argument_slots.push_back(slots_.at(argument));
    }
    call.result = rows.slots++;
    slots_.emplace(id, call.result);
    rows.calls.push_back(call);
  }

  [[nodiscard]] bool has_column_target(const RowStage& rows, NodeId id) const {
    return std::any_of(rows.targets.begin(), rows.targets.end(), [&](const auto& target) {
      return !target.to_output && target.slot == slots_.at(id);
    });
  }

  void add_target(RowStage& rows, NodeId id, bool to_output, std::size_t column) {
    rows.targets.push_back({slots_.at(id), graph_[id].type, to_output, column});
  }

  const ExpressionGraph& graph_;
  std::vector<NodeId> conjuncts_;
  const Backend& backend_;
  SymbolTable& symbols_;
  StageNumbers numbers_;
  std::vector<Draft> drafts_;
  NodeSet needed_;  // row calls whose results become computed columns
  std::unordered_map<NodeId, std::uint32_t> slots_;  // of the stage being built
  Staging staging_;
};

}  // namespace

Staging stage_rows(const ExpressionGraph& graph, std::span<const NodeId> conjuncts,
                   std::span<const NodeId> outputs, const Backend& backend, SymbolTable& symbols) {
  return StageBuilder(graph, conjuncts, backend, symbols).rows(outputs);
}

Staging stage_columns(const ExpressionGraph& graph, std::span<const NodeId> conjuncts,
                      std::span<const NodeId> roots, const Backend& backend, SymbolTable& symbols) {
  return StageBuilder(graph, conjuncts, backend, symbols).columns(roots);
}

}  // namespace penstock::detail
