// SPDX-License-Identifier: Apache-2.0
#include "packet_table.h"

#include <penstock/data/batch_builder.h>
#include <penstock/data/symbol_table.h>
#include <penstock/io/diagnostics.h>
#include <penstock/io/registry.h>
#include <penstock/packets/packet_sources.h>

#include <algorithm>
#include <memory>

namespace penstock::test {

TableDefinition pcap_table(const TableOptions& options) {
  TableDefinition table;
  table.name = "packets";
  table.connector = "pcap";
  table.where = {"", 1, 1};
  int column = 10;
  for (const auto& [key, value] : options) {
    table.options.push_back({key, value, {"", 1, column}, {"", 1, column}});
    ++column;
  }
  return table;
}

std::unique_ptr<Source> make_pcap_source(const TableDefinition& table) {
  Registry registry;
  add_packet_sources(registry);
  return registry.make_source(table);
}

std::unique_ptr<Source> make_pcap_source(const TableOptions& options) {
  return make_pcap_source(pcap_table(options));
}

namespace {

void append_rows(const BatchView& batch, const Schema& schema, const SymbolTable& symbols,
                 std::vector<TextRow>& rows) {
  for (std::int64_t row = 0; row < batch.rows; ++row) {
    TextRow text;
    for (std::size_t column = 0; column < schema.size(); ++column) {
      const ColumnView& view = batch.columns[column];
      if (view.data == nullptr) continue;
      std::string& value = text[schema.fields[column].name];
      if (!view.is_valid(row)) {
        value = "NULL";
      } else if (view.type.id == TypeId::symbol) {
        value = symbols.text(view.values<std::uint32_t>()[row]);
      } else {
        append_value(value, view, row);
      }
    }
    rows.push_back(std::move(text));
  }
}

}  // namespace

TableContents read_table(Source& source, const ReadSettings& settings) {
  SymbolTable symbols;
  Diagnostics diagnostics;
  const ReaderContext context{symbols, diagnostics, std::nullopt};
  BatchBuilder::Options options;
  options.capacity_rows = settings.batch_rows;
  if (!settings.wanted.empty()) {
    for (const Field& field : source.schema().fields) {
      options.wanted.push_back(std::find(settings.wanted.begin(), settings.wanted.end(),
                                         field.name) != settings.wanted.end());
    }
  }
  BatchBuilder batch(source.schema(), options);
  TableContents contents;
  for (std::size_t partition = 0; partition < source.partitions(); ++partition) {
    const std::unique_ptr<Reader> reader = source.open(partition, context);
    Reader::Status status = Reader::Status::more;
    while (status != Reader::Status::end) {
      status = reader->read(batch);
      append_rows(batch.view(), source.schema(), symbols, contents.rows);
      batch.clear();
    }
  }
  for (const auto& [name, value] : diagnostics.counters()) contents.counters[name] = value;
  contents.warnings = diagnostics.warnings();
  return contents;
}

}  // namespace penstock::test
