// SPDX-License-Identifier: Apache-2.0
#include "sink_fixture.h"

namespace penstock {
namespace {

class NoRows : public Source {
 public:
  [[nodiscard]] const Schema& schema() const override { return pairs(); }
  [[nodiscard]] bool bounded() const override { return false; }
  [[nodiscard]] std::size_t partitions() const override { return 1; }
  [[nodiscard]] std::unique_ptr<Reader> open(std::size_t, const ReaderContext&) override {
    return nullptr;
  }
};

class RegistryTest : public SinkTest {
 protected:
  RegistryTest() {
    registry_.add_source("wire", [](const TableDefinition&) { return std::make_unique<NoRows>(); });
  }
};

TEST_F(RegistryTest, HasTheSinks) {
  EXPECT_EQ(registry_.sink_connectors(),
            (std::vector<std::string>{"blackhole", "csv", "json", "sqlite", "stdout"}));
  EXPECT_EQ(registry_.source_connectors(), std::vector<std::string>{"wire"});
}

TEST_F(RegistryTest, DescribesSources) {
  const SourceDescription described = registry_.describe_source(table_of("wire", {}));
  EXPECT_EQ(described.schema, pairs());
  EXPECT_FALSE(described.bounded);
}

TEST_F(RegistryTest, NamesTheNearestConnector) {
  EXPECT_EQ(thrown_by([&] { registry_.check_sink(table_of("sqlit", {}), pairs()); }),
            "unknown_name: job.sql:1:1: connector 'sqlit' of table 'results' does not exist; did "
            "you mean 'sqlite'? Connectors for a sink: 'blackhole', 'csv', 'json', 'sqlite', "
            "'stdout'");
  expect_has(thrown_by([&] { (void)registry_.make_source(table_of("kafka", {})); }),
             "unknown_name: job.sql:1:1: connector 'kafka' of table 'results' does not exist");
}

TEST_F(RegistryTest, SaysWhichWayAConnectorGoes) {
  EXPECT_EQ(thrown_by([&] { (void)registry_.make_source(table_of("sqlite", {})); }),
            "unsupported: job.sql:1:1: connector 'sqlite' of table 'results' only writes; to read, "
            "use one of 'wire'");
  expect_has(thrown_by([&] { (void)open(table_of("wire", {}), pairs()); }),
             "unsupported: job.sql:1:1: connector 'wire' of table 'results' only reads; to write");
}

TEST_F(RegistryTest, ChecksWithoutOpening) {
  registry_.check_sink(table_of("csv", {{"path", path("a.csv")}}), pairs());
  registry_.check_sink(table_of("json", {{"path", path("a.json")}}), pairs());
  registry_.check_sink(table_of("sqlite", {{"path", path("a.db")}}), pairs());
  registry_.check_sink(table_of("stdout", {}), pairs());
  registry_.check_sink(table_of("blackhole", {}), pairs());
  EXPECT_FALSE(exists(path("a.csv.partial")));
  EXPECT_FALSE(exists(path("a.db")));
  for (const char* connector : {"csv", "json", "sqlite", "stdout", "blackhole"})
    expect_has(
        thrown_by([&] {
          registry_.check_sink(table_of(connector, {{"pathh", "y"}, {"path", "x"}}), pairs());
        }),
        "has no option 'pathh'");
}

TEST_F(RegistryTest, BlackholeCountsWhatWasCommitted) {
  const auto sink = open(table_of("blackhole", {}), pairs());
  const BatchBuilder rows = pair_rows(0, 5);
  sink->write(rows.view());
  sink->write(rows.view());
  sink->commit(1);
  sink->write(rows.view());
  sink->close();
  EXPECT_EQ(diagnostics_.counter("results.rows_swallowed"), 10);
  context_.diagnostics = nullptr;
  open(table_of("blackhole", {}), pairs())->commit(1);
}

}  // namespace
}  // namespace penstock
