// SPDX-License-Identifier: Apache-2.0
#include <penstock/operators/fold_pipeline.h>

#include <algorithm>
#include <utility>

#include <penstock/kernels/error.h>

#include "expression_graph.h"
#include "kernel_lowering.h"
#include "staging.h"

namespace penstock {

namespace {

using detail::NodeId;

struct FoldWorker final : FoldPipeline::Worker {
  FoldWorker(const detail::Staging& staging, std::size_t inputs, std::int64_t capacity_rows)
      : scratch(staging, capacity_rows) {
    views.reserve(inputs);
  }

  detail::StageScratch scratch;
  std::vector<ColumnView> views;
};

// An aggregation over the nodes of a graph.
struct FoldNodes {
  struct Call {
    AggregateKind kind = AggregateKind::count_rows;
    std::optional<NodeId> input;
    std::optional<NodeId> filter;
    OverflowPolicy on_overflow = OverflowPolicy::fail;
  };
  std::vector<NodeId> conjuncts;
  std::vector<NodeId> keys;
  std::vector<Call> calls;
  std::optional<NodeId> time;
  std::optional<NodeId> watermark;

  [[nodiscard]] std::vector<NodeId> roots() const {
    std::vector<NodeId> roots = keys;
    for (const Call& call : calls) {
      if (call.input) roots.push_back(*call.input);
      if (call.filter) roots.push_back(*call.filter);
    }
    if (time) roots.push_back(*time);
    if (watermark) roots.push_back(*watermark);
    return roots;
  }
};

bool is_text_node(const detail::ExpressionGraph& graph, NodeId id) {
  return is_text(graph[id].type.id);
}

FoldNodes::Call add_call(detail::ExpressionGraph& graph, const AggregateCall& aggregate,
                         std::span<const NodeId> columns) {
  constexpr DataType boolean{TypeId::boolean, 0};
  FoldNodes::Call call;
  call.kind = aggregate.kind;
  call.on_overflow = aggregate.on_overflow;
  if (aggregate.filter) call.filter = graph.add(*aggregate.filter, columns);
  if (!aggregate.input) return call;
  const NodeId input = graph.add(*aggregate.input, columns);
  if (!is_text_node(graph, input)) {
    call.input = input;
  } else if (aggregate.kind == AggregateKind::count_distinct) {
    call.input = graph.as_symbol(input);
  } else if (aggregate.kind == AggregateKind::count) {
    // Whether a text is there needs no code for it: count the rows where it is.
    call.kind = AggregateKind::count_rows;
    const NodeId present = graph.kernel(Op::logical_not, boolean, {graph.is_null(input)});
    call.filter =
        call.filter ? graph.kernel(Op::logical_and, boolean, {*call.filter, present}) : present;
  } else {
    throw Error(ErrorCode::unsupported, "the aggregate '" + aggregate.name + "' is a " +
                                            std::string(to_string(aggregate.kind)) +
                                            " of text; text can be counted, also DISTINCT, and "
                                            "grouped by");
  }
  return call;
}

FoldNodes add_aggregation(detail::ExpressionGraph& graph, const detail::ComposedSteps& before,
                          const AggregateStep& step, const std::optional<Watermark>& watermark) {
  FoldNodes nodes;
  nodes.conjuncts = before.conjuncts;
  for (const NamedExpression& key : step.keys) {
    const NodeId id = graph.add(key.expression, before.columns);
    nodes.keys.push_back(is_text_node(graph, id) ? graph.as_symbol(id) : id);
  }
  for (const AggregateCall& aggregate : step.aggregates) {
    nodes.calls.push_back(add_call(graph, aggregate, before.columns));
  }
  if (!step.window) return nodes;
  nodes.time = before.columns.at(step.window->time_column);
  if (!watermark) return nodes;
  nodes.watermark = graph.column(watermark->column);
  if (nodes.time != nodes.watermark) {
    throw Error(ErrorCode::unsupported,
                "the time column of a window must be the column of the source's WATERMARK, '" +
                    graph.input().fields[watermark->column].name + "', unchanged; not " +
                    graph.render(*nodes.time));
  }
  return nodes;
}

void lower_aggregation(detail::KernelLowering& lowering, const FoldNodes& nodes,
                       const AggregateStep& step, const std::optional<Watermark>& watermark) {
  KernelPlan& plan = lowering.plan();
  plan.filter = lowering.lower_filter(nodes.conjuncts);
  for (const NodeId key : nodes.keys) plan.keys.push_back(lowering.lower(key));
  for (const FoldNodes::Call& call : nodes.calls) {
    Aggregate aggregate;
    aggregate.kind = call.kind;
    aggregate.on_overflow = call.on_overflow;
    if (call.input) aggregate.input = lowering.lower(*call.input);
    if (call.filter) aggregate.filter = lowering.lower(*call.filter);
    plan.aggregates.push_back(aggregate);
  }
  if (!step.window) return;
  TumblingWindow window;
  window.time = lowering.lower(*nodes.time);
  window.size_ns = step.window->size_ns;
  window.offset_ns = step.window->offset_ns;
  if (nodes.watermark) {
    window.has_watermark = true;
    window.watermark_column = lowering.input(*nodes.watermark);
    window.watermark_delay_ns = watermark->delay_ns;
  }
  plan.window = window;
}

const AggregateStep& last_aggregation(std::span<const Step> steps) {
  const auto* step = steps.empty() ? nullptr : std::get_if<AggregateStep>(&steps.back());
  if (step == nullptr) {
    throw Error(ErrorCode::internal, "a fold's steps do not end with an aggregation");
  }
  if (step->keys.empty() && step->aggregates.empty()) {
    throw Error(ErrorCode::unsupported,
                "an aggregation has neither keys nor aggregates; add one, such as count(*)");
  }
  return *step;
}

std::vector<std::string> describe_fold(const detail::ExpressionGraph& graph, const FoldNodes& nodes,
                                       const AggregateStep& step, const detail::Staging& staging,
                                       const Backend& backend) {
  const std::string kernel = ": " + std::string(backend.name()) + " kernel";
  std::vector<std::string> lines;
  for (const NodeId id : nodes.conjuncts) lines.push_back("filter " + graph.render(id) + kernel);
  for (const NodeId id : staging.row_calls) lines.push_back(graph.render(id) + ": row by row");
  for (std::size_t i = 0; i < nodes.keys.size(); ++i) {
    lines.push_back("key " + step.keys[i].name + " = " + graph.render(nodes.keys[i]) + kernel);
  }
  if (step.window) {
    lines.push_back("tumbling window of " + to_string({step.window->size_ns}, {TypeId::interval}) +
                    " over " + graph.render(*nodes.time) + kernel);
  }
  for (std::size_t i = 0; i < nodes.calls.size(); ++i) {
    const FoldNodes::Call& call = nodes.calls[i];
    std::string line =
        "aggregate " + step.aggregates[i].name + " = " + std::string(to_string(call.kind));
    if (call.input) line += " of " + graph.render(*call.input);
    if (call.filter) line += " where " + graph.render(*call.filter);
    lines.push_back(line + kernel);
  }
  return lines;
}

}  // namespace

struct FoldPipeline::Implementation {
  SymbolTable& symbols;
  Schema output;
  detail::Staging staging;
  KernelPlan plan;
  std::vector<detail::KernelInput> inputs;
  std::unique_ptr<Program> program;
  bool holds_symbols = false;
  std::vector<std::string> description;
};

FoldPipeline::FoldPipeline(const Schema& input, std::optional<Watermark> watermark,
                           std::span<const Step> steps, const Backend& backend,
                           SymbolTable& symbols) {
  const AggregateStep& step = last_aggregation(steps);
  detail::ExpressionGraph graph(input);
  const detail::ComposedSteps before = detail::compose(graph, steps.first(steps.size() - 1));
  const FoldNodes nodes = add_aggregation(graph, before, step, watermark);
  detail::Staging staging =
      detail::stage_columns(graph, nodes.conjuncts, nodes.roots(), backend, symbols);
  detail::KernelLowering lowering(graph, symbols);
  lower_aggregation(lowering, nodes, step, watermark);

  Schema output = schema_after(steps.back(), before.schema);
  for (std::size_t i = 0; i < nodes.keys.size(); ++i) {
    output.fields[i].type = graph[nodes.keys[i]].type;
  }
  const KernelPlan& plan = lowering.plan();
  const auto is_symbol = [&](Register r) {
    return r != no_register && plan.type_of(r).id == TypeId::symbol;
  };
  const bool holds_symbols =
      std::any_of(plan.keys.begin(), plan.keys.end(), is_symbol) ||
      std::any_of(plan.aggregates.begin(), plan.aggregates.end(), [&](const Aggregate& aggregate) {
        return aggregate.kind == AggregateKind::count_distinct && is_symbol(aggregate.input);
      });
  std::vector<detail::KernelInput> inputs;
  for (const NodeId id : lowering.inputs()) inputs.push_back(staging.input_of(graph, id));
  std::vector<std::string> description = describe_fold(graph, nodes, step, staging, backend);
  std::unique_ptr<Program> program = detail::compile_for(backend, plan);
  implementation_ = std::make_unique<const Implementation>(
      Implementation{symbols, std::move(output), std::move(staging), plan, std::move(inputs),
                     std::move(program), holds_symbols, std::move(description)});
}

FoldPipeline::~FoldPipeline() = default;
FoldPipeline::FoldPipeline(FoldPipeline&&) noexcept = default;
FoldPipeline& FoldPipeline::operator=(FoldPipeline&&) noexcept = default;

const std::vector<bool>& FoldPipeline::wanted_columns() const noexcept {
  return implementation_->staging.wanted;
}

const Schema& FoldPipeline::output_schema() const noexcept {
  return implementation_->output;
}

const Program& FoldPipeline::program() const noexcept {
  return *implementation_->program;
}

const KernelPlan& FoldPipeline::kernel_plan() const noexcept {
  return implementation_->plan;
}

bool FoldPipeline::holds_symbols() const noexcept {
  return implementation_->holds_symbols;
}

bool FoldPipeline::windowed() const noexcept {
  return implementation_->plan.window.has_value();
}

std::unique_ptr<FoldPipeline::Worker> FoldPipeline::new_worker(std::int64_t capacity_rows) const {
  return std::make_unique<FoldWorker>(implementation_->staging, implementation_->inputs.size(),
                                      capacity_rows);
}

BatchView FoldPipeline::prepare(Worker& worker, const BatchView& batch) const {
  auto& own = static_cast<FoldWorker&>(worker);
  detail::run_stages(implementation_->staging, batch, implementation_->symbols, own.scratch,
                     nullptr);
  detail::gather_inputs(implementation_->inputs, batch, own.scratch.computed, own.views);
  return {own.views, batch.rows, batch.zone};
}

std::vector<std::string> FoldPipeline::describe() const {
  return implementation_->description;
}

}  // namespace penstock
