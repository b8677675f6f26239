// SPDX-License-Identifier: Apache-2.0
#include <penstock/plan/builder.h>

#include <cmath>

#include <penstock/data/value.h>

namespace penstock::builder {

namespace {

using Kind = ast::Expression::Kind;

ast::Expression leaf(Kind kind, std::string text) {
  ast::Expression expression;
  expression.kind = kind;
  expression.text = std::move(text);
  return expression;
}

// SQL has no literals for these, but texts that are cast.
ast::Expression real(double value) {
  if (std::isfinite(value)) {
    std::string text;
    append_float64(text, value);
    return leaf(Kind::decimal, text);
  }
  ast::Expression cast;
  cast.kind = Kind::cast;
  cast.type_name = "double precision";
  const char* name = std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  cast.arguments.push_back(leaf(Kind::string, name));
  return cast;
}

ast::Expression duration(std::chrono::nanoseconds value) {
  return leaf(Kind::interval, std::to_string(value.count()) + " ns");
}

Term aggregate(std::string name, const Term& value) {
  return call(std::move(name), {value});
}

}  // namespace

Term::Term(int value) : expression_(leaf(Kind::integer, std::to_string(value))) {}
Term::Term(std::int64_t value) : expression_(leaf(Kind::integer, std::to_string(value))) {}
Term::Term(std::uint64_t value) : expression_(leaf(Kind::integer, std::to_string(value))) {}
Term::Term(double value) : expression_(real(value)) {}
Term::Term(bool value) : expression_(leaf(Kind::boolean, value ? "true" : "false")) {}
Term::Term(const char* text) : expression_(leaf(Kind::string, text)) {}
Term::Term(std::string text) : expression_(leaf(Kind::string, std::move(text))) {}
Term::Term(std::chrono::nanoseconds value) : expression_(duration(value)) {}

Term Term::as(std::string alias) const {
  Term named = *this;
  named.alias_ = std::move(alias);
  return named;
}

Term Term::filter(const Term& condition) const {
  Term filtered = *this;
  filtered.expression_.filter = {condition.expression()};
  return filtered;
}

Term Term::null_on_overflow() const {
  Term changed = *this;
  changed.expression_.named_arguments.emplace_back("on_overflow", leaf(Kind::string, "null"));
  return changed;
}

Term Term::is_null() const {
  return call("is null", {*this});
}
Term Term::is_true() const {
  return call("is true", {*this});
}
Term Term::like(const Term& pattern) const {
  return call("like", {*this, pattern});
}

Term Term::in(const std::vector<Term>& list) const {
  std::vector<Term> arguments = {*this};
  arguments.insert(arguments.end(), list.begin(), list.end());
  return call("in", arguments);
}

Term Term::between(const Term& low, const Term& high) const {
  return call("between", {*this, low, high});
}

Term Term::cast(std::string type_name) const {
  ast::Expression expression;
  expression.kind = Kind::cast;
  expression.type_name = std::move(type_name);
  expression.arguments = {expression_};
  return Term(std::move(expression));
}

Term col(std::string name) {
  ast::Expression expression;
  expression.kind = Kind::column;
  expression.name = std::move(name);
  return Term(std::move(expression));
}

Term null() {
  return Term(leaf(Kind::null, {}));
}

Term call(std::string name, const std::vector<Term>& arguments) {
  ast::Expression expression;
  expression.kind = Kind::call;
  expression.name = std::move(name);
  for (const Term& argument : arguments) expression.arguments.push_back(argument.expression());
  return Term(std::move(expression));
}

Term case_when(const std::vector<std::pair<Term, Term>>& branches, const Term& otherwise) {
  ast::Expression expression;
  expression.kind = Kind::case_when;
  for (const auto& [condition, value] : branches) {
    expression.arguments.push_back(condition.expression());
    expression.arguments.push_back(value.expression());
  }
  expression.arguments.push_back(otherwise.expression());
  expression.has_else = true;
  return Term(std::move(expression));
}

Term operator==(const Term& a, const Term& b) {
  return call("=", {a, b});
}
Term operator!=(const Term& a, const Term& b) {
  return call("<>", {a, b});
}
Term operator<(const Term& a, const Term& b) {
  return call("<", {a, b});
}
Term operator<=(const Term& a, const Term& b) {
  return call("<=", {a, b});
}
Term operator>(const Term& a, const Term& b) {
  return call(">", {a, b});
}
Term operator>=(const Term& a, const Term& b) {
  return call(">=", {a, b});
}
Term operator+(const Term& a, const Term& b) {
  return call("+", {a, b});
}
Term operator-(const Term& a, const Term& b) {
  return call("-", {a, b});
}
Term operator*(const Term& a, const Term& b) {
  return call("*", {a, b});
}
Term operator/(const Term& a, const Term& b) {
  return call("/", {a, b});
}
Term operator%(const Term& a, const Term& b) {
  return call("%", {a, b});
}
Term operator&(const Term& a, const Term& b) {
  return call("&", {a, b});
}
Term operator|(const Term& a, const Term& b) {
  return call("|", {a, b});
}
Term operator&&(const Term& a, const Term& b) {
  return call("and", {a, b});
}
Term operator||(const Term& a, const Term& b) {
  return call("or", {a, b});
}
Term operator-(const Term& a) {
  return call("-", {a});
}
Term operator!(const Term& a) {
  return call("not", {a});
}

Term count() {
  return call("count", {Term(leaf(Kind::star, {}))});
}
Term count(const Term& value) {
  return aggregate("count", value);
}
Term count_distinct(const Term& value) {
  ast::Expression expression = aggregate("count", value).expression();
  expression.distinct = true;
  return Term(std::move(expression));
}
Term sum(const Term& value) {
  return aggregate("sum", value);
}
Term min(const Term& value) {
  return aggregate("min", value);
}
Term max(const Term& value) {
  return aggregate("max", value);
}
Term avg(const Term& value) {
  return aggregate("avg", value);
}

Query::Query(std::string relation) {
  ast::FromItem item;
  item.name = std::move(relation);
  select_.from = std::move(item);
}

Query& Query::tumble(std::string time_column, std::chrono::nanoseconds size,
                     std::chrono::nanoseconds offset) {
  ast::FromItem window;
  window.kind = ast::FromItem::Kind::window_function;
  window.name = "tumble";
  window.relation.push_back(std::move(*select_.from));
  window.arguments.push_back(col(std::move(time_column)).expression());
  window.arguments.push_back(duration(size));
  if (offset.count() != 0) window.arguments.push_back(duration(offset));
  select_.from = std::move(window);
  return *this;
}

Query& Query::where(const Term& condition) {
  const bool first = !select_.where_clause.has_value();
  select_.where_clause =
      first ? condition.expression() : (Term(*select_.where_clause) && condition).expression();
  return *this;
}

Query& Query::group_by(const std::vector<Term>& keys) {
  for (const Term& key : keys) select_.group_by.push_back(key.expression());
  return *this;
}

Query& Query::select(const std::vector<Term>& items) {
  for (const Term& item : items) select_.items.push_back({item.expression(), item.alias()});
  return *this;
}

Query& Query::having(const Term& condition) {
  select_.having = condition.expression();
  return *this;
}

Query& Query::order_by(const Term& key, bool descending) {
  select_.order_by.push_back({key.expression(), descending, std::nullopt});
  return *this;
}

Query& Query::limit(std::int64_t rows) {
  select_.limit = Term(rows).expression();
  return *this;
}

Query& Query::into(std::string table, std::vector<std::string> columns) {
  target_ = std::move(table);
  columns_ = std::move(columns);
  return *this;
}

ast::Select Query::ast() const {
  ast::Select select = select_;
  if (select.items.empty()) select.items.push_back({leaf(Kind::star, {}), {}});
  return select;
}

ast::Statement Query::statement() const {
  if (target_.empty()) return ast();
  ast::InsertInto insert;
  insert.table = target_;
  insert.columns = columns_;
  insert.select = ast();
  return insert;
}

Query from(std::string relation) {
  return Query(std::move(relation));
}

Table::Table(std::string name, std::string connector) {
  table_.name = std::move(name);
  option("connector", std::move(connector));
}

Table& Table::option(std::string key, std::string value) {
  table_.options.push_back({std::move(key), std::move(value), {}, {}});
  return *this;
}

Table& Table::column(std::string name, std::string type_name, bool nullable) {
  table_.has_columns = true;
  table_.columns.push_back({std::move(name), std::move(type_name), !nullable, {}});
  return *this;
}

Table& Table::watermark(std::string column, std::chrono::nanoseconds delay) {
  ast::WatermarkDefinition watermark;
  watermark.expression = col(column).expression();
  if (delay.count() != 0) {
    watermark.expression = call("-", {Term(watermark.expression), delay}).expression();
  }
  watermark.column = std::move(column);
  table_.watermark = std::move(watermark);
  return *this;
}

Table table(std::string name, std::string connector) {
  return {std::move(name), std::move(connector)};
}

Script& Script::add(const Table& table) {
  statements_.push_back(table.statement());
  return *this;
}

Script& Script::add(const Query& query) {
  statements_.push_back(query.statement());
  return *this;
}

Script& Script::view(std::string name, const Query& query) {
  ast::CreateView view;
  view.name = std::move(name);
  view.select = query.ast();
  statements_.emplace_back(std::move(view));
  return *this;
}

BoundScript Script::bind(const Catalog& catalog) const {
  return penstock::bind(statements_, catalog);
}

}  // namespace penstock::builder
