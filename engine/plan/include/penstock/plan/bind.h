// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <penstock/plan/ast.h>
#include <penstock/plan/catalog.h>
#include <penstock/plan/plan.h>

namespace penstock {

struct Description {
  std::string name;
  Schema schema;
};

struct BoundScript {
  Plan plan;
  std::vector<Description> descriptions;  // one for each DESCRIBE, in order
};

// Resolves names and types and checks every rule that does not need data. A SELECT by itself goes
// to an implicit table of connector "stdout" named "stdout". Throws Error with the place.
BoundScript bind(const std::vector<ast::Statement>& statements, const Catalog& catalog);

}  // namespace penstock
