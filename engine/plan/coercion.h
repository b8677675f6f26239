// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "binding.h"

// How terms come to a common type: PostgreSQL's rules, with unsigned types added.
namespace penstock::detail {

// Which types a number literal takes over from its neighbour where its value fits. With the others
// it is promoted by its own type, so that smallint + 1 is an integer and does not overflow.
enum class Adapt : std::uint8_t {
  bigint_unsigned,  // what has no wider type to go to
  unsigned_types,
  all_integers,
};

// A cast, or the literal that it gives where that is plain.
Expression cast_to(Expression expression, DataType type);

// An unknown literal as a value of the type; Error{invalid_argument} shows the form.
Expression resolve_unknown(const Term& term, DataType type);
// The term's expression; unknown literals become text.
Expression settle(const Term& term);

// The type that both numbers are cast to, or nullopt (bigint unsigned with a signed type).
std::optional<DataType> common_number_type(const Term& a, const Term& b, Adapt adapt);

// The common type of the branches of CASE, COALESCE, … Error{type_mismatch} names `what`.
DataType unify(const std::vector<Term>& terms, std::string_view what);
// To a type that unify() or the function table chose: casts, or resolves the literal.
Expression convert(const Term& term, DataType type);

// Whether the term can become the type by itself, and how far it is from it; nullopt = not.
std::optional<int> distance(const Term& term, DataType type);

// A condition or operand of AND, OR, NOT.
Expression to_boolean(const Term& term, std::string_view what);
// Text as utf8; Error{type_mismatch} where it is not text.
Expression to_text(const Term& term, std::string_view what);

}  // namespace penstock::detail
