// SPDX-License-Identifier: Apache-2.0
#include "memory_tables.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include <penstock/penstock.h>

namespace penstock::test {
namespace {

void set_value(BatchBuilder& batch, std::size_t column, const Value& value) {
  const std::int64_t row = batch.rows();
  if (value.is_null()) return batch.set_null(column, row);
  switch (batch.schema().fields[column].type.id) {
    case TypeId::boolean: return batch.set_boolean(column, row, std::get<bool>(value.data));
    case TypeId::int32:
      return batch.set(column, row, static_cast<std::int32_t>(std::get<std::int64_t>(value.data)));
    case TypeId::int64:
    case TypeId::timestamp: return batch.set(column, row, std::get<std::int64_t>(value.data));
    case TypeId::float32:
      return batch.set(column, row, static_cast<float>(std::get<double>(value.data)));
    case TypeId::float64: return batch.set(column, row, std::get<double>(value.data));
    default: throw Error(ErrorCode::internal, "the memory source does not know this type");
  }
}

class MemoryReader : public Reader {
 public:
  explicit MemoryReader(const Partition& rows) : rows_(rows) {}

  Status read(BatchBuilder& batch) override {
    while (next_ < rows_.size() && batch.room() > 0) {
      for (std::size_t column = 0; column < rows_[next_].size(); ++column) {
        const Value& value = rows_[next_][column];
        if (const auto* text = std::get_if<std::string>(&value.data)) {
          if (!batch.set_text(column, batch.rows(), *text)) return Status::more;
        } else {
          set_value(batch, column, value);
        }
      }
      batch.advance();
      ++next_;
    }
    return next_ == rows_.size() ? Status::end : Status::more;
  }
  [[nodiscard]] ReadProgress progress() const override { return {}; }

 private:
  const Partition& rows_;
  std::size_t next_ = 0;
};

class MemorySource : public Source {
 public:
  MemorySource(Schema schema, std::shared_ptr<const MemoryInput> input)
      : schema_(std::move(schema)), input_(std::move(input)) {}

  [[nodiscard]] const Schema& schema() const override { return schema_; }
  [[nodiscard]] bool bounded() const override { return true; }
  [[nodiscard]] std::size_t partitions() const override { return input_->size(); }
  [[nodiscard]] std::unique_ptr<Reader> open(std::size_t partition, const ReaderContext&) override {
    return std::make_unique<MemoryReader>(input_->at(partition));
  }

 private:
  Schema schema_;
  std::shared_ptr<const MemoryInput> input_;
};

class CaptureSink : public Sink {
 public:
  explicit CaptureSink(std::shared_ptr<CapturedRows> rows) : rows_(std::move(rows)) {}

  void write(const BatchView& rows) override {
    const std::lock_guard lock(rows_->mutex);
    for (std::int64_t row = 0; row < rows.rows; ++row) {
      Row values;
      for (const ColumnView& column : rows.columns) values.push_back(value_at(column, row));
      rows_->written.push_back(std::move(values));
    }
  }
  void commit(std::uint64_t) override {
    const std::lock_guard lock(rows_->mutex);
    for (Row& row : rows_->written) rows_->committed.push_back(std::move(row));
    rows_->written.clear();
  }
  void close() override {}

 private:
  std::shared_ptr<CapturedRows> rows_;
};

}  // namespace

Registry registry_with(std::shared_ptr<const MemoryInput> input,
                       std::shared_ptr<CapturedRows> output) {
  Registry registry = default_registry();
  registry.add_source("memory", [input = std::move(input)](const TableDefinition& table) {
    return std::make_unique<MemorySource>(table.columns.value(), input);
  });
  registry.add_sink("capture", [output = std::move(output)](const TableDefinition&, const Schema&,
                                                            const SinkContext&, bool dry_run) {
    return dry_run ? nullptr : std::make_unique<CaptureSink>(output);
  });
  return registry;
}

std::string canonical(const Value& value) {
  if (value.is_null()) return "null";
  if (const auto* boolean = std::get_if<bool>(&value.data)) return *boolean ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(&value.data)) return std::to_string(*integer);
  if (const auto* integer = std::get_if<std::uint64_t>(&value.data)) {
    return std::to_string(*integer);
  }
  if (const auto* real = std::get_if<double>(&value.data)) {
    if (std::isnan(*real)) return "nan";
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%a", *real);
    return text.data();
  }
  if (const auto* text = std::get_if<std::string>(&value.data)) return "'" + *text + "'";
  return "?";
}

std::string canonical(const Row& row) {
  std::string line;
  for (const Value& value : row) line += canonical(value) + " ";
  return line;
}

}  // namespace penstock::test
