// SPDX-License-Identifier: Apache-2.0
#include "memory_connectors.h"

#include <algorithm>
#include <thread>

#include <penstock/data/value.h>
#include <penstock/kernels/error.h>

namespace penstock::test {
namespace {

class RowReader final : public Reader {
 public:
  RowReader(MemorySource& source, std::size_t partition)
      : source_(source), partition_(partition), rows_(source.partitions[partition]) {}

  Status read(BatchBuilder& batch) override {
    while (batch.room() > 0) {
      if (next_ == static_cast<std::int64_t>(rows_.size())) {
        if (!source_.endless) return Status::end;
        shift_ += rows_.back().ts + 1;
        next_ = 0;
      }
      if (next_ == source_.idle_before && !was_idle_) {
        was_idle_ = true;
        return Status::idle;
      }
      if (next_ == source_.fail_before && partition_ == 0) {
        throw Error(ErrorCode::corrupt_input, "row " + std::to_string(next_) + " is broken");
      }
      const Row& row = rows_[static_cast<std::size_t>(next_)];
      if (!batch.set_text(2, batch.rows(), row.name)) return Status::more;
      batch.set<std::int64_t>(0, batch.rows(), row.ts + shift_);
      batch.set<std::int32_t>(1, batch.rows(), row.key);
      batch.set<std::int64_t>(3, batch.rows(), row.value);
      batch.advance();
      ++next_;
      ++source_.rows_read;
      done_.fetch_add(1, std::memory_order_relaxed);
    }
    return Status::more;
  }
  [[nodiscard]] ReadProgress progress() const override {
    return {done_.load(std::memory_order_relaxed), rows_.size()};
  }

 private:
  MemorySource& source_;
  const std::size_t partition_;
  const std::vector<Row>& rows_;
  std::int64_t next_ = 0;
  std::int64_t shift_ = 0;
  bool was_idle_ = false;
  std::atomic<std::uint64_t> done_{0};
};

class RowSource final : public Source {
 public:
  explicit RowSource(MemorySource& source) : source_(source), schema_(row_schema()) {}

  [[nodiscard]] const Schema& schema() const override { return schema_; }
  [[nodiscard]] bool bounded() const override { return !source_.endless; }
  [[nodiscard]] std::size_t partitions() const override { return source_.partitions.size(); }
  [[nodiscard]] std::unique_ptr<Reader> open(std::size_t partition, const ReaderContext&) override {
    ++source_.opened;
    return std::make_unique<RowReader>(source_, partition);
  }

 private:
  MemorySource& source_;
  const Schema schema_;
};

class RowSink final : public Sink {
 public:
  explicit RowSink(MemorySink& sink) : sink_(sink) {}
  ~RowSink() override {
    const std::lock_guard lock(sink_.mutex);
    sink_.destroyed = true;
  }
  RowSink(const RowSink&) = delete;
  RowSink& operator=(const RowSink&) = delete;

  void write(const BatchView& rows) override { sink_.write(rows); }
  void commit(std::uint64_t epoch) override {
    if (sink_.on_commit) sink_.on_commit();
    const std::lock_guard lock(sink_.mutex);
    sink_.epochs.push_back(epoch);
    sink_.committed = sink_.written.size();
  }
  void close() override {
    const std::lock_guard lock(sink_.mutex);
    sink_.closed = true;
  }

 private:
  MemorySink& sink_;
};

}  // namespace

Schema row_schema() {
  Schema schema;
  schema.fields.push_back({"ts", {TypeId::timestamp, 0}, false});
  schema.fields.push_back({"key", {TypeId::int32, 0}, true});
  schema.fields.push_back({"name", {TypeId::utf8, 0}, true});
  schema.fields.push_back({"value", {TypeId::int64, 0}, true});
  return schema;
}

void MemorySink::write(const BatchView& view) {
  if (on_write) on_write();
  const std::lock_guard lock(mutex);
  for (std::int64_t row = 0; row < view.rows; ++row) {
    std::string text;
    for (const ColumnView& column : view.columns) {
      if (&column != view.columns.data()) text += '|';
      const TypeId id = column.type.id;
      if (column.is_valid(row) && (id == TypeId::timestamp || id == TypeId::int64)) {
        text += std::to_string(column.values<std::int64_t>()[row]);
      } else {
        append_value(text, column, row);
      }
    }
    written.push_back(std::move(text));
  }
  rows += view.rows;
}

std::vector<std::string> MemorySink::sorted() const {
  const std::lock_guard lock(mutex);
  std::vector<std::string> rows_sorted = written;
  std::sort(rows_sorted.begin(), rows_sorted.end());
  return rows_sorted;
}

void add_memory_source(Registry& registry, MemorySource& source) {
  registry.add_source("memory", [&source](const TableDefinition&) -> std::unique_ptr<Source> {
    return std::make_unique<RowSource>(source);
  });
}

void add_memory_sinks(Registry& registry, std::vector<MemorySink>& sinks) {
  registry.add_sink("memory_sink",
                    [&sinks](const TableDefinition& table, const Schema&, const SinkContext&,
                             bool dry_run) -> std::unique_ptr<Sink> {
                      if (dry_run) return nullptr;
                      const auto index = static_cast<std::size_t>(table.name.back() - '0');
                      return std::make_unique<RowSink>(sinks.at(index));
                    });
}

}  // namespace penstock::test
