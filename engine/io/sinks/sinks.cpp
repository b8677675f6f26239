// SPDX-License-Identifier: Apache-2.0
#include "sinks.h"

#include <penstock/io/connectors.h>

namespace penstock {

void add_sinks(Registry& registry) {
  registry.add_sink("stdout", detail::make_stdout_sink);
  registry.add_sink("csv", detail::make_csv_sink);
  registry.add_sink("json", detail::make_json_sink);
  registry.add_sink("sqlite", detail::make_sqlite_sink);
  registry.add_sink("blackhole", detail::make_blackhole_sink);
}

}  // namespace penstock
