// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <penstock/io/registry.h>

namespace penstock {

// Adds the sources csv, json, packed, generator.
void add_file_sources(Registry& registry);
// Adds the sinks stdout, csv, json, sqlite, blackhole.
void add_sinks(Registry& registry);

}  // namespace penstock
