// SPDX-License-Identifier: Apache-2.0
#include <penstock/io/connectors.h>

#include "sources/csv_source.h"
#include "sources/generator_source.h"
#include "sources/json_source.h"
#include "sources/packed_source.h"

namespace penstock {

void add_file_sources(Registry& registry) {
  registry.add_source(
      "csv", [](const TableDefinition& table) { return make_csv_source(table, TextTuning{}); });
  registry.add_source(
      "json", [](const TableDefinition& table) { return make_json_source(table, TextTuning{}); });
  registry.add_source("packed", make_packed_source);
  registry.add_source("generator", make_generator_source);
}

}  // namespace penstock
