// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <penstock/plan/expression.h>

namespace penstock {

// The value of an expression without columns: row functions are called, kernel instructions run on
// the reference backend, one at a time.
Value evaluate(const Expression& expression);
// Of SQL text, printed; "NULL" for null.
std::string evaluate_sql(std::string_view sql);

}  // namespace penstock
