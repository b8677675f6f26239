// SPDX-License-Identifier: Apache-2.0
#include "job_bench.h"

#include <memory>

#include <penstock/penstock.h>

namespace penstock::bench {
namespace {

// Adds up the column "n".
class TallySink final : public Sink {
 public:
  TallySink(std::size_t column, std::int64_t& sum) : column_(column), sum_(sum) {}

  void write(const BatchView& rows) override {
    const auto* counts = rows.columns[column_].values<std::int64_t>();
    for (std::int64_t row = 0; row < rows.rows; ++row) sum_ += counts[row];
  }
  void commit(std::uint64_t) override {}
  void close() override {}

 private:
  const std::size_t column_;
  std::int64_t& sum_;
};

void add_tally(Registry& registry, std::int64_t& sum) {
  registry.add_sink("tally",
                    [&sum](const TableDefinition& table, const Schema& rows, const SinkContext&,
                           bool dry_run) -> std::unique_ptr<Sink> {
                      const auto column = rows.find("n");
                      if (!column) {
                        throw Error(ErrorCode::unknown_name,
                                    "table '" + table.name + "' has no column 'n' to add up");
                      }
                      if (dry_run) return nullptr;
                      return std::make_unique<TallySink>(*column, sum);
                    });
}

}  // namespace

void run_job_bench(benchmark::State& state, const JobBench& bench) {
  std::int64_t sum = 0;
  std::int64_t rows = 0;
  try {
    Registry registry = default_registry();
    add_tally(registry, sum);
    const Plan plan = plan_from_sql(bench.sql, registry);
    for ([[maybe_unused]] auto iteration : state) {
      sum = 0;
      Job job(plan, registry, bench.options);
      job.run();
      rows += job.progress().rows_in;
      if (bench.counted >= 0 ? sum != bench.counted : sum <= 0) {
        state.SkipWithError(("counted " + std::to_string(sum) + " rows").c_str());
        break;
      }
    }
  } catch (const std::exception& error) {
    state.SkipWithError(error.what());
  }
  state.SetItemsProcessed(rows);
  if (bench.bytes_a_row > 0) {
    state.SetBytesProcessed(
        static_cast<std::int64_t>(static_cast<double>(rows) * bench.bytes_a_row));
  }
}

}  // namespace penstock::bench
