// SPDX-License-Identifier: Apache-2.0
#include "sources/csv_source.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

#include "sources/column_decoder.h"
#include "sources/csv_scanner.h"
#include "sources/text_reader.h"
#include "sources/type_guess.h"

namespace penstock {
namespace {

constexpr std::size_t sample_bytes = 64 * 1024;
constexpr std::size_t columns_max = 16384;

struct CsvOptions {
  CsvDialect dialect;
  bool header = true;
  std::int64_t skip_lines = 0;
  std::string null_text;
  TimestampFormat timestamps;
};

char one_character(OptionReader& options, const char* key, const std::string& text) {
  if (text == "\\t" || text == "tab") return '\t';
  const bool usable = text.size() == 1 && text[0] != '\0' && text[0] != '\n' && text[0] != '\r' &&
                      static_cast<unsigned char>(text[0]) < 0x80;
  if (usable) return text[0];
  throw Error(ErrorCode::invalid_argument,
              std::string("option '") + key +
                  "' must be one ASCII character ('\\t' for a tab), "
                  "not '" +
                  text + "'",
              options.where(key));
}

CsvOptions read_csv_options(OptionReader& options) {
  CsvOptions result;
  result.dialect.delimiter = one_character(options, "delimiter", options.text("delimiter", ","));
  const std::string quote = options.text("quote", "\"");
  result.dialect.has_quote = !quote.empty();
  if (!quote.empty()) result.dialect.quote = one_character(options, "quote", quote);
  if (result.dialect.has_quote && result.dialect.quote == result.dialect.delimiter) {
    throw Error(ErrorCode::invalid_argument, "'delimiter' and 'quote' are the same character",
                options.where("quote"));
  }
  result.header = options.boolean("header", true);
  result.skip_lines = options.integer("skip_lines", 0, 0, 1'000'000);
  result.null_text = options.text("null", "");
  result.timestamps = TimestampFormat::from_options(options, "iso");
  return result;
}

std::string field_text(const CsvField& field, char quote) {
  std::string text(field.view());
  if (field.escaped) unescape_csv(field, quote, text);
  return text;
}

// The names in a header; a column without one is called by its position.
std::vector<std::string> header_names(const CsvScanner& scanner, std::size_t fields, char quote) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < fields; ++i) {
    const std::string text = field_text(scanner.field(i), quote);
    const std::string_view name = trim_blanks(text);
    names.push_back(name.empty() ? "column_" + std::to_string(i + 1) : std::string(name));
  }
  return names;
}

bool is_null(const CsvField& field, const std::string& null_text, bool is_text_column) {
  // A quoted field is never NULL as text; for other types there is nothing else it could mean.
  return field.view() == null_text && !(field.quoted && is_text_column);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(x) == lower(y);
  });
}

// For each column of the schema the field of that name: as written, else in any case.
std::vector<std::size_t> match_header(const std::vector<std::string>& header, const Schema& schema,
                                      const std::string& table, const std::string& file) {
  std::vector<std::size_t> fields;
  for (const Field& column : schema.fields) {
    auto found = std::find(header.begin(), header.end(), column.name);
    if (found == header.end()) {
      found = std::find_if(header.begin(), header.end(), [&](const std::string& name) {
        return equal_ignoring_case(name, column.name);
      });
    }
    if (found == header.end()) {
      std::string message = "table '" + table + "': the header of '";
      message.append(file).append("' has no column '").append(column.name) += '\'';
      if (const auto nearest = nearest_name(column.name, header)) {
        message += "; did you mean '" + *nearest + "'?";
      } else {
        message += "; for a file without a header line write header = false";
      }
      throw Error(ErrorCode::unknown_name, message);
    }
    fields.push_back(static_cast<std::size_t>(found - header.begin()));
  }
  return fields;
}

// What a reader of one partition knows.
class CsvFormat final : public RowFormat {
 public:
  CsvFormat(std::string table, const Schema& schema, const CsvOptions& options,
            const ReaderContext& context)
      : table_(std::move(table)),
        schema_(schema),
        options_(options),
        symbols_(context.symbols),
        event_time_column_(context.event_time_column),
        scanner_(options.dialect, schema.size()) {}

