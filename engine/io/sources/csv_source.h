// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <penstock/io/source.h>
#include <penstock/plan/plan.h>

#include "sources/text_window.h"

namespace penstock {

// Connector 'csv'; docs/sources.md has its options.
std::unique_ptr<Source> make_csv_source(const TableDefinition& table, const TextTuning& tuning);

}  // namespace penstock
