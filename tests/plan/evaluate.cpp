// SPDX-License-Identifier: Apache-2.0
#include "evaluate.h"

#include <bit>
#include <cstring>
#include <stdexcept>
#include <vector>

#include <penstock/kernels/backend.h>
#include <penstock/plan/casts.h>
#include <penstock/plan/functions.h>

#include "fake_catalog.h"

namespace penstock {

namespace {

Datum to_datum(const Value& value, DataType type) {
  Datum datum;
  datum.is_null = value.is_null();
  if (datum.is_null) return datum;
  if (type.id == TypeId::boolean) {
    datum.boolean = std::get<bool>(value.data);
  } else if (is_float(type.id)) {
    datum.real = std::get<double>(value.data);
  } else if (is_unsigned_integer(type.id)) {
    datum.unsigned_integer = std::get<std::uint64_t>(value.data);
  } else if (is_text(type.id)) {
    datum.text = std::get<std::string>(value.data);
  } else if (is_bytes(type.id)) {
    datum.bytes = std::get<Bytes16>(value.data);
  } else {
    datum.integer = std::get<std::int64_t>(value.data);
  }
  return datum;
}

Value to_value(const Datum& datum, DataType type) {
  if (datum.is_null) return {};
  if (type.id == TypeId::boolean) return {datum.boolean};
  if (is_float(type.id)) return {datum.real};
  if (is_unsigned_integer(type.id)) return {datum.unsigned_integer};
  if (is_text(type.id)) return {std::string(datum.text)};
  if (is_bytes(type.id)) return {datum.bytes};
  return {datum.integer};
}

Constant to_constant(const Value& value, DataType type) {
  Constant constant;
  constant.type = type;
  constant.is_null = value.is_null();
  if (constant.is_null) return constant;
  std::uint64_t word = 0;
  if (const auto* flag = std::get_if<bool>(&value.data)) {
    word = *flag ? 1 : 0;
  } else if (const auto* whole = std::get_if<std::int64_t>(&value.data)) {
    word = static_cast<std::uint64_t>(*whole);
  } else if (const auto* natural = std::get_if<std::uint64_t>(&value.data)) {
    word = *natural;
  } else if (const auto* real = std::get_if<double>(&value.data)) {
    word = std::bit_cast<std::uint64_t>(*real);
  } else {
    constant.bits = std::get<Bytes16>(value.data);
    return constant;
  }
  std::memcpy(constant.bits.bytes.data(), &word, sizeof word);
  return constant;
}

Value run_kernel(Op op, DataType result, const std::vector<Value>& values,
                 const std::vector<DataType>& argument_types, std::int32_t immediate) {
  KernelPlan plan;
  Instruction last{op, result, no_register, no_register, no_register, immediate};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto index = static_cast<Register>(i);
    plan.constants.push_back(to_constant(values[i], argument_types[i]));
    plan.instructions.push_back(
        {Op::constant, argument_types[i], index, no_register, no_register, 0});
    (i == 0 ? last.a : i == 1 ? last.b : last.c) = index;
  }
  plan.instructions.push_back(last);
  plan.outputs = {static_cast<Register>(values.size())};
  const auto program = make_backend("reference")->compile(plan);
  const auto lane = program->new_lane();
  MapResult mapped;
  mapped.columns.emplace_back(result, 64);
  mapped.selected.resize(64);
  BatchView batch;
  batch.rows = 1;
  program->map(*lane, batch, mapped);
  lane->wait();
  return value_at(mapped.columns[0].view(), 0);
}

Value run_row(RowFunction function, bool null_if_any_null, const std::vector<Value>& values,
              const std::vector<DataType>& argument_types, DataType result_type) {
  std::vector<Datum> arguments;
  for (std::size_t i = 0; i < values.size(); ++i) {
    arguments.push_back(to_datum(values[i], argument_types[i]));
    if (arguments.back().is_null && null_if_any_null) return {};
  }
  Datum result;
  std::string scratch;
  function(arguments, result, scratch);
  return to_value(result, result_type);
}

Value call_function(const Expression& e, std::vector<Value> values) {
  std::vector<DataType> types;
  for (const Expression& argument : e.arguments) types.push_back(argument.type);
  if (e.function == "cast") {
    if (types[0] == e.type) return values[0];
    const RowFunction cast = cast_row_function(types[0], e.type);
    if (cast != nullptr) return run_row(cast, true, values, types, e.type);
    return run_kernel(Op::cast, e.type, values, types, 0);
  }
  const ScalarFunction* function = find_function(e.function, types);
  if (function == nullptr) throw std::runtime_error("no function " + e.function);
  if (function->row_function != nullptr) {
    return run_row(function->row_function, function->null_if_any_null, values, types, e.type);
  }
  std::int32_t immediate = function->immediate;
  if (e.function == "ip in network") {
    immediate = static_cast<std::int32_t>(std::get<std::int64_t>(values[2].data));
    values.pop_back();
  }
  return run_kernel(*function->op, e.type, values, types, immediate);
}

}  // namespace

Value evaluate(const Expression& expression) {
  if (expression.kind == Expression::Kind::literal) return expression.literal;
  if (expression.kind == Expression::Kind::column) throw std::runtime_error("a column");
  std::vector<Value> values;
  for (const Expression& argument : expression.arguments) values.push_back(evaluate(argument));
  if (expression.function == "case") {
    for (std::size_t i = 0; i + 1 < values.size(); i += 2) {
      if (values[i] == Value{true}) return values[i + 1];
    }
    return values.back();
  }
  if (expression.function == "coalesce") {
    for (const Value& value : values) {
      if (!value.is_null()) return value;
    }
    return {};
  }
  return call_function(expression, std::move(values));
}

std::string evaluate_sql(std::string_view sql) {
  const Expression expression = bind_expression(sql);
  const Value value = evaluate(expression);
  return value.is_null() ? "NULL" : to_string(value, expression.type);
}

}  // namespace penstock
