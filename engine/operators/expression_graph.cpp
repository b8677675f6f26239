// SPDX-License-Identifier: Apache-2.0
#include "expression_graph.h"

#include <algorithm>
#include <bit>
#include <utility>

#include <penstock/kernels/error.h>
#include <penstock/plan/casts.h>

#include "datum_access.h"
#include "row_functions.h"

namespace penstock::detail {

namespace {

template <class T>
void append_bytes(std::string& key, const T& value) {
  key.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// What makes two nodes the same value, as bytes: −0 and +0 differ, as they do in arithmetic.
std::string key_of(const Node& node) {
  std::string key;
  append_bytes(key, node.kind);
  append_bytes(key, node.type.id);
  append_bytes(key, node.type.width_bytes);
  switch (node.kind) {
    case Node::Kind::column: append_bytes(key, node.column); break;
    case Node::Kind::literal: {
      append_bytes(key, node.literal.data.index());
      if (const auto* boolean = std::get_if<bool>(&node.literal.data)) append_bytes(key, *boolean);
      if (const auto* i = std::get_if<std::int64_t>(&node.literal.data)) append_bytes(key, *i);
      if (const auto* u = std::get_if<std::uint64_t>(&node.literal.data)) append_bytes(key, *u);
      if (const auto* real = std::get_if<double>(&node.literal.data)) append_bytes(key, *real);
      if (const auto* text = std::get_if<std::string>(&node.literal.data)) key += *text;
      if (const auto* b = std::get_if<Bytes16>(&node.literal.data)) append_bytes(key, b->bytes);
      break;
    }
    case Node::Kind::kernel:
      append_bytes(key, node.op);
      append_bytes(key, node.immediate);
      break;
    case Node::Kind::row: append_bytes(key, node.function); break;
  }
  for (const NodeId argument : node.arguments) append_bytes(key, argument);
  return key;
}

constexpr DataType utf8{TypeId::utf8, 0};
constexpr DataType symbol{TypeId::symbol, 0};
constexpr DataType boolean{TypeId::boolean, 0};

// Casts that kernels do; the list is that of Op::cast.
bool kernel_casts(TypeId from, TypeId to) {
  const auto is_time = [](TypeId id) { return id == TypeId::timestamp || id == TypeId::interval; };
  if (is_numeric(from) && is_numeric(to)) return true;
  if (from == TypeId::boolean) return is_numeric(to);
  if (to == TypeId::boolean) return is_integer(from);
  return (is_time(from) && to == TypeId::int64) || (from == TypeId::int64 && is_time(to));
}

std::string signature(std::string_view name, const std::vector<DataType>& types) {
  std::string text = "'" + std::string(name) + "' of (";
  for (std::size_t i = 0; i < types.size(); ++i) text += (i == 0 ? "" : ", ") + to_string(types[i]);
  return text + ")";
}

}  // namespace

ExpressionGraph::ExpressionGraph(const Schema& input) : input_(input) {}

NodeId ExpressionGraph::intern(Node node) {
  const auto [place, is_new] = ids_.try_emplace(key_of(node), static_cast<NodeId>(nodes_.size()));
  if (is_new) nodes_.push_back(std::move(node));
  return place->second;
}

NodeId ExpressionGraph::column(std::size_t index) {
  PENSTOCK_ASSERT(index < input_.size());
  Node node;
  node.kind = Node::Kind::column;
  node.type = input_.fields[index].type;
  node.column = index;
  return intern(std::move(node));
}

NodeId ExpressionGraph::literal(Value value, DataType type) {
  Node node;
  node.kind = Node::Kind::literal;
  node.type = type;
  node.literal = std::move(value);
  return intern(std::move(node));
}

NodeId ExpressionGraph::kernel(Op op, DataType type, std::vector<NodeId> arguments,
                               std::int32_t immediate) {
  Node node;
  node.kind = Node::Kind::kernel;
  node.type = type;
  node.op = op;
  node.immediate = immediate;
  node.arguments = std::move(arguments);
  return intern(std::move(node));
}

// A call over literals alone is made now: CAST('2026-01-01' AS timestamp) costs no row anything.
NodeId ExpressionGraph::row(std::string_view name, RowFunction function, bool null_if_any_null,
                            DataType type, std::vector<NodeId> arguments) {
  std::vector<Datum> values;
  bool any_null = false;
  for (const NodeId id : arguments) {
    const Node& argument = nodes_[id];
    if (argument.kind != Node::Kind::literal) break;
    values.push_back(to_datum(argument.literal, argument.type));
    any_null = any_null || values.back().is_null;
  }
  if (!arguments.empty() && values.size() == arguments.size()) {
    Datum result;
    std::string scratch;
    result.is_null = any_null && null_if_any_null;
    if (!result.is_null) function(values, result, scratch);
    return literal(to_value(result, type), type);
  }
  Node node;
  node.kind = Node::Kind::row;
  node.type = type;
  node.function = function;
  node.null_if_any_null = null_if_any_null;
  node.name = name;
  node.arguments = std::move(arguments);
  return intern(std::move(node));
}

bool ExpressionGraph::decodes_symbol(NodeId id) const {
  const Node& node = nodes_[id];
  return node.kind == Node::Kind::row && node.function == copy_text &&
         nodes_[node.arguments[0]].type.id == TypeId::symbol;
}

bool ExpressionGraph::is_free_symbol(NodeId id) const {
  std::vector<NodeId> open{id};
  while (!open.empty()) {
    const Node& node = nodes_[open.back()];
    const NodeId current = open.back();
    open.pop_back();
    if (node.kind == Node::Kind::literal || node.type.id == TypeId::symbol ||
        decodes_symbol(current)) {
      continue;
    }
    const bool cases = node.kind == Node::Kind::row && node.function == case_text;
    const bool coalesces = node.kind == Node::Kind::row && node.function == coalesce_text;
    if (!cases && !coalesces) return false;
    const std::size_t count = node.arguments.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (coalesces || i % 2 == 1 || i + 1 == count) open.push_back(node.arguments[i]);
    }
  }
  return true;
}

NodeId ExpressionGraph::as_symbol(NodeId id) {
  const Node node = nodes_[id];
  PENSTOCK_ASSERT(is_text(node.type.id));
  if (node.type.id == TypeId::symbol) return id;
  if (node.kind == Node::Kind::literal) return literal(node.literal, symbol);
  if (decodes_symbol(id)) return node.arguments[0];
  if (!is_free_symbol(id)) return row("symbol", copy_text, true, symbol, {id});
  std::vector<NodeId> arguments = node.arguments;
  const bool cases = node.function == case_text;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!cases || i % 2 == 1 || i + 1 == arguments.size()) arguments[i] = as_symbol(arguments[i]);
  }
  return cases ? choose(symbol, std::move(arguments)) : coalesce(symbol, std::move(arguments));
}

