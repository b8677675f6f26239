// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

#include <penstock/kernels/backend.h>

#include "commands.h"
#include "error_report.h"

namespace penstock::cli {
namespace {

void add_query_options(CLI::App& command, QueryOptions& options) {
  command
      .add_option("--set", options.settings, "Variable of the SQL text: :'name' becomes 'value'")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  command.add_option("--threads", options.job.threads, "Worker threads; 0 = all of this process")
      ->capture_default_str();
  command.add_option("--batch-rows", options.job.batch_rows, "Rows at which a batch closes")
      ->capture_default_str();
  command.add_option("--backend", options.job.backend, "Kernel backend: cpu or reference")
      ->capture_default_str();
  command.add_option("--executor", options.job.executor, "Executor: tbb, threads or seeded")
      ->capture_default_str();
  command.add_option("--seed", options.job.seed, "Seed of the executor 'seeded'")
      ->capture_default_str();
  command.add_option("--fold", options.job.fold, "Keyed state: auto, replica or shard")
      ->capture_default_str();
  command.add_option("--slots", options.job.slots, "Batches in flight; 0 = chosen by threads")
      ->capture_default_str();
  command.add_option("--state-max-bytes", options.job.state_max_bytes, "Cap on keyed state")
      ->capture_default_str();
}

void add_run_options(CLI::App& command, QueryOptions& options) {
  add_query_options(command, options);
  command
      .add_option("--output", options.job.sinks.output_format,
                  "Format of results on standard output")
      ->check(CLI::IsMember({"table", "json", "csv"}))
      ->capture_default_str();
  command.add_option("--progress", options.progress, "Progress on standard error")
      ->check(CLI::IsMember({"auto", "line", "json", "none"}))
      ->capture_default_str();
  command.add_flag("-q,--quiet", options.quiet, "No progress and no summary");
  command.add_flag("--stats", options.stats, "Print all counters as JSON on standard error");
}

int dispatch(int argc, char** argv) {
  CLI::App app{"Penstock: packets and events in, windowed answers out.", "penstock"};
  app.require_subcommand(1);
  app.footer("Exit codes: 0 done, 1 the job failed, 2 bad usage, 3 bad SQL, options or files.");

  QueryOptions query;
  auto* run_command = app.add_subcommand("run", "Run the statements of a file");
  run_command->add_option("FILE.sql", query.file, "SQL file; - reads standard input")->required();
  add_run_options(*run_command, query);

  auto* sql_command = app.add_subcommand("sql", "Run statements given as an argument");
  sql_command->add_option("STATEMENTS", query.text, "SQL text")->required();
  add_run_options(*sql_command, query);

  auto* check_command = app.add_subcommand("check", "Parse, bind and check; run nothing");
  check_command->add_option("FILE.sql", query.file, "SQL file; - reads standard input")->required();
  add_query_options(*check_command, query);

  auto* explain_command =
      app.add_subcommand("explain", "Show plan, placement, pools and the bound on memory");
  explain_command->add_option("FILE.sql", query.file, "SQL file; - reads standard input")
      ->required();
  explain_command->add_flag("--json", query.plan_json, "The plan as JSON");
  add_query_options(*explain_command, query);

  DemoOptions demo_options;
  auto* demo_command =
      app.add_subcommand("demo", "Make a capture with a port scan hidden in it, and find it");
  demo_command->add_option("--directory", demo_options.directory, "Where to keep its files");
  demo_command->add_option("--packets", demo_options.packets, "Packets in the capture")
      ->check(CLI::Range(10'000, 1'000'000'000))
      ->capture_default_str();
  demo_command->add_option("--seed", demo_options.seed, "Seed of the traffic")
      ->capture_default_str();

  demo_command
      ->add_option("--seconds", demo_options.seconds, "Event time that the packets stretch over")
      ->check(CLI::Range(10, 31'622'400))
      ->capture_default_str();

  bool doctor_json = false;
  auto* doctor_command =
      app.add_subcommand("doctor", "Show what this machine has, lacks, and what that means");
  doctor_command->add_flag("--json", doctor_json, "As JSON");

  auto* version_command = app.add_subcommand("version", "Print the version");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_usage;
  }

  if (run_command->parsed() || sql_command->parsed()) return run(query);
  if (check_command->parsed()) return check(query);
  if (explain_command->parsed()) return explain(query);
  if (demo_command->parsed()) return demo(demo_options);
  if (doctor_command->parsed()) return doctor(doctor_json);
  if (version_command->parsed()) std::puts("penstock " PENSTOCK_VERSION);
  return exit_ok;
}

}  // namespace
}  // namespace penstock::cli

int main(int argc, char** argv) {
  // A closed pipe behind standard output is a write error with a message, not a silent death.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return penstock::cli::dispatch(argc, argv);
  } catch (const std::exception& error) {
    penstock::cli::report_error(error, {});
    return penstock::cli::exit_job_failed;
  }
}
