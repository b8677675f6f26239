// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <penstock/data/schema.h>
#include <penstock/kernels/kernel_plan.h>
#include <penstock/plan/expression.h>
#include <penstock/plan/functions.h>
#include <penstock/plan/plan.h>

namespace penstock::detail {

using NodeId = std::uint32_t;

// One value in the graph of a pipeline. Arguments have lower ids than the node itself.
struct Node {
  enum class Kind : std::uint8_t {
    column,   // of the input
    literal,  // symbols as their text
    kernel,   // one instruction: op, immediate
    row,      // one call of a row function
  };
  Kind kind = Kind::literal;
  DataType type;
  std::size_t column = 0;
  Value literal;
  Op op = Op::load;
  std::int32_t immediate = 0;
  RowFunction function = nullptr;
  bool null_if_any_null = true;
  std::string name;  // of a row function, for people
  std::vector<NodeId> arguments;
};

// The expressions of several steps over one input, each distinct value once. Projections are
// followed by reference and not by substitution, so a chain of steps grows no faster than its text.
class ExpressionGraph {
 public:
  explicit ExpressionGraph(const Schema& input);

  // `columns` says which node each column of the expression is. Throws Error where a function or a
  // cast does not exist.
  NodeId add(const Expression& expression, std::span<const NodeId> columns);
  NodeId column(std::size_t index);
  NodeId kernel(Op op, DataType type, std::vector<NodeId> arguments, std::int32_t immediate = 0);
  // The value as a symbol, without a row function where the texts are known beforehand.
  NodeId as_symbol(NodeId id);
  NodeId cast(NodeId id, DataType to);
  NodeId is_null(NodeId id);

  [[nodiscard]] const Node& operator[](NodeId id) const { return nodes_[id]; }
  [[nodiscard]] std::size_t size() const noexcept { return nodes_.size(); }
  [[nodiscard]] const Schema& input() const noexcept { return input_; }
  // The symbol column behind a text that only decodes it.
  [[nodiscard]] bool decodes_symbol(NodeId id) const;
  // "upper(name)", shortened where it is long.
  [[nodiscard]] std::string render(NodeId id) const;

 private:
  NodeId intern(Node node);
  NodeId literal(Value value, DataType type);
  NodeId row(std::string_view name, RowFunction function, bool null_if_any_null, DataType type,
             std::vector<NodeId> arguments);
  NodeId call(const Expression& expression, std::vector<NodeId> arguments);
  NodeId in_network(std::vector<NodeId> arguments);
  NodeId column_of_type(NodeId id, DataType type);
  NodeId choose(DataType type, std::vector<NodeId> arguments);
  NodeId coalesce(DataType type, std::vector<NodeId> arguments);
  // Equality of decoded symbols and literals as one of codes; false where it is not that.
  bool compare_symbols(std::string_view function, std::span<const NodeId> arguments,
                       NodeId& result);
  [[nodiscard]] bool is_free_symbol(NodeId id) const;
  void render_into(NodeId id, std::string& out) const;

  Schema input_;
  std::vector<Node> nodes_;
  std::unordered_map<std::string, NodeId> ids_;
};

// The filters and projections of a pipeline over one graph.
struct ComposedSteps {
  std::vector<NodeId> conjuncts;  // a row passes where all of them are true
  std::vector<NodeId> columns;    // behind the last step
  Schema schema;                  // behind the last step
};
ComposedSteps compose(ExpressionGraph& graph, std::span<const Step> steps);

}  // namespace penstock::detail
