// SPDX-License-Identifier: Apache-2.0
#include "sources/generator_source.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <thread>
#include <utility>

#include <penstock/data/value.h>
#include <penstock/io/options.h>

#include "sources/generator_columns.h"

namespace penstock {
namespace {

constexpr std::int64_t default_start_ns = 1'700'000'000 * std::int64_t{1'000'000'000};
constexpr std::int64_t nexmark_disorder_ns = 4'000'000'000;
constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t ms_ns = 1'000'000;
// Rows that a partition takes in turn. Small, so that the partitions stay close in event time.
constexpr std::uint64_t rows_per_turn = 64;
constexpr std::chrono::milliseconds idle_wait{10};

enum class Pace : std::uint8_t { full, realtime };

struct GeneratorOptions {
  GeneratorSettings settings;
  Pace pace = Pace::full;
  std::uint64_t rows = 0;  // of all partitions; 0 = endless
  std::size_t partitions = 1;
};

std::uint64_t row_width_bytes(const Schema& schema) {
  std::uint64_t bytes = 0;
  for (const Field& field : schema.fields) {
    bytes += static_cast<std::uint64_t>(std::max(value_width_bytes(field.type), 1));
  }
  return bytes;
}

class GeneratorReader final : public Reader {
 public:
  GeneratorReader(std::unique_ptr<RowGenerator> generator, std::vector<std::size_t> places,
                  const GeneratorOptions& options, std::size_t partition, std::uint64_t row_bytes)
      : generator_(std::move(generator)),
        places_(std::move(places)),
        options_(options),
        partition_(partition),
        row_bytes_(row_bytes),
        started_(std::chrono::steady_clock::now()) {}

  Status read(BatchBuilder& batch) override {
    while (batch.room() > 0) {
      const Stretch stretch = next_stretch();
      const std::uint64_t end = options_.rows == 0 ? no_end : options_.rows;
      if (stretch.first >= end) return Status::end;
      std::uint64_t limit = end;
      if (options_.pace == Pace::realtime) limit = std::min(limit, rows_due());
      if (stretch.first >= limit) {
        wait_for(stretch.first);
        return Status::idle;
      }
      const auto count = static_cast<std::int64_t>(
          std::min({stretch.count, limit - stretch.first,
                    static_cast<std::uint64_t>(std::min(batch.room(), max_stretch_rows))}));
      const std::int64_t made =
          generator_->fill(stretch.first, count, GeneratedColumns(batch, places_));
      batch.advance(made);
      made_ += static_cast<std::uint64_t>(made);
      bytes_done_.store(made_ * row_bytes_, std::memory_order_relaxed);
      if (made < count) {
        if (batch.rows() == 0) {
          throw Error(ErrorCode::resource_exhausted,
                      "a generated row does not fit into a batch's text memory; allow larger "
                      "batches");
        }
        batch.set_limit_rows(batch.rows());  // full of text, though not of rows
      }
    }
    return Status::more;
  }

  [[nodiscard]] ReadProgress progress() const override {
    // Bytes as they would be in memory: there is no file.
    return {.bytes_done = bytes_done_.load(std::memory_order_relaxed),
            .bytes_total = options_.rows / options_.partitions * row_bytes_};
  }

 private:
  static constexpr std::uint64_t no_end = std::numeric_limits<std::int64_t>::max();

  struct Stretch {
    std::uint64_t first;  // row of the whole table
    std::uint64_t count;  // that follow it in this partition
  };

  [[nodiscard]] Stretch next_stretch() const noexcept {
    if (options_.partitions == 1) return {made_, no_end - made_};
    const std::uint64_t turn = made_ / rows_per_turn;
    const std::uint64_t place = made_ % rows_per_turn;
    return {(turn * options_.partitions + partition_) * rows_per_turn + place,
            rows_per_turn - place};
  }

  // Rows of the whole table whose time has come.
  [[nodiscard]] std::uint64_t rows_due() const {
    const auto elapsed = std::chrono::steady_clock::now() - started_;
    const std::int64_t ns = std::chrono::duration_cast<std::chrono::nanoseconds>(elapsed).count();
    const auto rate = static_cast<std::uint64_t>(options_.settings.rate);
    const auto seconds = static_cast<std::uint64_t>(ns / second_ns);
    const auto rest = static_cast<std::uint64_t>(ns % second_ns);
    return seconds * rate + rest * rate / static_cast<std::uint64_t>(second_ns) + 1;
  }

  void wait_for(std::uint64_t row) const {
    const auto rate = static_cast<std::uint64_t>(options_.settings.rate);
    const auto due =
        started_ + std::chrono::seconds(row / rate) +
        std::chrono::nanoseconds(row % rate * static_cast<std::uint64_t>(second_ns) / rate);
    std::this_thread::sleep_until(std::min<std::chrono::steady_clock::time_point>(
        due, std::chrono::steady_clock::now() + idle_wait));
  }

  std::unique_ptr<RowGenerator> generator_;
  std::vector<std::size_t> places_;
  GeneratorOptions options_;
  std::size_t partition_;
  std::uint64_t row_bytes_;
  std::chrono::steady_clock::time_point started_;
  std::uint64_t made_ = 0;
  std::atomic<std::uint64_t> bytes_done_{0};
};

class GeneratorSource final : public Source {
 public:
  GeneratorSource(GeneratorKind kind, const GeneratorOptions& options, Schema schema,
                  std::vector<std::size_t> places)
      : kind_(std::move(kind)),
        options_(options),
        schema_(std::move(schema)),
        places_(std::move(places)) {}

