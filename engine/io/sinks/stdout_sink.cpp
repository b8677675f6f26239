// SPDX-License-Identifier: Apache-2.0
//
// The sink stdout. What a person or a pipe has read cannot be taken back, so rows of an epoch that
// is larger than the buffer go out before its commit.
#include <algorithm>

#include <penstock/io/options.h>

#include "csv_rows.h"
#include "json_rows.h"
#include "sinks.h"
#include "target_path.h"
#include "text_table.h"
#include "write_all.h"

namespace penstock::detail {

namespace {

constexpr std::size_t spill_bytes = 64 * 1024;

// Writes what a format makes of rows to a descriptor that is somebody else's.
class Output {
 public:
  Output(int fd, Where where) : fd_(fd), where_(std::move(where)) {}
  [[nodiscard]] std::string& buffer() noexcept { return buffer_; }
  void spill() {
    if (buffer_.size() >= spill_bytes) flush();
  }
  void flush() {
    std::size_t written = 0;
    const int number = write_all(fd_, buffer_, written);
    buffer_.clear();
    if (number != 0) throw_file_error("write to", "standard output", number, where_);
  }

 private:
  int fd_;
  Where where_;
  std::string buffer_;
};

template <class Rows>
class LineSink : public Sink {
 public:
  LineSink(Rows rows, std::string preamble, Output output)
      : rows_(std::move(rows)), output_(std::move(output)) {
    output_.buffer() = std::move(preamble);
  }
  void write(const BatchView& rows) override {
    for (std::int64_t row = 0; row < rows.rows; ++row) {
      rows_.append_row(output_.buffer(), rows, row);
      output_.spill();
    }
  }
  void commit(std::uint64_t /*epoch*/) override { output_.flush(); }
  void close() override { output_.flush(); }

 private:
  Rows rows_;
  Output output_;
};

class TableSink : public Sink {
 public:
  TableSink(const Schema& rows, Output output) : table_(rows), output_(std::move(output)) {}
  void write(const BatchView& rows) override {
    table_.append(output_.buffer(), rows);
    output_.spill();
  }
  void commit(std::uint64_t /*epoch*/) override {
    table_.flush(output_.buffer());
    output_.flush();
  }
  void close() override {
    table_.finish(output_.buffer());
    output_.flush();
  }

 private:
  TextTable table_;
  Output output_;
};

}  // namespace

std::unique_ptr<Sink> make_stdout_sink(const TableDefinition& table, const Schema& rows,
                                       const SinkContext& context, bool dry_run) {
  const std::vector<std::string> formats = {"table", "json", "csv"};
  OptionReader options(table);
  const auto fallback = std::find(formats.begin(), formats.end(), context.output_format);
  if (fallback == formats.end())
    throw Error(ErrorCode::invalid_argument, "output format '" + context.output_format +
                                                 "' does not exist; give table, json or csv");
  const std::size_t format =
      options.choice("format", formats, static_cast<std::size_t>(fallback - formats.begin()));
  options.finish();
  if (dry_run) return nullptr;
  Output output(context.output_fd, table.where);
  if (format == 0) return std::make_unique<TableSink>(rows, std::move(output));
  if (format == 1)
    return std::make_unique<LineSink<JsonRows>>(JsonRows(rows), std::string{}, std::move(output));
  const CsvRows csv(rows, ',');
  std::string header;
  csv.append_header(header);
  return std::make_unique<LineSink<CsvRows>>(csv, std::move(header), std::move(output));
}

}  // namespace penstock::detail
