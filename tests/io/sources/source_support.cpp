// SPDX-License-Identifier: Apache-2.0
#include "source_support.h"

#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <penstock/data/value.h>
#include <penstock/io/connectors.h>

namespace penstock::test {

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "penstock-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryDirectory::write(const std::string& name, std::string_view bytes) const {
  std::ofstream file(path(name), std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return path(name);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string gzipped(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  std::string copy(text);
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd_compressed(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);  // as the command zstd does
  out.resize(ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return out;
}

TableDefinition make_table(const std::string& connector, const Options& options,
                           std::optional<Schema> columns) {
  TableDefinition table;
  table.name = "t";
  table.connector = connector;
  for (const auto& [key, value] : options) {
    ast::Option option;
    option.key = key;
    option.value = value;
    table.options.push_back(option);
  }
  table.columns = std::move(columns);
  return table;
}

Field column(const std::string& name, TypeId type, bool nullable) {
  return {.name = name, .type = {type}, .nullable = nullable};
}

std::int64_t ReadResult::counter(std::string_view name) const {
  for (const auto& [key, value] : counters) {
    if (key == name) return value;
  }
  return 0;
}

void append_rows(const BatchBuilder& batch, const SymbolTable& symbols, Rows& rows) {
  const BatchView view = batch.view();
  for (std::int64_t row = 0; row < view.rows; ++row) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < view.columns.size(); ++i) {
      const ColumnView& values = view.columns[i];
      std::string text;
      if (values.data == nullptr) {
        text = "PRUNED";
      } else if (!values.is_valid(row)) {
        text = "NULL";
      } else if (values.type.id == TypeId::symbol) {
        text = symbols.text(values.values<std::uint32_t>()[row]);
      } else {
        append_value(text, values, row);
      }
      texts.push_back(std::move(text));
    }
    rows.push_back(std::move(texts));
  }
}

namespace {

void read_into(Source& source, std::size_t partition, const ReadSettings& settings,
               const ReaderContext& context, ReadResult& result) {
  BatchBuilder::Options options;
  options.capacity_rows = settings.batch_rows;
  options.text_bytes = settings.text_bytes;
  options.wanted = settings.wanted;
  BatchBuilder batch(source.schema(), options);
  const std::unique_ptr<Reader> reader = source.open(partition, context);
  Reader::Status status = Reader::Status::more;
  while (status != Reader::Status::end) {
    const std::int64_t before = batch.rows();
    status = reader->read(batch);
    const bool stuck = status == Reader::Status::more && batch.rows() == before;
    if (batch.room() == 0 || status == Reader::Status::end || stuck) {
      append_rows(batch, context.symbols, result.rows);
      if (batch.rows() > 0) ++result.batches;
      batch.clear();
    }
  }
  result.progress = reader->progress();
}

void finish(const Diagnostics& diagnostics, ReadResult& result) {
  result.counters = diagnostics.counters();
  result.warnings = diagnostics.warnings();
}

}  // namespace

ReadResult read_partition(Source& source, std::size_t partition, const ReadSettings& settings) {
  SymbolTable symbols;
  Diagnostics diagnostics;
  ReadResult result;
  read_into(source, partition, settings, {symbols, diagnostics, settings.event_time_column},
            result);
  finish(diagnostics, result);
  return result;
}

ReadResult read_all(Source& source, const ReadSettings& settings) {
  SymbolTable symbols;
  Diagnostics diagnostics;
  ReadResult result;
  for (std::size_t i = 0; i < source.partitions(); ++i) {
    read_into(source, i, settings, {symbols, diagnostics, settings.event_time_column}, result);
  }
  finish(diagnostics, result);
  return result;
}

std::unique_ptr<Source> make_source(const TableDefinition& table) {
  Registry registry;
  add_file_sources(registry);
  return registry.make_source(table);
}

ReadResult read_table(const TableDefinition& table, const ReadSettings& settings) {
  return read_all(*make_source(table), settings);
}

}  // namespace penstock::test