  void start_file() override {
    skip_lines_ = options_.skip_lines;
    header_pending_ = options_.header;
    columns_.clear();
    fields_expected_ = 0;
  }

  Outcome take_rows(TextWindow& window, BatchBuilder& batch, DeadLetters& letters) override;

 private:
  struct Column {
    std::size_t field;
    ColumnDecoder decoder;
  };
  static constexpr std::size_t no_column = static_cast<std::size_t>(-1);

  void bind_columns(const std::vector<std::size_t>& fields, std::size_t expected,
                    const BatchBuilder& batch);
  void take_header(const CsvScanner::Result& row, const TextWindow& window,
                   const BatchBuilder& batch);
  Decoded decode_row(BatchBuilder& batch);
  void reject(const CsvScanner::Result& row, const TextWindow& window, DeadLetters& letters,
              Decoded failure);
  bool skip_line(TextWindow& window);

  std::string table_;
  Schema schema_;
  CsvOptions options_;
  SymbolTable& symbols_;
  std::optional<std::size_t> event_time_column_;
  CsvScanner scanner_;
  std::vector<Column> columns_;  // that are wanted
  std::size_t fields_expected_ = 0;
  std::int64_t skip_lines_ = 0;
  bool header_pending_ = false;
  std::size_t failed_column_ = 0;  // index into columns_
  std::string scratch_;
};

void CsvFormat::bind_columns(const std::vector<std::size_t>& fields, std::size_t expected,
                             const BatchBuilder& batch) {
  columns_.clear();
  for (std::size_t column = 0; column < schema_.size(); ++column) {
    if (!batch.wants(column)) continue;
    const bool is_event_time = column == event_time_column_.value_or(no_column);
    columns_.push_back({fields[column], ColumnDecoder(schema_.fields[column], column, is_event_time,
                                                      options_.timestamps)});
  }
  // In the order of the row, so that a row is read from left to right.
  std::sort(columns_.begin(), columns_.end(),
            [](const Column& a, const Column& b) { return a.field < b.field; });
  fields_expected_ = expected;
  scanner_.keep_fields(expected);
}

void CsvFormat::take_header(const CsvScanner::Result& row, const TextWindow& window,
                            const BatchBuilder& batch) {
  if (row.fields > columns_max) {
    throw Error(ErrorCode::corrupt_input,
                "table '" + table_ + "': the header of '" + window.file_name() + "' has " +
                    std::to_string(row.fields) + " columns, above the limit of " +
                    std::to_string(columns_max));
  }
  // The first scan kept no more fields than the schema has.
  scanner_.keep_fields(row.fields);
  scanner_.set_text(window.end());
  scanner_.scan(window.begin());
  const std::vector<std::string> names = header_names(scanner_, row.fields, options_.dialect.quote);
  bind_columns(match_header(names, schema_, table_, window.file_name()), row.fields, batch);
  scanner_.set_text(window.end());
  header_pending_ = false;
}

Decoded CsvFormat::decode_row(BatchBuilder& batch) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    const CsvField& field = scanner_.field(column.field);
    Decoded decoded = Decoded::ok;
    if (is_null(field, options_.null_text, is_text(column.decoder.type()))) {
      decoded = column.decoder.decode_null(batch);
    } else if (field.escaped) {
      unescape_csv(field, options_.dialect.quote, scratch_);
      decoded = column.decoder.decode(scratch_, batch, symbols_);
    } else {
      decoded = column.decoder.decode(field.view(), batch, symbols_);
    }
    if (decoded != Decoded::ok) {
      failed_column_ = i;
      return decoded;
    }
  }
  return Decoded::ok;
}

