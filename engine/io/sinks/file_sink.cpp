// SPDX-License-Identifier: Apache-2.0
//
// The sinks csv and json: text files that appear under their names when they are complete.
#include <penstock/io/options.h>

#include "csv_rows.h"
#include "json_rows.h"
#include "published_file.h"
#include "sinks.h"

namespace penstock::detail {

namespace {

template <class Rows>
class FileSink : public Sink {
 public:
  FileSink(Rows rows, const std::string& path, PublishedFile::Existing existing,
           std::string preamble, const Where& where)
      : rows_(std::move(rows)), file_(path, existing, std::move(preamble), where) {}

  void write(const BatchView& rows) override {
    for (std::int64_t row = 0; row < rows.rows; ++row) {
      rows_.append_row(file_.buffer(), rows, row);
      file_.spill();
    }
  }
  void commit(std::uint64_t /*epoch*/) override { file_.commit(); }
  void close() override { file_.close(); }

 private:
  Rows rows_;
  PublishedFile file_;
};

PublishedFile::Existing existing_of(OptionReader& options) {
  return options.choice("mode", {"replace", "fail"}, 0) == 0 ? PublishedFile::Existing::replace
                                                             : PublishedFile::Existing::fail;
}

}  // namespace

std::unique_ptr<Sink> make_csv_sink(const TableDefinition& table, const Schema& rows,
                                    const SinkContext& /*context*/, bool dry_run) {
  OptionReader options(table);
  const std::string path = options.required_text("path");
  const PublishedFile::Existing existing = existing_of(options);
  const bool header = options.boolean("header", true);
  const CsvRows format(rows, csv_delimiter(options, table));
  options.finish();
  if (dry_run) return nullptr;
  std::string preamble;
  if (header) format.append_header(preamble);
  return std::make_unique<FileSink<CsvRows>>(format, path, existing, std::move(preamble),
                                             options.where("path"));
}

std::unique_ptr<Sink> make_json_sink(const TableDefinition& table, const Schema& rows,
                                     const SinkContext& /*context*/, bool dry_run) {
  OptionReader options(table);
  const std::string path = options.required_text("path");
  const PublishedFile::Existing existing = existing_of(options);
  options.finish();
  if (dry_run) return nullptr;
  return std::make_unique<FileSink<JsonRows>>(JsonRows(rows), path, existing, std::string{},
                                              options.where("path"));
}

}  // namespace penstock::detail
