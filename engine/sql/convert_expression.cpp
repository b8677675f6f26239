// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <utility>

#include "converter.h"

namespace penstock::detail {

using Kind = ast::Expression::Kind;

Context Converter::at(const Object& node, Context context) const {
  const std::int64_t location = integer_of(node, "location", -1);
  if (location >= 0) context.place = text_->source_offset(static_cast<std::size_t>(location));
  return context;
}

Context Converter::deeper(Context context) const {
  if (++context.depth > max_expression_depth) {
    refuse("the expression nests more than " + std::to_string(max_expression_depth) +
               " deep here; take it apart into views or into lists with IN (…)",
           context.place);
  }
  return context;
}

std::size_t Converter::find_word(std::initializer_list<std::string_view> words,
                                 Context context) const {
  for (std::size_t i = tokens_.at(context.place); i < statement_.last; ++i) {
    for (const std::string_view word : words) {
      if (tokens_.is_word(i, word)) return tokens_[i].begin;
    }
  }
  return context.place;
}

void Converter::refuse(const std::string& message, std::size_t place) const {
  script_.fail(ErrorCode::unsupported, message, place);
}

void Converter::count_node(Context context) {
  if (++nodes_ > max_nodes) {
    refuse("the statement is too large; take it apart into views", context.place);
  }
}

ast::Expression Converter::make(Kind kind, std::size_t place) const {
  ast::Expression made;
  made.kind = kind;
  made.where = script_.where(place);
  return made;
}

ast::Expression Converter::make_call(std::string_view name, Expressions arguments,
                                     std::size_t place) const {
  ast::Expression made = make(Kind::call, place);
  made.name = name;
  made.arguments = std::move(arguments);
  return made;
}

ast::Expression Converter::make_not(ast::Expression expression, std::size_t place) const {
  ast::Expression made = make(Kind::call, place);
  made.name = "not";
  made.arguments.push_back(std::move(expression));
  return made;
}

ast::Expression Converter::expression(const Node& node, Context context) {
  context = deeper(at(node.fields, context));
  count_node(context);
  const std::string_view kind = node.kind;
  if (kind == "ColumnRef") {
    ast::Expression made = column(node.fields, context);
    if (made.kind != Kind::star) return made;
    refuse("'*' stands alone in a select list or in count(*), not inside of an expression",
           context.place);
  }
  if (kind == "A_Const") return constant(node.fields, context);
  if (kind == "A_Expr") return operation(node.fields, context);
  if (kind == "BoolExpr") return boolean_operation(node.fields, context);
  if (kind == "FuncCall") return call(node.fields, context);
  if (kind == "TypeCast") return cast(node.fields, context);
  if (kind == "CaseExpr") return case_when(node.fields, context);
  if (kind == "NullTest" || kind == "BooleanTest") return test(node, context);
  if (kind == "CoalesceExpr") {
    return make_call("coalesce", expressions(node.fields, "args", context), context.place);
  }
  if (kind == "MinMaxExpr") {
    const bool greatest = text_of(node.fields, "op") == "IS_GREATEST";
    return make_call(greatest ? "greatest" : "least", expressions(node.fields, "args", context),
                     context.place);
  }
  if (kind == "SQLValueFunction") return sql_value(node.fields, context);
  refuse_expression(node, context);
}

std::optional<ast::Expression> Converter::optional_expression(const Object& node,
                                                              std::string_view key,
                                                              Context context) {
  const auto child = node_of(node, key);
  if (!child) return std::nullopt;
  return expression(*child, context);
}

ast::Expression Converter::required_expression(const Object& node, std::string_view key,
                                               Context context) {
  const auto child = node_of(node, key);
  if (!child) refuse("an expression is missing here", context.place);
  return expression(*child, context);
}

Converter::Expressions Converter::expressions(const Object& node, std::string_view key,
                                              Context context) {
  Expressions made;
  for (const Element& element : list_of(node, key)) {
    made.push_back(expression(unwrap(element), context));
  }
  return made;
}

ast::Expression Converter::column(const Object& node, Context context) {
  const Context here = at(node, context);
  const std::vector<Element> fields = list_of(node, "fields");
  const std::vector<std::string> names = names_of(node, "fields");
  if (fields.empty() || fields.size() > 2) {
    refuse("a column is written 'column' or 'table.column', without a schema", here.place);
  }
  ast::Expression made = make(Kind::column, here.place);
  if (fields.size() == 2) made.qualifier = names.front();
  if (unwrap(fields.back()).kind == "A_Star") {
    made.kind = Kind::star;
  } else {
    made.name = names.back();
  }
  return made;
}

ast::Expression Converter::constant(const Object& node, Context context) {
  if (flag_of(node, "isnull")) return make(Kind::null, context.place);
  if (const auto value = object_of(node, "boolval")) {
    ast::Expression made = make(Kind::boolean, context.place);
    made.text = flag_of(*value, "boolval") ? "true" : "false";
    return made;
  }
  if (const auto value = object_of(node, "ival")) return integer_constant(*value, context);
  if (const auto value = object_of(node, "fval")) {
    ast::Expression made = make(Kind::decimal, context.place);
    made.text = text_of(*value, "fval");
    // What does not fit 32 bits arrives here too.
    if (made.text.find_first_not_of("-0123456789") == std::string::npos) made.kind = Kind::integer;
    return made;
  }
  if (const auto value = object_of(node, "sval")) {
    ast::Expression made = make(Kind::string, context.place);
    made.text = text_of(*value, "sval");
    return made;
  }
  refuse("bit strings (B'…' and X'…') are not supported; write an integer", context.place);
}

ast::Expression Converter::integer_constant(const Object& value, Context context) const {
  ast::Expression made = make(Kind::integer, context.place);
  const std::int64_t known = integer_of(value, "ival", 0);
  made.text = std::to_string(known);
  if (known != 0) return made;
  // Zero or negative: the tree does not say, the text does: "-5", "- (5)", "-(-(-5))".
  std::size_t i = tokens_.at(context.place);
  bool negative = false;
  while (tokens_.is_symbol(i, "-") || tokens_.is_symbol(i, "(")) {
    if (tokens_.is_symbol(i, "-")) negative = !negative;
    ++i;
  }
  if (!tokens_.is(i, TokenKind::number)) return made;
  const std::string digits(tokens_.spelling(i));
  const std::size_t first = digits.find_first_not_of('0');
  if (first != std::string::npos) made.text = (negative ? "-" : "") + digits.substr(first);
  return made;
}

ast::Expression Converter::boolean_operation(const Object& node, Context context) {
  const std::string_view operation = text_of(node, "boolop");
  Expressions terms = expressions(node, "args", context);
  if (operation == "NOT_EXPR") {
    if (terms.size() != 1) refuse("NOT takes one condition", context.place);
    return make_not(std::move(terms.front()), context.place);
  }
  return balanced(operation == "AND_EXPR" ? "and" : "or", std::move(terms), context.place);
}

// A chain arrives as one list. A balanced tree of pairs keeps later passes shallow.
ast::Expression Converter::balanced(std::string_view name, Expressions terms, std::size_t place) {
  if (terms.size() == 1) return std::move(terms.front());
  const auto middle = static_cast<std::ptrdiff_t>(terms.size() / 2);
  Expressions right(std::make_move_iterator(terms.begin() + middle),
                    std::make_move_iterator(terms.end()));
  terms.resize(static_cast<std::size_t>(middle));
  Expressions pair;
  pair.push_back(balanced(name, std::move(terms), place));
  pair.push_back(balanced(name, std::move(right), place));
  return make_call(name, std::move(pair), place);
}

ast::Expression Converter::operation(const Object& node, Context context) {
  const std::string_view kind = text_of(node, "kind");
  if (kind == "AEXPR_OP") return plain_operation(node, context);
  if (kind == "AEXPR_IN" || kind.starts_with("AEXPR_BETWEEN") ||
      kind.starts_with("AEXPR_NOT_BETWEEN")) {
    return list_operation(node, kind, context);
  }
  if (kind == "AEXPR_SIMILAR") refuse("SIMILAR TO is not supported; write LIKE", context.place);
  const bool like = kind == "AEXPR_LIKE" || kind == "AEXPR_ILIKE";
  if (like) {
    const auto pattern = node_of(node, "rexpr");
    if (pattern && pattern->kind == "FuncCall" &&
        names_of(pattern->fields, "funcname").back() == "like_escape") {
      refuse("LIKE … ESCAPE is not supported; a backslash takes the meaning of % and _ away",
             find_word({"escape"}, context));
    }
  } else if (kind != "AEXPR_DISTINCT" && kind != "AEXPR_NOT_DISTINCT" && kind != "AEXPR_NULLIF") {
    refuse("ANY and ALL are not supported; write IN (…)", context.place);
  }
  const std::vector<std::string> names = names_of(node, "name");
  Expressions operands;
  operands.push_back(required_expression(node, "lexpr", context));
  operands.push_back(required_expression(node, "rexpr", context));
  if (kind == "AEXPR_NULLIF") return make_call("nullif", std::move(operands), context.place);
  if (like) {
    ast::Expression made =
        make_call(kind == "AEXPR_LIKE" ? "like" : "ilike", std::move(operands), context.place);
    const bool negated = !names.empty() && names.back().starts_with('!');
    return negated ? make_not(std::move(made), context.place) : made;
  }
  ast::Expression made = make_call("is distinct from", std::move(operands), context.place);
  return kind == "AEXPR_DISTINCT" ? made : make_not(std::move(made), context.place);
}

ast::Expression Converter::plain_operation(const Object& node, Context context) {
  const std::vector<std::string> names = names_of(node, "name");
  if (names.size() != 1) {
    refuse("OPERATOR(…) is not supported; write the operator itself", context.place);
  }
  Expressions operands;
  if (auto left = optional_expression(node, "lexpr", context)) operands.push_back(std::move(*left));
  operands.push_back(required_expression(node, "rexpr", context));
  const bool number =
      operands.front().kind == Kind::integer || operands.front().kind == Kind::decimal;
  if (operands.size() == 1 && names[0] == "+" && number) return std::move(operands.front());
  return make_call(names[0], std::move(operands), context.place);
}

ast::Expression Converter::list_operation(const Object& node, std::string_view kind,
                                          Context context) {
  if (kind.ends_with("_SYM")) {
    refuse("BETWEEN SYMMETRIC is not supported; write BETWEEN least(a, b) AND greatest(a, b)",
           context.place);
  }
  const bool in = kind == "AEXPR_IN";
  const std::vector<std::string> names = names_of(node, "name");
  Expressions operands;
  operands.push_back(required_expression(node, "lexpr", context));
  const auto list = node_of(node, "rexpr");
  Expressions items;
  if (list && list->kind == "List") items = expressions(list->fields, "items", context);
  std::move(items.begin(), items.end(), std::back_inserter(operands));
  const bool negated = in ? !names.empty() && names.back() == "<>" : kind == "AEXPR_NOT_BETWEEN";
  ast::Expression made = make_call(in ? "in" : "between", std::move(operands), context.place);
  return negated ? make_not(std::move(made), context.place) : made;
}

ast::Expression Converter::test(const Node& node, Context context) {
  Expressions operand;
  operand.push_back(required_expression(node.fields, "arg", context));
  std::string_view kind = text_of(node.fields, "nulltesttype");
  if (kind.empty()) kind = text_of(node.fields, "booltesttype");
  const bool negated = kind.starts_with("IS_NOT_");
  const char* name = "is null";  // also of IS UNKNOWN
  if (kind.ends_with("_TRUE")) name = "is true";
  if (kind.ends_with("_FALSE")) name = "is false";
  ast::Expression made = make_call(name, std::move(operand), context.place);
  return negated ? make_not(std::move(made), context.place) : made;
}

ast::Expression Converter::case_when(const Object& node, Context context) {
  ast::Expression made = make(Kind::case_when, context.place);
  const auto operand = node_of(node, "arg");
  for (const Element& element : list_of(node, "args")) {
    const Object when = unwrap(element).fields;
    const Context here = at(when, context);
    ast::Expression condition = required_expression(when, "expr", here);
    if (operand) {
      Expressions sides;
      sides.push_back(expression(*operand, here));
      sides.push_back(std::move(condition));
      const Where where = sides.back().where;
      condition = make_call("=", std::move(sides), here.place);
      condition.where = where;
    }
    made.arguments.push_back(std::move(condition));
    made.arguments.push_back(required_expression(when, "result", here));
  }
  if (auto otherwise = optional_expression(node, "defresult", context)) {
    made.arguments.push_back(std::move(*otherwise));
    made.has_else = true;
  }
  return made;
}

ast::Expression Converter::sql_value(const Object& node, Context context) const {
  std::string_view kind = text_of(node, "op");
  if (kind.starts_with("SVFOP_")) kind.remove_prefix(6);
  if (kind.ends_with("_N")) {
    refuse("a precision is not supported here: times are in nanoseconds; leave it out",
           context.place);
  }
  const std::string name = to_lower_ascii(kind);
  if (name.ends_with("user") || name.ends_with("role") || name.ends_with("catalog") ||
      name.ends_with("schema")) {
    const std::size_t token = tokens_.at(context.place);
    const std::string spelled = tokens_.word(token);
    refuse("'" + spelled +
               "' would be read as the name of who runs the query, which is not "
               "supported; where it is a column, write it as \"" +
               spelled + "\"",
           context.place);
  }
  return make_call(name, {}, context.place);
}

void Converter::refuse_expression(const Node& node, Context context) const {
  const std::string_view kind = node.kind;
  const char* message = "this kind of expression is not supported";
  if (kind == "SubLink") {
    message =
        "sub-queries in expressions are not supported; put the sub-query into FROM, or "
        "list the values: IN (1, 2)";
  } else if (kind == "A_Indirection") {
    message =
        "subscripts and fields of values are not supported; write table.column without "
        "brackets";
  } else if (kind == "A_ArrayExpr") {
    message = "arrays are not supported; write IN (…) to compare with several values";
  } else if (kind == "RowExpr") {
    message = "row values are not supported; compare the columns one by one, joined by AND";
  } else if (kind == "ParamRef") {
    message =
        "parameters like $1 are not supported; write a variable, :'name', and set it with "
        "--set name=value";
  } else if (kind == "CollateClause") {
    message = "COLLATE is not supported: text is compared by its bytes";
  } else if (kind == "GroupingFunc") {
    message = "GROUPING is not supported, as grouping sets are not";
  } else if (kind == "XmlExpr" || kind == "XmlSerialize") {
    message = "XML is not supported";
  } else if (kind == "SetToDefault") {
    message = "DEFAULT is not supported here; write the value";
  } else if (kind == "NamedArgExpr") {
    message = "an argument by name belongs into the brackets of a call";
  }
  refuse(message, context.place);
}

}  // namespace penstock::detail
