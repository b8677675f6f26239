// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <penstock/runtime/job.h>

namespace penstock::cli {

// Exit codes, as docs/cli.md promises them.
enum ExitCode : int {
  exit_ok = 0,
  exit_job_failed = 1,     // data flowed, and something ended the job
  exit_usage = 2,          // the command line
  exit_bad_plan = 3,       // SQL, options, files: found before data flowed
  exit_interrupted = 130,  // a second SIGINT or SIGTERM while draining
};

// What run, sql, check and explain share.
struct QueryOptions {
  std::string file;  // of SQL; "-" = standard input; empty = `text`
  std::string text;
  std::vector<std::string> settings;  // name=value
  std::string progress = "auto";      // auto, line, json, none
  bool quiet = false;
  bool stats = false;
  bool plan_json = false;
  JobOptions job;
};

int run(const QueryOptions& options);
int check(const QueryOptions& options);
int explain(const QueryOptions& options);

struct DemoOptions {
  std::string directory;  // empty: a fresh one under the temporary directory
  std::int64_t packets = 1'000'000;
  std::uint64_t seed = 1;
  std::int64_t seconds = 86'400;  // of event time that the day's rhythm stretches over
};
int demo(const DemoOptions& options);

int doctor(bool json);

extern const char* const example_top_talkers;
extern const char* const example_port_scan;

}  // namespace penstock::cli
