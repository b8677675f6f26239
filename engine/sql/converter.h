// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <penstock/plan/ast.h>

#include "grammar.h"
#include "shim.h"

namespace penstock::detail {

// Passes over the tree recurse on ordinary 8 MiB stacks, here and in whoever gets the tree.
inline constexpr int max_expression_depth = 1000;
inline constexpr int max_query_depth = 32;
// 64 KiB of text have fewer, except where CASE x WHEN … repeats x.
inline constexpr std::size_t max_nodes = 200'000;

// Where a node is, for one that says nothing itself: an offset of the script's text; and how deep.
struct Context {
  std::size_t place = 0;
  int depth = 0;        // of expressions
  int query_depth = 0;  // of sub-queries
};

// Turns PostgreSQL's tree of one statement into ours. Whatever it does not know it refuses.
class Converter {
 public:
  Converter(const Script& script, const Tokens& tokens, const ShimmedStatement& statement);

  ast::Statement convert();

 private:
  using Expressions = std::vector<ast::Expression>;
  using NamedExpressions = std::vector<std::pair<std::string, ast::Expression>>;

  // Statements.
  ast::Statement create_table(const Object& node, Context context);
  ast::ColumnDefinition column_definition(const Object& node, Context context);
  void table_constraint(const Object& node, Context context) const;
  ast::Statement create_view(const Object& node, Context context);
  ast::Statement insert_into(const Object& node, Context context);
  ast::WatermarkDefinition watermark();
  [[noreturn]] void refuse_statement(std::string_view kind) const;

  // Queries.
  ast::Select select(const Object& node, Context context);
  void refuse_clauses(const Object& node, Context context) const;
  void select_items(const Object& node, Context context, ast::Select& select);
  void order_by(const Object& node, Context context, ast::Select& select);
  ast::FromItem from_item(const Node& node, Context context);
  ast::FromItem from_table(const Object& node, Context context);
  ast::FromItem from_subquery(const Object& node, Context context);
  ast::FromItem from_function(const Object& node, Context context);
  ast::FromItem window_function(const Object& call, Context context);
  ast::FromItem relation_argument(const Node& node, Context context);
  std::size_t from_place(const Node& node, Context context) const;
  std::string alias(const Object& node, Context context) const;
  std::string relation_name(const Object& relation, Context context) const;

  // Expressions. `next` is the context of what is one deeper.
  ast::Expression expression(const Node& node, Context context);
  std::optional<ast::Expression> optional_expression(const Object& node, std::string_view key,
                                                     Context context);
  ast::Expression required_expression(const Object& node, std::string_view key, Context context);
  Expressions expressions(const Object& node, std::string_view key, Context context);
  ast::Expression column(const Object& node, Context context);
  ast::Expression constant(const Object& node, Context context);
  ast::Expression integer_constant(const Object& value, Context context) const;
  ast::Expression boolean_operation(const Object& node, Context context);
  ast::Expression balanced(std::string_view name, Expressions terms, std::size_t place);
  ast::Expression operation(const Object& node, Context context);
  ast::Expression plain_operation(const Object& node, Context context);
  ast::Expression list_operation(const Object& node, std::string_view kind, Context context);
  ast::Expression test(const Node& node, Context context);
  ast::Expression case_when(const Object& node, Context context);
  ast::Expression sql_value(const Object& node, Context context) const;
  [[noreturn]] void refuse_expression(const Node& node, Context context) const;

  // Calls and types.
  ast::Expression call(const Object& node, Context context);
  std::string function_name(const Object& node, Context context) const;
  void arguments(const Object& node, Context context, Expressions& positional,
                 NamedExpressions& named);
  ast::Expression cast(const Object& node, Context context);
  ast::Expression interval(const Object& type, std::string text, Context context) const;
  std::string type_name(const Object& type, Context context) const;
  std::string type_modifiers(const Object& type, const std::string& name, Context context) const;

  ast::Expression make(ast::Expression::Kind kind, std::size_t place) const;
  ast::Expression make_call(std::string_view name, Expressions arguments, std::size_t place) const;
  ast::Expression make_not(ast::Expression expression, std::size_t place) const;

  // Its own location where the node has one, and one expression deeper.
  Context at(const Object& node, Context context) const;
  Context deeper(Context context) const;
  // The first of these words behind the place, or the place.
  std::size_t find_word(std::initializer_list<std::string_view> words, Context context) const;
  [[noreturn]] void refuse(const std::string& message, std::size_t place) const;
  void count_node(Context context);

  const Script& script_;
  const Tokens& tokens_;
  const ShimmedStatement& statement_;
  const MappedText* text_;  // the one whose tree is being turned
  std::size_t nodes_ = 0;
};

}  // namespace penstock::detail
