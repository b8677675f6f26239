// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "reference/value.h"

namespace penstock::detail::reference {

// Computes all registers of a row.
void evaluate(const KernelPlan& plan, const BatchView& batch, std::int64_t row,
              std::vector<Value>& registers);

}  // namespace penstock::detail::reference
