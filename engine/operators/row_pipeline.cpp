// SPDX-License-Identifier: Apache-2.0
#include <penstock/operators/row_pipeline.h>

#include <utility>

#include <penstock/kernels/error.h>

#include "column_append.h"
#include "expression_graph.h"
#include "staging.h"

namespace penstock {

namespace {

Schema decoded(Schema schema) {
  for (Field& field : schema.fields) {
    if (field.type.id == TypeId::symbol) field.type = {TypeId::utf8, 0};
  }
  return schema;
}

struct RowWorker final : RowPipeline::Worker {
  RowWorker(const detail::Staging& staging, std::int64_t capacity_rows)
      : scratch(staging, capacity_rows) {}

  detail::StageScratch scratch;
};

}  // namespace

struct RowPipeline::Implementation {
  SymbolTable& symbols;
  Schema output;
  detail::Staging staging;
  std::vector<std::string> description;

  void append_outputs(const detail::StageScratch& scratch, const BatchView& batch,
                      const detail::Selection& selection, BatchBuilder& out) const {
    using From = detail::Staging::Output::From;
    const detail::Selection compact{nullptr, selection.count};
    for (std::size_t i = 0; i < staging.outputs.size(); ++i) {
      const detail::Staging::Output& from = staging.outputs[i];
      switch (from.from) {
        case From::input:
          detail::append_column(out, i, batch.columns[from.index], selection, symbols);
          break;
        case From::computed:
          detail::append_column(out, i, scratch.computed[from.index].buffer.view(), selection,
                                symbols);
          break;
        case From::kernel_output:
          detail::append_column(out, i, scratch.stages.back().outputs[from.index], compact,
                                symbols);
          break;
        case From::row_stage: break;  // there already
      }
    }
  }
};

namespace {

std::vector<std::string> describe_rows(const detail::ExpressionGraph& graph,
                                       const detail::ComposedSteps& steps,
                                       const detail::Staging& staging, const Backend& backend) {
  using From = detail::Staging::Output::From;
  const std::string kernel = std::string(backend.name()) + " kernel";
  std::vector<std::string> lines;
  for (const detail::NodeId id : steps.conjuncts) {
    lines.push_back("filter " + graph.render(id) + ": " + kernel);
  }
  for (const detail::NodeId id : staging.row_calls) {
    lines.push_back(graph.render(id) + ": row by row");
  }
  std::string copied;
  for (std::size_t i = 0; i < staging.outputs.size(); ++i) {
    const std::string& name = steps.schema.fields[i].name;
    const From from = staging.outputs[i].from;
    if (from == From::kernel_output) {
      lines.push_back(name + " = " + graph.render(steps.columns[i]) + ": " + kernel);
    } else if (from == From::input) {
      copied += (copied.empty() ? "copy " : ", ") + name;
    }
  }
  if (!copied.empty()) lines.push_back(copied);
  return lines;
}

}  // namespace

RowPipeline::RowPipeline(const Schema& input, std::span<const Step> steps, const Backend& backend,
                         SymbolTable& symbols) {
  detail::ExpressionGraph graph(input);
  const detail::ComposedSteps composed = detail::compose(graph, steps);
  detail::Staging staging =
      detail::stage_rows(graph, composed.conjuncts, composed.columns, backend, symbols);
  std::vector<std::string> description = describe_rows(graph, composed, staging, backend);
  implementation_ = std::make_unique<const Implementation>(Implementation{
      symbols, decoded(composed.schema), std::move(staging), std::move(description)});
}

RowPipeline::~RowPipeline() = default;
RowPipeline::RowPipeline(RowPipeline&&) noexcept = default;
RowPipeline& RowPipeline::operator=(RowPipeline&&) noexcept = default;

const std::vector<bool>& RowPipeline::wanted_columns() const noexcept {
  return implementation_->staging.wanted;
}

const Schema& RowPipeline::output_schema() const noexcept {
  return implementation_->output;
}

std::unique_ptr<RowPipeline::Worker> RowPipeline::new_worker(std::int64_t capacity_rows) const {
  return std::make_unique<RowWorker>(implementation_->staging, capacity_rows);
}

void RowPipeline::run(Worker& worker, const BatchView& batch, BatchBuilder& out) const {
  if (batch.rows == 0) return;
  detail::StageScratch& scratch = static_cast<RowWorker&>(worker).scratch;
  if (out.room() < batch.rows) {
    throw Error(ErrorCode::internal, "a row pipeline has no room for the rows of a batch");
  }
  const detail::Selection selection =
      detail::run_stages(implementation_->staging, batch, implementation_->symbols, scratch, &out);
  implementation_->append_outputs(scratch, batch, selection, out);
  out.advance(selection.count);
}

std::vector<std::string> RowPipeline::describe() const {
  return implementation_->description;
}

}  // namespace penstock
