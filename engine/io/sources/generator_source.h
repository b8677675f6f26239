// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <penstock/io/source.h>
#include <penstock/plan/plan.h>

namespace penstock {

// Connector 'generator': rows made by formula, the same for the same options; docs/sources.md.
std::unique_ptr<Source> make_generator_source(const TableDefinition& table);

}  // namespace penstock
