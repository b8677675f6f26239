// SPDX-License-Identifier: Apache-2.0
#include "sources/json_source.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

#include "sources/column_decoder.h"
#include "sources/text_reader.h"
#include "sources/type_guess.h"

namespace penstock {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t sample_bytes = 64 * 1024;

// JSON's own grammar of numbers, which is narrower than that of from_chars.
bool is_json_number(std::string_view text) {
  const auto skip_digits = [&text] {
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
    text.remove_prefix(digits);
    return digits;
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool leading_zero = text.starts_with('0');
  const std::size_t whole = skip_digits();
  if (whole == 0 || (leading_zero && whole > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (skip_digits() == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (skip_digits() == 0) return false;
  }
  return text.empty();
}

std::string_view trim_token(std::string_view token) {
  while (!token.empty() && (trim_blanks(token).size() != token.size() || token.back() == '\r' ||
                            token.back() == '\n')) {
    token.remove_suffix(1);
  }
  return token;
}

// What reading one line came to: ok, a value that does not fit, or no JSON at all.
struct LineResult {
  Decoded decoded = Decoded::ok;
  std::size_t column = 0;  // of the schema, where decoded is a failure
  std::string value;       // the failing value's text
  simdjson::error_code json = simdjson::SUCCESS;
  bool not_object = false;
  bool trailing = false;  // something behind the object
};

class JsonFormat final : public RowFormat {
 public:
  JsonFormat(const Schema& schema, const TimestampFormat& timestamps, const ReaderContext& context)
      : schema_(schema),
        timestamps_(timestamps),
        symbols_(context.symbols),
        event_time_column_(context.event_time_column) {}

  void start_file() override {}
  Outcome take_rows(TextWindow& window, BatchBuilder& batch, DeadLetters& letters) override;

 private:
  static constexpr std::size_t no_column = static_cast<std::size_t>(-1);

  void bind_columns(const BatchBuilder& batch);
  std::size_t find_column(std::string_view key) noexcept;
  simdjson::error_code read_object(const char* text, std::size_t size, std::size_t readable,
                                   BatchBuilder& batch, LineResult& result);
  simdjson::error_code read_key(ondemand::field& field, std::string_view& key);
  simdjson::error_code read_value(ondemand::value value, const ColumnDecoder& decoder,
                                  BatchBuilder& batch, LineResult& result);
  simdjson::error_code read_structure(ondemand::value value, const ColumnDecoder& decoder,
                                      BatchBuilder& batch, LineResult& result);
  LineResult read_line(const char* text, std::size_t size, std::size_t readable,
                       BatchBuilder& batch);
  static void reject(const LineResult& result, const Schema& schema, const TextWindow& window,
                     DeadLetters& letters, std::size_t bytes);

  Schema schema_;
  TimestampFormat timestamps_;
  SymbolTable& symbols_;
  std::optional<std::size_t> event_time_column_;
  std::vector<ColumnDecoder> columns_;  // that are wanted
  std::vector<bool> seen_;              // by index in columns_, in this row
  std::size_t expected_ = 0;            // the column whose key is likely to come next
  bool bound_ = false;
  ondemand::parser parser_;
};

void JsonFormat::bind_columns(const BatchBuilder& batch) {
  for (std::size_t column = 0; column < schema_.size(); ++column) {
    if (!batch.wants(column)) continue;
    columns_.emplace_back(schema_.fields[column], column,
                          column == event_time_column_.value_or(no_column), timestamps_);
  }
  seen_.resize(columns_.size());
  bound_ = true;
}

// Rows mostly have their keys in one order, so the column behind the last found comes first.
std::size_t JsonFormat::find_column(std::string_view key) noexcept {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::size_t candidate = (expected_ + i) % columns_.size();
    if (schema_.fields[columns_[candidate].column()].name == key) {
      expected_ = candidate + 1;
      return candidate;
    }
  }
  return no_column;
}

simdjson::error_code JsonFormat::read_key(ondemand::field& field, std::string_view& key) {
  const char* const raw = field.key().raw();
  const auto* quote = raw;
  while (*quote != '"' && *quote != '\\') ++quote;  // the parser has seen its closing quote
  if (*quote == '\\') return field.unescaped_key().get(key);
  key = {raw, static_cast<std::size_t>(quote - raw)};
  return simdjson::SUCCESS;
}

simdjson::error_code JsonFormat::read_structure(ondemand::value value, const ColumnDecoder& decoder,
                                                BatchBuilder& batch, LineResult& result) {
  ondemand::json_type type{};
  if (const auto error = value.type().get(type)) return error;
  std::string_view raw;
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    if (const auto error = value.get_object().get(object)) return error;
    if (const auto error = object.raw_json().get(raw)) return error;
  } else {
    ondemand::array array;
    if (const auto error = value.get_array().get(array)) return error;
    if (const auto error = array.raw_json().get(raw)) return error;
  }
  raw = trim_token(raw);
  result.decoded =
      is_text(decoder.type()) ? decoder.decode(raw, batch, symbols_) : Decoded::wrong_type;
  if (result.decoded != Decoded::ok) result.value = raw;
  return simdjson::SUCCESS;
}

// JSON has no number for what our own sinks, and most others, write as these three texts.
bool reads_from_string(TypeId target, std::string_view text) noexcept {
  if (is_float(target)) return text == "NaN" || text == "Infinity" || text == "-Infinity";
  return !is_integer(target) && target != TypeId::boolean;
}

simdjson::error_code JsonFormat::read_value(ondemand::value value, const ColumnDecoder& decoder,
                                            BatchBuilder& batch, LineResult& result) {
  ondemand::json_type type{};
  if (const auto error = value.type().get(type)) return error;
  const TypeId target = decoder.type();
  std::string_view text;
  switch (type) {
    case ondemand::json_type::object:
    case ondemand::json_type::array: return read_structure(value, decoder, batch, result);
    case ondemand::json_type::null:
      if (trim_token(value.raw_json_token()) != "null" || value.is_null().error()) {
        return simdjson::N_ATOM_ERROR;
      }
      result.decoded = decoder.decode_null(batch);
      return simdjson::SUCCESS;
    case ondemand::json_type::boolean: {
      bool truth = false;
      if (value.get_bool().get(truth) != simdjson::SUCCESS) return simdjson::T_ATOM_ERROR;
      text = truth ? "true" : "false";
      result.decoded = target == TypeId::boolean || is_text(target)
                           ? decoder.decode(text, batch, symbols_)
                           : Decoded::wrong_type;
      break;
    }
    case ondemand::json_type::number: {
      text = trim_token(value.raw_json_token());
      // The parser goes on only behind a value that was asked for; what it makes of the number
      // does not matter, the decoder is exact.
      static_cast<void>(value.get_double().error());
      if (!is_json_number(text)) return simdjson::NUMBER_ERROR;
      const bool fits =
          is_numeric(target) || is_text(target) ||
          (target == TypeId::timestamp && timestamps_.kind() == TimestampFormat::Kind::unix_time);
      result.decoded = fits ? decoder.decode(text, batch, symbols_) : Decoded::wrong_type;
      break;
    }
    case ondemand::json_type::string:
      if (const auto error = value.get_string().get(text)) return error;
      result.decoded = reads_from_string(target, text) ? decoder.decode(text, batch, symbols_)
                                                       : Decoded::wrong_type;
      break;
  }
  if (result.decoded != Decoded::ok) result.value = text;
  return simdjson::SUCCESS;
}

simdjson::error_code JsonFormat::read_object(const char* text, std::size_t size,
                                             std::size_t readable, BatchBuilder& batch,
                                             LineResult& result) {
  ondemand::document document;
  if (const auto error = parser_.iterate(text, size, readable).get(document)) return error;
  ondemand::object object;
  if (const auto error = document.get_object().get(object)) {
    result.not_object = error == simdjson::INCORRECT_TYPE;
    return error;
  }
  std::fill(seen_.begin(), seen_.end(), false);
  expected_ = 0;
  for (auto next : object) {
    ondemand::field field;
    if (const auto error = std::move(next).get(field)) return error;
    std::string_view key;
    if (const auto error = read_key(field, key)) return error;
    const std::size_t index = columns_.empty() ? no_column : find_column(key);
    if (index == no_column || seen_[index]) continue;  // of equal keys the first counts
    seen_[index] = true;
    if (const auto error = read_value(field.value(), columns_[index], batch, result)) return error;
    if (result.decoded != Decoded::ok) {
      result.column = columns_[index].column();
      return simdjson::SUCCESS;
    }
  }
  result.trailing = document.current_location().error() != simdjson::OUT_OF_BOUNDS;
  return simdjson::SUCCESS;
}

LineResult JsonFormat::read_line(const char* text, std::size_t size, std::size_t readable,
                                 BatchBuilder& batch) {
  LineResult result;
  result.json = read_object(text, size, readable, batch, result);
  if (result.json != simdjson::SUCCESS || result.decoded != Decoded::ok || result.trailing) {
    return result;
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (seen_[i]) continue;
    result.decoded = columns_[i].decode_null(batch);
    if (result.decoded != Decoded::ok) {
      result.column = columns_[i].column();
      return result;
    }
  }
  return result;
}

void JsonFormat::reject(const LineResult& result, const Schema& schema, const TextWindow& window,
                        DeadLetters& letters, std::size_t bytes) {
  std::string_view reason = "bad_json";
  std::string detail;
  if (result.json == simdjson::UTF8_ERROR) {
    reason = "invalid_utf8";
    detail = "the row is not valid UTF-8";
  } else if (result.not_object) {
    detail = "the row is not a JSON object";
  } else if (result.json != simdjson::SUCCESS) {
    detail = std::string("not valid JSON: ") + simdjson::error_message(result.json);
  } else if (result.trailing) {
    detail = "there is something behind the row's JSON object";
  } else {
    reason = reason_of(result.decoded);
    detail = describe_failure(result.decoded, schema.fields[result.column], result.value);
  }
  letters.put(malformed_at(window, reason, std::move(detail), bytes));
}

RowFormat::Outcome JsonFormat::take_rows(TextWindow& window, BatchBuilder& batch,
                                         DeadLetters& letters) {
  if (!bound_) bind_columns(batch);
  while (batch.room() > 0) {
    const char* const begin = window.begin();
    const auto* line_end = static_cast<const char*>(std::memchr(begin, '\n', window.size()));
    if (line_end == nullptr) return Outcome::need_more;
    const auto size = static_cast<std::size_t>(line_end - begin);
    if (std::all_of(begin, line_end, [](char c) { return c == ' ' || c == '\t' || c == '\r'; })) {
      window.consume(size + 1, 1);
      continue;
    }
    const LineResult result = read_line(begin, size, window.readable_bytes(), batch);
    const bool ok =
        result.json == simdjson::SUCCESS && !result.trailing && result.decoded == Decoded::ok;
    if (ok) {
      batch.advance();
    } else {
      abandon_row(batch);
      if (result.json == simdjson::SUCCESS && result.decoded == Decoded::text_full &&
          batch.rows() > 0) {
        batch.set_limit_rows(batch.rows());  // full, though not of rows
        return Outcome::batch_full;
      }
      reject(result, schema_, window, letters, size + 1);
    }
    window.consume(size + 1, 1);
  }
  return Outcome::batch_full;
}

class JsonSource final : public Source {
 public:
  JsonSource(TextTable table, TimestampFormat timestamps, Schema schema)
      : table_(std::move(table)), timestamps_(std::move(timestamps)), schema_(std::move(schema)) {}

  [[nodiscard]] const Schema& schema() const override { return schema_; }
  [[nodiscard]] bool bounded() const override { return true; }
  [[nodiscard]] std::size_t partitions() const override { return table_.files.size(); }

  [[nodiscard]] std::unique_ptr<Reader> open(std::size_t partition,
                                             const ReaderContext& context) override {
    const std::lock_guard lock(mutex_);
    if (!letters_) {
      letters_ = std::make_shared<DeadLetters>(table_.name, table_.errors, context.diagnostics);
    }
    return std::make_unique<TextReader>(table_.files[partition], table_.tuning,
                                        std::make_unique<JsonFormat>(schema_, timestamps_, context),
                                        letters_);
  }

 private:
  TextTable table_;
  TimestampFormat timestamps_;
  Schema schema_;
  std::mutex mutex_;
  std::shared_ptr<DeadLetters> letters_;
};

// The keys of the first rows in order of appearance, and what their values look like.
struct JsonSample {
  std::vector<std::pair<std::string, TypeGuess>> columns;
};

void see_value(const simdjson::dom::element& value, const TimestampFormat& timestamps,
               TypeGuess& guess) {
  switch (value.type()) {
    case simdjson::dom::element_type::NULL_VALUE: break;
    case simdjson::dom::element_type::BOOL: guess.see(TypeGuess::Kind::boolean); break;
    case simdjson::dom::element_type::INT64: {
      guess.see(TypeGuess::Kind::integer);
      if (value.get_int64().value_unsafe() < 0) guess.see(TypeGuess::Kind::negative);
      break;
    }
    case simdjson::dom::element_type::UINT64: guess.see(TypeGuess::Kind::large_integer); break;
    case simdjson::dom::element_type::DOUBLE: guess.see(TypeGuess::Kind::decimal); break;
    case simdjson::dom::element_type::STRING: {
      const std::string_view text = value.get_string().value_unsafe();
      const bool is_time = timestamps.kind() != TimestampFormat::Kind::unix_time &&
                           timestamps.parse(text).has_value();
      guess.see(is_time ? TypeGuess::Kind::timestamp : TypeGuess::Kind::text);
      break;
    }
    case simdjson::dom::element_type::ARRAY:
    case simdjson::dom::element_type::OBJECT: guess.see(TypeGuess::Kind::text); break;
  }
}

void sample_json(const std::string& text, const TimestampFormat& timestamps, JsonSample& sample) {
  simdjson::dom::parser parser;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t line_end = std::min(text.find('\n', begin), text.size());
    const simdjson::padded_string line(text.data() + begin, line_end - begin);
    begin = line_end + 1;
    simdjson::dom::object object;
    if (parser.parse(line).get(object) != simdjson::SUCCESS) continue;
    for (const simdjson::dom::key_value_pair field : object) {
      auto known = std::find_if(sample.columns.begin(), sample.columns.end(),
                                [&](const auto& column) { return column.first == field.key; });
      if (known == sample.columns.end()) {
        sample.columns.emplace_back(std::string(field.key), TypeGuess());
        known = sample.columns.end() - 1;
      }
      see_value(field.value, timestamps, known->second);
    }
  }
}

Schema infer_schema(const TextTable& table, const TimestampFormat& timestamps, const Where& where) {
  const std::string place = "table '" + table.name + "': ";
  if (!table.can_sample()) {
    throw Error(ErrorCode::unsupported,
                place + "columns cannot be inferred from a pipe; declare them in CREATE TABLE",
                where);
  }
  JsonSample sample;
  for (const auto& files : table.files) {
    for (const std::string& file : files) {
      if (sample.columns.empty()) {
        sample_json(table.sample(file, sample_bytes), timestamps, sample);
      }
    }
  }
  if (sample.columns.empty()) {
    throw Error(ErrorCode::invalid_argument,
                place + "'" + shown_file_name(table.first_file()) +
                    "' has no JSON object to infer "
                    "the columns from; declare them in CREATE TABLE, one object a line in the file",
                where);
  }
  Schema schema;
  for (auto& [name, guess] : sample.columns) {
    schema.fields.push_back({.name = std::move(name), .type = guess.type()});
  }
  return schema;
}

}  // namespace

std::unique_ptr<Source> make_json_source(const TableDefinition& table, const TextTuning& tuning) {
  OptionReader options(table);
  TextTable text = TextTable::from_options(table.name, options, tuning);
  TimestampFormat timestamps = TimestampFormat::from_options(options, "iso");
  options.finish();
  Schema schema =
      table.columns ? *table.columns : infer_schema(text, timestamps, options.where("path"));
  return std::make_unique<JsonSource>(std::move(text), std::move(timestamps), std::move(schema));
}

}  // namespace penstock
