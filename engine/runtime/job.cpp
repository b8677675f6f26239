// SPDX-License-Identifier: Apache-2.0
#include <penstock/runtime/job.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include <penstock/kernels/error.h>

#include "job_limits.h"
#include "job_parts.h"

namespace penstock {
namespace {

std::int64_t steady_ns() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// Sinks get text where the plan has symbols.
Schema with_text(Schema schema) {
  for (Field& field : schema.fields) {
    if (field.type.id == TypeId::symbol) field.type = {TypeId::utf8, 0};
  }
  return schema;
}

template <class Step>
bool has_step(const Query& query) {
  return std::any_of(query.steps.begin(), query.steps.end(),
                     [](const penstock::Step& step) { return std::holds_alternative<Step>(step); });
}

std::vector<std::size_t> used_places(const Plan& plan, std::size_t Query::*member,
                                     std::vector<std::size_t>& place_of_query) {
  std::vector<std::size_t> used;
  for (const Query& query : plan.queries) {
    const std::size_t wanted = query.*member;
    auto found = std::find(used.begin(), used.end(), wanted);
    if (found == used.end()) found = used.insert(used.end(), wanted);
    place_of_query.push_back(static_cast<std::size_t>(found - used.begin()));
  }
  return used;
}

}  // namespace

JobParts::JobParts(const Plan& plan_given, const Registry& registry_given,
                   const JobOptions& options_given)
    : plan(plan_given),
      registry(registry_given),
      options(resolve(options_given)),
      backend(make_backend(options.given.backend)),
      diagnostics(options.given.sinks.diagnostics != nullptr ? *options.given.sinks.diagnostics
                                                             : own_diagnostics),
      symbols({options.given.symbols_max, options.given.symbols_max_bytes}),
      control(!options.seeded),
      executor(make_executor(options.given.executor, options.threads, options.given.seed)) {
  check_plan();
  make_tables();
  make_sinks();
  make_queries();
  make_receivers();
}

void JobParts::check_plan() {
  if (plan.queries.empty()) {
    throw Error(ErrorCode::invalid_argument,
                "there is nothing to run: the plan has no query; add an INSERT INTO … SELECT");
  }
  for (const Query& query : plan.queries) {
    if (query.source >= plan.sources.size() || query.sink >= plan.sinks.size()) {
      throw Error(ErrorCode::internal, "a query names a table that the plan does not have");
    }
    folds += has_step<AggregateStep>(query) ? 1 : 0;
    sorts += has_step<SortStep>(query) ? 1 : 0;
  }
}

void JobParts::make_tables() {
  for (const std::size_t place : used_places(plan, &Query::source, query_tables)) {
    const SourceTable& table = plan.sources[place];
    std::unique_ptr<Source> source = registry.make_source(table.definition);
    TableRun::Options table_options;
    table_options.slots = options.slots(source->partitions());
    table_options.batch_rows = options.given.batch_rows;
    table_options.batch_bytes = options.given.batch_bytes;
    table_options.linger_ns = options.linger_ns;
    table_options.symbols = &symbols;
    table_options.diagnostics = &diagnostics;
    tables.push_back(std::make_unique<TableRun>(
        table, std::move(source), static_cast<std::uint32_t>(tables.size()), table_options));
  }
}

void JobParts::make_sinks() {
  for (const std::size_t place : used_places(plan, &Query::sink, query_sinks)) {
    const SinkTable& table = plan.sinks[place];
    registry.check_sink(table.definition, with_text(table.schema));
    sinks.push_back(std::make_unique<SinkRun>(table, with_text(table.schema)));
  }
}

void JobParts::make_queries() {
  std::map<std::string, int> uses_of_name;
  std::vector<QueryRun*> writers(sinks.size(), nullptr);
  for (std::size_t i = 0; i < plan.queries.size(); ++i) {
    const Query& query = plan.queries[i];
    TableRun& table = *tables[query_tables[i]];
    SinkRun& sink = *sinks[query_sinks[i]];
    QueryRun::Options run;
    run.name = sink.table().definition.name;
    const int use = ++uses_of_name[run.name];
    if (use > 1) run.name += "#" + std::to_string(use);
    run.backend = backend.get();
    run.symbols = &symbols;
    run.executor = executor.get();
    run.control = &control;
    run.diagnostics = &diagnostics;
    run.threads = options.threads;
    run.one_thread = options.seeded;
    run.batch_rows = options.given.batch_rows;
    run.text_bytes = table.text_bytes();
    run.in_flight = table.options().slots;
    run.partitions = table.watermark_partitions();
    run.fold = options.fold;
    run.state_bytes_max = options.given.state_max_bytes / std::max<std::size_t>(folds, 1);
    run.sort_bytes_max = options.given.sort_max_bytes / std::max<std::size_t>(sorts, 1);
    queries.push_back(std::make_unique<QueryRun>(table.table(), query, sink, run));
    table.add_query(*queries.back());
    writers[query_sinks[i]] = queries.back().get();
    fold_options.push_back(queries.back()->fold() != nullptr ? options.given.fold : "none");
  }
  for (const auto& table : tables) table->allocate();
  Gateway::Parts gateway_parts;
  gateway_parts.control = &control;
  gateway_parts.executor = executor.get();
  gateway_parts.symbols = &symbols;
  for (const auto& table : tables) gateway_parts.tables.push_back(table.get());
  for (const auto& query : queries) gateway_parts.queries.push_back(query.get());
  for (const auto& sink : sinks) gateway_parts.sinks.push_back(sink.get());
  gateway_parts.writers = std::move(writers);
  gateway_parts.commit_interval_ns = options.commit_interval_ns;
  gateway = std::make_unique<Gateway>(std::move(gateway_parts));
}

void JobParts::make_receivers() {
  for (const auto& table : tables) {
    const std::size_t count = std::min(table->partitions(), limits::receivers_per_table_max);
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<std::uint32_t> partitions;
      for (std::size_t p = i; p < table->partitions(); p += count) {
        partitions.push_back(static_cast<std::uint32_t>(p));
      }
      receivers.push_back(std::make_unique<Receiver>(*table, std::move(partitions), control));
    }
  }
}

