// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <penstock/kernels/backend.h>

namespace penstock::test {

// One value of any type, by its bytes; booleans are one byte.
struct Datum {
  bool is_null = true;
  Bytes16 bytes;

  auto operator<=>(const Datum&) const = default;
};
using Row = std::vector<Datum>;

std::ostream& operator<<(std::ostream& out, const Datum& datum);

template <class T>
Datum datum(T value) {
  Datum d;
  d.is_null = false;
  std::memcpy(d.bytes.bytes.data(), &value, sizeof value);
  return d;
}
template <class T>
T value_of(const Datum& d) {
  T value;
  std::memcpy(&value, d.bytes.bytes.data(), sizeof value);
  return value;
}
inline const Datum null{};

inline constexpr DataType boolean{TypeId::boolean};
inline constexpr DataType int32{TypeId::int32};
inline constexpr DataType int64{TypeId::int64};
inline constexpr DataType uint64{TypeId::uint64};
inline constexpr DataType float32{TypeId::float32};
inline constexpr DataType float64{TypeId::float64};
inline constexpr DataType timestamp{TypeId::timestamp};
inline constexpr DataType interval{TypeId::interval};
inline constexpr DataType ip{TypeId::ip};
inline constexpr DataType symbol{TypeId::symbol};

// Every type that kernels compute with.
const std::vector<DataType>& all_types();

// An owned column. Padding rows are filled with bytes that mean nothing.
class Column {
 public:
  Column(DataType type, const std::vector<Datum>& values);
  [[nodiscard]] ColumnView view() const;

 private:
  DataType type_;
  Buffer values_;
  Buffer validity_;
  bool has_nulls_ = false;
};

// An owned batch, built column by column.
struct Batch {
  std::vector<DataType> types;
  std::vector<std::vector<Datum>> values;  // by column

  [[nodiscard]] std::int64_t rows() const {
    return values.empty() ? 0 : static_cast<std::int64_t>(values[0].size());
  }
  [[nodiscard]] Batch slice(std::int64_t first, std::int64_t count) const;
};

// A batch in the form that kernels take.
class LoadedBatch {
 public:
  // zone_column: the zone map is that column's; −1: nothing known.
  LoadedBatch(const Batch& batch, int zone_column);
  [[nodiscard]] BatchView view() const { return {views_, rows_, zone_}; }

 private:
  std::vector<Column> columns_;
  std::vector<ColumnView> views_;
  std::int64_t rows_;
  ZoneMap zone_;
};

// Builds plans: each call appends one instruction and returns its register.
class PlanBuilder {
 public:
  KernelPlan plan;

  Register load(std::uint16_t column);
  Register constant(DataType type, const Datum& value);
  Register add(Op op, DataType type, Register a = no_register, Register b = no_register,
               Register c = no_register, std::int32_t immediate = 0);
  void aggregate(AggregateKind kind, Register input = no_register, Register filter = no_register,
                 OverflowPolicy on_overflow = OverflowPolicy::fail);
  void tumble(Register time, std::int64_t size_ns, std::int64_t offset_ns = 0);
  void watermark(std::uint16_t column, std::int64_t delay_ns);
};

struct Mapped {
  std::vector<Row> rows;
  std::vector<std::uint32_t> selected;

  bool operator==(const Mapped&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Mapped& mapped);
Mapped run_map(const Backend& backend, const KernelPlan& plan, const Batch& batch);

struct Aggregated {
  std::vector<Row> rows;  // sorted
  RowCounts counts;
};

// How an input is cut and where its state goes; the rows must not depend on it.
struct RunOptions {
  std::vector<std::int64_t> cuts;  // batches end at these rows
  int replicas = 1;                // states that take turns, merged at the end
  int shards = 0;                  // > 0: by partition(), a state each, merged at the end
  bool zone_maps = true;
  std::int64_t emit_rows = 1000;     // rows a call of emit() may give
  std::vector<std::int64_t> splits;  // watermarks at which closed windows are taken out
};
Aggregated run_aggregate(const Backend& backend, const KernelPlan& plan, const Batch& batch,
                         const RunOptions& options);

// Emits a closed state to the end, `emit_rows` rows at a time, in the order that it comes in.
std::vector<Row> emit_all(const Program& program, Lane& lane, const KernelPlan& plan, State& closed,
                          std::int64_t emit_rows);

// The types of emitted columns.
std::vector<DataType> emitted_types(const KernelPlan& plan);

bool operator_equal(const RowCounts& a, const RowCounts& b);

}  // namespace penstock::test
