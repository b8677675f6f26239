// SPDX-License-Identifier: Apache-2.0
// Whole jobs inside of one process: source → graph → sink, checked. Rows a second are items a
// second. PENSTOCK_BENCH_TINY=1 makes the inputs small; PENSTOCK_BENCH_ROWS sets them.
#include <benchmark/benchmark.h>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include <penstock/packets/demo_traffic.h>

#include "job_bench.h"
#include "peer_rows.h"

namespace penstock::bench {
namespace {

std::int64_t rows_wanted() {
  if (const char* rows = std::getenv("PENSTOCK_BENCH_ROWS")) return std::atoll(rows);
  return std::getenv("PENSTOCK_BENCH_TINY") != nullptr ? 20'000 : 20'000'000;
}

// A folder that goes with the program.
class Inputs {
 public:
  Inputs()
      : folder_(std::filesystem::temp_directory_path() /
                ("penstock_bench." + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~Inputs() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Inputs(const Inputs&) = delete;
  Inputs& operator=(const Inputs&) = delete;
  [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }

 private:
  std::filesystem::path folder_;
};

std::string packed_table(const std::string& name, const std::string& columns,
                         const std::string& path, const std::string& unit) {
  return "CREATE TABLE " + name + " (" + columns + ", WATERMARK FOR ts AS ts)" +
         " WITH (connector = 'packed', path = '" + path + "', timestamp_format = '" + unit +
         "'); CREATE TABLE tally WITH (connector = 'tally'); ";
}

JobBench ysb_from_generator(std::int64_t rows) {
  JobBench bench;
  bench.sql =
      "CREATE TABLE ysb (WATERMARK FOR ts AS ts)"
      " WITH (connector = 'generator', kind = 'ysb', rows = " +
      std::to_string(rows) +
      ");"
      "CREATE TABLE tally WITH (connector = 'tally');"
      "INSERT INTO tally SELECT window_start, campaign_id, count(*) AS n, max(ts) AS newest"
      " FROM TUMBLE(ysb, ts, INTERVAL '10 seconds') WHERE event_type = 0"
      " GROUP BY window_start, window_end, campaign_id";
  return bench;
}

JobBench ysb_from_rows(const Inputs& inputs, std::int64_t rows) {
  JobBench bench;
  const std::string path = inputs.path("ysb.bin");
  bench.counted = write_peer_rows(path, PeerJob::ysb, rows);
  bench.bytes_a_row = 16;
  bench.sql = packed_table("ysb", "ts TIMESTAMP, ad_id INT, event_type INT", path, "unix_ms") +
              "INSERT INTO tally SELECT window_start, ad_id / 10 AS campaign, count(*) AS n"
              " FROM TUMBLE(ysb, ts, INTERVAL '10 seconds') WHERE event_type = 0"
              " GROUP BY window_start, window_end, ad_id / 10";
  return bench;
}

JobBench groupby_from_rows(const Inputs& inputs, std::int64_t rows) {
  JobBench bench;
  const std::string path = inputs.path("groupby.bin");
  bench.counted = write_peer_rows(path, PeerJob::groupby, rows);
  bench.bytes_a_row = 16;
  bench.sql = packed_table("rows", "ts TIMESTAMP, key INT, value INT", path, "unix_ms") +
              "INSERT INTO tally SELECT window_start, key, count(*) AS n, sum(value) AS sum,"
              " min(value) AS min, max(value) AS max FROM TUMBLE(rows, ts, INTERVAL '1 second')"
              " GROUP BY window_start, window_end, key";
  return bench;
}

JobBench talkers_from_rows(const Inputs& inputs, std::int64_t rows) {
  JobBench bench;
  const std::string path = inputs.path("talkers.bin");
  bench.counted = write_peer_rows(path, PeerJob::talkers, rows);
  bench.bytes_a_row = 16;
  bench.sql = packed_table("packets", "ts TIMESTAMP, src INT UNSIGNED, length INT UNSIGNED", path,
                           "unix_ns") +
              "INSERT INTO tally SELECT window_start, src, count(*) AS n, sum(length) AS bytes"
              " FROM TUMBLE(packets, ts, INTERVAL '1 second')"
              " GROUP BY window_start, window_end, src";
  return bench;
}

JobBench talkers_from_capture(const Inputs& inputs, std::int64_t rows) {
  JobBench bench;
  const std::string path = inputs.path("traffic.pcap");
  DemoTraffic traffic;
  traffic.packets = std::max<std::int64_t>(rows / 10, 10'000);
  const DemoSummary summary = write_demo_capture(path, traffic);
  bench.counted = summary.ip_packets;
  bench.bytes_a_row =
      static_cast<double>(summary.file_bytes) / static_cast<double>(summary.packets);
  bench.sql = "CREATE TABLE packets WITH (connector = 'pcap', path = '" + path +
              "');"
              "CREATE TABLE tally WITH (connector = 'tally');"
              "INSERT INTO tally SELECT window_start, src_ip, count(*) AS n, sum(length) AS bytes"
              " FROM TUMBLE(packets, ts, INTERVAL '1 second') WHERE src_ip IS NOT NULL"
              " GROUP BY window_start, window_end, src_ip";
  return bench;
}

struct Variation {
  int threads = 1;
  const char* executor = "tbb";
  const char* fold = "auto";
};

void add(const std::string& name, JobBench bench, const Variation& variation) {
  std::string full = name + "/threads:" + std::to_string(variation.threads);
  bench.options.threads = variation.threads;
  bench.options.executor = variation.executor;
  bench.options.fold = variation.fold;
  if (bench.options.executor != "tbb") full += "/executor:" + bench.options.executor;
  if (bench.options.fold != "auto") full += "/fold:" + bench.options.fold;
  benchmark::RegisterBenchmark(full.c_str(),
                               [bench](benchmark::State& state) { run_job_bench(state, bench); })
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}

void add_all(const Inputs& inputs) {
  const std::int64_t rows = rows_wanted();
  for (const int threads : {1, 2}) add("ysb/generator", ysb_from_generator(rows), {threads});
  const JobBench ysb = ysb_from_rows(inputs, rows);
  for (const int threads : {1, 2}) add("ysb/packed", ysb, {threads});
  add("ysb/packed", ysb, {1, "threads"});
  const JobBench groupby = groupby_from_rows(inputs, rows);
  for (const char* fold : {"auto", "replica", "shard"}) {
    for (const int threads : {1, 2}) add("groupby/packed", groupby, {threads, "tbb", fold});
  }
  const JobBench talkers = talkers_from_rows(inputs, rows);
  for (const int threads : {1, 2}) add("talkers/packed", talkers, {threads});
  const JobBench capture = talkers_from_capture(inputs, rows);
  for (const int threads : {1, 2}) add("talkers/capture", capture, {threads});
}

}  // namespace
}  // namespace penstock::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  try {
    const penstock::bench::Inputs inputs;
    penstock::bench::add_all(inputs);
    benchmark::RunSpecifiedBenchmarks();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_engine: %s\n", error.what());
    return 1;
  }
  return 0;
}
