// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>

#include "plan_fixture.h"

namespace penstock::test {

using Random = std::mt19937_64;

std::int64_t between(Random& random, std::int64_t low, std::int64_t high);  // both inclusive
bool chance(Random& random, double probability);

// A value that is likely to be special: extremes, zeros, NaNs, halves, or random bits.
Datum random_datum(Random& random, DataType type);
// From few values, so that groups have many rows.
Datum random_key(Random& random, DataType type);
std::vector<Datum> random_column(Random& random, DataType type, std::int64_t rows,
                                 double null_probability);

// Whether `plan` is well formed.
bool is_valid(const KernelPlan& plan);

// A well-typed program: column 0 of its input is a timestamp that mostly rises.
KernelPlan random_map_plan(Random& random);
KernelPlan random_aggregate_plan(Random& random);
Batch random_batch(Random& random, const KernelPlan& plan, std::int64_t rows);

}  // namespace penstock::test
