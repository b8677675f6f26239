// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include <penstock/plan/casts.h>
#include <penstock/plan/functions.h>

#include "bind_expression.h"
#include "coercion.h"
#include "function_table.h"
#include "literals.h"

namespace penstock::detail {

namespace {

[[noreturn]] void no_operator(const std::string& name, const Term& a, const Term& b,
                              const Where& where) {
  const auto type_name = [](const Term& term) {
    return term.unknown() ? std::string("an untyped literal") : to_string(term.type());
  };
  std::string message =
      "there is no operator " + quoted(name) + " for " + type_name(a) + " and " + type_name(b);
  const bool unsigned_mix = (a.type() == types::uint64 && is_signed_integer(b.type().id)) ||
                            (b.type() == types::uint64 && is_signed_integer(a.type().id));
  message += unsigned_mix ? ": no integer type holds both; CAST one of them, for example to bigint"
                          : "; CAST one of them to the type that is meant";
  fail(ErrorCode::type_mismatch, message, where);
}

Term plain(Expression expression, const Where& where) {
  return {std::move(expression), where, Term::Literal::no};
}

Adapt adapt_for(const std::string& name) {
  const bool grows = name == "+" || name == "-" || name == "*";
  return grows ? Adapt::bigint_unsigned : Adapt::unsigned_types;
}

// What an untyped literal is, next to a known type.
DataType guess(const std::string& name, const Term& unknown, DataType other, bool unknown_is_left) {
  if (other == types::timestamp && name == "+") return types::interval;
  if (other == types::timestamp && name == "-" && !unknown_is_left && !unknown.is_null()) {
    const std::string& text = std::get<std::string>(unknown.expression.literal.data);
    const bool interval = parse_value(text, types::interval).has_value() &&
                          !parse_value(text, types::timestamp).has_value();
    return interval ? types::interval : types::timestamp;
  }
  if (other == types::interval && (name == "*" || name == "/")) return types::float64;
  if (other == types::interval && name == "-" && unknown_is_left && !unknown.is_null()) {
    const std::string& text = std::get<std::string>(unknown.expression.literal.data);
    if (parse_value(text, types::timestamp).has_value()) return types::timestamp;
  }
  return other;
}

Term typed(const Term& term, DataType type) {
  return plain(resolve_unknown(term, type), term.where);
}

// An interval times or divided by a number.
bool scale_interval(const std::string& name, const Term& a, const Term& b, const Where& where,
                    Term& result) {
  const bool swapped = name == "*" && is_numeric(a.type().id) && b.type() == types::interval;
  const Term& interval = swapped ? b : a;
  const Term& number = swapped ? a : b;
  if (interval.type() != types::interval || !is_numeric(number.type().id)) return false;
  if (name != "*" && name != "/") return false;
  const bool whole = is_integer(number.type().id) && number.type() != types::uint64;
  Expression factor = cast_to(number.expression, whole ? types::int64 : types::float64);
  result = plain(exact_call(name, {interval.expression, std::move(factor)}), where);
  return true;
}

bool is_equality(const std::string& name) {
  return name == "=" || name == "<>" || name == "is not distinct from";
}

// The type in which two terms compare, or nullopt.
std::optional<DataType> comparison_type(const std::string& name, const Term& a, const Term& b) {
  if (a.unknown() && b.unknown()) return types::utf8;
  const auto of_text = [&name](DataType type) {
    return type == types::symbol && is_equality(name) ? types::symbol : types::utf8;
  };
  if (a.unknown() || b.unknown()) {
    const DataType known = a.unknown() ? b.type() : a.type();
    return is_text(known.id) ? of_text(known) : known;
  }
  if (is_text(a.type().id) && is_text(b.type().id)) {
    return a.type() == b.type() ? of_text(a.type()) : types::utf8;
  }
  if (is_numeric(a.type().id) && is_numeric(b.type().id)) {
    return common_number_type(a, b, Adapt::all_integers);
  }
  if (a.type() == b.type()) return a.type();
  return std::nullopt;
}

Term shift(const std::string& name, const Term& a, const Term& b, const Where& where) {
  const Term value = a.unknown() ? typed(a, types::int32) : a;
  if (!is_integer(value.type().id) || (!b.unknown() && !is_integer(b.type().id))) {
    no_operator(name, a, b, where);
  }
  if (!distance(b, types::int32).has_value()) {
    fail(ErrorCode::type_mismatch,
         quoted(name) + " shifts by an integer, but this is " + to_string(b.type()) +
             "; write CAST(… AS integer)",
         b.where);
  }
  return plain(exact_call(name, {value.expression, convert(b, types::int32)}), where);
}

Term join_texts(const Term& a, const Term& b, const Where& where) {
  const auto texts = [](const Term& term) { return term.unknown() || is_text(term.type().id); };
  if (!texts(a) && !texts(b)) {
    fail(ErrorCode::type_mismatch,
         "'||' joins texts, but these are " + to_string(a.type()) + " and " + to_string(b.type()) +
             "; write CAST(… AS text) for one of them",
         where);
  }
  return plain(exact_call("||", {convert(a, types::utf8), convert(b, types::utf8)}), where);
}

Term like(const std::string& name, const std::vector<Term>& terms, const Where& where) {
  std::vector<Expression> arguments;
  for (const Term& term : terms) {
    arguments.push_back(to_text(term, name == "like" ? "LIKE" : "ILIKE"));
  }
  return plain(exact_call(name, std::move(arguments)), where);
}

Term complement(const Term& operand, const Where& where) {
  if (operand.unknown() || !is_integer(operand.type().id)) {
    fail(ErrorCode::type_mismatch, "'~' takes an integer, but this is " + to_string(operand.type()),
         where);
  }
  return plain(exact_call("~", {operand.expression}), where);
}

void check_count(const ast::Expression& expression, std::size_t minimum, std::size_t maximum) {
  const std::size_t count = expression.arguments.size();
  if (count >= minimum && count <= maximum) return;
  fail(ErrorCode::syntax,
       "operator " + quoted(expression.name) + " with " + std::to_string(count) + " operands",
       expression.where);
}

bool is_one_of(const std::string& name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Term arithmetic(const std::string& name, const Term& left, const Term& right, const Where& where) {
  if (left.unknown() && right.unknown()) no_operator(name, left, right, where);
  const Term a = left.unknown() ? typed(left, guess(name, left, right.type(), true)) : left;
  const Term b = right.unknown() ? typed(right, guess(name, right, left.type(), false)) : right;
  Term result;
  if (scale_interval(name, a, b, where, result)) return result;
  if (is_numeric(a.type().id) && is_numeric(b.type().id)) {
    const auto type = common_number_type(a, b, adapt_for(name));
    if (!type.has_value()) no_operator(name, a, b, where);
    const std::array<DataType, 2> operand_types = {*type, *type};
    if (find_function(name, operand_types) == nullptr) no_operator(name, a, b, where);
    return plain(exact_call(name, {convert(a, *type), convert(b, *type)}), where);
  }
  const std::array<DataType, 2> operand_types = {a.type(), b.type()};
  if (find_function(name, operand_types) == nullptr) no_operator(name, left, right, where);
  return plain(exact_call(name, {a.expression, b.expression}), where);
}

Term comparison(const std::string& name, const Term& a, const Term& b, const Where& where) {
  const auto type = comparison_type(name, a, b);
  if (!type.has_value()) no_operator(name, a, b, where);
  return plain(exact_call(name, {convert(a, *type), convert(b, *type)}), where);
}

Term negation(const Term& operand, const Where& where) {
  if (operand.literal == Term::Literal::number) {
    const Value& value = operand.expression.literal;
    if (const auto* real = std::get_if<double>(&value.data)) {
      return {literal({-*real}, types::float64), where, Term::Literal::number};
    }
    const std::string text = "-" + to_string(value, operand.type());
    for (const DataType type : {types::int32, types::int64, types::float64}) {
      if (auto negative = parse_value(text.starts_with("--") ? text.substr(2) : text, type)) {
        return {literal(std::move(*negative), type), where, Term::Literal::number};
      }
    }
  }
  DataType type = operand.type();
  if (type.id == TypeId::uint8) type = {TypeId::int16};
  if (type.id == TypeId::uint16) type = types::int32;
  if (type.id == TypeId::uint32) type = types::int64;
  const std::array<DataType, 1> argument = {type};
  if (operand.unknown() || find_function("-", argument) == nullptr) {
    fail(ErrorCode::type_mismatch,
         "'-' takes a signed number or an interval, but this is " +
             (operand.unknown() ? std::string("an untyped literal") : to_string(operand.type())) +
             "; CAST it",
         where);
  }
  return plain(exact_call("-", {cast_to(operand.expression, type)}), where);
}

// AND and OR of any number of operands, nested or not, as one balanced tree.
Term ExpressionBinder::bind_logic(const ast::Expression& expression) {
  const std::string what = expression.name == "and" ? "an operand of AND" : "an operand of OR";
  std::vector<const ast::Expression*> open = {&expression};
  std::vector<Expression> operands;
  while (!open.empty()) {
    const ast::Expression* next = open.back();
    open.pop_back();
    if (next->kind == ast::Expression::Kind::call && next->name == expression.name) {
      for (std::size_t i = next->arguments.size(); i-- > 0;) open.push_back(&next->arguments[i]);
    } else {
      operands.push_back(to_boolean(bind(*next), what));
    }
  }
  if (operands.empty()) check_count(expression, 1, 1);
  return plain(fold_balanced(expression.name, std::move(operands)), expression.where);
}

Term ExpressionBinder::bind_in(const ast::Expression& expression) {
  if (expression.arguments.size() < 2) check_count(expression, 2, 2);
  const Term value = bind(expression.arguments[0]);
  std::vector<Expression> tests;
  for (std::size_t i = 1; i < expression.arguments.size(); ++i) {
    const ast::Expression& item = expression.arguments[i];
    tests.push_back(comparison("=", value, bind(item), item.where).expression);
  }
  return plain(fold_balanced("or", std::move(tests)), expression.where);
}

namespace {

// A network as written: '10.0.0.0/8', or that with a type before it.
const ast::Expression* network_literal(const ast::Expression& expression) {
  using Kind = ast::Expression::Kind;
  if (expression.kind == Kind::string) return &expression;
  const bool typed = expression.kind == Kind::cast && expression.arguments.size() == 1 &&
                     is_one_of(expression.type_name, {"inet", "cidr", "ip"});
  if (typed && expression.arguments[0].kind == Kind::string) return &expression.arguments[0];
  return nullptr;
}

bool covers_mapped_addresses(const IpNetwork& network) {
  Bytes16 mapped;
  mapped.bytes[10] = mapped.bytes[11] = 0xFF;
  if (network.prefix_bits > 96) return false;
  for (int bit = 0; bit < network.prefix_bits; ++bit) {
    const auto byte = static_cast<std::size_t>(bit / 8);
    const unsigned mask = 0x80U >> (static_cast<unsigned>(bit) % 8U);
    if ((network.address.bytes[byte] & mask) != (mapped.bytes[byte] & mask)) return false;
  }
  return true;
}

Term in_network(const Term& address, const ast::Expression& text, bool strictly,
                const Where& where) {
  const auto network = parse_ip_network(text.text);
  if (!network.has_value()) {
    fail(ErrorCode::invalid_argument,
         quoted(text.text) + " is no network: write '10.0.0.0/8' or '2001:db8::/32'", text.where);
  }
  // No address is strictly inside of a network of one address.
  if (strictly && network->prefix_bits == 128) {
    return plain(exact_call("<>", {address.expression, address.expression}), where);
  }
  Expression inside =
      exact_call("ip in network", {address.expression, literal({network->address}, types::ip),
                                   literal({std::int64_t{network->prefix_bits}}, types::int32)});
  // IPv4 addresses lie inside of '::/0' as bytes, yet are of another family.
  if (covers_mapped_addresses(*network) && text.text.find(':') != std::string::npos) {
    Expression six = exact_call("=", {exact_call("family", {address.expression}),
                                      literal({std::int64_t{6}}, types::int32)});
    inside = exact_call("and", {std::move(inside), std::move(six)});
  }
  return plain(std::move(inside), where);
}

}  // namespace

bool ExpressionBinder::bind_network(const ast::Expression& expression, Term& result) {
  const std::string& name = expression.name;
  if (!is_one_of(name, {"<<", "<<=", ">>", ">>="}) || expression.arguments.size() != 2) {
    return false;
  }
  const bool contains = name[0] == '>';
  const ast::Expression& address = expression.arguments[contains ? 1 : 0];
  const ast::Expression& network = expression.arguments[contains ? 0 : 1];
  const ast::Expression* text = network_literal(network);
  const bool maybe_shift = name == "<<" || name == ">>";
  if (maybe_shift && text == nullptr) {
    const Term left = bind(expression.arguments[0]);
    const Term right = bind(expression.arguments[1]);
    if (left.type() != types::ip && right.type() != types::ip) {
      result = shift(name, left, right, expression.where);
      return true;
    }
  }
  const Term term = bind(address);
  if (text != nullptr && term.type() == types::ip) {
    result = in_network(term, *text, maybe_shift, expression.where);
    return true;
  }
  if (maybe_shift && text != nullptr && is_integer(term.type().id)) {
    result =
        shift(name, bind(expression.arguments[0]), bind(expression.arguments[1]), expression.where);
    return true;
  }
  fail(ErrorCode::type_mismatch,
       quoted(name) +
           " asks whether an ip is in a network written as a literal, like "
           "src_ip << '10.0.0.0/8'",
       expression.where);
}

Term ExpressionBinder::bind_unary(const ast::Expression& expression) {
  const std::string& name = expression.name;
  const Where& where = expression.where;
  check_count(expression, 1, 1);
  Term operand = bind(expression.arguments[0]);
  if (name == "is null") return plain(exact_call("is null", {settle(operand)}), where);
  if (name == "-") return negation(operand, where);
  if (name == "~") return complement(operand, where);
  if (name == "+") {
    if (operand.unknown() || !is_numeric(operand.type().id)) {
      fail(ErrorCode::type_mismatch, "'+' before a value takes a number", where);
    }
    return operand;
  }
  Expression condition = to_boolean(operand, "the operand of " + quoted(name));
  if (name == "is false") condition = exact_call("not", {std::move(condition)});
  return plain(exact_call(name == "not" ? "not" : "is true", {std::move(condition)}), where);
}

Term ExpressionBinder::bind_between(const ast::Expression& expression) {
  check_count(expression, 3, 3);
  const std::vector<Term> terms = bind_arguments(expression);
  Expression low = comparison(">=", terms[0], terms[1], expression.where).expression;
  Expression high = comparison("<=", terms[0], terms[2], expression.where).expression;
  return plain(exact_call("and", {std::move(low), std::move(high)}), expression.where);
}

Term ExpressionBinder::bind_binary(const ast::Expression& expression) {
  const std::string& name = expression.name;
  const Where& where = expression.where;
  check_count(expression, 2, 2);
  const Term a = bind(expression.arguments[0]);
  const Term b = bind(expression.arguments[1]);
  if (name == "||") return join_texts(a, b, where);
  if (name == "^") return function_call("power", {a, b}, where);
  if (name == "!=") return comparison("<>", a, b, where);
  if (name == "is distinct from") {
    Expression same = comparison("is not distinct from", a, b, where).expression;
    return plain(exact_call("not", {std::move(same)}), where);
  }
  const bool compares = is_one_of(name, {"=", "<>", "<", "<=", ">", ">=", "is not distinct from"});
  return compares ? comparison(name, a, b, where) : arithmetic(name, a, b, where);
}

bool ExpressionBinder::bind_operator(const ast::Expression& expression, Term& result) {
  const std::string& name = expression.name;
  const bool sign = name == "-" || name == "+";
  if (name == "and" || name == "or") {
    result = bind_logic(expression);
  } else if (name == "in") {
    result = bind_in(expression);
  } else if (name == "between") {
    result = bind_between(expression);
  } else if (is_one_of(name, {"like", "ilike"})) {
    check_count(expression, 2, 3);
    result = like(name, bind_arguments(expression), expression.where);
  } else if (is_one_of(name, {"is null", "is true", "is false", "not"}) ||
             (expression.arguments.size() == 1 && (sign || name == "~"))) {
    result = bind_unary(expression);
  } else if (bind_network(expression, result)) {
    return true;
  } else if (sign ||
             is_one_of(name, {"=", "<>", "!=", "<", "<=", ">", ">=", "is distinct from",
                              "is not distinct from", "*", "/", "%", "&", "|", "#", "^", "||"})) {
    result = bind_binary(expression);
  } else {
    return false;
  }
  return true;
}

}  // namespace penstock::detail
