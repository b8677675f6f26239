// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <penstock/data/value.h>
#include <penstock/kernels/error.h>

// What SQL text and the builder make before names and types are known. Nothing of the parser
// library shows here: this is the boundary behind it.
namespace penstock::ast {

struct Select;

// kind says which members mean something.
struct Expression {
  Expression() noexcept;
  Expression(const Expression& other);
  Expression(Expression&& other) noexcept;
  Expression& operator=(const Expression& other);
  Expression& operator=(Expression&& other) noexcept;
  ~Expression();

  enum class Kind : std::uint8_t {
    column,     // name, maybe qualifier
    star,       // * in count(*) or a select list
    null,       // NULL
    boolean,    // text "true" or "false"
    integer,    // text: digits
    decimal,    // text: digits with a point or an exponent
    string,     // text
    interval,   // text
    call,       // name (lower case; operators by their spelling: "+", "<>", "||", "and", "not",
                // "is null", "is true", "is false", "is distinct from", "between", "in", "like",
                // "ilike"), arguments. "in": the value, then the list. NOT forms are "not" around.
    case_when,  // arguments: condition, value, …, and the else value where has_else; an operand
                // form (CASE x WHEN …) has been turned into comparisons by the parser
    cast,       // type_name, arguments[0]
  };
  Kind kind = Kind::null;
  Where where;
  std::string qualifier;
  std::string name;
  std::string text;
  std::string type_name;  // as written, lower case, single spaces: "bigint unsigned"
  std::vector<Expression> arguments;
  std::vector<std::pair<std::string, Expression>> named_arguments;  // emit => 'final'
  bool has_else = false;
  bool distinct = false;           // count(DISTINCT x)
  std::vector<Expression> filter;  // FILTER (WHERE …): none or one
};

// Out of the class, where std::pair of an Expression is complete: clang 14 wants that.
inline Expression::Expression() noexcept = default;
inline Expression::Expression(const Expression& other) = default;
inline Expression::Expression(Expression&& other) noexcept = default;
inline Expression& Expression::operator=(const Expression& other) = default;
inline Expression& Expression::operator=(Expression&& other) noexcept = default;
inline Expression::~Expression() = default;

struct SelectItem {
  Expression expression;  // Kind::star = all columns
  std::string alias;      // empty = derived
};

// FROM: a table or view, a sub-query, or TUMBLE over one of them.
struct FromItem {
  enum class Kind : std::uint8_t { table, subquery, window_function };
  Kind kind = Kind::table;
  Where where;
  std::string name;  // of the table, or of the window function, lower case ("tumble")
  std::string alias;
  std::shared_ptr<Select> subquery;
  std::vector<FromItem> relation;     // of a window function: exactly one
  std::vector<Expression> arguments;  // after the relation: time column, size, offset
  std::vector<std::pair<std::string, Expression>> named_arguments;
};

struct OrderItem {
  Expression expression;
  bool descending = false;
  std::optional<bool> nulls_first;  // default: last when ascending, first when descending
};

struct Select {
  Where where;
  bool distinct = false;
  std::vector<SelectItem> items;
  std::optional<FromItem> from;
  std::optional<Expression> where_clause;
  std::vector<Expression> group_by;  // tumble(interval '…') among them is Arroyo's spelling
  std::optional<Expression> having;
  std::vector<OrderItem> order_by;
  std::optional<Expression> limit;
  std::optional<Expression> offset;
};

struct Option {
  std::string key;  // lower case
  std::string value;
  Where where;  // of the key
  Where value_where;

  bool operator==(const Option& other) const { return key == other.key && value == other.value; }
};

struct ColumnDefinition {
  std::string name;
  std::string type_name;
  bool not_null = false;
  Where where;
};

struct WatermarkDefinition {
  std::string column;
  Expression expression;
  Where where;
};

struct CreateTable {
  std::string name;
  bool has_columns = false;  // false: the connector brings or infers its schema
  std::vector<ColumnDefinition> columns;
  std::optional<WatermarkDefinition> watermark;
  std::vector<Option> options;
  Where where;
};

struct CreateView {
  std::string name;
  Select select;
  Where where;
};

struct InsertInto {
  std::string table;
  std::vector<std::string> columns;  // empty: all, by position
  Select select;
  Where where;
};

struct Describe {
  std::string name;
  Where where;
};

using Statement = std::variant<CreateTable, CreateView, InsertInto, Select, Describe>;

}  // namespace penstock::ast
