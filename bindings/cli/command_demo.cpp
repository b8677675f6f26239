// SPDX-License-Identifier: Apache-2.0
#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <penstock/packets/demo_traffic.h>
#include <penstock/penstock.h>

#include "commands.h"
#include "error_report.h"
#include "progress_line.h"
#include "stop_signals.h"
#include "text_format.h"

namespace penstock::cli {
namespace {

namespace fs = std::filesystem;

struct Files {
  fs::path capture;
  fs::path results;
  fs::path planted;
};

Files prepare_directory(const std::string& wanted) {
  fs::path directory = wanted;
  if (directory.empty()) {
    std::string pattern = (fs::temp_directory_path() / "penstock-demo-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
      throw Error(ErrorCode::io,
                  "cannot make a directory like '" + pattern + "': name another with --directory");
    }
    directory = pattern;
  }
  std::error_code failure;
  fs::create_directories(directory, failure);
  if (failure) {
    throw Error(ErrorCode::io,
                "cannot make the directory '" + directory.string() + "': " + failure.message());
  }
  Files files{directory / "traffic.pcap", directory / "results.db", directory / "planted.json"};
  // Results of an earlier demo in the same directory would be added to.
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    fs::remove(files.results.string() + suffix, failure);
  }
  return files;
}

std::string ip_text(const Bytes16& ip) {
  std::string text;
  append_ip(text, ip);
  return text;
}

void write_planted(const fs::path& path, const DemoSummary& summary) {
  std::ofstream out(path);
  out << "{\"packets\":" << summary.packets << ",\"ip_packets\":" << summary.ip_packets
      << ",\"scanner_ip\":" << json_string(ip_text(summary.scanner_ip))
      << ",\"victim_ip\":" << json_string(ip_text(summary.scanned_ip))
      << ",\"scanned_ports\":" << summary.scanned_ports << "}\n";
  if (!out.flush()) throw Error(ErrorCode::io, "cannot write '" + path.string() + "'");
}

// An example, with its printed result kept in a table of the database instead.
JobStatistics run_example(const char* sql, const std::string& name, const Files& files) {
  const Registry registry = default_registry();
  ParseOptions options;
  options.name = "examples/" + name + ".sql";
  options.variables["path"] = files.capture.string();
  Plan plan = plan_from_sql(sql, registry, options);
  SinkTable& sink = plan.sinks.at(0);
  sink.definition.name = name;
  sink.definition.connector = "sqlite";
  sink.definition.options = {{"path", files.results.string(), {}, {}}};
  Job job(plan, registry, {});
  const StopSignals signals([&job] { job.stop(); });
  job.run();
  return job.statistics();
}

void print_speed(const char* what, const JobStatistics& statistics) {
  const double elapsed_s = static_cast<double>(statistics.progress.elapsed.count()) / 1e9;
  const auto rows_in = static_cast<double>(statistics.progress.rows_in);
  std::printf("   %s: %s packets → %s rows in %s, %s packets/s\n", what,
              with_separators(statistics.progress.rows_in).c_str(),
              with_separators(statistics.progress.rows_out).c_str(),
              short_duration(elapsed_s).c_str(),
              short_count(elapsed_s > 0 ? rows_in / elapsed_s : 0).c_str());
}

class Database {
 public:
  explicit Database(const fs::path& path) {
    if (sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) {
      const std::string message = sqlite3_errmsg(handle_);
      sqlite3_close(handle_);
      throw Error(ErrorCode::io, "cannot open '" + path.string() + "': " + message);
    }
  }
  ~Database() { sqlite3_close(handle_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void each_row(const char* sql, const std::function<void(sqlite3_stmt*)>& take) const {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle_, sql, -1, &statement, nullptr) != SQLITE_OK) {
      throw Error(ErrorCode::io,
                  std::string("cannot read the results: ") + sqlite3_errmsg(handle_));
    }
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> owner(statement, sqlite3_finalize);
    while (sqlite3_step(statement) == SQLITE_ROW) take(statement);
  }

