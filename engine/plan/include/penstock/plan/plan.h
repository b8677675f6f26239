// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <penstock/data/schema.h>
#include <penstock/kernels/kernel_plan.h>
#include <penstock/plan/ast.h>
#include <penstock/plan/expression.h>

namespace penstock {

// A table as declared: what a connector gets to make a source or a sink of.
struct TableDefinition {
  std::string name;
  std::string connector;
  std::vector<ast::Option> options;  // all but `connector`
  std::optional<Schema> columns;     // as declared, where they were
  Where where;

  // Places do not count: the same table from SQL and from the builder is equal.
  bool operator==(const TableDefinition& other) const {
    return name == other.name && connector == other.connector && options == other.options &&
           columns == other.columns;
  }
};

struct Watermark {
  std::size_t column = 0;
  std::int64_t delay_ns = 0;

  bool operator==(const Watermark&) const = default;
};

struct SourceTable {
  TableDefinition definition;
  Schema schema;
  std::optional<Watermark> watermark;
  bool bounded = true;

  bool operator==(const SourceTable&) const = default;
};

struct SinkTable {
  TableDefinition definition;
  Schema schema;  // of the rows it gets

  bool operator==(const SinkTable&) const = default;
};

struct NamedExpression {
  std::string name;
  Expression expression;

  bool operator==(const NamedExpression&) const = default;
};

struct FilterStep {
  Expression predicate;  // rows where it is true pass

  bool operator==(const FilterStep&) const = default;
};

struct ProjectStep {
  std::vector<NamedExpression> columns;

  bool operator==(const ProjectStep&) const = default;
};

struct WindowDefinition {
  std::size_t time_column = 0;  // of the step's input
  std::int64_t size_ns = 0;
  std::int64_t offset_ns = 0;

  bool operator==(const WindowDefinition&) const = default;
};

struct AggregateCall {
  std::string name;
  AggregateKind kind = AggregateKind::count_rows;
  std::optional<Expression> input;
  std::optional<Expression> filter;
  OverflowPolicy on_overflow = OverflowPolicy::fail;

  bool operator==(const AggregateCall&) const = default;
};

// Out come the keys, then the aggregates, then (with a window) window_start and window_end.
struct AggregateStep {
  std::optional<WindowDefinition> window;
  std::vector<NamedExpression> keys;
  std::vector<AggregateCall> aggregates;

  bool operator==(const AggregateStep&) const = default;
};

struct SortKey {
  std::size_t column = 0;
  bool descending = false;
  bool nulls_first = false;

  bool operator==(const SortKey&) const = default;
};

// On bounded input alone, after everything else; keys may be empty (LIMIT without ORDER BY).
struct SortStep {
  std::vector<SortKey> keys;
  std::optional<std::int64_t> limit;
  std::int64_t offset = 0;

  bool operator==(const SortStep&) const = default;
};

using Step = std::variant<FilterStep, ProjectStep, AggregateStep, SortStep>;

struct Query {
  std::size_t source = 0;
  std::size_t sink = 0;
  std::vector<Step> steps;

  bool operator==(const Query&) const = default;
};

// What to compute, as a value. SQL and the builder make equal Plans.
struct Plan {
  std::vector<SourceTable> sources;
  std::vector<SinkTable> sinks;
  std::vector<Query> queries;

  bool operator==(const Plan&) const = default;
};

// The schema behind a step, given the one before it.
Schema schema_after(const Step& step, const Schema& input);
Schema output_schema(const Plan& plan, const Query& query);

// One JSON object, for the oracle, explain and people; stable member names, documented in
// docs/plan.md.
std::string to_json(const Plan& plan);

}  // namespace penstock
