// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <penstock/data/batch_builder.h>
#include <penstock/data/schema.h>
#include <penstock/data/symbol_table.h>
#include <penstock/io/diagnostics.h>

namespace penstock {

// What a reader gets from the job. All references outlive it.
struct ReaderContext {
  SymbolTable& symbols;
  Diagnostics& diagnostics;
  // The event-time column of a table with a watermark: a row with NULL there is malformed.
  std::optional<std::size_t> event_time_column;
};

struct ReadProgress {
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;  // 0 = not known
};

// Reads one partition, on one thread.
class Reader {
 public:
  enum class Status : std::uint8_t {
    more,  // rows may have been added; there is more
    idle,  // nothing now; ask again
    end,   // rows may have been added; there will be no more
  };
  virtual ~Reader() = default;
  // Adds rows to the batch until it is full or nothing is at hand. Returns within about 10 ms when
  // nothing arrives. Malformed rows go to the diagnostics by the table's policy; throws Error for
  // what ends the job.
  virtual Status read(BatchBuilder& batch) = 0;
  [[nodiscard]] virtual ReadProgress progress() const = 0;  // from any thread
};

// Where rows come from: one table, bound to its options. Opening nothing until open().
class Source {
 public:
  virtual ~Source() = default;
  [[nodiscard]] virtual const Schema& schema() const = 0;
  [[nodiscard]] virtual bool bounded() const = 0;
  // Each has its own order and watermark; known before the job starts.
  [[nodiscard]] virtual std::size_t partitions() const = 0;
  // The batches that the reader will fill leave pruned columns out (BatchBuilder::wants).
  [[nodiscard]] virtual std::unique_ptr<Reader> open(std::size_t partition,
                                                     const ReaderContext& context) = 0;
};

}  // namespace penstock
