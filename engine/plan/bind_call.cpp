// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include <penstock/data/schema.h>
#include <penstock/plan/functions.h>

#include "bind_expression.h"
#include "bind_time.h"
#include "coercion.h"
#include "function_table.h"

namespace penstock::detail {

namespace {

// Names that are bound by rules of their own and are not, or not only, in the function table.
constexpr std::array<std::string_view, 13> special_names = {
    "coalesce",  "nullif",  "least",    "greatest", "concat", "concat_ws", "date_trunc",
    "date_part", "extract", "date_bin", "mod",      "pow",    "trim"};

std::string call_of(const std::string& name, const std::vector<Term>& terms) {
  std::string text = name + "(";
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (i != 0) text += ", ";
    text += terms[i].unknown() ? "untyped literal" : to_string(terms[i].type());
  }
  return text + ")";
}

std::string signatures(const std::vector<const ScalarFunction*>& overloads) {
  constexpr std::size_t shown = 6;
  std::string text;
  for (std::size_t i = 0; i < std::min(shown, overloads.size()); ++i) {
    text += i == 0 ? "" : ", ";
    text += std::string(overloads[i]->name) + "(";
    for (std::size_t k = 0; k < overloads[i]->arguments.size(); ++k) {
      text += (k == 0 ? "" : ", ") + to_string(overloads[i]->arguments[k]);
    }
    text += ")";
  }
  return overloads.size() > shown ? text + ", …" : text;
}

[[noreturn]] void unknown_function(const std::string& name, const Where& where) {
  if (name == "tumble") {
    fail(ErrorCode::unsupported,
         "TUMBLE stands in FROM or in GROUP BY; in the select list write window_start, window_end",
         where);
  }
  std::vector<std::string> candidates(special_names.begin(), special_names.end());
  candidates.insert(candidates.end(), {"count", "sum", "min", "max", "avg"});
  for (const ScalarFunction& function : all_functions()) {
    const bool callable = function.name.find_first_not_of(
                              "abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
    if (callable) candidates.emplace_back(function.name);
  }
  fail(ErrorCode::unknown_name,
       "there is no function " + quoted(name) + suggestion(name, candidates), where);
}

// Why a function of PostgreSQL is not here, where the reason is one of principle.
std::string_view refusal(const std::string& name) {
  static constexpr std::array<std::string_view, 10> clocks = {
      "now",       "current_timestamp",    "current_date",    "current_time",
      "localtime", "localtimestamp",       "clock_timestamp", "statement_timestamp",
      "timeofday", "transaction_timestamp"};
  if (std::find(clocks.begin(), clocks.end(), name) != clocks.end()) {
    return "results must not depend on the wall clock, or a second run would give others; use the "
           "rows' own time";
  }
  if (name == "random" || name == "gen_random_uuid") {
    return "results must not depend on chance, or a second run would give others";
  }
  if (name == "timezone")
    return "all timestamps are in UTC; add an interval instead of AT TIME ZONE";
  if (name.starts_with("regexp_")) {
    return "there are no regular expressions; use LIKE, split_part or substr";
  }
  if (name == "~*" || name == "!~" || name == "!~*") {
    return "there are no regular expressions; use LIKE, split_part or substr";
  }
  if (name == "overlay") return "write left(…) || … || substr(…)";
  return {};
}

void check_count(const std::string& name, const std::vector<Term>& terms, std::size_t minimum,
                 std::size_t maximum, const Where& where) {
  if (terms.size() >= minimum && terms.size() <= maximum) return;
  std::string wanted = std::to_string(minimum);
  if (maximum == minimum + 1) wanted += " or " + std::to_string(maximum);
  if (maximum > minimum + 1) wanted = "at least " + wanted;
  fail(ErrorCode::syntax,
       quoted(name) + " takes " + wanted + " argument" + (wanted == "1" ? "" : "s") + ", not " +
           std::to_string(terms.size()),
       where);
}

constexpr std::size_t any_number = 10000;

Term plain(Expression expression, const Where& where) {
  return {std::move(expression), where, Term::Literal::no};
}

std::vector<Expression> convert_all(const std::vector<Term>& terms, DataType type) {
  std::vector<Expression> converted;
  for (const Term& term : terms) converted.push_back(convert(term, type));
  return converted;
}

Term coalesce(const std::vector<Term>& terms, const Where& where) {
  check_count("coalesce", terms, 1, any_number, where);
  const DataType type = unify(terms, "COALESCE");
  return plain(call("coalesce", type, convert_all(terms, type)), where);
}

Term null_if(const std::vector<Term>& terms, const Where& where) {
  check_count("nullif", terms, 2, 2, where);
  Expression equal = comparison("=", terms[0], terms[1], where).expression;
  Expression value = settle(terms[0]);
  const DataType type = value.type;
  return plain(call("case", type, {std::move(equal), literal({}, type), std::move(value)}), where);
}

Term least_or_greatest(const std::string& name, const std::vector<Term>& terms,
                       const Where& where) {
  check_count(name, terms, 1, any_number, where);
  DataType type = unify(terms, name == "least" ? "LEAST" : "GREATEST");
  if (type == types::symbol) type = types::utf8;  // codes have no order
  return plain(fold_balanced(name, convert_all(terms, type)), where);
}

Term concat(const std::vector<Term>& terms, const Where& where) {
  check_count("concat", terms, 1, any_number, where);
  std::vector<Expression> parts = convert_all(terms, types::utf8);
  if (parts.size() == 1) parts.push_back(literal({}, types::utf8));
  return plain(fold_balanced("concat", std::move(parts)), where);
}

// Of arguments that are all NULL the text is empty, and NULL only where the separator is.
Term concat_with_separator(const std::vector<Term>& terms, const Where& where) {
  check_count("concat_ws", terms, 2, any_number, where);
  std::vector<Expression> parts = convert_all(terms, types::utf8);
  const Expression separator = std::move(parts.front());
  parts.erase(parts.begin());
  if (parts.size() == 1) parts.push_back(literal({}, types::utf8));
  while (parts.size() > 1) {
    std::vector<Expression> next;
    for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
      next.push_back(
          exact_call("concat_ws", {separator, std::move(parts[i]), std::move(parts[i + 1])}));
    }
    if (parts.size() % 2 != 0) next.push_back(std::move(parts.back()));
    parts = std::move(next);
  }
  Expression empty = exact_call("left", {separator, literal({std::int64_t{0}}, types::int32)});
  return plain(call("coalesce", types::utf8, {std::move(parts.front()), std::move(empty)}), where);
}

}  // namespace

