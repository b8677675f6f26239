// SPDX-License-Identifier: Apache-2.0
#include "tree_evaluator.h"

#include <cctype>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace penstock::tests {

namespace {

bool truth(const Value& value) {
  return !value.is_null() && std::get<bool>(value.data);
}

int compare(const Value& a, const Value& b) {
  const auto sign = [](auto x, auto y) { return x < y ? -1 : y < x ? 1 : 0; };
  if (const auto* x = std::get_if<std::int64_t>(&a.data)) {
    return sign(*x, std::get<std::int64_t>(b.data));
  }
  if (const auto* x = std::get_if<std::string>(&a.data)) {
    return sign(*x, std::get<std::string>(b.data));
  }
  if (const auto* x = std::get_if<bool>(&a.data)) {
    return sign(static_cast<int>(*x), static_cast<int>(std::get<bool>(b.data)));
  }
  const double x = std::get<double>(a.data);
  const double y = std::get<double>(b.data);
  if (std::isnan(x) || std::isnan(y)) return sign(std::isnan(x) ? 1 : 0, std::isnan(y) ? 1 : 0);
  return sign(x, y);
}

Value in_range(std::int64_t value, DataType type) {
  if (type.id == TypeId::int32 && (value < std::numeric_limits<std::int32_t>::min() ||
                                   value > std::numeric_limits<std::int32_t>::max())) {
    return {};
  }
  return {value};
}

Value integer_arithmetic(char op, std::int64_t a, std::int64_t b, DataType type) {
  std::int64_t result = 0;
  bool overflow = false;
  switch (op) {
    case '+': overflow = __builtin_add_overflow(a, b, &result); break;
    case '-': overflow = __builtin_sub_overflow(a, b, &result); break;
    case '*': overflow = __builtin_mul_overflow(a, b, &result); break;
    default:
      overflow = b == 0 || (a == std::numeric_limits<std::int64_t>::min() && b == -1);
      if (!overflow) result = a / b;
  }
  return overflow ? Value{} : in_range(result, type);
}

Value float_arithmetic(char op, double a, double b) {
  switch (op) {
    case '+': return {a + b};
    case '-': return {a - b};
    case '*': return {a * b};
    default: return b == 0 ? Value{} : Value{a / b};
  }
}

std::string changed_case(std::string text, bool upper) {
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    c = static_cast<char>(upper ? std::toupper(byte) : std::tolower(byte));
  }
  return text;
}

Value text_to_integer(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  const std::size_t end = text.find_last_not_of(' ');
  if (begin == std::string::npos) return {};
  const std::string digits = text.substr(begin, end - begin + 1);
  const std::size_t sign = digits[0] == '-' ? 1 : 0;
  if (digits.find_first_not_of("0123456789", sign) != std::string::npos) return {};
  if (digits.size() == sign) return {};
  try {
    return {std::int64_t{std::stoll(digits)}};
  } catch (const std::out_of_range&) {
    return {};
  }
}

Value cast(const Value& a, DataType from, DataType to) {
  if (a.is_null() || from == to) return a;
  if (is_text(from.id)) {
    return is_text(to.id) ? a : text_to_integer(std::get<std::string>(a.data));
  }
  if (const auto* value = std::get_if<bool>(&a.data)) {
    if (to.id == TypeId::utf8) return {std::string(*value ? "true" : "false")};
    return {std::int64_t{*value ? 1 : 0}};
  }
  if (const auto* value = std::get_if<std::int64_t>(&a.data)) {
    if (to.id == TypeId::utf8) return {std::to_string(*value)};
    if (to.id == TypeId::boolean) return {*value != 0};
    if (to.id == TypeId::float64) return {static_cast<double>(*value)};
    return in_range(*value, to);
  }
  const double rounded = std::nearbyint(std::get<double>(a.data));
  if (!(rounded >= -9223372036854775808.0 && rounded < 9223372036854775808.0)) return {};
  return in_range(static_cast<std::int64_t>(rounded), to);
}

