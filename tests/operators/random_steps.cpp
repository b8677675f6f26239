// SPDX-License-Identifier: Apache-2.0
#include "random_steps.h"

#include <limits>

namespace penstock::tests {

Schema RandomSteps::schema() {
  return {{{"ts", timestamp},
           {"i", int64},
           {"j", int32},
           {"x", float64},
           {"b", boolean},
           {"s", utf8},
           {"y", symbol},
           {"z", utf8}}};
}

Value RandomSteps::value(DataType type) {
  if (below(6) == 0) return {};
  switch (type.id) {
    case TypeId::boolean: return {below(2) == 0};
    case TypeId::int64:
      if (below(12) == 0) return {std::numeric_limits<std::int64_t>::min()};
      if (below(12) == 0) return {std::numeric_limits<std::int64_t>::max()};
      return {static_cast<std::int64_t>(below(9)) - 4};
    case TypeId::int32:
      if (below(12) == 0) return {std::int64_t{std::numeric_limits<std::int32_t>::max()}};
      return {static_cast<std::int64_t>(below(9)) - 4};
    case TypeId::timestamp: return {static_cast<std::int64_t>(below(1000)) - 200};
    case TypeId::interval: return {static_cast<std::int64_t>(below(50))};
    case TypeId::float64: {
      constexpr double inf = std::numeric_limits<double>::infinity();
      constexpr double choices[] = {
          0.0, -0.0, 1.5, -2.5, 3.0, 1e300, inf, -inf, std::numeric_limits<double>::quiet_NaN(),
          0.1};
      return {choices[below(std::size(choices))]};
    }
    default: {
      const char* const choices[] = {"",
                                     "a",
                                     "A",
                                     "Abc",
                                     "abC",
                                     "42",
                                     "-7",
                                     " 13",
                                     "9223372036854775808",
                                     "zz top, and a text that is longer than a short one"};
      return {std::string(choices[below(std::size(choices))])};
    }
  }
}

Rows RandomSteps::rows(std::size_t count) {
  Rows rows(count);
  const Schema of = schema();
  for (Row& row : rows) {
    for (const Field& field : of.fields) row.push_back(value(field.type));
  }
  return rows;
}

Expression RandomSteps::leaf(DataType type, const Schema& schema) {
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < schema.size(); ++i) {
    if (schema.fields[i].type == type) columns.push_back(i);
  }
  if (columns.empty() || below(4) == 0) return literal(value(type), type);
  return column_reference(columns[below(columns.size())], type);
}

Expression RandomSteps::boolean_call(const Schema& schema, int depth) {
  const auto sub = [&](DataType type) { return expression(type, schema, depth - 1); };
  const DataType compared[] = {int64, int32, float64, utf8, utf8, symbol, timestamp, boolean};
  const DataType type = compared[below(std::size(compared))];
  const char* const ordered[] = {"=", "<>", "<", ">=", "is not distinct from"};
  const char* const equality[] = {"=", "<>", "is not distinct from"};
  switch (below(8)) {
    case 0: return function("and", boolean, {sub(boolean), sub(boolean)});
    case 1: return function("or", boolean, {sub(boolean), sub(boolean)});
    case 2: return function("not", boolean, {sub(boolean)});
    case 3: return function("is null", boolean, {sub(type)});
    case 4: return function("is true", boolean, {sub(boolean)});
    case 5: return function("starts_with", boolean, {sub(utf8), sub(utf8)});
    default:
      if (type == symbol) return function(equality[below(3)], boolean, {sub(type), sub(type)});
      return function(ordered[below(5)], boolean, {sub(type), sub(type)});
  }
}

Expression RandomSteps::integer_call(const Schema& schema, int depth) {
  const auto sub = [&](DataType type) { return expression(type, schema, depth - 1); };
  const char* const arithmetic[] = {"+", "-", "*", "/"};
  switch (below(6)) {
    case 0: return function("cast", int64, {sub(int32)});
    case 1: return function("cast", int64, {sub(utf8)});
    case 2: return function("cast", int64, {sub(float64)});
    case 3: return function("cast", int64, {function("octet_length", int32, {sub(utf8)})});
    default: return function(arithmetic[below(4)], int64, {sub(int64), sub(int64)});
  }
}

Expression RandomSteps::text_call(const Schema& schema, int depth) {
  const auto sub = [&](DataType type) { return expression(type, schema, depth - 1); };
  switch (below(7)) {
    case 0: return function("lower", utf8, {sub(utf8)});
    case 1: return function("upper", utf8, {sub(utf8)});
    case 2: return function("||", utf8, {sub(utf8), sub(utf8)});
    case 3: return function("left", utf8, {sub(utf8), sub(int32)});
    case 4: return function("cast", utf8, {sub(below(2) == 0 ? int64 : boolean)});
    default: return function("cast", utf8, {sub(symbol)});
  }
}

Expression RandomSteps::expression(DataType type, const Schema& schema, int depth) {
  if (depth <= 0 || below(5) == 0) return leaf(type, schema);
  const auto sub = [&](DataType of) { return expression(of, schema, depth - 1); };
  if (below(6) == 0) {
    std::vector<Expression> arguments;
    for (std::size_t i = below(2); i < 2; ++i) {
      arguments.push_back(sub(boolean));
      arguments.push_back(sub(type));
    }
    arguments.push_back(sub(type));
    return function("case", type, std::move(arguments));
  }
  if (below(8) == 0) return function("coalesce", type, {sub(type), sub(type), sub(type)});
  const char* const arithmetic[] = {"+", "-", "*", "/"};
  switch (type.id) {
    case TypeId::boolean: return boolean_call(schema, depth);
    case TypeId::int64: return integer_call(schema, depth);
    case TypeId::int32:
      if (below(2) == 0) return function("octet_length", int32, {sub(utf8)});
      return function(arithmetic[below(4)], int32, {sub(int32), sub(int32)});
    case TypeId::float64:
      if (below(3) == 0) return function("cast", float64, {sub(int64)});
      return function(arithmetic[below(4)], float64, {sub(float64), sub(float64)});
    case TypeId::timestamp:
      return function(below(2) == 0 ? "+" : "-", timestamp, {sub(timestamp), sub(interval)});
    case TypeId::utf8: return text_call(schema, depth);
    default: return leaf(type, schema);
  }
}

std::vector<Step> RandomSteps::steps(Schema& schema, std::size_t most) {
  const DataType types[] = {timestamp, int64, int32, float64, boolean, utf8, utf8, symbol};
  std::vector<Step> steps;
  for (std::size_t i = below(most + 1); i > 0; --i) {
    if (below(2) == 0) {
      steps.emplace_back(FilterStep{expression(boolean, schema, 4)});
      continue;
    }
    ProjectStep project;
    Schema next;
    const std::size_t columns = 1 + below(5);
    for (std::size_t c = 0; c < columns; ++c) {
      const DataType type = types[below(std::size(types))];
      const std::string name = "c" + std::to_string(c);
      project.columns.push_back({name, expression(type, schema, 3)});
      next.fields.push_back({name, type});
    }
    steps.emplace_back(std::move(project));
    schema = std::move(next);
  }
  return steps;
}

}  // namespace penstock::tests