struct Job::Implementation {
  Implementation(const Plan& plan, const Registry& registry, const JobOptions& options)
      : parts(plan, registry, options) {}

  void open();
  void run();
  void drive();
  void finish();

  JobParts parts;
};

void Job::Implementation::run() {
  if (parts.ran.exchange(true)) {
    throw Error(ErrorCode::invalid_argument, "a job runs once; make another Job to run again");
  }
  parts.started_ns = steady_ns();
  try {
    open();
    drive();
    parts.control.rethrow();
    finish();
  } catch (...) {
    for (const auto& sink : parts.sinks) sink->drop();
    parts.ended_ns = steady_ns();
    throw;
  }
  for (const auto& query : parts.queries) query->warn();
  parts.ended_ns = steady_ns();
}

void Job::Implementation::open() {
  if (parts.opened.exchange(true)) return;
  try {
    SinkContext context = parts.options.given.sinks;
    context.diagnostics = &parts.diagnostics;
    for (const auto& sink : parts.sinks) sink->open(parts.registry, context);
    for (const auto& table : parts.tables) table->open_readers();
  } catch (...) {
    parts.ran = true;  // half open: there is nothing that run() could go on from
    for (const auto& sink : parts.sinks) sink->drop();
    throw;
  }
}

void Job::Implementation::drive() {
  std::vector<Actor> actors;
  for (const auto& receiver : parts.receivers) {
    actors.emplace_back([&receiver](bool may_wait) { return receiver->step(may_wait); });
  }
  parts.executor->drive(actors, [this](bool may_wait) { return parts.gateway->step(may_wait); });
}

// The last epoch, also where nothing was written in it: so that every sink has seen the end.
void Job::Implementation::finish() {
  const std::uint64_t epoch = parts.gateway->epoch() + 1;
  for (const auto& sink : parts.sinks) sink->commit(epoch);
  for (const auto& sink : parts.sinks) sink->close();
}

Job::Job(const Plan& plan, const Registry& registry, const JobOptions& options)
    : implementation_(std::make_unique<Implementation>(plan, registry, options)) {}
Job::~Job() = default;

void Job::open() {
  implementation_->open();
}

void Job::run() {
  implementation_->run();
}

void Job::stop() noexcept {
  implementation_->parts.control.stop();
}

JobProgress Job::progress() const {
  const JobParts& parts = implementation_->parts;
  JobProgress progress;
  bool bytes_known = true;
  for (const auto& table : parts.tables) {
    const ReadProgress read = table->read_progress();
    progress.rows_in += table->rows_in();
    progress.bytes_done += read.bytes_done;
    progress.bytes_total += read.bytes_total;
    bytes_known = bytes_known && read.bytes_total != 0;
    progress.slots += table->pool().slots();
    progress.slots_free += table->pool().free_slots();
  }
  if (!bytes_known) progress.bytes_total = 0;
  for (const auto& sink : parts.sinks) progress.rows_out += sink->rows_out();
  progress.watermark = watermark_max;
  for (const auto& query : parts.queries) {
    progress.watermark = std::min(progress.watermark, query->watermark());
  }
  const std::int64_t started = parts.started_ns;
  const std::int64_t ended = parts.ended_ns;
  if (started != 0) {
    progress.elapsed = std::chrono::nanoseconds((ended != 0 ? ended : steady_ns()) - started);
  }
  return progress;
}

JobStatistics Job::statistics() const {
  const JobParts& parts = implementation_->parts;
  JobStatistics statistics;
  statistics.progress = progress();
  for (const auto& table : parts.tables) table->count_into_diagnostics();
  for (const auto& query : parts.queries) {
    query->count_into_diagnostics();
    const FoldRun* fold = query->fold();
    statistics.folds.emplace_back(fold == nullptr ? "none"
                                                  : (fold->sharding() ? "shard" : "replica"));
  }
  statistics.counters = parts.diagnostics.counters();
  statistics.warnings = parts.diagnostics.warnings();
  statistics.backend = std::string(parts.backend->name());
  statistics.executor = std::string(parts.executor->name());
  return statistics;
}

std::string Job::explain() const {
  return penstock::explain(implementation_->parts);
}

}  // namespace penstock