void CsvFormat::reject(const CsvScanner::Result& row, const TextWindow& window,
                       DeadLetters& letters, Decoded failure) {
  const auto bytes = static_cast<std::size_t>(row.next - window.begin());
  std::string detail;
  std::string_view reason;
  if (row.status == CsvScanner::Status::bad_quoting) {
    reason = "bad_quoting";
    detail = "text behind a closing quote";
  } else if (row.fields != fields_expected_) {
    reason = "field_count";
    detail = "the row has " + std::to_string(row.fields) + " fields, expected " +
             std::to_string(fields_expected_);
  } else {
    const Column& column = columns_[failed_column_];
    reason = reason_of(failure);
    detail = describe_failure(failure, schema_.fields[column.decoder.column()],
                              scanner_.field(column.field).view());
  }
  letters.put(malformed_at(window, reason, std::move(detail), bytes));
}

bool CsvFormat::skip_line(TextWindow& window) {
  const auto* line_end = static_cast<const char*>(std::memchr(window.begin(), '\n', window.size()));
  if (line_end == nullptr) return false;
  window.consume(static_cast<std::size_t>(line_end - window.begin()) + 1, 1);
  --skip_lines_;
  return true;
}

RowFormat::Outcome CsvFormat::take_rows(TextWindow& window, BatchBuilder& batch,
                                        DeadLetters& letters) {
  while (skip_lines_ > 0) {
    if (!skip_line(window)) return Outcome::need_more;
  }
  if (!header_pending_ && fields_expected_ == 0) {
    std::vector<std::size_t> fields(schema_.size());
    for (std::size_t i = 0; i < fields.size(); ++i) fields[i] = i;
    bind_columns(fields, fields.size(), batch);
  }
  scanner_.set_text(window.end());
  while (batch.room() > 0) {
    const CsvScanner::Result row = scanner_.scan(window.begin());
    if (row.status == CsvScanner::Status::incomplete) return Outcome::need_more;
    const auto bytes = static_cast<std::size_t>(row.next - window.begin());
    const bool is_row = row.status == CsvScanner::Status::row;
    const CsvField& first = scanner_.field(0);
    const bool is_blank = is_row && row.fields == 1 && first.size == 0 && !first.quoted;
    if (is_blank && (header_pending_ || fields_expected_ > 1)) {
      // Neither a row nor an error.
    } else if (is_row && header_pending_) {
      take_header(row, window, batch);
    } else if (!is_row || row.fields != fields_expected_) {
      reject(row, window, letters, Decoded::ok);
    } else {
      const Decoded decoded = decode_row(batch);
      if (decoded == Decoded::text_full && batch.rows() > 0) {
        abandon_row(batch);
        batch.set_limit_rows(batch.rows());  // full, though not of rows
        return Outcome::batch_full;
      }
      if (decoded == Decoded::ok) {
        batch.advance();
      } else {
        abandon_row(batch);
        reject(row, window, letters, decoded);
      }
    }
    window.consume(bytes, row.lines);
  }
  return Outcome::batch_full;
}

class CsvSource final : public Source {
 public:
  CsvSource(TextTable table, CsvOptions options, Schema schema)
      : table_(std::move(table)), options_(std::move(options)), schema_(std::move(schema)) {}

  [[nodiscard]] const Schema& schema() const override { return schema_; }
  [[nodiscard]] bool bounded() const override { return true; }
  [[nodiscard]] std::size_t partitions() const override { return table_.files.size(); }

  [[nodiscard]] std::unique_ptr<Reader> open(std::size_t partition,
                                             const ReaderContext& context) override {
    const std::lock_guard lock(mutex_);
    if (!letters_) {
      letters_ = std::make_shared<DeadLetters>(table_.name, table_.errors, context.diagnostics);
    }
    return std::make_unique<TextReader>(
        table_.files[partition], table_.tuning,
        std::make_unique<CsvFormat>(table_.name, schema_, options_, context), letters_);
  }

 private:
  TextTable table_;
  CsvOptions options_;
  Schema schema_;
  std::mutex mutex_;
  std::shared_ptr<DeadLetters> letters_;
};

// The first rows of a file as texts, each with whether it is NULL.
struct CsvSample {
  std::vector<std::string> header;
  std::vector<TypeGuess> guesses;
};

