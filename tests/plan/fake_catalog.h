// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <penstock/plan/bind.h>
#include <penstock/plan/catalog.h>

namespace penstock {

// Connectors that read and write nothing. Sources: "packets" (what a capture has), "stream" (the
// same without an end), "all" (a column of each type), "table" (the declared columns). Any other
// name is a sink, but "locked", which refuses.
class FakeCatalog : public Catalog {
 public:
  [[nodiscard]] SourceDescription describe_source(const TableDefinition& table) const override;
  void check_sink(const TableDefinition& table, const Schema& rows) const override;
};

// Declares packets, stream (no watermark), live (a stream with a watermark of 5 s on ts),
// everything (all types), and a sink out.
extern const std::string_view declarations;

// Binds SQL behind the declarations above.
BoundScript bind_sql(std::string_view sql);
// The only query of it.
Query bind_query(std::string_view sql);
// The plan's JSON of one expression over table everything.
Expression bind_expression(std::string_view sql);
// "line:column: message" of the Error, counted from the start of `sql`; fails where there is none.
std::string error_of(std::string_view sql);

}  // namespace penstock
