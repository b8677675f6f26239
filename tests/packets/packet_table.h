// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <penstock/data/schema.h>
#include <penstock/data/value.h>
#include <penstock/io/source.h>
#include <penstock/plan/plan.h>

namespace penstock::test {

using TableOptions = std::vector<std::pair<std::string, std::string>>;

// A table named 'packets' of connector 'pcap'; option values stand at line 1, column 10 + index.
TableDefinition pcap_table(const TableOptions& options);
std::unique_ptr<Source> make_pcap_source(const TableDefinition& table);
std::unique_ptr<Source> make_pcap_source(const TableOptions& options);

// Rows as text by column name; a NULL is "NULL".
using TextRow = std::map<std::string, std::string>;

struct TableContents {
  std::vector<TextRow> rows;
  std::map<std::string, std::int64_t> counters;
  std::vector<std::string> warnings;
};

struct ReadSettings {
  std::int64_t batch_rows = 64;
  std::vector<std::string> wanted = {};  // column names; empty = all
};

// Reads all partitions to their ends, one after another.
TableContents read_table(Source& source, const ReadSettings& settings = {});

}  // namespace penstock::test