void see_row(const CsvScanner& scanner, std::size_t fields, const CsvOptions& options,
             std::vector<TypeGuess>& guesses) {
  for (std::size_t i = 0; i < fields; ++i) {
    const CsvField& field = scanner.field(i);
    if (is_null(field, options.null_text, true)) continue;
    guesses[i].see_text(field_text(field, options.dialect.quote), options.timestamps);
  }
}

CsvSample sample_csv(const TextTable& table, const CsvOptions& options, const std::string& path) {
  std::string text = table.sample(path, sample_bytes);
  std::int64_t skip_lines = options.skip_lines;
  std::size_t position = 0;
  while (skip_lines-- > 0) {
    const std::size_t line_end = text.find('\n', position);
    position = line_end == std::string::npos ? text.size() : line_end + 1;
  }
  const std::size_t size = text.size();
  text.append(TextWindow::padding_bytes, '\0');
  CsvScanner scanner(options.dialect, columns_max);
  scanner.set_text(text.data() + size);
  CsvSample sample;
  bool header_pending = options.header;
  const char* p = text.data() + position;
  while (p < text.data() + size) {
    const CsvScanner::Result row = scanner.scan(p);
    if (row.status == CsvScanner::Status::incomplete) break;
    p = row.next;
    const bool blank = row.fields == 1 && scanner.field(0).size == 0;
    if (row.status != CsvScanner::Status::row || blank || row.fields > columns_max) continue;
    if (sample.guesses.empty()) sample.guesses.resize(row.fields);
    if (header_pending) {
      sample.header = header_names(scanner, row.fields, options.dialect.quote);
      header_pending = false;
    } else if (row.fields == sample.guesses.size()) {
      see_row(scanner, row.fields, options, sample.guesses);
    }
  }
  return sample;
}

Schema infer_schema(const TextTable& table, const CsvOptions& options, const Where& where) {
  const std::string place = "table '" + table.name + "': ";
  if (!table.can_sample()) {
    throw Error(ErrorCode::unsupported,
                place + "columns cannot be inferred from a pipe; declare them in CREATE TABLE",
                where);
  }
  CsvSample sample;
  for (const auto& files : table.files) {
    for (const std::string& file : files) {
      if (sample.guesses.empty()) sample = sample_csv(table, options, file);
    }
  }
  if (sample.guesses.empty()) {
    throw Error(ErrorCode::invalid_argument,
                place + "'" + shown_file_name(table.first_file()) +
                    "' has no rows to infer the "
                    "columns from; declare them in CREATE TABLE",
                where);
  }
  Schema schema;
  for (std::size_t i = 0; i < sample.guesses.size(); ++i) {
    std::string name =
        i < sample.header.size() ? sample.header[i] : "column_" + std::to_string(i + 1);
    if (schema.find(name)) {
      throw Error(ErrorCode::duplicate_name,
                  std::string(place).append("column '").append(name) +
                      "' appears twice in the header of '" + shown_file_name(table.first_file()) +
                      "'; declare the columns and write header = false, skip_lines = 1",
                  where);
    }
    schema.fields.push_back({.name = std::move(name), .type = sample.guesses[i].type()});
  }
  return schema;
}

}  // namespace

std::unique_ptr<Source> make_csv_source(const TableDefinition& table, const TextTuning& tuning) {
  OptionReader options(table);
  TextTable text = TextTable::from_options(table.name, options, tuning);
  CsvOptions csv = read_csv_options(options);
  options.finish();
  const Where where = options.where("path");
  Schema schema;
  if (!table.columns) {
    schema = infer_schema(text, csv, where);
  } else {
    schema = *table.columns;
    if (csv.header && text.can_sample()) {
      const CsvSample sample = sample_csv(text, csv, text.first_file());
      if (!sample.header.empty()) {
        match_header(sample.header, schema, table.name, shown_file_name(text.first_file()));
      }
    }
  }
  return std::make_unique<CsvSource>(std::move(text), std::move(csv), std::move(schema));
}

}  // namespace penstock
