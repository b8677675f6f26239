// SPDX-License-Identifier: Apache-2.0
//
// What the file sinks write, the file sources read back.
#include <penstock/data/value.h>

#include "sink_fixture.h"

namespace penstock {
namespace {

class RoundTripTest : public SinkTest {
 protected:
  RoundTripTest() { add_file_sources(registry_); }

  void expect_same(const std::string& connector, const BatchBuilder& rows) {
    TableDefinition table = table_of(connector, {{"path", path("rows")}});
    const auto sink = open(table, rows.schema());
    sink->write(rows.view());
    sink->commit(1);
    sink->close();
    table.columns = rows.schema();
    const auto source = registry_.make_source(table);
    SymbolTable symbols;
    const auto reader = source->open(0, {symbols, diagnostics_, std::nullopt});
    BatchBuilder read(rows.schema(), {.capacity_rows = 100});
    while (reader->read(read) != Reader::Status::end) continue;
    ASSERT_EQ(read.rows(), rows.rows());
    for (std::size_t i = 0; i < rows.schema().size(); ++i)
      for (std::int64_t row = 0; row < rows.rows(); ++row)
        EXPECT_EQ(value_at(read.view().columns[i], row), value_at(rows.view().columns[i], row))
            << connector << ", column " << rows.schema().fields[i].name << ", row " << row;
  }
};

TEST_F(RoundTripTest, KeepsEveryType) {
  BatchBuilder rows = every_type_rows();
  rows.set_null(16, 1);  // sources refuse bytes that are not UTF-8
  expect_same("csv", rows);
  for (const std::size_t real : {9U, 10U}) rows.set_null(real, 1);  // JSON has no infinity
  expect_same("json", rows);
}

TEST_F(RoundTripTest, TellsEmptyTextFromNull) {
  BatchBuilder rows(pairs(), {.capacity_rows = 3});
  for (std::int64_t row = 0; row < 3; ++row) rows.set(0, row, row);
  EXPECT_TRUE(rows.set_text(1, 0, ""));
  rows.set_null(1, 1);
  EXPECT_TRUE(rows.set_text(1, 2, "\"\r\n,"));
  rows.advance(3);
  expect_same("csv", rows);
  expect_same("json", rows);
}

}  // namespace
}  // namespace penstock
