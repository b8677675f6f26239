// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <penstock/io/registry.h>

namespace penstock::test {

struct Row {
  std::int64_t ts = 0;
  std::int32_t key = 0;
  std::string name;
  std::int64_t value = 0;
};

// ts timestamp, key int32, name utf8, value int64.
Schema row_schema();

// Source connector "memory": rows by partition, and what else a source may do.
struct MemorySource {
  std::vector<std::vector<Row>> partitions;
  bool endless = false;           // repeats its rows, later each time, until stopped
  std::int64_t idle_before = -1;  // row index at which a partition once falls idle
  std::int64_t fail_before = -1;  // row index at which partition 0 throws
  std::atomic<int> opened{0};
  std::atomic<std::int64_t> rows_read{0};
};

// Sink connector "memory": rows as text, "a|b|c", with what was committed apart.
struct MemorySink {
  void write(const BatchView& rows);

  std::function<void()> on_write;  // in the sink's turn, before the rows are taken
  std::function<void()> on_commit;
  mutable std::mutex mutex;
  std::vector<std::string> written;  // in order
  std::size_t committed = 0;         // of them
  std::vector<std::uint64_t> epochs;
  bool closed = false;
  bool destroyed = false;
  std::atomic<std::int64_t> rows{0};

  [[nodiscard]] std::vector<std::string> sorted() const;
};

// Registers both; tables say which by name. The registry refers to what it was given.
void add_memory_source(Registry& registry, MemorySource& source);
void add_memory_sinks(Registry& registry, std::vector<MemorySink>& sinks);  // "sink0", "sink1", …

}  // namespace penstock::test
