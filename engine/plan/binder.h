// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <penstock/plan/ast.h>
#include <penstock/plan/bind.h>

#include "bind_expression.h"
#include "binding.h"

namespace penstock::detail {

// A SELECT, bound: the relation's steps, then these columns, then the order.
struct BoundSelect {
  Relation relation;
  std::vector<NamedExpression> columns;
  std::vector<Where> places;  // of the columns
  std::optional<SortStep> sort;
  Where sort_where;
};

inline constexpr int max_relation_depth = 64;

// Binds the statements of a script, one after the other; of no more use once one has thrown.
class Binder {
 public:
  explicit Binder(const Catalog& catalog) : catalog_(catalog) {}

  void add(const ast::Statement& statement);
  BoundScript finish() &&;

 private:
  // bind_table.cpp
  struct Table {
    TableDefinition definition;
    std::optional<ast::WatermarkDefinition> watermark;
    std::optional<Schema> columns;
    std::optional<SourceTable> source;   // once it has been read from
    std::optional<std::size_t> in_plan;  // among the plan's sources, once a query reads it
    std::optional<std::size_t> sink;     // among the plan's sinks
  };
  void create_table(const ast::CreateTable& statement);
  void check_new_name(const std::string& name, const Where& where) const;
  [[nodiscard]] std::optional<std::size_t> find_table(const std::string& name) const;
  [[noreturn]] void unknown_table(const std::string& name, const Where& where) const;
  const SourceTable& source_of(std::size_t index, const Where& where);
  [[nodiscard]] SourceDescription describe_source(const Table& table) const;
  std::size_t add_sink(const TableDefinition& definition, Schema schema, const Where& where);

  // bind.cpp
  void create_view(const ast::CreateView& statement);
  void insert_into(const ast::InsertInto& statement);
  void plain_select(const ast::Select& select);
  void describe(const ast::Describe& statement);
  void add_query(BoundSelect select, std::size_t sink);  // behind append_projection()
  void fit_to_sink(BoundSelect& select, const Table& table, const ast::InsertInto& statement) const;

  // bind_window.cpp
  Relation bind_from(const ast::FromItem& item);
  Relation bind_table(const ast::FromItem& item);
  Relation bind_view(const ast::CreateView& view, const std::string& qualifier);
  Relation bind_subquery(const ast::Select& select, const std::string& qualifier);
  Relation bind_window_function(const ast::FromItem& item);

  // bind_select.cpp
  BoundSelect bind_select(const ast::Select& select);

  const Catalog& catalog_;
  std::vector<Table> tables_;
  std::vector<ast::CreateView> views_;
  std::string view_being_created_;
  int relation_depth_ = 0;
  BoundScript script_;
};

// bind_window.cpp: windows by sizes that are literals, over the relation's event time.
// GROUP BY tumble(INTERVAL '…').
void apply_group_window(Relation& relation, const ast::Expression& call);
void check_window(const Relation& relation);

// bind_grouping.cpp: whether the SELECT needs an AggregateStep, and binding it with one.
bool is_aggregation(const ast::Select& select);
bool is_tumble_call(const ast::Expression& expression);
BoundSelect bind_grouped_select(const ast::Select& select, Relation relation);

// bind_output.cpp
// The expressions of a select list with stars expanded, and their names as PostgreSQL gives them.
struct OutputItem {
  ast::Expression expression;
  std::string name;
  bool named = false;  // by an alias
};
std::vector<OutputItem> output_items(const ast::Select& select, const Scope& scope);
// Makes names distinct: derived ones get a number, aliases that clash are an error.
std::vector<std::string> output_names(const std::vector<OutputItem>& items);
// ORDER BY, LIMIT and OFFSET over outputs, which were bound by the same binder.
void bind_order(const ast::Select& select, const std::vector<OutputItem>& items,
                const std::vector<std::string>& names, const std::vector<Expression>& outputs,
                ExpressionBinder& binder, BoundSelect& result);
// The position of an ordinal or nullopt; Error where it is out of range.
std::optional<std::size_t> ordinal(const ast::Expression& expression, std::size_t count,
                                   std::string_view clause);
// A relation whose rows are the select's.
Relation finish_select(BoundSelect select, const std::string& qualifier);
// The select's columns as a step, where the rows are not these columns already.
void append_projection(BoundSelect& select);

}  // namespace penstock::detail
