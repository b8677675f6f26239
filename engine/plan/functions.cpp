// SPDX-License-Identifier: Apache-2.0
#include <penstock/plan/functions.h>

#include <algorithm>
#include <map>
#include <utility>

#include "function_table.h"

namespace penstock {

namespace detail {

void FunctionTable::kernel(std::string_view name, std::initializer_list<DataType> arguments,
                           DataType result, Op op, Text text, std::int32_t immediate) {
  ScalarFunction function;
  function.name = name;
  function.arguments = arguments;
  function.result = result;
  function.op = op;
  function.immediate = immediate;
  function.summary = text.summary;
  function.example = text.example;
  functions_.push_back(std::move(function));
}

void FunctionTable::row(std::string_view name, std::initializer_list<DataType> arguments,
                        DataType result, RowFunction row_function, Text text) {
  ScalarFunction function;
  function.name = name;
  function.arguments = arguments;
  function.result = result;
  function.row_function = row_function;
  function.summary = text.summary;
  function.example = text.example;
  functions_.push_back(std::move(function));
}

void FunctionTable::row_with_nulls(std::string_view name, std::initializer_list<DataType> arguments,
                                   DataType result, RowFunction row_function, Text text) {
  row(name, arguments, result, row_function, text);
  functions_.back().null_if_any_null = false;
}

namespace {

struct Functions {
  std::vector<ScalarFunction> all;
  std::map<std::string_view, std::vector<const ScalarFunction*>> by_name;
};

Functions make_functions() {
  FunctionTable table;
  add_operators(table);
  add_math_functions(table);
  add_text_functions(table);
  add_case_functions(table);
  add_piece_functions(table);
  add_like_functions(table);
  add_time_functions(table);
  add_network_functions(table);
  Functions result;
  result.all = std::move(table.functions());
  for (const ScalarFunction& function : result.all) {
    result.by_name[function.name].push_back(&function);
  }
  return result;
}

const Functions& functions() {
  static const Functions table = make_functions();
  return table;
}

}  // namespace

std::vector<const ScalarFunction*> functions_named(std::string_view name) {
  const auto found = functions().by_name.find(name);
  if (found == functions().by_name.end()) return {};
  return found->second;
}

}  // namespace detail

const ScalarFunction* find_function(std::string_view name, std::span<const DataType> arguments) {
  const auto found = detail::functions().by_name.find(name);
  if (found == detail::functions().by_name.end()) return nullptr;
  for (const ScalarFunction* function : found->second) {
    if (std::equal(arguments.begin(), arguments.end(), function->arguments.begin(),
                   function->arguments.end())) {
      return function;
    }
  }
  return nullptr;
}

std::span<const ScalarFunction> all_functions() {
  return detail::functions().all;
}

}  // namespace penstock
