// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "converter.h"

namespace penstock::detail {

using Kind = ast::Expression::Kind;

// PostgreSQL turns its special syntaxes into calls of pg_catalog's functions. TRIM becomes btrim,
// ltrim or rtrim, POSITION(a IN b) becomes position(b, a), which everybody knows as strpos, and
// x AT TIME ZONE z becomes timezone(z, x).
std::string Converter::function_name(const Object& node, Context context) const {
  const std::vector<std::string> names = names_of(node, "funcname");
  const bool special = text_of(node, "funcformat") == "COERCE_SQL_SYNTAX";
  if (names.size() == 1) return names[0];
  if (names.size() != 2 || names[0] != "pg_catalog" || !special) {
    refuse("names of functions have no schema: write '" +
               (names.empty() ? std::string() : names.back()) + "' alone",
           context.place);
  }
  if (names[1] == "position") return "strpos";
  if (names[1] == "overlaps") {
    refuse("OVERLAPS is not supported; compare the ends with < and AND", context.place);
  }
  return names[1];
}

void Converter::arguments(const Object& node, Context context, Expressions& positional,
                          NamedExpressions& named) {
  for (const Element& element : list_of(node, "args")) {
    const Node argument = unwrap(element);
    const Context here = at(argument.fields, context);
    if (argument.kind != "NamedArgExpr") {
      positional.push_back(expression(argument, here));
      continue;
    }
    std::string name(text_of(argument.fields, "name"));
    for (const auto& [other, value] : named) {
      if (other == name) {
        script_.fail(ErrorCode::duplicate_name, "the argument '" + name + "' is given twice",
                     here.place);
      }
    }
    ast::Expression value = required_expression(argument.fields, "arg", here);
    named.emplace_back(std::move(name), std::move(value));
  }
}

ast::Expression Converter::call(const Object& node, Context context) {
  const std::string name = function_name(node, context);
  const std::string quoted = "'" + name + "'";
  if (has(node, "over")) {
    refuse("window functions with OVER are not supported yet: " + quoted +
               " can stand in a query with GROUP BY",
           at(object_of(node, "over").value_or(Object()), context).place);
  }
  if (flag_of(node, "agg_within_group")) {
    refuse("WITHIN GROUP is not supported yet", find_word({"within"}, context));
  }
  if (has(node, "agg_order")) {
    refuse("ORDER BY inside of " + quoted + " is not supported yet; leave it out",
           find_word({"order"}, context));
  }
  if (flag_of(node, "func_variadic")) {
    refuse("VARIADIC is not supported; list the arguments", find_word({"variadic"}, context));
  }
  ast::Expression made = make(Kind::call, context.place);
  made.name = name;
  made.distinct = flag_of(node, "agg_distinct");
  if (flag_of(node, "agg_star")) made.arguments.push_back(make(Kind::star, context.place));
  arguments(node, context, made.arguments, made.named_arguments);
  if (auto filter = optional_expression(node, "agg_filter", context)) {
    made.filter.push_back(std::move(*filter));
  }
  return made;
}

}  // namespace penstock::detail
