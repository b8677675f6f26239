// SPDX-License-Identifier: Apache-2.0
// How fast each source makes columns: rows/s and bytes/s of its file, from the page cache, on one
// core. PENSTOCK_BENCH_ROWS sets how many rows a file has (1,000,000 where it is not set).
#include <benchmark/benchmark.h>
#include <stdlib.h>
#include <zlib.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include <penstock/io/connectors.h>

namespace penstock {
namespace {

std::int64_t rows_wanted() {
  const char* const given = std::getenv("PENSTOCK_BENCH_ROWS");
  return given != nullptr ? std::atoll(given) : 1'000'000;
}

// Files that the benches read, written once and removed at the end.
class Files {
 public:
  Files() {
    std::string pattern = (std::filesystem::temp_directory_path() / "penstock-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
    write_all();
  }
  ~Files() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }

 private:
  void write_all() const {
    std::mt19937_64 random(1);
    std::string csv = "ts,key,value\n";
    std::string text = "id,name,note,price\n";
    std::string json;
    std::string packed;
    for (std::int64_t i = 0; i < rows_wanted(); ++i) {
      const std::int64_t ts = 1'700'000'000'000 + i / 4000;
      const auto key = static_cast<std::int32_t>(random() % 1'000'000);
      const auto value = static_cast<std::int32_t>(random() >> 40) - (1 << 23);
      const std::string k = std::to_string(key);
      const std::string v = std::to_string(value);
      csv += std::to_string(ts) + "," + k + "," + v + "\n";
      text += k + ",name" + v + ",\"a \"\"quoted\"\" note, of " + k + "\"," + v + ".25\n";
      json += "{\"ts\":" + std::to_string(ts) + ",\"key\":" + k + ",\"value\":" + v + "}\n";
      char row[16];
      std::memcpy(row, &ts, 8);
      std::memcpy(row + 8, &key, 4);
      std::memcpy(row + 12, &value, 4);
      packed.append(row, sizeof(row));
    }
    write("numbers.csv", csv);
    write("text.csv", text);
    write("rows.json", json);
    write("rows.bin", packed);
    gzFile gzip = ::gzopen(path("numbers.csv.gz").c_str(), "wb1");
    ::gzwrite(gzip, csv.data(), static_cast<unsigned>(csv.size()));
    ::gzclose(gzip);
  }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path(name), std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  std::string path_;
};

using Options = std::vector<std::pair<std::string, std::string>>;

TableDefinition table_of(const std::string& connector, const Options& options,
                         std::optional<Schema> columns) {
  TableDefinition table;
  table.name = "bench";
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

void read_source(benchmark::State& state, const TableDefinition& table,
                 const std::vector<std::string>& wanted) {
  Registry registry;
  add_file_sources(registry);
  std::int64_t rows = 0;
  std::uint64_t bytes = 0;
  for (auto _ : state) {
    const auto source = registry.make_source(table);
    SymbolTable symbols;
    Diagnostics diagnostics;
    BatchBuilder::Options options;
    options.wanted.resize(source->schema().size(), wanted.empty());
    for (const std::string& name : wanted) options.wanted[*source->schema().find(name)] = true;
    options.text_bytes = std::size_t{4} << 20;
    BatchBuilder batch(source->schema(), options);
    const auto reader = source->open(0, {symbols, diagnostics, std::nullopt});
    Reader::Status status = Reader::Status::more;
    while (status != Reader::Status::end) {
      status = reader->read(batch);
      rows += batch.rows();
      benchmark::DoNotOptimize(batch.view().columns.data());
      batch.clear();
    }
    bytes += reader->progress().bytes_done;
  }
  state.counters["rows_per_second"] =
      benchmark::Counter(static_cast<double>(rows), benchmark::Counter::kIsRate);
  if (table.connector != "generator") state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

Schema numbers() {
  return {{{.name = "ts", .type = {TypeId::timestamp}},
           {.name = "key", .type = {TypeId::int32}},
           {.name = "value", .type = {TypeId::int32}}}};
}

void add(const std::string& name, const TableDefinition& table,
         const std::vector<std::string>& wanted = {}) {
  benchmark::RegisterBenchmark(name.c_str(), [table, wanted](benchmark::State& state) {
    read_source(state, table, wanted);
  })->Unit(benchmark::kMillisecond);
}

void add_all(const Files& files) {
  const Options ms = {{"timestamp_format", "unix_ms"}};
  const auto with_path = [&](const std::string& name, Options options) {
    options.emplace_back("path", files.path(name));
    return options;
  };
  add("csv/numbers", table_of("csv", with_path("numbers.csv", ms), numbers()));
  add("csv/numbers/one_column", table_of("csv", with_path("numbers.csv", ms), numbers()),
      {"value"});
  add("csv/numbers/gzip", table_of("csv", with_path("numbers.csv.gz", ms), numbers()));
  add("csv/text", table_of("csv", with_path("text.csv", {}), std::nullopt));
  add("json/numbers", table_of("json", with_path("rows.json", ms), numbers()));
  add("json/numbers/one_column", table_of("json", with_path("rows.json", ms), numbers()),
      {"value"});
  add("packed/numbers", table_of("packed", with_path("rows.bin", ms), numbers()));
  const std::string rows = std::to_string(rows_wanted() * 10);
  const auto generator = [&](const char* kind) {
    return table_of("generator", {{"kind", kind}, {"rows", rows}}, std::nullopt);
  };
  add("generator/ysb", generator("ysb"), {"ts", "ad_id", "event_type"});
  add("generator/bids", generator("bids"));
  add("generator/groupby", generator("groupby"));
  add("generator/talkers", generator("talkers"));
  add("generator/packets/talkers", generator("packets"), {"ts", "src_ip", "length"});
  add("generator/packets", generator("packets"));
  add("generator/nexmark/bids", generator("nexmark"),
      {"event", "ts", "auction", "bidder", "price"});
  add("generator/nexmark", generator("nexmark"));
}

}  // namespace
}  // namespace penstock

int main(int argc, char** argv) {
  const penstock::Files files;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  penstock::add_all(files);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
