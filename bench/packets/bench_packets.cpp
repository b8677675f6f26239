// SPDX-License-Identifier: Apache-2.0
// What a captured packet costs, layer by layer, from a capture in the page cache. Set
// PENSTOCK_BENCH_PACKETS for another number of packets, PENSTOCK_BENCH_DIRECTORY for another place
// of the file than the system's for temporary files.
#include <benchmark/benchmark.h>
#include <penstock/data/batch_builder.h>
#include <penstock/data/symbol_table.h>
#include <penstock/io/diagnostics.h>
#include <penstock/io/registry.h>
#include <penstock/packets/capture_reader.h>
#include <penstock/packets/capture_writer.h>
#include <penstock/packets/demo_traffic.h>
#include <penstock/packets/packet_sources.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace penstock {
namespace {

struct Capture {
  std::string path;
  DemoSummary summary;
};

std::int64_t packets_wanted() {
  constexpr std::int64_t packets_default = 2'000'000;
  const char* const text = std::getenv("PENSTOCK_BENCH_PACKETS");
  return text == nullptr ? packets_default : std::max(std::atoll(text), 1LL);
}

void write_capture(Capture& capture) {
  DemoTraffic traffic;
  traffic.packets = packets_wanted();
  traffic.scanned_ports = static_cast<int>(std::min<std::int64_t>(1500, traffic.packets / 3));
  capture.summary = write_demo_capture(capture.path, traffic);
}

// Time and bytes a packet, beside the rate.
void report(benchmark::State& state, const Capture& capture, std::int64_t packets) {
  if (packets != capture.summary.packets) state.SkipWithError("not all packets were read");
  const double all = static_cast<double>(packets) * static_cast<double>(state.iterations());
  state.counters["packets_per_second"] = benchmark::Counter(all, benchmark::Counter::kIsRate);
  state.counters["time_per_packet"] =
      benchmark::Counter(all, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["bytes_per_packet"] =
      static_cast<double>(capture.summary.file_bytes) / static_cast<double>(packets);
}

void read_frames(benchmark::State& state, const Capture& capture, CaptureReader::Method method) {
  std::int64_t packets = 0;
  for (auto _ : state) {
    CaptureReader reader(capture.path, method);
    std::array<CapturedPacket, 64> frames;
    std::uint64_t lengths = 0;
    packets = 0;
    while (const std::size_t count = reader.next(frames)) {
      for (std::size_t frame = 0; frame < count; ++frame) lengths += frames[frame].original_length;
      packets += static_cast<std::int64_t>(count);
    }
    benchmark::DoNotOptimize(lengths);
  }
  report(state, capture, packets);
}

// Frames that lie in the second-level cache, so that only decoding is measured.
void decode_frames(benchmark::State& state, const Capture& capture) {
  constexpr std::size_t frames_max = 4096;
  std::vector<std::uint8_t> bytes;
  std::vector<CapturedPacket> frames;
  std::vector<std::size_t> starts;
  CaptureReader reader(capture.path);
  std::array<CapturedPacket, 64> some;
  while (frames.size() < frames_max) {
    const std::size_t count = reader.next(some);
    if (count == 0) break;
    for (std::size_t frame = 0; frame < count; ++frame) {
      starts.push_back(bytes.size());
      frames.push_back(some[frame]);
      bytes.insert(bytes.end(), some[frame].bytes().begin(), some[frame].bytes().end());
    }
  }
  for (std::size_t frame = 0; frame < frames.size(); ++frame) {
    frames[frame].data = bytes.data() + starts[frame];
  }
  PacketFields fields;
  std::uint64_t sum = 0;
  for (auto _ : state) {
    for (const CapturedPacket& frame : frames) {
      decode_packet(frame.link, frame.bytes(), frame.original_length, fields);
      sum += fields.known + fields.src_port + fields.src_ip.bytes[15];
    }
  }
  benchmark::DoNotOptimize(sum);
  const double all = static_cast<double>(frames.size()) * static_cast<double>(state.iterations());
  state.counters["packets_per_second"] = benchmark::Counter(all, benchmark::Counter::kIsRate);
  state.counters["time_per_packet"] =
      benchmark::Counter(all, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void read_columns(benchmark::State& state, const Capture& capture,
                  const std::vector<std::string>& wanted) {
  Registry registry;
  add_packet_sources(registry);
  TableDefinition table;
  table.name = "packets";
  table.connector = "pcap";
  ast::Option path;
  path.key = "path";
  path.value = capture.path;
  table.options.push_back(path);
  const std::unique_ptr<Source> source = registry.make_source(table);
  BatchBuilder::Options options;
  options.wanted.resize(source->schema().size());
  for (std::size_t column = 0; column < options.wanted.size(); ++column) {
    options.wanted[column] =
        wanted.empty() || std::find(wanted.begin(), wanted.end(),
                                    source->schema().fields[column].name) != wanted.end();
  }
  BatchBuilder batch(source->schema(), options);
  SymbolTable symbols;
  Diagnostics diagnostics;
  std::int64_t packets = 0;
  for (auto _ : state) {
    const std::unique_ptr<Reader> reader = source->open(0, {symbols, diagnostics, std::nullopt});
    packets = 0;
    Reader::Status status = Reader::Status::more;
    while (status != Reader::Status::end) {
      status = reader->read(batch);
      packets += batch.rows();
      batch.clear();
    }
  }
  report(state, capture, packets);
}

void generate(benchmark::State& state, const Capture& capture) {
  Capture other = capture;
  other.path += ".generated";
  for (auto _ : state) write_capture(other);
  std::filesystem::remove(other.path);
  report(state, other, other.summary.packets);
}

void add_benches(const Capture& capture) {
  using benchmark::RegisterBenchmark;
  const std::vector<std::string> four = {"ts", "src_ip", "protocol", "length"};
  const auto add = [](const char* name, auto function) {
    RegisterBenchmark(name, function)->Unit(benchmark::kMillisecond);
  };
  add("packets/libpcap_loop", [&capture](benchmark::State& state) {
    read_frames(state, capture, CaptureReader::Method::libpcap);
  });
  add("packets/reader", [&capture](benchmark::State& state) {
    read_frames(state, capture, CaptureReader::Method::automatic);
  });
  add("packets/decode", [&capture](benchmark::State& state) { decode_frames(state, capture); });
  add("packets/reader_decode_4_columns",
      [&capture, four](benchmark::State& state) { read_columns(state, capture, four); });
  add("packets/reader_decode_all_columns",
      [&capture](benchmark::State& state) { read_columns(state, capture, {}); });
  add("packets/generate_demo", [&capture](benchmark::State& state) { generate(state, capture); });
}

}  // namespace
}  // namespace penstock

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  const char* const directory = std::getenv("PENSTOCK_BENCH_DIRECTORY");
  std::string pattern = directory != nullptr ? directory : std::filesystem::temp_directory_path();
  pattern += "/bench-packets-XXXXXX";
  const int fd = ::mkstemp(pattern.data());
  if (fd < 0) {
    std::perror(pattern.c_str());
    return 1;
  }
  ::close(fd);
  penstock::Capture capture;
  capture.path = pattern;
  penstock::write_capture(capture);
  penstock::add_benches(capture);
  benchmark::RunSpecifiedBenchmarks();
  std::filesystem::remove(capture.path);
  return 0;
}
