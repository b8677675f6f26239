// SPDX-License-Identifier: Apache-2.0
#pragma once

// All of Penstock for a program that embeds it:
//
//   const penstock::Registry registry = penstock::default_registry();
//   const penstock::Plan plan = penstock::plan_from_sql(
//       "CREATE TABLE p WITH (connector = 'pcap', path = 'trace.pcap');"
//       "SELECT src_ip, count(*) FROM p GROUP BY src_ip",
//       registry);
//   penstock::Job job(plan, registry, {});
//   job.run();

#include <string_view>

#include <penstock/data/arrow.h>
#include <penstock/data/schema.h>
#include <penstock/data/value.h>
#include <penstock/io/connectors.h>
#include <penstock/io/registry.h>
#include <penstock/kernels/error.h>
#include <penstock/packets/packet_sources.h>
#include <penstock/plan/bind.h>
#include <penstock/plan/builder.h>
#include <penstock/plan/plan.h>
#include <penstock/runtime/job.h>
#include <penstock/sql/parse.h>

namespace penstock {

// Every connector of this build.
Registry default_registry();

// Parses and binds a text of SQL statements. Throws Error with line and column.
Plan plan_from_sql(std::string_view text, const Registry& registry,
                   const ParseOptions& options = {});

}  // namespace penstock
