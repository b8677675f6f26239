// SPDX-License-Identifier: Apache-2.0
#include <glob.h>
#include <penstock/io/options.h>
#include <penstock/io/packet_schema.h>
#include <penstock/kernels/error.h>
#include <penstock/packets/capture_reader.h>
#include <penstock/packets/packet_sources.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>
#include <thread>

#include "packet_columns.h"

namespace penstock {
namespace {

constexpr std::size_t frames_a_call = 64;
constexpr int wait_ms_max = 10;

// One table's settings, shared by its readers.
struct PcapOptions {
  std::string table;
  Where where;
  std::vector<std::string> files;
  bool fail_on_damage = false;
  bool partition_by_file = false;
  double speed_factor = 0;  // of the recorded speed; 0 = as fast as possible
};

// When frames are due, by their timestamps against the clock of the first.
class Pace {
 public:
  explicit Pace(double speed_factor) : factor_(speed_factor) {}

  [[nodiscard]] bool off() const noexcept { return factor_ == 0; }

  // Nanoseconds until the frame is due; none where it is late, or earlier than the first.
  std::int64_t wait_ns(std::int64_t ts_ns) {
    const auto now = std::chrono::steady_clock::now();
    if (!started_) {
      started_ = true;
      start_ = now;
      first_ns_ = ts_ns;
    }
    constexpr double far_ns = 1e18;
    const double due_ns =
        std::min(far_ns, (static_cast<double>(ts_ns) - static_cast<double>(first_ns_)) / factor_);
    const std::int64_t since_ns =
        std::chrono::duration_cast<std::chrono::nanoseconds>(now - start_).count();
    return static_cast<std::int64_t>(std::max(due_ns, 0.0)) - since_ns;
  }

 private:
  double factor_;
  bool started_ = false;
  std::chrono::steady_clock::time_point start_;
  std::int64_t first_ns_ = 0;
};

// What a reader counts, kept aside and added once a call.
struct PacketCounters {
  PacketCounters(const std::string& table, Diagnostics& diagnostics)
      : totals{&diagnostics.counter(table + ".malformed_ipv4"),
               &diagnostics.counter(table + ".malformed_ipv6"),
               &diagnostics.counter(table + ".malformed_udp"),
               &diagnostics.counter(table + ".malformed_tcp"),
               &diagnostics.counter(table + ".truncated_packets")},
        without_timestamp(&diagnostics.counter(table + ".packets_without_timestamp")),
        bad_timestamps(&diagnostics.counter(table + ".dropped_bad_timestamp")),
        damaged_files(&diagnostics.counter(table + ".damaged_files")) {}

  void count(std::uint8_t problems) noexcept {
    for (std::size_t bit = 0; bit < pending.size(); ++bit) pending[bit] += (problems >> bit) & 1;
  }
  void flush() noexcept {
    for (std::size_t bit = 0; bit < pending.size(); ++bit) {
      if (pending[bit] != 0) *totals[bit] += pending[bit];
    }
    pending.fill(0);
  }

  std::array<Diagnostics::Counter*, 5> totals;  // by bit of PacketProblem
  std::array<std::int64_t, 5> pending{};
  Diagnostics::Counter* without_timestamp;
  Diagnostics::Counter* bad_timestamps;
  Diagnostics::Counter* damaged_files;
};

class PcapReader final : public Reader {
 public:
  PcapReader(std::shared_ptr<const PcapOptions> options, std::vector<std::string> files,
             const Schema& schema, const ReaderContext& context)
      : options_(std::move(options)),
        files_(std::move(files)),
        diagnostics_(context.diagnostics),
        columns_(schema, context.symbols),
        counters_(options_->table, context.diagnostics),
        pace_(options_->speed_factor) {
    for (const std::string& file : files_) {
      struct stat status {};
      if (::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
        bytes_total_ += static_cast<std::uint64_t>(status.st_size);
      }
    }
  }

  Status read(BatchBuilder& batch) override {
    const std::int64_t first_row = batch.rows();
    columns_.bind(batch);
    Step step = Step::more;
    while (step == Step::more && batch.room() > 0) step = read_some(batch);
    columns_.finish(batch);
    counters_.flush();
    bytes_done_.store(bytes_before_ + (capture_ ? capture_->bytes_done() : 0),
                      std::memory_order_relaxed);
    if (step == Step::end) return Status::end;
    if (step == Step::idle && batch.rows() == first_row)
      return wait() ? Status::idle : Status::more;
    return Status::more;
  }

