// SPDX-License-Identifier: Apache-2.0
#include "gateway.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "job_limits.h"

namespace penstock {

Gateway::Gateway(Parts parts) : parts_(std::move(parts)), commits_(parts_.sinks.size()) {
  for (std::size_t i = 0; i < commits_.size(); ++i) commits_[i].sink = parts_.sinks[i];
  stamp_stage_ =
      parts_.executor->add_stage({"stamp", Concurrency::serial, true}, [this](Message& message) {
        auto& stamping = static_cast<TableRun::Stamping&>(message);
        stamping.table->stamp(stamping, sequence_);
      });
  epoch_began_ns_ = parts_.control->now_ns();
}

Activity Gateway::step(bool may_wait) noexcept {
  JobControl& control = *parts_.control;
  bool moved = false;
  try {
    close_inputs();
    if (control.failed()) {
      for (TableRun* table : parts_.tables) table->drop_arrivals();
    } else if (!collect_symbols()) {
      moved = admit();
      begin_epoch();
    }
  } catch (...) {
    control.fail(std::current_exception());
  }
  if (finished()) return Activity::finished;
  if (moved) return Activity::busy;
  if (may_wait) control.bell().wait(std::min(limits::poll_ns, parts_.commit_interval_ns));
  return Activity::idle;
}

void Gateway::close_inputs() {
  const bool all = parts_.control->failed() || parts_.control->stopping();
  for (TableRun* table : parts_.tables) {
    if (all || table->all_full()) table->close_input();
  }
}

bool Gateway::admit() {
  bool moved = false;
  for (TableRun* table : parts_.tables) {
    while (table->admit(*parts_.executor, stamp_stage_)) moved = true;
  }
  return moved;
}

bool Gateway::collect_symbols() {
  if (!collecting_ && !parts_.symbols->wants_collection()) return false;
  collecting_ = true;
  const bool quiet = std::all_of(parts_.tables.begin(), parts_.tables.end(),
                                 [](const TableRun* table) { return table->quiet(); });
  if (!quiet) return true;
  // Nothing is in flight, so codes are held by states alone. Readers may be pinning theirs.
  PauseGate& gate = parts_.control->gate();
  gate.close();
  std::fill(used_symbols_.begin(), used_symbols_.end(), 0);
  for (const QueryRun* query : parts_.queries) {
    if (query->fold() != nullptr) query->fold()->mark_symbols(used_symbols_);
  }
  parts_.symbols->collect(used_symbols_);
  gate.open();
  collecting_ = false;
  return false;
}

void Gateway::begin_epoch() {
  const std::int64_t now = parts_.control->now_ns();
  if (now - epoch_began_ns_ < parts_.commit_interval_ns) return;
  epoch_began_ns_ = now;
  bool any = false;
  for (std::size_t i = 0; i < commits_.size(); ++i) {
    QueryRun::Commit& commit = commits_[i];
    if (!commit.sink->dirty() || commit.pending.load(std::memory_order_acquire)) continue;
    if (!any) ++epoch_;
    any = true;
    commit.epoch = epoch_;
    commit.pending.store(true, std::memory_order_relaxed);
    parts_.writers[i]->post_commit(commit);
  }
}

bool Gateway::finished() const noexcept {
  return std::all_of(parts_.tables.begin(), parts_.tables.end(),
                     [](const TableRun* table) { return table->drained(); });
}

}  // namespace penstock