  [[nodiscard]] const Schema& schema() const override { return schema_; }
  [[nodiscard]] bool bounded() const override { return options_.rows > 0; }
  [[nodiscard]] std::size_t partitions() const override { return options_.partitions; }

  [[nodiscard]] std::unique_ptr<Reader> open(std::size_t partition,
                                             const ReaderContext& context) override {
    return std::make_unique<GeneratorReader>(kind_.make(options_.settings, context.symbols),
                                             places_, options_, partition,
                                             row_width_bytes(schema_));
  }

 private:
  GeneratorKind kind_;
  GeneratorOptions options_;
  Schema schema_;
  std::vector<std::size_t> places_;
};

bool same_type(DataType a, DataType b) {
  return a == b || (is_text(a.id) && is_text(b.id));
}

// For each column of the kind its place in the declared schema.
std::vector<std::size_t> place_columns(const TableDefinition& table, const GeneratorKind& kind,
                                       const Schema& schema) {
  std::vector<std::size_t> places(kind.schema.size(), GeneratedColumns::absent);
  std::vector<std::string> names;
  for (const Field& field : kind.schema.fields) names.push_back(field.name);
  const std::string place = "table '" + table.name + "': ";
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const Field& declared = schema.fields[i];
    const std::optional<std::size_t> column = kind.schema.find(declared.name);
    if (!column) {
      std::string message =
          place + "the generator's kind '" + kind.name + "' has no column '" + declared.name + "'";
      if (const auto nearest = nearest_name(declared.name, names)) {
        message += "; did you mean '" + *nearest + "'?";
      }
      throw Error(ErrorCode::unknown_name, message, table.where);
    }
    const Field& made = kind.schema.fields[*column];
    if (!same_type(declared.type, made.type)) {
      throw Error(ErrorCode::type_mismatch,
                  place + "column '" + declared.name + "' of the generator's kind '" + kind.name +
                      "' is " + to_string(made.type) + ", not " + to_string(declared.type),
                  table.where);
    }
    if (made.nullable && !declared.nullable) {
      throw Error(ErrorCode::invalid_argument,
                  place + "column '" + declared.name + "' of the generator's kind '" + kind.name +
                      "' has NULLs; declare it without NOT NULL",
                  table.where);
    }
    places[*column] = i;
  }
  return places;
}

std::int64_t read_start_ns(OptionReader& options) {
  const std::optional<std::string> text = options.text("start");
  if (!text) return default_start_ns;
  if (*text == "now") {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count() * ms_ns;
  }
  const std::optional<std::int64_t> ns = parse_timestamp(*text);
  if (!ns) {
    throw Error(ErrorCode::invalid_argument,
                "option 'start' is '" + *text +
                    "', which is neither a timestamp such as "
                    "'2026-01-01T00:00:00Z' nor 'now'",
                options.where("start"));
  }
  const std::int64_t past = *ns % ms_ns;
  return *ns - (past < 0 ? past + ms_ns : past);
}

GeneratorOptions read_options(OptionReader& options, const GeneratorKind& kind) {
  constexpr std::int64_t rows_max = std::int64_t{1} << 50;
  GeneratorOptions result;
  result.rows = static_cast<std::uint64_t>(options.integer("rows", 0, 0, rows_max));
  result.partitions = static_cast<std::size_t>(options.integer("partitions", 1, 1, 1024));
  result.pace = static_cast<Pace>(options.choice("pace", {"full", "realtime"}, 0));
  GeneratorSettings& settings = result.settings;
  settings.seed = static_cast<std::uint64_t>(
      options.integer("seed", 42, 0, std::numeric_limits<std::int64_t>::max()));
  settings.rate = options.integer("rate", kind.default_rate, 1, second_ns);
  settings.start_ns = read_start_ns(options);
  if (kind.takes_keys) {
    settings.keys = static_cast<std::uint64_t>(options.integer("keys", 0, 0, 1'000'000'000));
  }
  if (kind.takes_disorder) {
    settings.disorder_ns = options.duration_ns("disorder", nexmark_disorder_ns);
    if (settings.disorder_ns < 0) {
      throw Error(ErrorCode::invalid_argument, "option 'disorder' is negative",
                  options.where("disorder"));
    }
  }
  return result;
}

}  // namespace

std::unique_ptr<Source> make_generator_source(const TableDefinition& table) {
  OptionReader options(table);
  using MakeKind = GeneratorKind (*)();
  constexpr std::array<MakeKind, 6> makers = {packets_kind, ysb_kind,     nexmark_kind,
                                              bids_kind,    groupby_kind, talkers_kind};
  std::vector<std::string> names;
  names.reserve(makers.size());
  for (const MakeKind make : makers) names.emplace_back(make().name);
  static_cast<void>(options.required_text("kind"));
  GeneratorKind kind = makers[options.choice("kind", names, 0)]();
  const GeneratorOptions read = read_options(options, kind);
  options.finish();
  Schema schema = table.columns ? *table.columns : kind.schema;
  std::vector<std::size_t> places = place_columns(table, kind, schema);
  return std::make_unique<GeneratorSource>(std::move(kind), read, std::move(schema),
                                           std::move(places));
}

}  // namespace penstock
