// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <penstock/data/schema.h>
#include <penstock/plan/plan.h>

namespace penstock {

struct SourceDescription {
  Schema schema;
  bool bounded = true;  // ends by itself
};

// What the binder asks about connectors. Both throw Error where the definition is wrong: an
// unknown connector or option, a missing file, a schema that the connector cannot infer.
class Catalog {
 public:
  virtual ~Catalog() = default;
  [[nodiscard]] virtual SourceDescription describe_source(const TableDefinition& table) const = 0;
  // `rows` is what will be written; checked against declared columns by the binder before.
  virtual void check_sink(const TableDefinition& table, const Schema& rows) const = 0;
};

}  // namespace penstock
