// SPDX-License-Identifier: Apache-2.0
//
// Takes rows and forgets them: what benches write to, and the sink to copy for a new one. A sink
// is a class and a factory; README.md of this module says where both are named.
#include <penstock/io/options.h>

#include "sinks.h"

namespace penstock::detail {

namespace {

class BlackholeSink : public Sink {
 public:
  explicit BlackholeSink(Diagnostics::Counter* rows) : rows_(rows) {}

  // Take the rows: they are gone when this returns, so copy or write what is to stay. Throw
  // Error{io} where the target fails for good; the job ends and says so.
  void write(const BatchView& rows) override { waiting_ += rows.rows; }

  // Make all since the last commit durable and visible at once, or throw and leave none of it.
  void commit(std::uint64_t /*epoch*/) override {
    if (rows_ != nullptr) rows_->fetch_add(waiting_, std::memory_order_relaxed);
    waiting_ = 0;
  }

  // Finish the target. Not called when the job failed: the destructor then leaves what was
  // committed, without throwing.
  void close() override {}

 private:
  Diagnostics::Counter* rows_;  // "<table>.rows_swallowed"; nullptr = nobody counts
  std::int64_t waiting_ = 0;
};

}  // namespace

std::unique_ptr<Sink> make_blackhole_sink(const TableDefinition& table, const Schema& /*rows*/,
                                          const SinkContext& context, bool dry_run) {
  // Read every option, then finish(): it refuses the misspelt ones.
  OptionReader options(table);
  options.finish();
  // A dry run ends where something would be opened or written.
  if (dry_run) return nullptr;
  Diagnostics::Counter* counter = nullptr;
  if (context.diagnostics != nullptr)
    counter = &context.diagnostics->counter(table.name + ".rows_swallowed");
  return std::make_unique<BlackholeSink>(counter);
}

}  // namespace penstock::detail