  ReadProgress progress() const override {
    return {.bytes_done = bytes_done_.load(std::memory_order_relaxed), .bytes_total = bytes_total_};
  }

 private:
  enum class Step : std::uint8_t { more, idle, end };

  Step read_some(BatchBuilder& batch) {
    if (taken_ == held_) {
      if (!capture_ && !open_next()) return Step::end;
      held_ = capture_->next(frames_);
      taken_ = 0;
      if (held_ == 0) return at_stop();
    }
    return pace_.off() ? take(batch) : take_due(batch);
  }

  Step take(BatchBuilder& batch) {
    const std::size_t room = static_cast<std::size_t>(batch.room());
    const std::size_t until = std::min(held_, taken_ + room);
    const std::int64_t begin = batch.rows();
    std::int64_t row = begin;
    for (; taken_ < until; ++taken_) row += write(row, frames_[taken_]) ? 1 : 0;
    batch.advance(row - begin);
    return Step::more;
  }

  Step take_due(BatchBuilder& batch) {
    const CapturedPacket& frame = frames_[taken_];
    if (frame.timestamp == CaptureTimestamp::known) {
      due_in_ns_ = pace_.wait_ns(frame.ts_ns);
      if (due_in_ns_ > 0) return Step::idle;
    }
    if (write(batch.rows(), frame)) batch.advance();
    ++taken_;
    return Step::more;
  }

  bool write(std::int64_t row, const CapturedPacket& frame) {
    if (frame.timestamp != CaptureTimestamp::known) {
      if (frame.timestamp == CaptureTimestamp::out_of_range) {
        ++*counters_.bad_timestamps;
        return false;
      }
      ++*counters_.without_timestamp;
    }
    decode_packet(frame.link, frame.bytes(), frame.original_length, fields_);
    if (fields_.problems != 0) counters_.count(fields_.problems);
    columns_.write(row, frame.ts_ns, fields_);
    return true;
  }

  // Waits for data or for the next frame to be due; false where it came.
  bool wait() {
    if (taken_ < held_) {
      const auto nap =
          std::chrono::nanoseconds(std::min(due_in_ns_, std::int64_t{wait_ms_max} * 1'000'000));
      std::this_thread::sleep_for(nap);
      return due_in_ns_ > nap.count();
    }
    capture_->wait(wait_ms_max);
    return true;
  }

  bool open_next() {
    if (file_ == files_.size()) return false;
    try {
      capture_.emplace(files_[file_]);
    } catch (const Error& error) {
      throw Error(error.code(), error.message(), options_->where);
    }
    return true;
  }

  Step at_stop() {
    if (capture_->state() == CaptureReader::State::waiting) return Step::idle;
    if (capture_->state() == CaptureReader::State::damaged) {
      ++*counters_.damaged_files;
      const std::string what = capture_->damage();
      if (options_->fail_on_damage) {
        throw Error(ErrorCode::corrupt_input,
                    "table '" + options_->table + "': " + what +
                        "; with on_error = 'warn' the packets before it are read",
                    options_->where);
      }
      diagnostics_.warn("table '" + options_->table + "': " + what + "; the " +
                        std::to_string(capture_->packets()) + " packets before it were read");
    }
    bytes_before_ += capture_->bytes_done();
    capture_.reset();
    ++file_;
    return file_ == files_.size() ? Step::end : Step::more;
  }

  std::shared_ptr<const PcapOptions> options_;
  std::vector<std::string> files_;
  Diagnostics& diagnostics_;
  detail::PacketColumns columns_;
  PacketCounters counters_;
  Pace pace_;
  std::size_t file_ = 0;
  std::optional<CaptureReader> capture_;
  std::array<CapturedPacket, frames_a_call> frames_;
  std::size_t held_ = 0;  // of frames_; the first taken_ of them have become rows
  std::size_t taken_ = 0;
  std::int64_t due_in_ns_ = 0;
  PacketFields fields_;
  std::uint64_t bytes_before_ = 0;  // of the files that are done
  std::uint64_t bytes_total_ = 0;
  std::atomic<std::uint64_t> bytes_done_ = 0;
};

class PcapSource final : public Source {
 public:
  PcapSource(std::shared_ptr<const PcapOptions> options, Schema schema)
      : options_(std::move(options)), schema_(std::move(schema)) {}

  const Schema& schema() const override { return schema_; }
  bool bounded() const override { return true; }
  std::size_t partitions() const override {
    return options_->partition_by_file ? options_->files.size() : 1;
  }
  std::unique_ptr<Reader> open(std::size_t partition, const ReaderContext& context) override {
    std::vector<std::string> files = options_->files;
    if (options_->partition_by_file) files = {options_->files.at(partition)};
    return std::make_unique<PcapReader>(options_, std::move(files), schema_, context);
  }

