// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "converter.h"

namespace penstock::detail {
namespace {

using Kind = ast::Expression::Kind;

// The names that the grammar gives to types with a syntax of their own.
struct GrammarType {
  std::string_view internal;
  std::string_view sql;
};
constexpr std::array grammar_types = {GrammarType{"bool", "boolean"},
                                      GrammarType{"int2", "smallint"},
                                      GrammarType{"int4", "integer"},
                                      GrammarType{"int8", "bigint"},
                                      GrammarType{"float4", "real"},
                                      GrammarType{"float8", "double precision"},
                                      GrammarType{"bpchar", "char"},
                                      GrammarType{"timestamptz", "timestamp with time zone"},
                                      GrammarType{"timetz", "time with time zone"},
                                      GrammarType{"varbit", "bit varying"}};

// INTERVAL '5' SECOND: the unit as the grammar's bit mask.
struct IntervalField {
  std::int64_t mask;
  const char* unit;
};
constexpr std::array interval_fields = {
    IntervalField{1 << 2, "year"},    IntervalField{1 << 1, "month"},
    IntervalField{1 << 3, "day"},     IntervalField{1 << 10, "hour"},
    IntervalField{1 << 11, "minute"}, IntervalField{1 << 12, "second"}};

constexpr std::int64_t full_range = 0x7FFF;

bool is_plain_number(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return false;
  text = text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
  if (text.front() == '-' || text.front() == '+') text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::size_t digits = text.size() - (point == std::string_view::npos ? 0 : 1);
  return digits > 0 && text.find_first_not_of("0123456789.") == std::string_view::npos &&
         text.find('.', point == std::string_view::npos ? 0 : point + 1) == std::string_view::npos;
}

std::vector<std::int64_t> integers_of(const Object& type) {
  std::vector<std::int64_t> values;
  for (const Element& element : list_of(type, "typmods")) {
    const Object constant = unwrap(element).fields;
    const auto value = object_of(constant, "ival");
    // -1 stands for what is not an integer.
    values.push_back(value ? integer_of(*value, "ival", 0) : -1);
  }
  return values;
}

// CHAR and BIT alone have a length of 1 that nobody wrote.
bool is_written(const Object& type) {
  for (const Element& element : list_of(type, "typmods")) {
    if (integer_of(unwrap(element).fields, "location", -1) >= 0) return true;
  }
  return false;
}

bool is_interval(const Object& type) {
  const std::vector<std::string> names = names_of(type, "names");
  return names.size() == 2 && names[0] == "pg_catalog" && names[1] == "interval";
}

}  // namespace

std::string Converter::type_name(const Object& type, Context context) const {
  const Context here = at(type, context);
  const std::vector<std::string> names = names_of(type, "names");
  const bool of_grammar = names.size() == 2 && names[0] == "pg_catalog";
  if (names.empty() || (names.size() > 1 && !of_grammar)) {
    refuse("names of types have no schema: write the type's name alone", here.place);
  }
  if (flag_of(type, "setof") || flag_of(type, "pct_type")) {
    refuse("SETOF and %TYPE are not supported; write the type itself", here.place);
  }
  if (has(type, "arrayBounds")) {
    refuse("arrays are not supported; write one column an element", here.place);
  }
  std::string name = names.back();
  if (of_grammar) {
    for (const GrammarType& known : grammar_types) {
      if (name == known.internal) name = known.sql;
    }
  }
  return name + type_modifiers(type, name, here);
}

std::string Converter::type_modifiers(const Object& type, const std::string& name,
                                      Context context) const {
  if (!has(type, "typmods") || !is_written(type)) return {};
  if (name.starts_with("timestamp") || name.starts_with("time") || name == "interval") {
    refuse("a precision of '" + name + "' is not supported: times are in nanoseconds; leave it out",
           context.place);
  }
  if (name == "varchar" || name == "char" || name == "text") {
    refuse("a length of '" + name + "' is not supported; write text", context.place);
  }
  if (name == "numeric" || name == "bit" || name == "bit varying") {
    refuse("'" + name + "' with a precision is not supported; write double precision or bigint",
           context.place);
  }
  std::string modifiers;
  for (const std::int64_t value : integers_of(type)) {
    if (value < 0) refuse("what is in the brackets of a type must be integers", context.place);
    modifiers += (modifiers.empty() ? "(" : ",") + std::to_string(value);
  }
  return modifiers + ")";
}

ast::Expression Converter::cast(const Object& node, Context context) {
  const Object type = object_of(node, "typeName").value_or(Object());
  // Literals like TIMESTAMP '…' have no location of their own; their type begins them.
  if (integer_of(node, "location", -1) < 0) context = at(type, context);
  const auto value = node_of(node, "arg");
  if (value && value->kind == "A_Const" && is_interval(type) && !has(type, "arrayBounds")) {
    if (const auto string = object_of(value->fields, "sval")) {
      return interval(type, std::string(text_of(*string, "sval")), context);
    }
  }
  ast::Expression made = make(Kind::cast, context.place);
  made.type_name = type_name(type, context);
  made.arguments.push_back(required_expression(node, "arg", context));
  return made;
}

ast::Expression Converter::interval(const Object& type, std::string text, Context context) const {
  ast::Expression made = make(Kind::interval, context.place);
  made.text = std::move(text);
  const std::vector<std::int64_t> modifiers = integers_of(type);
  if (modifiers.empty()) return made;
  if (modifiers.size() > 1 || modifiers[0] == full_range) {
    refuse("a precision of an interval is not supported: times are in nanoseconds; leave it out",
           context.place);
  }
  for (const IntervalField& field : interval_fields) {
    if (field.mask != modifiers[0]) continue;
    if (!is_plain_number(made.text)) {
      refuse("before a unit the quotes hold one number: INTERVAL '5' " + std::string(field.unit) +
                 "; or write all inside of them: INTERVAL '1 day "
                 "02:03:04'",
             context.place);
    }
    made.text += std::string(" ") + field.unit;
    return made;
  }
  refuse("INTERVAL … TO … is not supported; write INTERVAL '1 day 02:03:04'", context.place);
}

}  // namespace penstock::detail