bool ExpressionBinder::bind_special(const ast::Expression& expression, Term& result) {
  const std::string& name = expression.name;
  const Where& where = expression.where;
  const bool matches = name == "~" && expression.arguments.size() == 2;
  const std::string_view reason = refusal(matches ? "!~" : name);
  if (!reason.empty()) {
    fail(ErrorCode::unsupported, quoted(name) + " is not supported: " + std::string(reason), where);
  }
  if (std::find(special_names.begin(), special_names.end(), name) == special_names.end()) {
    return false;
  }
  const std::vector<Term> terms = bind_arguments(expression);
  if (name == "coalesce") {
    result = coalesce(terms, where);
  } else if (name == "nullif") {
    result = null_if(terms, where);
  } else if (name == "least" || name == "greatest") {
    result = least_or_greatest(name, terms, where);
  } else if (name == "concat") {
    result = concat(terms, where);
  } else if (name == "concat_ws") {
    result = concat_with_separator(terms, where);
  } else if (name == "date_trunc" || name == "date_part" || name == "extract") {
    check_count(name, terms, 2, 2, where);
    result = plain(name == "date_trunc" ? bind_date_trunc(terms[0], terms[1])
                                        : bind_extract(terms[0], terms[1]),
                   where);
  } else if (name == "date_bin") {
    check_count(name, terms, 3, 3, where);
    result = plain(bind_date_bin(terms[0], terms[1], terms[2]), where);
  } else if (name == "mod") {
    check_count(name, terms, 2, 2, where);
    result = arithmetic("%", terms[0], terms[1], where);
  } else if (name == "pow") {
    result = function_call("power", terms, where);
  } else {
    result = function_call("btrim", terms, where);  // trim(x), without SQL's BOTH … FROM
  }
  return true;
}

Term ExpressionBinder::bind_function(const ast::Expression& expression) {
  const std::vector<const ScalarFunction*> overloads = functions_named(expression.name);
  const bool is_name = !expression.name.empty() && expression.name.find(' ') == std::string::npos;
  if (overloads.empty() || !is_name) {
    const bool is_operator =
        expression.name.find_first_of("+-*/<>=~!@#%^&|`?") != std::string::npos;
    if (is_operator) {
      fail(ErrorCode::unsupported, "there is no operator " + quoted(expression.name),
           expression.where);
    }
    unknown_function(expression.name, expression.where);
  }
  return function_call(expression.name, bind_arguments(expression), expression.where);
}

Term function_call(const std::string& name, const std::vector<Term>& terms, const Where& where) {
  const std::vector<const ScalarFunction*> overloads = functions_named(name);
  const ScalarFunction* best = nullptr;
  int best_distance = 0;
  for (const ScalarFunction* overload : overloads) {
    if (overload->arguments.size() != terms.size()) continue;
    int total = 0;
    bool fits = true;
    for (std::size_t i = 0; i < terms.size() && fits; ++i) {
      const auto one = distance(terms[i], overload->arguments[i]);
      fits = one.has_value();
      total += one.value_or(0);
    }
    if (!fits || (best != nullptr && total >= best_distance)) continue;
    best = overload;
    best_distance = total;
  }
  if (best == nullptr) {
    fail(ErrorCode::type_mismatch,
         "there is no " + call_of(name, terms) + "; there is " + signatures(overloads), where);
  }
  std::vector<Expression> arguments;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    arguments.push_back(convert(terms[i], best->arguments[i]));
  }
  return plain(call(name, best->result, std::move(arguments)), where);
}

}  // namespace penstock::detail
