// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <penstock/data/value.h>
#include <penstock/io/registry.h>

namespace penstock::test {

using Row = std::vector<Value>;
using Partition = std::vector<Row>;

// Rows that a "memory" source reads, partition by partition.
using MemoryInput = std::vector<Partition>;

// What a "capture" sink got.
struct CapturedRows {
  std::mutex mutex;
  std::vector<Row> written;  // since the last commit
  std::vector<Row> committed;
};

// default_registry() and the connectors "memory" (columns declared by the table) and "capture".
Registry registry_with(std::shared_ptr<const MemoryInput> input,
                       std::shared_ptr<CapturedRows> output);

// A row as one line that can be compared: floats by their bits, all NaNs alike.
std::string canonical(const Row& row);
std::string canonical(const Value& value);

}  // namespace penstock::test
