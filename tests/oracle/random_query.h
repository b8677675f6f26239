// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "memory_tables.h"

namespace penstock::test {

// Draws from rapidcheck's source of chance, so that failing cases shrink. Call inside a property.
struct RandomCase {
  std::string sql;  // over table t, connector memory, into a table of connector capture
  MemoryInput input;
};
RandomCase draw_case();

}  // namespace penstock::test