NodeId ExpressionGraph::choose(DataType type, std::vector<NodeId> arguments) {
  if (type.id == TypeId::utf8) return row("case", case_text, false, type, std::move(arguments));
  NodeId result = arguments.back();
  for (std::size_t i = arguments.size() - 1; i >= 2; i -= 2) {
    result = kernel(Op::select, type, {arguments[i - 2], arguments[i - 1], result});
  }
  return result;
}

NodeId ExpressionGraph::coalesce(DataType type, std::vector<NodeId> arguments) {
  if (arguments.size() == 1) return arguments[0];
  if (type.id == TypeId::utf8) {
    return row("coalesce", coalesce_text, false, type, std::move(arguments));
  }
  NodeId result = arguments.back();
  for (std::size_t i = arguments.size() - 1; i-- > 0;) {
    result = kernel(Op::coalesce, type, {arguments[i], result});
  }
  return result;
}

NodeId ExpressionGraph::cast(NodeId id, DataType to) {
  const Node node = nodes_[id];
  const DataType from = node.type;
  if (from == to) return id;
  if (node.kind == Node::Kind::literal && node.literal.is_null()) return literal({}, to);
  if (to.id == TypeId::symbol) return as_symbol(cast(id, utf8));
  if (kernel_casts(from.id, to.id)) return kernel(Op::cast, to, {id});
  const RowFunction function =
      from.id == TypeId::symbol && to.id == TypeId::utf8 ? copy_text : cast_row_function(from, to);
  if (function != nullptr) return row("cast to " + to_string(to), function, true, to, {id});
  throw Error(ErrorCode::type_mismatch,
              "there is no cast from " + to_string(from) + " to " + to_string(to));
}

NodeId ExpressionGraph::is_null(NodeId id) {
  if (decodes_symbol(id)) return is_null(nodes_[id].arguments[0]);
  if (nodes_[id].type.id != TypeId::utf8) return kernel(Op::is_null, boolean, {id});
  return row("is null", is_null_text, false, boolean, {id});
}

bool ExpressionGraph::compare_symbols(std::string_view function, std::span<const NodeId> arguments,
                                      NodeId& result) {
  const bool distinct = function == "is distinct from";
  const bool equal = function == "=";
  if (!equal && !distinct && function != "<>" && function != "is not distinct from") return false;
  if (arguments.size() != 2) return false;
  bool any_symbol = false;
  for (const NodeId id : arguments) {
    const Node& node = nodes_[id];
    const bool is_symbol = node.type.id == TypeId::symbol || decodes_symbol(id);
    const bool is_literal = node.kind == Node::Kind::literal && is_text(node.type.id);
    if (!is_symbol && !is_literal) return false;
    any_symbol = any_symbol || is_symbol;
  }
  if (!any_symbol) return false;
  const NodeId a = as_symbol(arguments[0]);
  const NodeId b = as_symbol(arguments[1]);
  const Op op = equal ? Op::equal : function == "<>" ? Op::not_equal : Op::is_not_distinct;
  result = kernel(op, boolean, {a, b});
  if (distinct) result = kernel(Op::logical_not, boolean, {result});
  return true;
}

