// SPDX-License-Identifier: Apache-2.0
#include "kernel_lowering.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <unordered_set>

#include <penstock/kernels/error.h>

namespace penstock::detail {

namespace {

template <class T>
void put(Constant& constant, T value) {
  std::memcpy(constant.bits.bytes.data(), &value, sizeof value);
}

}  // namespace

KernelLowering::KernelLowering(const ExpressionGraph& graph, SymbolTable& symbols)
    : graph_(graph), symbols_(symbols) {}

Register KernelLowering::append(const Instruction& instruction) {
  if (plan_.instructions.size() + 1 >= no_register) {
    throw Error(ErrorCode::unsupported,
                "the expressions of a query need more than 65534 operations; split the query");
  }
  plan_.instructions.push_back(instruction);
  return static_cast<Register>(plan_.instructions.size() - 1);
}

std::uint16_t KernelLowering::input(NodeId id) {
  const auto [place, is_new] =
      input_of_.try_emplace(id, static_cast<std::uint16_t>(inputs_.size()));
  if (is_new) {
    inputs_.push_back(id);
    plan_.inputs.push_back(graph_[id].type);
  }
  return place->second;
}

std::uint16_t KernelLowering::constant(const Node& node) {
  Constant constant;
  constant.type = node.type;
  constant.is_null = node.literal.is_null();
  if (const auto* boolean = std::get_if<bool>(&node.literal.data)) {
    put(constant, std::uint64_t{*boolean});
  } else if (const auto* integer = std::get_if<std::int64_t>(&node.literal.data)) {
    put(constant, *integer);
  } else if (const auto* number = std::get_if<std::uint64_t>(&node.literal.data)) {
    put(constant, *number);
  } else if (const auto* real = std::get_if<double>(&node.literal.data)) {
    put(constant, *real);
  } else if (const auto* text = std::get_if<std::string>(&node.literal.data)) {
    put(constant, symbols_.pin(*text));
  } else if (const auto* bytes = std::get_if<Bytes16>(&node.literal.data)) {
    constant.bits = *bytes;
  }
  plan_.constants.push_back(constant);
  return static_cast<std::uint16_t>(plan_.constants.size() - 1);
}

Register KernelLowering::lower_node(NodeId id) {
  const Node& node = graph_[id];
  PENSTOCK_ASSERT(node.type.id != TypeId::utf8);
  Instruction instruction;
  instruction.type = node.type;
  switch (node.kind) {
    case Node::Kind::column:
    case Node::Kind::row:
      instruction.op = Op::load;
      instruction.a = input(id);
      break;
    case Node::Kind::literal:
      instruction.op = Op::constant;
      instruction.a = constant(node);
      break;
    case Node::Kind::kernel: {
      const std::vector<NodeId>& arguments = node.arguments;
      instruction.op = node.op;
      instruction.immediate = node.immediate;
      PENSTOCK_ASSERT(!arguments.empty() && arguments.size() <= 3);
      instruction.a = registers_.at(arguments[0]);
      if (arguments.size() > 1) instruction.b = registers_.at(arguments[1]);
      if (arguments.size() > 2) instruction.c = registers_.at(arguments[2]);
      break;
    }
  }
  return append(instruction);
}

Register KernelLowering::lower(NodeId id) {
  std::vector<NodeId> open{id};
  std::vector<NodeId> needed;
  std::unordered_set<NodeId> seen;
  while (!open.empty()) {
    const NodeId current = open.back();
    open.pop_back();
    if (registers_.contains(current) || !seen.insert(current).second) continue;
    needed.push_back(current);
    if (graph_[current].kind != Node::Kind::kernel) continue;
    for (const NodeId argument : graph_[current].arguments) open.push_back(argument);
  }
  std::sort(needed.begin(), needed.end());  // arguments first
  for (const NodeId current : needed) registers_.emplace(current, lower_node(current));
  return registers_.at(id);
}

Register KernelLowering::lower_filter(std::span<const NodeId> conjuncts) {
  Register filter = no_register;
  for (const NodeId id : conjuncts) {
    const Register condition = lower(id);
    if (filter == no_register) {
      filter = condition;
      continue;
    }
    Instruction both;
    both.op = Op::logical_and;
    both.type = {TypeId::boolean, 0};
    both.a = filter;
    both.b = condition;
    filter = append(both);
  }
  return filter;
}

}  // namespace penstock::detail
