// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <penstock/io/source.h>
#include <penstock/plan/plan.h>

namespace penstock {

// Connector 'packed': rows of fixed width, little-endian, read through a memory map. Refuses to
// run on a big-endian machine. docs/sources.md has its options.
std::unique_ptr<Source> make_packed_source(const TableDefinition& table);

}  // namespace penstock
