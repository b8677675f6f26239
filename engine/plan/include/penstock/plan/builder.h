// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <penstock/plan/ast.h>
#include <penstock/plan/bind.h>

// Plans in C++ instead of SQL. It makes the syntax tree that SQL makes, and the same binder checks
// it, so both give equal plans and the same errors (without a place):
//
//   using namespace penstock::builder;
//   Script script;
//   script.add(table("packets", "pcap").option("path", "trace.pcap").watermark("ts", 5s))
//       .add(table("talkers", "sqlite").option("path", "flows.db"))
//       .add(from("packets").tumble("ts", 1s)
//                .where(col("protocol") == "udp")
//                .group_by({col("window_start"), col("window_end"), col("src_ip")})
//                .select({col("window_start"), col("src_ip"), count().as("packets"),
//                         sum(col("length")).as("bytes")})
//                .into("talkers"));
//   Plan plan = script.bind(registry).plan;
namespace penstock::builder {

// An expression, with the name that it gets in a select list. Numbers, texts, truth values and
// durations are expressions by themselves: literals, as if written in SQL.
class Term {
 public:
  Term(int value);                       // NOLINT(google-explicit-constructor)
  Term(std::int64_t value);              // NOLINT(google-explicit-constructor)
  Term(std::uint64_t value);             // NOLINT(google-explicit-constructor)
  Term(double value);                    // NOLINT(google-explicit-constructor)
  Term(bool value);                      // NOLINT(google-explicit-constructor)
  Term(const char* text);                // NOLINT(google-explicit-constructor)
  Term(std::string text);                // NOLINT(google-explicit-constructor)
  Term(std::chrono::nanoseconds value);  // NOLINT(google-explicit-constructor)
  template <class Rep, class Period>
  Term(std::chrono::duration<Rep, Period> value)  // NOLINT(google-explicit-constructor)
      : Term(std::chrono::nanoseconds(value)) {}
  explicit Term(ast::Expression expression) : expression_(std::move(expression)) {}

  [[nodiscard]] Term as(std::string alias) const;
  // Of aggregates: FILTER (WHERE condition), and sum(x, on_overflow => 'null').
  [[nodiscard]] Term filter(const Term& condition) const;
  [[nodiscard]] Term null_on_overflow() const;

  [[nodiscard]] Term is_null() const;
  [[nodiscard]] Term is_true() const;
  [[nodiscard]] Term like(const Term& pattern) const;
  [[nodiscard]] Term in(const std::vector<Term>& list) const;
  [[nodiscard]] Term between(const Term& low, const Term& high) const;
  [[nodiscard]] Term cast(std::string type_name) const;

  [[nodiscard]] const ast::Expression& expression() const noexcept { return expression_; }
  [[nodiscard]] const std::string& alias() const noexcept { return alias_; }

 private:
  ast::Expression expression_;
  std::string alias_;
};

Term col(std::string name);
Term null();
// Any function or operator by its SQL name: call("lower", {col("host")}).
Term call(std::string name, const std::vector<Term>& arguments);
// CASE WHEN condition THEN value … ELSE otherwise END.
Term case_when(const std::vector<std::pair<Term, Term>>& branches, const Term& otherwise);

Term operator==(const Term& a, const Term& b);
Term operator!=(const Term& a, const Term& b);
Term operator<(const Term& a, const Term& b);
Term operator<=(const Term& a, const Term& b);
Term operator>(const Term& a, const Term& b);
Term operator>=(const Term& a, const Term& b);
Term operator+(const Term& a, const Term& b);
Term operator-(const Term& a, const Term& b);
Term operator*(const Term& a, const Term& b);
Term operator/(const Term& a, const Term& b);
Term operator%(const Term& a, const Term& b);
Term operator&(const Term& a, const Term& b);
Term operator|(const Term& a, const Term& b);
Term operator&&(const Term& a, const Term& b);
Term operator||(const Term& a, const Term& b);
Term operator-(const Term& a);
Term operator!(const Term& a);

Term count();  // count(*)
Term count(const Term& value);
Term count_distinct(const Term& value);
Term sum(const Term& value);
Term min(const Term& value);
Term max(const Term& value);
Term avg(const Term& value);

// A SELECT, clause by clause, in any order. into() makes the INSERT; without it the rows go to the
// standard output.
class Query {
 public:
  explicit Query(std::string relation);

  Query& tumble(std::string time_column, std::chrono::nanoseconds size,
                std::chrono::nanoseconds offset = std::chrono::nanoseconds(0));
  Query& where(const Term& condition);  // several: all must hold
  Query& group_by(const std::vector<Term>& keys);
  Query& select(const std::vector<Term>& items);  // none: all columns
  Query& having(const Term& condition);
  Query& order_by(const Term& key, bool descending = false);
  Query& limit(std::int64_t rows);
  Query& into(std::string table, std::vector<std::string> columns = {});

  [[nodiscard]] ast::Statement statement() const;
  [[nodiscard]] ast::Select ast() const;

 private:
  ast::Select select_;
  std::string target_;
  std::vector<std::string> columns_;
};

Query from(std::string relation);

class Table {
 public:
  Table(std::string name, std::string connector);

  Table& option(std::string key, std::string value);
  Table& column(std::string name, std::string type_name, bool nullable = true);
  Table& watermark(std::string column,
                   std::chrono::nanoseconds delay = std::chrono::nanoseconds(0));

  [[nodiscard]] ast::Statement statement() const { return table_; }

 private:
  ast::CreateTable table_;
};

Table table(std::string name, std::string connector);

// Statements in order.
class Script {
 public:
  Script& add(const Table& table);
  Script& add(const Query& query);
  Script& view(std::string name, const Query& query);

  [[nodiscard]] const std::vector<ast::Statement>& statements() const noexcept {
    return statements_;
  }
  [[nodiscard]] BoundScript bind(const Catalog& catalog) const;

 private:
  std::vector<ast::Statement> statements_;
};

}  // namespace penstock::builder
