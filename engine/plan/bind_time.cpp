// SPDX-License-Identifier: Apache-2.0
#include "bind_time.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "bind_expression.h"
#include "coercion.h"
#include "function_table.h"

namespace penstock::detail {

namespace {

struct Unit {
  std::string_view name;
  std::string_view alias;
  std::int64_t width_ns = 0;  // 0: not a fixed length
};

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t day_ns = 86'400 * second_ns;
constexpr std::int64_t first_monday_ns = 4 * day_ns;  // 1970-01-05

constexpr std::array units = {Unit{"microseconds", "us", 1'000},
                              Unit{"milliseconds", "ms", 1'000'000},
                              Unit{"second", "sec", second_ns},
                              Unit{"minute", "min", 60 * second_ns},
                              Unit{"hour", "hr", 3600 * second_ns},
                              Unit{"day", "d", day_ns},
                              Unit{"week", "w", 7 * day_ns},
                              Unit{"month", "mon", 0},
                              Unit{"quarter", "qtr", 0},
                              Unit{"year", "y", 0}};

constexpr std::array extract_only = {Unit{"epoch", "epoch", 0}, Unit{"dow", "dow", 0},
                                     Unit{"isodow", "isodow", 0}, Unit{"doy", "doy", 0},
                                     Unit{"isoyear", "isoyear", 0}};

std::string literal_text(const Term& term, std::string_view what) {
  const auto* text = std::get_if<std::string>(&term.expression.literal.data);
  if (term.expression.kind != Expression::Kind::literal || text == nullptr) {
    fail(ErrorCode::unsupported, std::string(what) + " must be written as a literal, like 'hour'",
         term.where);
  }
  std::string lower;
  for (const char c : *text) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return lower;
}

bool means(const std::string& word, const Unit& unit) {
  const std::string name(unit.name);
  return word == name || word == unit.alias || word + "s" == name || word == name + "s";
}

template <class Units>
const Unit* find_unit(const std::string& word, const Units& all) {
  for (const Unit& unit : all) {
    if (means(word, unit)) return &unit;
  }
  return nullptr;
}

[[noreturn]] void unknown_unit(const std::string& word, bool extract, const Where& where) {
  std::vector<std::string> names;
  for (const Unit& unit : units) names.emplace_back(unit.name);
  if (extract) {
    for (const Unit& unit : extract_only) names.emplace_back(unit.name);
  }
  std::string hint = suggestion(word, names);
  if (hint.empty()) {
    for (const std::string& name : names) hint += (hint.empty() ? "; there are " : ", ") + name;
  }
  fail(ErrorCode::unknown_name,
       "there is no " + std::string(extract ? "field" : "unit") + " of time " + quoted(word) + hint,
       where);
}

Expression to_timestamp_term(const Term& time, std::string_view what) {
  if (!time.unknown() && time.type() != types::timestamp) {
    fail(ErrorCode::type_mismatch,
         std::string(what) + " takes a timestamp, but this is " + to_string(time.type()),
         time.where);
  }
  return convert(time, types::timestamp);
}

}  // namespace

Expression floor_time(Expression time, std::int64_t width_ns, std::int64_t origin_ns) {
  return exact_call("date_bin", {std::move(time), literal({width_ns}, types::interval),
                                 literal({origin_ns}, types::timestamp)});
}

Expression bind_date_trunc(const Term& unit_term, const Term& time) {
  const std::string word = literal_text(unit_term, "the unit of date_trunc");
  const Unit* unit = find_unit(word, units);
  if (unit == nullptr) unknown_unit(word, false, unit_term.where);
  Expression argument = to_timestamp_term(time, "date_trunc");
  if (unit->width_ns == 0) {
    return exact_call("date_trunc " + std::string(unit->name), {std::move(argument)});
  }
  return floor_time(std::move(argument), unit->width_ns,
                    unit->name == "week" ? first_monday_ns : 0);
}

Expression bind_extract(const Term& field_term, const Term& time) {
  const std::string word = literal_text(field_term, "the field of extract");
  const Unit* unit = find_unit(word, units);
  if (unit == nullptr) unit = find_unit(word, extract_only);
  if (unit == nullptr) unknown_unit(word, true, field_term.where);
  if (time.type() == types::interval) {
    if (unit->name != "epoch") {
      fail(ErrorCode::unsupported,
           "an interval has no field " + quoted(word) +
               "; divide extract(epoch FROM …), its seconds, instead",
           field_term.where);
    }
    return exact_call("extract epoch", {time.expression});
  }
  return exact_call("extract " + std::string(unit->name), {to_timestamp_term(time, "extract")});
}

Expression bind_date_bin(const Term& width, const Term& time, const Term& origin) {
  if (!width.unknown() && width.type() != types::interval) {
    fail(ErrorCode::type_mismatch,
         "the width of date_bin is an interval, but this is " + to_string(width.type()),
         width.where);
  }
  Expression interval = convert(width, types::interval);
  const auto* ns = std::get_if<std::int64_t>(&interval.literal.data);
  if (interval.kind == Expression::Kind::literal && ns != nullptr && *ns <= 0) {
    fail(ErrorCode::invalid_argument, "the width of date_bin must be above zero", width.where);
  }
  return exact_call("date_bin", {to_timestamp_term(time, "date_bin"), std::move(interval),
                                 to_timestamp_term(origin, "the origin of date_bin")});
}

}  // namespace penstock::detail