Value logic(bool conjunction, const Value& a, const Value& b) {
  const auto is = [](const Value& v, bool what) {
    return !v.is_null() && std::get<bool>(v.data) == what;
  };
  if (is(a, !conjunction) || is(b, !conjunction)) return {!conjunction};
  if (a.is_null() || b.is_null()) return {};
  return {conjunction};
}

Value call_text_function(const std::string& f, const std::vector<Value>& a) {
  const auto& first = std::get<std::string>(a[0].data);
  if (f == "lower") return {changed_case(first, false)};
  if (f == "upper") return {changed_case(first, true)};
  if (f == "octet_length") return {static_cast<std::int64_t>(first.size())};
  if (f == "||") return {first + std::get<std::string>(a[1].data)};
  if (f == "starts_with") return {first.rfind(std::get<std::string>(a[1].data), 0) == 0};
  if (f == "left") {
    const std::int64_t count = std::get<std::int64_t>(a[1].data);
    const auto size = static_cast<std::int64_t>(first.size());
    const std::int64_t kept = count < 0 ? std::max<std::int64_t>(0, size + count) : count;
    return {first.substr(0, static_cast<std::size_t>(kept))};
  }
  throw std::logic_error("the evaluator does not know " + f);
}

Value call_function(const Expression& e, const std::vector<Value>& a) {
  const std::string& f = e.function;
  if (f == "is null") return {a[0].is_null()};
  if (f == "is true") return {truth(a[0])};
  if (f == "and" || f == "or") return logic(f == "and", a[0], a[1]);
  if (f == "is not distinct from") {
    if (a[0].is_null() || a[1].is_null()) return {a[0].is_null() && a[1].is_null()};
    return {compare(a[0], a[1]) == 0};
  }
  for (const Value& value : a) {
    if (value.is_null()) return {};
  }
  if (f == "not") return {!truth(a[0])};
  if (f == "=") return {compare(a[0], a[1]) == 0};
  if (f == "<>") return {compare(a[0], a[1]) != 0};
  if (f == "<") return {compare(a[0], a[1]) < 0};
  if (f == ">=") return {compare(a[0], a[1]) >= 0};
  if (f.size() == 1) {
    if (e.type.id == TypeId::float64) {
      return float_arithmetic(f[0], std::get<double>(a[0].data), std::get<double>(a[1].data));
    }
    return integer_arithmetic(f[0], std::get<std::int64_t>(a[0].data),
                              std::get<std::int64_t>(a[1].data), e.type);
  }
  return call_text_function(f, a);
}

}  // namespace

Value evaluate(const Expression& e, const Row& row) {
  if (e.kind == Expression::Kind::column) return row[e.column];
  if (e.kind == Expression::Kind::literal) return e.literal;
  std::vector<Value> a;
  for (const Expression& argument : e.arguments) a.push_back(evaluate(argument, row));
  if (e.function == "case") {
    for (std::size_t i = 0; i + 1 < a.size(); i += 2) {
      if (truth(a[i])) return a[i + 1];
    }
    return a.back();
  }
  if (e.function == "coalesce") {
    for (const Value& value : a) {
      if (!value.is_null()) return value;
    }
    return {};
  }
  if (e.function == "cast") return cast(a[0], e.arguments[0].type, e.type);
  return call_function(e, a);
}

Rows evaluate(const std::vector<Step>& steps, Rows rows) {
  for (const Step& step : steps) {
    Rows next;
    for (const Row& row : rows) {
      if (const auto* filter = std::get_if<FilterStep>(&step)) {
        if (truth(evaluate(filter->predicate, row))) next.push_back(row);
      } else {
        Row projected;
        for (const NamedExpression& column : std::get<ProjectStep>(step).columns) {
          projected.push_back(evaluate(column.expression, row));
        }
        next.push_back(std::move(projected));
      }
    }
    rows = std::move(next);
  }
  return rows;
}

}  // namespace penstock::tests
