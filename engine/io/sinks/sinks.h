// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <penstock/io/registry.h>

// The factories of the sinks, one a file; add_sinks() puts them into a registry.
namespace penstock::detail {

std::unique_ptr<Sink> make_stdout_sink(const TableDefinition& table, const Schema& rows,
                                       const SinkContext& context, bool dry_run);
std::unique_ptr<Sink> make_csv_sink(const TableDefinition& table, const Schema& rows,
                                    const SinkContext& context, bool dry_run);
std::unique_ptr<Sink> make_json_sink(const TableDefinition& table, const Schema& rows,
                                     const SinkContext& context, bool dry_run);
std::unique_ptr<Sink> make_sqlite_sink(const TableDefinition& table, const Schema& rows,
                                       const SinkContext& context, bool dry_run);
std::unique_ptr<Sink> make_blackhole_sink(const TableDefinition& table, const Schema& rows,
                                          const SinkContext& context, bool dry_run);

}  // namespace penstock::detail
