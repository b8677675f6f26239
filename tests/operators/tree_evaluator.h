// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rows.h"

namespace penstock::tests {

// Walks an expression for one row: slow, obvious, and without a line of the engine's. Knows the
// functions that random_steps draws.
Value evaluate(const Expression& expression, const Row& row);
// Filters and projections over rows, one after the other.
Rows evaluate(const std::vector<Step>& steps, Rows rows);

}  // namespace penstock::tests
