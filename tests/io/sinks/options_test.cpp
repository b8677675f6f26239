// SPDX-License-Identifier: Apache-2.0
#include <penstock/io/diagnostics.h>
#include <penstock/io/options.h>

#include "sink_fixture.h"

namespace penstock {
namespace {

TEST(OptionReader, ReadsByNameAndType) {
  const TableDefinition table = table_of("x", {{"path", "a.csv"},
                                               {"rows", "42"},
                                               {"header", "OFF"},
                                               {"mode", "Fail"},
                                               {"linger", "250 ms"}});
  OptionReader options(table);
  EXPECT_EQ(options.required_text("path"), "a.csv");
  EXPECT_EQ(options.text("none"), std::nullopt);
  EXPECT_EQ(options.text("none", "else"), "else");
  EXPECT_EQ(options.integer("rows", 1, 0, 42), 42);
  EXPECT_EQ(options.integer("others", 7, 0, 9), 7);
  EXPECT_FALSE(options.boolean("header", true));
  EXPECT_TRUE(options.boolean("none", true));
  EXPECT_EQ(options.choice("mode", {"replace", "fail"}, 0), 1U);
  EXPECT_EQ(options.duration_ns("linger", 0), 250'000'000);
  EXPECT_EQ(options.where("rows"), (Where{"job.sql", 2, 25}));
  EXPECT_EQ(options.where("none"), (Where{"job.sql", 1, 1}));
  options.finish();
}

TEST(OptionReader, NamesTheTableTheOptionAndWhatIsAllowed) {
  const TableDefinition table = table_of("csv", {{"rows", "many"},
                                                 {"header", "maybe"},
                                                 {"mode", "replcae"},
                                                 {"linger", "1 month"},
                                                 {"empty", ""}});
  OptionReader options(table);
  EXPECT_EQ(thrown_by([&] { (void)options.required_text("path"); }),
            "invalid_argument: job.sql:1:1: table 'results' (connector 'csv') needs option 'path'; "
            "add path = '…' to its WITH (…)");
  EXPECT_EQ(thrown_by([&] { (void)options.required_text("empty"); }),
            "invalid_argument: job.sql:2:55: option 'empty' of table 'results' is ''; it must not "
            "be empty");
  EXPECT_EQ(thrown_by([&] { (void)options.integer("rows", 1, -5, 10); }),
            "invalid_argument: job.sql:2:15: option 'rows' of table 'results' is 'many'; give an "
            "integer from -5 to 10");
  EXPECT_EQ(thrown_by([&] { (void)options.boolean("header", true); }),
            "invalid_argument: job.sql:2:25: option 'header' of table 'results' is 'maybe'; give "
            "'true' or 'false'");
  EXPECT_EQ(thrown_by([&] {
              (void)options.choice("mode", {"replace", "fail"}, 0);
            }),
            "invalid_argument: job.sql:2:35: option 'mode' of table 'results' is 'replcae'; did "
            "you mean 'replace'? Allowed are 'replace', 'fail'");
  expect_has(thrown_by([&] { (void)options.duration_ns("linger", 0); }), "give a length of time");
}

TEST(OptionReader, RefusesNumbersOutOfRange) {
  const TableDefinition table = table_of(
      "x", {{"a", "11"}, {"b", "99999999999999999999"}, {"c", "1.5"}, {"d", ""}, {"e", "-5 s"}});
  OptionReader options(table);
  for (const char* key : {"a", "b", "c", "d"})
    expect_has(thrown_by([&] { (void)options.integer(key, 1, 0, 10); }), "from 0 to 10");
  expect_has(thrown_by([&] { (void)options.duration_ns("e", 0); }), "'-5 s'");
}

TEST(OptionReader, RefusesWhatNobodyRead) {
  const TableDefinition table = table_of("csv", {{"path", "x"}, {"heder", "false"}});
  OptionReader options(table);
  (void)options.required_text("path");
  (void)options.boolean("header", true);
  EXPECT_EQ(thrown_by([&] { options.finish(); }),
            "unknown_name: job.sql:2:20: connector 'csv' of table 'results' has no option 'heder'; "
            "did you mean 'header'? Its options: 'header', 'path'");
  expect_has(thrown_by([] {
               OptionReader(table_of("x", {{"a", "1"}, {"a", "2"}}));
             }),
             "duplicate_name: job.sql:2:20: option 'a' of table 'results' is given twice");
  expect_has(thrown_by([] {
               const TableDefinition odd = table_of("x", {{"a", "1"}});
               OptionReader(odd).finish();
             }),
             "it has none");
}

TEST(Diagnostics, CountsByNameAndWarnsOnce) {
  Diagnostics diagnostics;
  Diagnostics::Counter& rows = diagnostics.counter("t.rows");
  rows += 5;
  diagnostics.counter("a.rows");
  diagnostics.counter("t.rows") += 1;
  EXPECT_EQ(diagnostics.counters(),
            (std::vector<std::pair<std::string, std::int64_t>>{{"a.rows", 0}, {"t.rows", 6}}));
  diagnostics.warn("second");
  diagnostics.warn("first");
  diagnostics.warn("second");
  EXPECT_EQ(diagnostics.warnings(), (std::vector<std::string>{"second", "first"}));
}

}  // namespace
}  // namespace penstock
