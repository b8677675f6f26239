// SPDX-License-Identifier: Apache-2.0
#include <penstock/plan/plan.h>

namespace penstock {

namespace {

Schema schema_behind(const ProjectStep& step) {
  Schema out;
  for (const NamedExpression& column : step.columns) {
    out.fields.push_back({column.name, column.expression.type, true});
  }
  return out;
}

// A text key is a symbol where it comes out: the kernels know no other text.
DataType key_type(DataType type) {
  return type.id == TypeId::utf8 ? DataType{TypeId::symbol} : type;
}

Schema schema_behind(const AggregateStep& step) {
  Schema out;
  for (const NamedExpression& key : step.keys) {
    out.fields.push_back({key.name, key_type(key.expression.type), true});
  }
  for (const AggregateCall& aggregate : step.aggregates) {
    const DataType input =
        aggregate.input.has_value() ? aggregate.input->type : DataType{TypeId::int64};
    const bool counts = aggregate.kind == AggregateKind::count_rows ||
                        aggregate.kind == AggregateKind::count ||
                        aggregate.kind == AggregateKind::count_distinct;
    out.fields.push_back({aggregate.name, aggregate_result_type(aggregate.kind, input), !counts});
  }
  if (step.window.has_value()) {
    out.fields.push_back({"window_start", {TypeId::timestamp}, false});
    out.fields.push_back({"window_end", {TypeId::timestamp}, false});
  }
  return out;
}

}  // namespace

Schema schema_after(const Step& step, const Schema& input) {
  if (const auto* project = std::get_if<ProjectStep>(&step)) return schema_behind(*project);
  if (const auto* aggregate = std::get_if<AggregateStep>(&step)) return schema_behind(*aggregate);
  return input;
}

Schema output_schema(const Plan& plan, const Query& query) {
  Schema schema = plan.sources.at(query.source).schema;
  for (const Step& step : query.steps) schema = schema_after(step, schema);
  for (Field& field : schema.fields) {
    if (field.type.id == TypeId::symbol) field.type = {TypeId::utf8};
  }
  return schema;
}

}  // namespace penstock
