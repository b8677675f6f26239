// SPDX-License-Identifier: Apache-2.0
#include "random_query.h"

#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <vector>

namespace penstock::test {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

int below(int bound) {
  return *rc::gen::inRange(0, bound);
}
bool one_in(int n) {
  return below(n) == 0;
}

template <class T>
T pick(const std::vector<T>& choices) {
  return choices[static_cast<std::size_t>(below(static_cast<int>(choices.size())))];
}

// --- rows -----------------------------------------------------------------------------------

Value nullable(Value value) {
  return one_in(6) ? Value{} : value;
}

std::int64_t draw_integer(std::int64_t low, std::int64_t high) {
  if (one_in(12)) return pick<std::int64_t>({low, high, low + 1, high - 1});
  return below(13) - 6;
}

double draw_float() {
  if (one_in(10)) {
    return pick<double>({std::numeric_limits<double>::quiet_NaN(), HUGE_VAL, -HUGE_VAL, -0.0, 1e300,
                         -1e300, 5e-324, 1e-40});
  }
  // Magnitudes far apart, so that a sum depends on its order unless it is made not to.
  return (below(2001) - 1000) * std::ldexp(1.0, pick<int>({-60, -20, -3, 0, 0, 0, 10, 50, 90}));
}

Row draw_row(std::int64_t ts) {
  return {Value{ts},
          nullable(Value{draw_integer(std::numeric_limits<std::int32_t>::min(),
                                      std::numeric_limits<std::int32_t>::max())}),
          nullable(Value{draw_integer(std::numeric_limits<std::int64_t>::min(),
                                      std::numeric_limits<std::int64_t>::max())}),
          nullable(Value{draw_float()}),
          nullable(Value{static_cast<double>(static_cast<float>(draw_float()))}),
          nullable(Value{one_in(2)}),
          nullable(Value{pick<std::string>({"", "a", "b", "Ab", "zz", "a longer text"})})};
}

MemoryInput draw_input() {
  MemoryInput input(static_cast<std::size_t>(1 + below(3)));
  for (Partition& partition : input) {
    const int rows = below(pick<int>({1, 8, 40, 200}));
    std::int64_t ts = (below(40) - 20) * second_ns;
    for (int i = 0; i < rows; ++i) {
      ts += below(3) * second_ns / 2 - (one_in(5) ? below(20) * second_ns : 0);
      partition.push_back(draw_row(ts + pick<std::int64_t>({0, 0, 1, -1})));
    }
  }
  return input;
}

// --- expressions ----------------------------------------------------------------------------

std::string boolean(int depth);

std::string number(const std::vector<std::string>& leaves, int depth) {
  if (depth == 0 || one_in(3)) return pick(leaves);
  const auto again = [&] { return number(leaves, depth - 1); };
  switch (below(8)) {
    case 0: return "(" + again() + " + " + again() + ")";
    case 1: return "(" + again() + " - " + again() + ")";
    case 2: return "(" + again() + " * " + again() + ")";
    case 3: return "(" + again() + " / " + again() + ")";
    case 4: return "(- " + again() + ")";
    case 5:
      return "CASE WHEN " + boolean(depth - 1) + " THEN " + again() + " ELSE " + again() + " END";
    case 6: return "coalesce(" + again() + ", " + again() + ")";
    default: return "abs(" + again() + ")";
  }
}

std::string integer(int depth) {
  if (depth > 0 && one_in(6)) return "(" + integer(depth - 1) + " % " + integer(depth - 1) + ")";
  if (depth > 0 && one_in(8)) return "length(k)";
  return number({"i", "i", "1", "0", "7", "(-3)"}, depth);
}

std::string big_integer(int depth) {
  return number({"j", "i", "2", "1000000007"}, depth);
}
std::string real(int depth) {
  return number({"d", "d", "0.5", "CAST(i AS DOUBLE PRECISION)"}, depth);
}
std::string single(int depth) {
  return number({"f", "f", "CAST(i AS REAL)"}, depth);
}

std::string text(int depth) {
  if (depth == 0 || one_in(2)) return pick<std::string>({"k", "k", "'b'"});
  switch (below(3)) {
    case 0: return "upper(" + text(depth - 1) + ")";
    case 1: return "(" + text(depth - 1) + " || 'x')";
    default: return "coalesce(" + text(depth - 1) + ", 'none')";
  }
}

std::string any_number(int depth) {
  switch (below(4)) {
    case 0: return integer(depth);
    case 1: return big_integer(depth);
    case 2: return real(depth);
    default: return single(depth);
  }
}

std::string comparison(int depth) {
  const std::string op = pick<std::string>({"=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM"});
  switch (below(4)) {
    case 0: return integer(depth) + " " + op + " " + integer(depth);
    case 1: return real(depth) + " " + op + " " + real(depth);
    case 2: return text(depth) + " " + op + " " + text(depth);
    default: return big_integer(depth) + " " + op + " " + integer(depth);
  }
}

std::string boolean(int depth) {
  if (depth == 0) return pick<std::string>({"b", "i > 0", "k = 'a'", "d IS NULL"});
  switch (below(8)) {
    case 0: return "(" + boolean(depth - 1) + " AND " + boolean(depth - 1) + ")";
    case 1: return "(" + boolean(depth - 1) + " OR " + boolean(depth - 1) + ")";
    case 2: return "(NOT " + boolean(depth - 1) + ")";
    case 3: return "(" + any_number(depth - 1) + " IS NULL)";
    case 4: return "(" + integer(depth - 1) + " IN (1, 2, -3))";
    case 5: return "(" + integer(depth - 1) + " BETWEEN -2 AND 4)";
    case 6: return "(" + boolean(depth - 1) + " IS NOT TRUE)";
    default: return "(" + comparison(depth - 1) + ")";
  }
}

std::string aggregate() {
  std::string call;
  switch (below(8)) {
    case 0: call = "count(*)"; break;
    case 1: call = "count(" + any_number(1) + ")"; break;
    case 2:
      call = "count(DISTINCT " + pick<std::string>({"k", "i", "d", "b", "upper(k)"}) + ")";
      break;
    case 3: call = "sum(" + any_number(1) + ")"; break;
    case 4: call = "avg(" + any_number(1) + ")"; break;
    case 5: call = "min(" + any_number(1) + ")"; break;
    case 6: call = "max(" + any_number(1) + ")"; break;
    default: call = "sum(" + pick<std::string>({"d", "f"}) + ")"; break;
  }
  if (one_in(4)) call += " FILTER (WHERE " + boolean(1) + ")";
  return call;
}

// --- queries --------------------------------------------------------------------------------

std::string select_rows() {
  std::string sql = "SELECT ts";
  const int columns = 1 + below(3);
  for (int i = 0; i < columns; ++i) {
    const std::string expression = one_in(3) ? text(2) : one_in(3) ? boolean(2) : any_number(2);
    sql += ", " + expression + " AS c" + std::to_string(i);
  }
  sql += " FROM t";
  if (!one_in(4)) sql += " WHERE " + boolean(2);
  return sql;
}

std::string select_groups() {
  const bool windowed = !one_in(3);
  std::vector<std::string> keys;
  for (int i = below(3); i > 0; --i) {
    keys.push_back(pick<std::string>(
        {"k", "i % 3", "b", "d", "upper(k)", "CASE WHEN i > 0 THEN 'up' ELSE k END", "f"}));
  }
  std::string select;
  std::string group = windowed ? "window_start, window_end" : "";
  if (windowed) select = "window_start, window_end, ";
  for (std::size_t i = 0; i < keys.size(); ++i) {
    select += keys[i] + " AS key" + std::to_string(i) + ", ";
    group += (group.empty() ? "" : ", ") + keys[i];
  }
  const int aggregates = 1 + below(3);
  for (int i = 0; i < aggregates; ++i) {
    select += (i > 0 ? ", " : "") + aggregate() + " AS a" + std::to_string(i);
  }
  std::string sql = "SELECT " + select + " FROM ";
  sql += windowed ? "TUMBLE(t, ts, INTERVAL '" + std::to_string(1 + below(12)) + " seconds')" : "t";
  if (!one_in(3)) sql += " WHERE " + boolean(2);
  if (!group.empty()) sql += " GROUP BY " + group;
  if (one_in(4)) sql += " HAVING count(*) > " + std::to_string(below(3));
  return sql;
}

}  // namespace

RandomCase draw_case() {
  RandomCase result;
  result.input = draw_input();
  result.sql =
      "CREATE TABLE t (ts TIMESTAMP NOT NULL, i INT, j BIGINT, d DOUBLE PRECISION, f REAL, "
      "b BOOLEAN, k TEXT";
  if (!one_in(4)) {
    result.sql += ", WATERMARK FOR ts AS ts - INTERVAL '" + std::to_string(below(8)) + " seconds'";
  }
  result.sql += ") WITH (connector = 'memory');\nCREATE TABLE out WITH (connector = 'capture');\n";
  result.sql += "INSERT INTO out " + (one_in(3) ? select_rows() : select_groups()) + ";";
  return result;
}

}  // namespace penstock::test
