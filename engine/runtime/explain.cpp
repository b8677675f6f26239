// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>

#include "job_limits.h"
#include "job_parts.h"

namespace penstock {
namespace {

std::string size_text(std::size_t bytes) {
  constexpr std::array<const char*, 5> units = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
  return text.data();
}

std::string count_of(std::size_t count, const std::string& noun, const std::string& plural) {
  return std::to_string(count) + " " + (count == 1 ? noun : plural);
}

void explain_job(const JobParts& parts, std::string& out) {
  out += "job\n  backend '" + std::string(parts.backend->name()) + "', executor '" +
         std::string(parts.executor->name()) + "', ";
  if (parts.options.seeded) {
    out += "one thread (seed " + std::to_string(parts.options.given.seed) + "), ";
    out += count_of(static_cast<std::size_t>(parts.options.threads), "worker's", "workers'") +
           " states\n";
    return;
  }
  out += count_of(static_cast<std::size_t>(parts.options.threads), "worker", "workers") + ", " +
         count_of(parts.receivers.size(), "receiver thread", "receiver threads") + "\n";
}

void explain_table(const TableRun& table, std::string& out) {
  const SourceTable& source = table.table();
  out += "table '" + table.name() + "' (" + source.definition.connector + ")\n  " +
         count_of(table.partitions(), "partition", "partitions") +
         (source.bounded ? ", bounded" : ", unbounded") + ", reads " +
         std::to_string(table.wanted_columns()) + " of " +
         count_of(source.schema.size(), "column", "columns") + ", scanned once for " +
         count_of(table.queries().size(), "query", "queries") + "\n";
  if (source.watermark) {
    std::string delay;
    append_interval(delay, source.watermark->delay_ns);
    out += "  watermark: " + source.schema.fields[source.watermark->column].name + " - " + delay +
           ", of each partition its own\n";
  }
}

std::string fold_line(const JobParts& parts, std::size_t query) {
  const FoldRun& fold = *parts.queries[query]->fold();
  const std::string replicas = count_of(fold.replicas(), "replica", "replicas");
  const std::string shards = count_of(fold.shards(), "shard", "shards");
  if (fold.replicas() == 0) return "fold: shard, " + shards;
  if (fold.shards() == 0) return "fold: replica, " + replicas;
  return "fold: auto, " + replicas + "; above " + std::to_string(limits::replica_groups_max) +
         " open groups in one, " + shards + (fold.sharding() ? " (which it did)" : "");
}

void explain_query(const JobParts& parts, std::size_t index, std::string& out) {
  const QueryRun& query = *parts.queries[index];
  const SinkTable& sink = parts.sinks[parts.query_sinks[index]]->table();
  out += "query '" + query.name() + "', from '" + parts.tables[parts.query_tables[index]]->name() +
         "'\n";
  std::vector<std::string> lines;
  query.describe(lines);
  for (const std::string& line : lines) out += "  " + line + "\n";
  if (query.fold() != nullptr) out += "  " + fold_line(parts, index) + "\n";
  for (const Step& step : parts.plan.queries[index].steps) {
    const auto* sort = std::get_if<SortStep>(&step);
    if (sort == nullptr) continue;
    out += "  sort: " + count_of(sort->keys.size(), "key", "keys");
    if (sort->limit) out += ", limit " + std::to_string(*sort->limit);
    if (sort->offset != 0) out += ", offset " + std::to_string(sort->offset);
    out += "\n";
  }
  out += "  sink: '" + sink.definition.name + "' (" + sink.definition.connector + "), " +
         "commits every " + std::to_string(parts.options.given.commit_interval.count()) + " ms\n";
}

struct Pool {
  std::string name;
  std::string what;
  std::size_t bytes = 0;
};

std::vector<Pool> pools(const JobParts& parts) {
  std::vector<Pool> pools;
  for (const auto& table : parts.tables) {
    const SlotPool& pool = table->pool();
    pools.push_back({table->name() + ".slots",
                     std::to_string(pool.slots()) + " x " +
                         size_text(pool.size_bytes() / pool.slots()) + ", " +
                         count_of(static_cast<std::size_t>(table->slot_rows()), "row", "rows") +
                         " each; batches in flight",
                     pool.size_bytes()});
  }
  for (const auto& query : parts.queries) {
    const std::size_t slots = query->result_slots();
    pools.push_back({query->name() + ".results",
                     std::to_string(slots) + " x " + size_text(query->result_bytes() / slots) +
                         "; one for each batch between its stamp and its sink",
                     query->result_bytes()});
    const FoldRun* fold = query->fold();
    if (fold == nullptr) continue;
    pools.push_back({query->name() + ".scratch", "closed windows' rows, shards of rows",
                     fold->scratch_bytes()});
    pools.push_back({query->name() + ".state",
                     "at most; " + count_of(fold->replicas() + fold->shards(), "state", "states") +
                         " and what is being emitted",
                     fold->state_bytes_max()});
  }
  if (parts.sorts > 0) {
    pools.push_back({"sort",
                     "at most; ORDER BY and LIMIT of " + count_of(parts.sorts, "query", "queries"),
                     parts.options.given.sort_max_bytes});
  }
  pools.push_back({"symbols", "at most; texts of keys", parts.options.given.symbols_max_bytes});
  return pools;
}

void explain_pools(const JobParts& parts, std::string& out) {
  out += "memory\n";
  std::size_t allocated = 0;
  std::size_t bound = 0;
  for (const Pool& pool : pools(parts)) {
    out += "  " + pool.name + ": " + size_text(pool.bytes) + "  (" + pool.what + ")\n";
    (pool.what.starts_with("at most") ? bound : allocated) += pool.bytes;
  }
  out += "  bound: " + size_text(allocated + bound) + " = " + size_text(allocated) +
         " allocated + " + size_text(bound) + " capped\n";
}

}  // namespace

std::string explain(const JobParts& parts) {
  std::string out;
  explain_job(parts, out);
  for (const auto& table : parts.tables) explain_table(*table, out);
  for (std::size_t i = 0; i < parts.queries.size(); ++i) explain_query(parts, i, out);
  explain_pools(parts, out);
  return out;
}

}  // namespace penstock