 private:
  std::shared_ptr<const PcapOptions> options_;
  Schema schema_;
};

std::vector<std::string> find_files(const std::string& path, const Where& where) {
  struct stat status {};
  if (path == "-" || ::stat(path.c_str(), &status) == 0) return {path};
  if (path.find_first_of("*?[") == std::string::npos) {
    if (errno == EACCES) {
      throw Error(ErrorCode::permission_denied, "'" + path + "' may not be read", where);
    }
    throw Error(ErrorCode::not_found, "there is no file '" + path + "'", where);
  }
  std::vector<std::string> files;
  glob_t matches{};
  if (::glob(path.c_str(), GLOB_NOSORT, nullptr, &matches) == 0) {
    files.assign(matches.gl_pathv, matches.gl_pathv + matches.gl_pathc);
  }
  ::globfree(&matches);
  if (files.empty()) throw Error(ErrorCode::not_found, "no file matches '" + path + "'", where);
  std::sort(files.begin(), files.end());
  return files;
}

// Opens what is a regular file, for its errors alone.
void check_files(const PcapOptions& options) {
  for (const std::string& file : options.files) {
    struct stat status {};
    if (file == "-" || ::stat(file.c_str(), &status) != 0) continue;
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) continue;
    try {
      const CaptureReader reader(file);
    } catch (const Error& error) {
      throw Error(error.code(), "table '" + options.table + "': " + error.message(), options.where);
    }
  }
}

// The declared columns are a choice of packet_schema()'s, by name.
Schema choose_columns(const TableDefinition& table) {
  Schema all = packet_schema();
  if (!table.columns) return all;
  std::vector<std::string> names;
  for (const Field& field : all.fields) names.push_back(field.name);
  Schema schema;
  for (const Field& declared : table.columns->fields) {
    const std::optional<std::size_t> position = all.find(declared.name);
    if (!position) {
      std::string message =
          "table '" + table.name + "': packets have no column '" + declared.name + "'";
      const std::optional<std::string> nearest = nearest_name(declared.name, names);
      if (nearest) message += "; did you mean '" + *nearest + "'?";
      throw Error(ErrorCode::unknown_name, message, table.where);
    }
    const Field& field = all.fields[*position];
    if (declared.type != field.type && !(is_text(declared.type.id) && is_text(field.type.id))) {
      throw Error(ErrorCode::type_mismatch,
                  "table '" + table.name + "': column '" + field.name + "' of packets is " +
                      to_string(field.type) + ", not " + to_string(declared.type),
                  table.where);
    }
    schema.fields.push_back(field);
  }
  return schema;
}

double parse_speed_factor(const std::string& table, const std::string& text, const Where& where) {
  constexpr double factor_max = 1e6;
  double factor = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), factor);
  if (error != std::errc{} || end != text.data() + text.size() || !(factor > 0) ||
      factor > factor_max) {
    throw Error(ErrorCode::invalid_argument,
                "table '" + table + "': speed_factor is '" + text +
                    "', but must be a number above 0 and at most 1000000",
                where);
  }
  return factor;
}

std::unique_ptr<Source> make_pcap_source(const TableDefinition& table) {
  OptionReader reader(table);
  auto options = std::make_shared<PcapOptions>();
  options->table = table.name;
  const std::string path = reader.required_text("path");
  options->where = reader.where("path");
  options->fail_on_damage = reader.choice("on_error", {"warn", "fail"}, 0) == 1;
  options->partition_by_file = reader.choice("partition_by", {"none", "file"}, 0) == 1;
  const bool paced = reader.choice("speed", {"fast", "original"}, 0) == 1;
  const std::optional<std::string> factor = reader.text("speed_factor");
  reader.finish();
  if (paced) options->speed_factor = 1;
  if (factor && !paced) {
    throw Error(ErrorCode::invalid_argument,
                "table '" + table.name + "': speed_factor only goes with speed = 'original'",
                reader.where("speed_factor"));
  }
  if (factor) {
    options->speed_factor = parse_speed_factor(table.name, *factor, reader.where("speed_factor"));
  }
  Schema schema = choose_columns(table);
  options->files = find_files(path, options->where);
  check_files(*options);
  return std::make_unique<PcapSource>(std::move(options), std::move(schema));
}

}  // namespace

void add_packet_sources(Registry& registry) {
  registry.add_source("pcap", make_pcap_source);
}

}  // namespace penstock
