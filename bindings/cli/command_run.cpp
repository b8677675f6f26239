// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>

#include <penstock/data/value.h>
#include <penstock/penstock.h>

#include "commands.h"
#include "error_report.h"
#include "progress_line.h"
#include "stop_signals.h"
#include "text_format.h"

namespace penstock::cli {
namespace {

std::string read_descriptor(int fd, const std::string& name) {
  std::string text;
  std::array<char, 65536> chunk{};
  for (;;) {
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got == 0) return text;
    if (got < 0) throw Error(ErrorCode::io, "cannot read " + name);
    text.append(chunk.data(), static_cast<std::size_t>(got));
    if (text.size() > max_sql_bytes) return text;  // parse() says what the cap is
  }
}

std::string read_sql(const QueryOptions& options) {
  if (options.file.empty()) return options.text;
  if (options.file == "-") return read_descriptor(STDIN_FILENO, "standard input");
  std::ifstream in(options.file, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    if (in && in.peek() == std::ifstream::traits_type::eof()) return {};
    throw Error(ErrorCode::not_found,
                "cannot read the SQL file '" + options.file + "': check the path");
  }
  return text.str();
}

std::map<std::string, std::string> variables(const std::vector<std::string>& settings) {
  std::map<std::string, std::string> result;
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error(ErrorCode::invalid_argument,
                  "--set '" + setting + "' is not of the form name=value");
    }
    result[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  return result;
}

BoundScript load(const std::string& text, const QueryOptions& options, const Registry& registry) {
  ParseOptions parse_options;
  if (!options.file.empty()) parse_options.name = options.file == "-" ? "stdin" : options.file;
  parse_options.variables = variables(options.settings);
  return penstock::bind(parse(text, parse_options), registry);
}

void print_description(const Description& description, const std::string& format) {
  if (format == "json") {
    for (const Field& field : description.schema.fields) {
      std::printf("{\"table\":%s,\"column\":%s,\"type\":%s,\"nullable\":%s}\n",
                  json_string(description.name).c_str(), json_string(field.name).c_str(),
                  json_string(to_string(field.type)).c_str(), field.nullable ? "true" : "false");
    }
    return;
  }
  if (format == "csv") {
    std::puts("table,column,type,nullable");
    for (const Field& field : description.schema.fields) {
      std::printf("%s,%s,%s,%s\n", description.name.c_str(), field.name.c_str(),
                  to_string(field.type).c_str(), field.nullable ? "true" : "false");
    }
    return;
  }
  std::printf("%s\n", description.name.c_str());
  std::size_t width = 0;
  for (const Field& field : description.schema.fields) width = std::max(width, field.name.size());
  for (const Field& field : description.schema.fields) {
    std::printf("  %-*s  %s%s\n", static_cast<int>(width), field.name.c_str(),
                to_string(field.type).c_str(), field.nullable ? "" : " not null");
  }
}

ProgressMode progress_mode(const QueryOptions& options) {
  if (options.quiet || options.progress == "none") return ProgressMode::none;
  if (options.progress == "json") return ProgressMode::json;
  if (options.progress == "line") return ProgressMode::line;
  // A line that rewrites itself and results on the same terminal would overwrite each other only
  // while results stream; the line is erased before each refresh and at the end.
  return isatty(STDERR_FILENO) != 0 ? ProgressMode::line : ProgressMode::none;
}

void print_summary(const JobStatistics& statistics) {
  const JobProgress& progress = statistics.progress;
  const double elapsed_s = static_cast<double>(progress.elapsed.count()) / 1e9;
  const double rate = elapsed_s > 0 ? static_cast<double>(progress.rows_in) / elapsed_s : 0;
  std::fprintf(stderr, "%s rows in, %s rows out, %s, %s rows/s\n",
               with_separators(progress.rows_in).c_str(),
               with_separators(progress.rows_out).c_str(), short_duration(elapsed_s).c_str(),
               short_count(rate).c_str());
}

void print_stats(const JobStatistics& statistics) {
  std::string text = "{\"backend\":" + json_string(statistics.backend) +
                     ",\"executor\":" + json_string(statistics.executor) +
                     ",\"progress\":" + progress_json(statistics.progress) + ",\"counters\":{";
  bool first = true;
  for (const auto& [name, value] : statistics.counters) {
    if (!first) text += ',';
    first = false;
    text += json_string(name) + ":" + std::to_string(value);
  }
  text += "},\"folds\":[";
  for (std::size_t i = 0; i < statistics.folds.size(); ++i) {
    text += (i > 0 ? "," : "") + json_string(statistics.folds[i]);
  }
  std::fprintf(stderr, "%s]}\n", text.c_str());
}

int run_job(Job& job, const QueryOptions& options, const std::string& text) {
  int code = exit_ok;
  try {
    const StopSignals signals([&job] { job.stop(); });
    const ProgressLine line(progress_mode(options), [&job] { return job.progress(); });
    job.run();
  } catch (const std::exception& error) {
    report_error(error, text);
    code = exit_job_failed;
  }
  const JobStatistics statistics = job.statistics();
  for (const std::string& warning : statistics.warnings) report_warning(warning);
  if (options.stats) print_stats(statistics);
  if (code == exit_ok && !options.quiet && isatty(STDERR_FILENO) != 0) print_summary(statistics);
  return code;
}

// Runs `action` with what all query commands need; errors before data flows end here.
template <class Action>
int with_plan(const QueryOptions& options, const Action& action) {
  std::string text;
  try {
    text = read_sql(options);
    const Registry registry = default_registry();
    return action(load(text, options, registry), registry, text);
  } catch (const std::exception& error) {
    report_error(error, text);
    return exit_bad_plan;
  }
}

}  // namespace

int run(const QueryOptions& options) {
  StopSignals::block();
  return with_plan(
      options,
      [&](const BoundScript& script, const Registry& registry, const std::string& text) -> int {
        for (const Description& description : script.descriptions) {
          print_description(description, options.job.sinks.output_format);
        }
        std::fflush(stdout);
        if (script.plan.queries.empty()) {
          if (script.descriptions.empty()) {
            report_warning("nothing to run: the text has no INSERT INTO … SELECT and no SELECT");
          }
          return exit_ok;
        }
        Job job(script.plan, registry, options.job);
        job.open();
        return run_job(job, options, text);
      });
}

int check(const QueryOptions& options) {
  return with_plan(
      options, [&](const BoundScript& script, const Registry& registry, const std::string&) -> int {
        if (!script.plan.queries.empty()) {
          for (const SinkTable& sink : script.plan.sinks) {
            registry.check_sink(sink.definition, sink.schema);
          }
        }
        std::printf("ok: %zu source%s, %zu quer%s\n", script.plan.sources.size(),
                    script.plan.sources.size() == 1 ? "" : "s", script.plan.queries.size(),
                    script.plan.queries.size() == 1 ? "y" : "ies");
        return exit_ok;
      });
}

int explain(const QueryOptions& options) {
  return with_plan(
      options, [&](const BoundScript& script, const Registry& registry, const std::string&) -> int {
        if (options.plan_json) {
          std::printf("%s\n", to_json(script.plan).c_str());
          return exit_ok;
        }
        const Job job(script.plan, registry, options.job);
        std::fputs(job.explain().c_str(), stdout);
        return exit_ok;
      });
}

}  // namespace penstock::cli
