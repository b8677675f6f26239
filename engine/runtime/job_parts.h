// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <penstock/data/symbol_table.h>
#include <penstock/io/diagnostics.h>
#include <penstock/kernels/backend.h>
#include <penstock/runtime/job.h>

#include "delivery.h"
#include "executor.h"
#include "gateway.h"
#include "job_control.h"
#include "query_run.h"
#include "receiver.h"
#include "resolved_options.h"
#include "table_run.h"

namespace penstock {

// All that a job is made of, in the order it is made in.
struct JobParts {
  JobParts(const Plan& plan_given, const Registry& registry_given, const JobOptions& options_given);

  const Plan plan;
  const Registry registry;
  const ResolvedOptions options;
  const std::unique_ptr<Backend> backend;
  Diagnostics own_diagnostics;
  Diagnostics& diagnostics;
  SymbolTable symbols;
  JobControl control;
  const std::unique_ptr<Executor> executor;
  std::vector<std::unique_ptr<TableRun>> tables;
  std::vector<std::unique_ptr<SinkRun>> sinks;
  std::vector<std::unique_ptr<QueryRun>> queries;
  std::unique_ptr<Gateway> gateway;
  std::vector<std::unique_ptr<Receiver>> receivers;

  std::vector<std::size_t> query_tables;  // of each query its place in `tables`
  std::vector<std::size_t> query_sinks;   //   and in `sinks`
  std::vector<std::string> fold_options;  // "auto", "replica", "shard", "none"
  std::size_t folds = 0;
  std::size_t sorts = 0;

  std::atomic<bool> opened{false};
  std::atomic<bool> ran{false};
  std::atomic<std::int64_t> started_ns{0};
  std::atomic<std::int64_t> ended_ns{0};

 private:
  void check_plan();
  void make_tables();
  void make_sinks();
  void make_queries();
  void make_receivers();
};

// See Job::explain().
std::string explain(const JobParts& parts);

}  // namespace penstock
