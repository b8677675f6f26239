// SPDX-License-Identifier: Apache-2.0
#include "keywords.h"

#include <algorithm>
#include <array>

namespace penstock::detail {
namespace {

using namespace std::string_view_literals;

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) noexcept {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array reserved = {"all"sv,
                                 "analyse"sv,
                                 "analyze"sv,
                                 "and"sv,
                                 "any"sv,
                                 "array"sv,
                                 "as"sv,
                                 "asc"sv,
                                 "asymmetric"sv,
                                 "authorization"sv,
                                 "binary"sv,
                                 "both"sv,
                                 "case"sv,
                                 "cast"sv,
                                 "check"sv,
                                 "collate"sv,
                                 "collation"sv,
                                 "column"sv,
                                 "concurrently"sv,
                                 "constraint"sv,
                                 "create"sv,
                                 "cross"sv,
                                 "current_catalog"sv,
                                 "current_date"sv,
                                 "current_role"sv,
                                 "current_schema"sv,
                                 "current_time"sv,
                                 "current_timestamp"sv,
                                 "current_user"sv,
                                 "default"sv,
                                 "deferrable"sv,
                                 "desc"sv,
                                 "distinct"sv,
                                 "do"sv,
                                 "else"sv,
                                 "end"sv,
                                 "except"sv,
                                 "false"sv,
                                 "fetch"sv,
                                 "for"sv,
                                 "foreign"sv,
                                 "freeze"sv,
                                 "from"sv,
                                 "full"sv,
                                 "grant"sv,
                                 "group"sv,
                                 "having"sv,
                                 "ilike"sv,
                                 "in"sv,
                                 "initially"sv,
                                 "inner"sv,
                                 "intersect"sv,
                                 "into"sv,
                                 "is"sv,
                                 "isnull"sv,
                                 "join"sv,
                                 "lateral"sv,
                                 "leading"sv,
                                 "left"sv,
                                 "like"sv,
                                 "limit"sv,
                                 "localtime"sv,
                                 "localtimestamp"sv,
                                 "natural"sv,
                                 "not"sv,
                                 "notnull"sv,
                                 "null"sv,
                                 "offset"sv,
                                 "on"sv,
                                 "only"sv,
                                 "or"sv,
                                 "order"sv,
                                 "outer"sv,
                                 "overlaps"sv,
                                 "placing"sv,
                                 "primary"sv,
                                 "references"sv,
                                 "returning"sv,
                                 "right"sv,
                                 "select"sv,
                                 "session_user"sv,
                                 "similar"sv,
                                 "some"sv,
                                 "symmetric"sv,
                                 "table"sv,
                                 "tablesample"sv,
                                 "then"sv,
                                 "to"sv,
                                 "trailing"sv,
                                 "true"sv,
                                 "union"sv,
                                 "unique"sv,
                                 "user"sv,
                                 "using"sv,
                                 "variadic"sv,
                                 "verbose"sv,
                                 "when"sv,
                                 "where"sv,
                                 "window"sv,
                                 "with"sv};

constexpr std::array tempting = {
    "all"sv,    "analyze"sv, "any"sv,     "asc"sv,        "binary"sv, "both"sv,   "check"sv,
    "column"sv, "default"sv, "desc"sv,    "do"sv,         "end"sv,    "fetch"sv,  "foreign"sv,
    "full"sv,   "grant"sv,   "group"sv,   "left"sv,       "limit"sv,  "offset"sv, "only"sv,
    "order"sv,  "outer"sv,   "primary"sv, "references"sv, "right"sv,  "table"sv,  "to"sv,
    "user"sv,   "verbose"sv, "window"sv};

constexpr std::array constraints = {"check"sv, "constraint"sv, "exclude"sv, "foreign"sv,
                                    "like"sv,  "primary"sv,    "unique"sv};

constexpr std::array after_relation = {
    "cross"sv,   "emit"sv,   "except"sv,    "fetch"sv, "for"sv,       "full"sv,  "group"sv,
    "having"sv,  "inner"sv,  "intersect"sv, "into"sv,  "join"sv,      "left"sv,  "limit"sv,
    "natural"sv, "offset"sv, "on"sv,        "order"sv, "returning"sv, "right"sv, "tablesample"sv,
    "union"sv,   "using"sv,  "where"sv,     "window"sv};

constexpr std::array foreign_units = {
    "days"sv,         "hours"sv,   "microsecond"sv, "microseconds"sv, "millisecond"sv,
    "milliseconds"sv, "minutes"sv, "months"sv,      "ms"sv,           "nanosecond"sv,
    "nanoseconds"sv,  "ns"sv,      "quarter"sv,     "quarters"sv,     "seconds"sv,
    "us"sv,           "week"sv,    "weeks"sv,       "years"sv};

constexpr std::array windows = {"count_window"sv, "cumulate"sv, "hop"sv, "session"sv, "tumble"sv};

}  // namespace

bool is_reserved_word(std::string_view word) noexcept {
  return contains(reserved, word);
}
bool is_tempting_reserved_word(std::string_view word) noexcept {
  return contains(tempting, word);
}
bool begins_table_constraint(std::string_view word) noexcept {
  return contains(constraints, word);
}
bool follows_relation(std::string_view word) noexcept {
  return contains(after_relation, word);
}
bool is_foreign_interval_unit(std::string_view word) noexcept {
  return contains(foreign_units, word);
}
bool is_window_function(std::string_view word) noexcept {
  return contains(windows, word);
}

}  // namespace penstock::detail
