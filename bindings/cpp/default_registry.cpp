// SPDX-License-Identifier: Apache-2.0
#include <penstock/penstock.h>

namespace penstock {

Registry default_registry() {
  Registry registry;
  add_file_sources(registry);
  add_packet_sources(registry);
  add_sinks(registry);
  return registry;
}

Plan plan_from_sql(std::string_view text, const Registry& registry, const ParseOptions& options) {
  return penstock::bind(parse(text, options), registry).plan;
}

}  // namespace penstock
