// SPDX-License-Identifier: Apache-2.0
#include "coercion.h"

#include <algorithm>
#include <utility>

#include <penstock/data/schema.h>
#include <penstock/plan/casts.h>

#include "function_table.h"
#include "literals.h"

namespace penstock::detail {

void fail(ErrorCode code, const std::string& message, const Where& where) {
  throw Error(code, message, where);
}

std::string quoted(std::string_view name) {
  return "'" + std::string(name) + "'";
}

std::string suggestion(std::string_view name, const std::vector<std::string>& candidates) {
  const auto nearest = nearest_name(name, candidates);
  return nearest.has_value() ? "; did you mean " + quoted(*nearest) + "?" : "";
}

namespace {

bool is_number_literal(const Term& term) {
  return term.literal == Term::Literal::number;
}

// The signed type that holds every value of an unsigned one, if there is one.
std::optional<TypeId> signed_holding(TypeId id) {
  switch (id) {
    case TypeId::uint8: return TypeId::int16;
    case TypeId::uint16: return TypeId::int32;
    case TypeId::uint32: return TypeId::int64;
    default: return std::nullopt;
  }
}

std::optional<DataType> promote(DataType a, DataType b) {
  if (a == b) return a;
  if (is_float(a.id) || is_float(b.id)) return types::float64;
  if (is_signed_integer(a.id) == is_signed_integer(b.id))
    return std::max(a.id, b.id) == a.id ? a : b;
  const TypeId natural = is_unsigned_integer(a.id) ? a.id : b.id;
  const TypeId whole = is_unsigned_integer(a.id) ? b.id : a.id;
  const auto holding = signed_holding(natural);
  if (!holding.has_value()) return std::nullopt;
  return DataType{std::max(*holding, whole)};
}

bool adapts(const Term& term, DataType other, Adapt adapt) {
  if (!is_number_literal(term) || !is_integer(other.id) || !is_integer(term.type().id))
    return false;
  const bool wanted = adapt == Adapt::all_integers || other.id == TypeId::uint64 ||
                      (adapt == Adapt::unsigned_types && is_unsigned_integer(other.id));
  return wanted && convert_number(term.expression.literal, other).has_value();
}

[[noreturn]] void no_common_type(std::string_view what, DataType a, DataType b,
                                 const Where& where) {
  std::string message = std::string(what) + " cannot match " + to_string(a) + " with " +
                        to_string(b) + "; CAST one of them to the type that is meant";
  fail(ErrorCode::type_mismatch, message, where);
}

// Numbers that are not literals first, so that literals can adapt to them.
DataType unify_numbers(const std::vector<const Term*>& terms, std::string_view what) {
  const Term* first = nullptr;
  Term common;
  for (const bool literals : {false, true}) {
    for (const Term* term : terms) {
      if (is_number_literal(*term) != literals) continue;
      if (first == nullptr) {
        first = term;
        common = *term;
        continue;
      }
      const auto type = common_number_type(common, *term, Adapt::unsigned_types);
      if (!type.has_value()) no_common_type(what, common.type(), term->type(), term->where);
      // What literals have in common is as wide as both, and none of them any more.
      if (*type != common.type()) common.literal = Term::Literal::no;
      common.expression.type = *type;
    }
  }
  return common.type();
}

}  // namespace

Expression cast_to(Expression expression, DataType type) {
  if (expression.type == type) return expression;
  if (expression.kind == Expression::Kind::literal) {
    if (expression.literal.is_null()) return literal({}, type);
    if (is_numeric(expression.type.id) && is_numeric(type.id)) {
      if (auto value = convert_number(expression.literal, type)) {
        return literal(std::move(*value), type);
      }
    }
    if (is_text(expression.type.id) && is_text(type.id)) {
      return literal(std::move(expression.literal), type);
    }
  }
  return call("cast", type, {std::move(expression)});
}

Expression resolve_unknown(const Term& term, DataType type) {
  if (term.is_null()) return literal({}, type);
  const std::string& text = std::get<std::string>(term.expression.literal.data);
  if (auto value = parse_value(text, type)) return literal(std::move(*value), type);
  std::string message = quoted(text) + " is no " + to_string(type) + ": write " + form_of(type);
  if (type.id == TypeId::ip && parse_ip_network(text).has_value()) {
    message = quoted(text) +
              " is a network, not an ip: to ask whether an address is in it, write "
              "address << " +
              quoted(text);
  }
  fail(ErrorCode::invalid_argument, message, term.where);
}

Expression settle(const Term& term) {
  return term.unknown() ? resolve_unknown(term, types::utf8) : term.expression;
}

std::optional<DataType> common_number_type(const Term& a, const Term& b, Adapt adapt) {
  if (!is_number_literal(b) && adapts(a, b.type(), adapt)) return b.type();
  if (!is_number_literal(a) && adapts(b, a.type(), adapt)) return a.type();
  return promote(a.type(), b.type());
}

DataType unify(const std::vector<Term>& terms, std::string_view what) {
  std::vector<const Term*> known;
  for (const Term& term : terms) {
    if (!term.unknown()) known.push_back(&term);
  }
  if (known.empty()) return types::utf8;
  const auto all = [&known](bool (*property)(TypeId) noexcept) {
    return std::all_of(known.begin(), known.end(),
                       [property](const Term* term) { return property(term->type().id); });
  };
  if (all(is_numeric)) return unify_numbers(known, what);
  const DataType first = known.front()->type();
  for (const Term* term : known) {
    if (term->type() == first) continue;
    if (all(is_text)) return types::utf8;
    no_common_type(what, first, term->type(), term->where);
  }
  return first;
}

Expression convert(const Term& term, DataType type) {
  return term.unknown() ? resolve_unknown(term, type) : cast_to(term.expression, type);
}

std::optional<int> distance(const Term& term, DataType type) {
  if (term.unknown()) {
    if (term.is_null() || type.id == TypeId::utf8) return 1;
    return type.id == TypeId::float64 ? 2 : 3;
  }
  if (term.type() == type) return 0;
  if (cast_level(term.type(), type) == CastLevel::implicit) {
    return is_integer(term.type().id) && is_float(type.id) ? 2 : 1;
  }
  if (is_number_literal(term) && convert_number(term.expression.literal, type).has_value()) {
    return 1;
  }
  return std::nullopt;
}

Expression to_boolean(const Term& term, std::string_view what) {
  if (term.unknown()) return resolve_unknown(term, types::boolean);
  if (term.type() == types::boolean) return term.expression;
  fail(ErrorCode::type_mismatch,
       std::string(what) + " must be a condition (boolean), but this is " + to_string(term.type()) +
           "; compare it with something",
       term.where);
}

Expression to_text(const Term& term, std::string_view what) {
  if (!term.unknown() && !is_text(term.type().id)) {
    fail(ErrorCode::type_mismatch,
         std::string(what) + " takes text, but this is " + to_string(term.type()) +
             "; write CAST(… AS text)",
         term.where);
  }
  return convert(term, types::utf8);
}

}  // namespace penstock::detail