// The prefix length is an argument of the function and part of the instruction.
NodeId ExpressionGraph::in_network(std::vector<NodeId> arguments) {
  const auto* bits = std::get_if<std::int64_t>(&nodes_[arguments.back()].literal.data);
  if (arguments.size() != 3 || bits == nullptr || *bits < 0 || *bits > 128) {
    throw Error(ErrorCode::internal, "the plan asks for a network without a prefix length");
  }
  const auto prefix = static_cast<std::int32_t>(*bits);
  arguments.pop_back();
  return kernel(Op::ip_in_network, boolean, std::move(arguments), prefix);
}

NodeId ExpressionGraph::call(const Expression& expression, std::vector<NodeId> arguments) {
  const std::string& name = expression.function;
  const bool empty = arguments.empty();
  if (name == "case" && arguments.size() % 2 == 1) {
    return choose(expression.type, std::move(arguments));
  }
  if (name == "coalesce" && !empty) return coalesce(expression.type, std::move(arguments));
  if (name == "cast" && arguments.size() == 1) return cast(arguments[0], expression.type);
  NodeId result = 0;
  if (compare_symbols(name, arguments, result)) return result;
  std::vector<DataType> types;
  for (const NodeId id : arguments) types.push_back(nodes_[id].type);
  const ScalarFunction* function = find_function(name, types);
  if (function == nullptr || (!function->op && function->row_function == nullptr)) {
    throw Error(ErrorCode::internal,
                "the plan calls the function " + signature(name, types) + ", which does not exist");
  }
  if (name == "is null" && decodes_symbol(arguments[0])) return is_null(arguments[0]);
  if (function->op == Op::ip_in_network) return in_network(std::move(arguments));
  if (function->op) {
    return kernel(*function->op, expression.type, std::move(arguments), function->immediate);
  }
  return row(name, function->row_function, function->null_if_any_null, expression.type,
             std::move(arguments));
}

// Behind an aggregation texts are symbols, where the steps that follow were bound to texts.
NodeId ExpressionGraph::column_of_type(NodeId id, DataType type) {
  if (nodes_[id].type == type) return id;
  const bool texts = is_text(nodes_[id].type.id) && is_text(type.id);
  if (!texts) {
    throw Error(ErrorCode::internal, "the plan reads a column of " + to_string(nodes_[id].type) +
                                         " as " + to_string(type));
  }
  return cast(id, type);
}

// With a stack of its own: chains of some ten thousand terms are legal.
NodeId ExpressionGraph::add(const Expression& expression, std::span<const NodeId> columns) {
  struct Frame {
    const Expression* expression;
    std::vector<NodeId> arguments;
  };
  std::vector<Frame> frames;
  frames.push_back({&expression, {}});
  while (true) {
    Frame& frame = frames.back();
    const Expression& e = *frame.expression;
    if (e.kind == Expression::Kind::call && frame.arguments.size() < e.arguments.size()) {
      const Expression* next = &e.arguments[frame.arguments.size()];
      frames.push_back({next, {}});
      continue;
    }
    NodeId id = 0;
    switch (e.kind) {
      case Expression::Kind::column:
        if (e.column >= columns.size()) {
          throw Error(ErrorCode::internal, "the plan reads column " + std::to_string(e.column) +
                                               " of a step with " + std::to_string(columns.size()));
        }
        id = column_of_type(columns[e.column], e.type);
        break;
      case Expression::Kind::literal: id = literal(e.literal, e.type); break;
      case Expression::Kind::call: id = call(e, std::move(frame.arguments)); break;
    }
    frames.pop_back();
    if (frames.empty()) return id;
    frames.back().arguments.push_back(id);
  }
}

void ExpressionGraph::render_into(NodeId id, std::string& out) const {
  constexpr std::size_t longest = 60;
  if (out.size() > longest) return;
  const Node& node = nodes_[id];
  switch (node.kind) {
    case Node::Kind::column: out += input_.fields[node.column].name; return;
    case Node::Kind::literal:
      if (node.literal.is_null()) {
        out += "NULL";
      } else if (is_text(node.type.id)) {
        out += "'" + std::get<std::string>(node.literal.data) + "'";
      } else {
        out += to_string(node.literal, node.type);
      }
      return;
    case Node::Kind::kernel: out += to_string(node.op); break;
    case Node::Kind::row: out += node.name; break;
  }
  out += '(';
  for (std::size_t i = 0; i < node.arguments.size() && out.size() <= longest; ++i) {
    if (i > 0) out += ", ";
    render_into(node.arguments[i], out);
  }
  out += ')';
}

std::string ExpressionGraph::render(NodeId id) const {
  constexpr std::size_t shown = 57;
  std::string text;
  render_into(id, text);
  if (text.size() > shown + 3) {
    std::size_t end = shown;  // not inside of a character
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text = text.substr(0, end) + "...";
  }
  return text;
}

}  // namespace penstock::detail