 private:
  sqlite3* handle_ = nullptr;
};

std::string text_column(sqlite3_stmt* statement, int column) {
  const unsigned char* text = sqlite3_column_text(statement, column);
  return text == nullptr ? "" : reinterpret_cast<const char*>(text);
}

std::string bar(double share, int width) {
  static constexpr std::array<const char*, 8> eighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const int filled = std::max(share > 0 ? 1 : 0, static_cast<int>(share * width * 8 + 0.5));
  std::string text;
  for (int i = 0; i < filled / 8; ++i) text += "█";
  return text + eighths.at(static_cast<std::size_t>(filled % 8));
}

void print_top_talkers(const Database& database) {
  constexpr int bar_width = 32;
  std::puts("\nTop talkers of the day");
  double most = 0;
  database.each_row(
      "SELECT src_ip, sum(packets), sum(bytes) AS bytes FROM top_talkers"
      " GROUP BY src_ip ORDER BY bytes DESC, src_ip LIMIT 10",
      [&](sqlite3_stmt* row) {
        const double bytes = sqlite3_column_double(row, 2);
        most = std::max(most, bytes);
        std::printf("   %-22s %12s packets %11s  %s\n", text_column(row, 0).c_str(),
                    with_separators(sqlite3_column_int64(row, 1)).c_str(),
                    short_bytes(bytes).c_str(), bar(bytes / most, bar_width).c_str());
      });
}

void print_rhythm(const Database& database) {
  static constexpr std::array<const char*, 8> levels = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::vector<double> hours;
  database.each_row(
      "SELECT sum(packets) FROM top_talkers GROUP BY substr(window_start, 1, 13) ORDER BY"
      " substr(window_start, 1, 13)",
      [&](sqlite3_stmt* row) { hours.push_back(sqlite3_column_double(row, 0)); });
  if (hours.size() < 2) return;
  const double most = *std::max_element(hours.begin(), hours.end());
  std::string line;
  for (const double packets : hours) {
    line += levels.at(std::min<std::size_t>(static_cast<std::size_t>(packets / most * 8), 7));
  }
  std::printf("\nPackets by hour, midnight to midnight\n   %s\n", line.c_str());
}

void print_scans(const Database& database) {
  std::puts("\nPort scans");
  int found = 0;
  database.each_row(
      "SELECT src_ip, dst_ip, min(window_start), count(*), sum(syns), max(ports) FROM port_scan"
      " GROUP BY src_ip, dst_ip ORDER BY min(window_start)",
      [&](sqlite3_stmt* row) {
        ++found;
        std::printf(
            "   %s knocked on up to %s ports a minute of %s,\n"
            "   %s SYNs in %s minute%s from %s\n",
            text_column(row, 0).c_str(), with_separators(sqlite3_column_int64(row, 5)).c_str(),
            text_column(row, 1).c_str(), with_separators(sqlite3_column_int64(row, 4)).c_str(),
            text_column(row, 3).c_str(), sqlite3_column_int64(row, 3) == 1 ? "" : "s",
            text_column(row, 2).c_str());
      });
  if (found == 0) std::puts("   none found");
}

void print_next_steps(const Files& files) {
  std::printf(
      "\nTry next\n"
      "   penstock run examples/packet_totals.sql --set path=%s\n"
      "   penstock explain examples/port_scan.sql --set path=%s\n"
      "   sqlite3 %s 'SELECT * FROM top_talkers LIMIT 5'\n"
      "   penstock run examples/top_talkers.sql --set path=YOUR.pcap\n",
      files.capture.c_str(), files.capture.c_str(), files.results.c_str());
}

}  // namespace

int demo(const DemoOptions& options) {
  StopSignals::block();
  try {
    const Files files = prepare_directory(options.directory);
    DemoTraffic traffic;
    traffic.seed = options.seed;
    traffic.packets = options.packets;
    traffic.duration_ns = options.seconds * 1'000'000'000;
    const DemoSummary summary = write_demo_capture(files.capture.string(), traffic);
    write_planted(files.planted, summary);
    std::printf("A day of an office network: %s packets, %s on the wire, in %s\n",
                with_separators(summary.packets).c_str(),
                short_bytes(static_cast<double>(summary.frame_bytes)).c_str(),
                files.capture.c_str());
    print_speed("who sends how much, by second",
                run_example(example_top_talkers, "top_talkers", files));
    print_speed("who knocks on many doors, by minute",
                run_example(example_port_scan, "port_scan", files));
    const Database database(files.results);
    print_top_talkers(database);
    print_rhythm(database);
    print_scans(database);
    print_next_steps(files);
  } catch (const std::exception& error) {
    report_error(error, {});
    return exit_job_failed;
  }
  return exit_ok;
}

}  // namespace penstock::cli
