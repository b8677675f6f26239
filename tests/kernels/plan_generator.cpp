// SPDX-License-Identifier: Apache-2.0
#include "plan_generator.h"

#include <array>
#include <cmath>
#include <limits>

#include <penstock/kernels/error.h>

namespace penstock::test {

namespace {

template <class T>
Datum random_integer(Random& random) {
  using Limits = std::numeric_limits<T>;
  const std::array<T, 10> special{Limits::min(),
                                  static_cast<T>(Limits::min() + 1),
                                  Limits::max(),
                                  static_cast<T>(Limits::max() - 1),
                                  T{0},
                                  T{1},
                                  static_cast<T>(-1),
                                  T{2},
                                  T{63},
                                  T{100}};
  if (chance(random, 0.4)) return datum(special[random() % special.size()]);
  if (chance(random, 0.5)) return datum(static_cast<T>(between(random, -20, 20)));
  return datum(static_cast<T>(random()));
}

template <class T>
Datum random_float(Random& random) {
  using Limits = std::numeric_limits<T>;
  const std::array<T, 22> special{T{0},
                                  -T{0},
                                  T{1},
                                  -T{1},
                                  T{0.5},
                                  T{1.5},
                                  T{2.5},
                                  T{-2.5},
                                  Limits::quiet_NaN(),
                                  -Limits::quiet_NaN(),
                                  Limits::infinity(),
                                  -Limits::infinity(),
                                  Limits::max(),
                                  Limits::lowest(),
                                  Limits::min(),
                                  Limits::denorm_min(),
                                  -Limits::denorm_min(),
                                  static_cast<T>(0x1p31),
                                  static_cast<T>(0x1p63),
                                  static_cast<T>(-0x1p63),
                                  static_cast<T>(0x1p64),
                                  static_cast<T>(0x1p53)};
  if (chance(random, 0.4)) return datum(special[random() % special.size()]);
  if (chance(random, 0.5)) return datum(static_cast<T>(between(random, -2000, 2000)) / T{4});
  if constexpr (sizeof(T) == 4) return datum(static_cast<std::uint32_t>(random()));
  return datum(static_cast<std::uint64_t>(random()));
}

Datum random_bytes(Random& random, DataType type) {
  Datum d;
  d.is_null = false;
  const int width = value_width_bytes(type);
  const bool few = chance(random, 0.5);
  for (int i = 0; i < width; ++i) {
    const auto byte = few ? static_cast<std::uint8_t>(random() % 2 * 0xFF) : random() & 0xFF;
    d.bytes.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(byte);
  }
  if (type.id == TypeId::ip && chance(random, 0.5)) {  // IPv4
    for (std::size_t i = 0; i < 12; ++i) d.bytes.bytes[i] = i < 10 ? 0x00 : 0xFF;
  }
  return d;
}

// Adds one instruction with arguments among the registers so far; false where it took none.
bool add_instruction(Random& random, PlanBuilder& builder) {
  const auto& types = all_types();
  Instruction i;
  i.op =
      static_cast<Op>(between(random, static_cast<int>(Op::add), static_cast<int>(Op::ip_version)));
  const auto count = static_cast<std::int64_t>(builder.plan.instructions.size());
  const auto any = [&] { return static_cast<Register>(between(random, 0, count - 1)); };
  i.a = any();
  i.b = any();
  i.c = any();
  const DataType a = builder.plan.type_of(i.a);
  const std::array<DataType, 5> results{a, boolean, builder.plan.type_of(i.b),
                                        types[random() % types.size()], int64};
  i.type = results[random() % results.size()];
  if (i.op == Op::extract_field) {
    i.immediate = static_cast<std::int32_t>(between(random, 0, 11));
    i.type = i.immediate <= 2 ? float64 : int64;
  }
  if (i.op == Op::ip_in_network) i.immediate = static_cast<std::int32_t>(between(random, 0, 128));
  builder.plan.instructions.push_back(i);
  if (is_valid(builder.plan)) return true;
  builder.plan.instructions.pop_back();
  return false;
}

Register find_register(Random& random, const KernelPlan& plan, DataType type) {
  std::vector<Register> found;
  for (std::size_t r = 0; r < plan.instructions.size(); ++r) {
    if (plan.instructions[r].type == type) found.push_back(static_cast<Register>(r));
  }
  return found.empty() ? no_register : found[random() % found.size()];
}

PlanBuilder random_program(Random& random) {
  const auto& types = all_types();
  PlanBuilder builder;
  const std::int64_t columns = between(random, 2, 7);
  builder.plan.inputs.push_back(timestamp);
  for (std::int64_t c = 1; c < columns; ++c) {
    builder.plan.inputs.push_back(types[random() % types.size()]);
  }
  for (std::int64_t c = 0; c < columns; ++c) builder.load(static_cast<std::uint16_t>(c));
  const std::int64_t constants = between(random, 0, 4);
  for (std::int64_t c = 0; c < constants; ++c) {
    const DataType type = types[random() % types.size()];
    builder.constant(type, chance(random, 0.1) ? null : random_datum(random, type));
  }
  const std::int64_t wanted = between(random, 0, 25);
  std::int64_t added = 0;
  for (int attempt = 0; attempt < 1500 && added < wanted; ++attempt) {
    added += add_instruction(random, builder) ? 1 : 0;
  }
  if (chance(random, 0.6)) builder.plan.filter = find_register(random, builder.plan, boolean);
  return builder;
}

}  // namespace

std::int64_t between(Random& random, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
}

bool chance(Random& random, double probability) {
  return static_cast<double>(random() >> 11) * 0x1p-53 < probability;
}

Datum random_datum(Random& random, DataType type) {
  switch (type.id) {
    case TypeId::boolean: return datum(static_cast<std::uint8_t>(random() & 1));
    case TypeId::int8: return random_integer<std::int8_t>(random);
    case TypeId::int16: return random_integer<std::int16_t>(random);
    case TypeId::int32: return random_integer<std::int32_t>(random);
    case TypeId::int64:
    case TypeId::timestamp:
    case TypeId::interval: return random_integer<std::int64_t>(random);
    case TypeId::uint8: return random_integer<std::uint8_t>(random);
    case TypeId::uint16: return random_integer<std::uint16_t>(random);
    case TypeId::uint32: return random_integer<std::uint32_t>(random);
    case TypeId::symbol: return datum(static_cast<std::uint32_t>(random() % 50));
    case TypeId::uint64: return random_integer<std::uint64_t>(random);
    case TypeId::float32: return random_float<float>(random);
    case TypeId::float64: return random_float<double>(random);
    case TypeId::ip:
    case TypeId::fixed_binary: return random_bytes(random, type);
    case TypeId::utf8: break;
  }
  return null;
}

Datum random_key(Random& random, DataType type) {
  Random few(random() % 12);
  return random_datum(few, type);
}

std::vector<Datum> random_column(Random& random, DataType type, std::int64_t rows,
                                 double null_probability) {
  const bool few = chance(random, 0.4);
  std::vector<Datum> values;
  for (std::int64_t i = 0; i < rows; ++i) {
    if (chance(random, null_probability)) {
      values.push_back(null);
    } else {
      values.push_back(few ? random_key(random, type) : random_datum(random, type));
    }
  }
  return values;
}

bool is_valid(const KernelPlan& plan) {
  try {
    validate(plan);
    return true;
  } catch (const Error&) {
    return false;
  }
}

KernelPlan random_map_plan(Random& random) {
  PlanBuilder builder = random_program(random);
  const auto last = static_cast<std::int64_t>(builder.plan.instructions.size()) - 1;
  const std::int64_t outputs = between(random, 0, 6);
  for (std::int64_t i = 0; i < outputs; ++i) {
    builder.plan.outputs.push_back(static_cast<Register>(between(random, 0, last)));
  }
  return builder.plan;
}

KernelPlan random_aggregate_plan(Random& random) {
  PlanBuilder builder = random_program(random);
  KernelPlan& plan = builder.plan;
  const auto last = static_cast<std::int64_t>(plan.instructions.size()) - 1;
  const auto any = [&] { return static_cast<Register>(between(random, 0, last)); };
  const std::int64_t keys = between(random, 0, 3);
  for (std::int64_t k = 0; k < keys; ++k) plan.keys.push_back(any());
  const std::int64_t aggregates = between(random, keys == 0 ? 1 : 0, 6);
  while (static_cast<std::int64_t>(plan.aggregates.size()) < aggregates) {
    const auto kind = static_cast<AggregateKind>(between(random, 0, 6));
    const Register filter =
        chance(random, 0.25) ? find_register(random, plan, boolean) : no_register;
    builder.aggregate(kind, kind == AggregateKind::count_rows ? no_register : any(), filter,
                      OverflowPolicy::null);
    if (!is_valid(plan)) plan.aggregates.pop_back();
  }
  if (chance(random, 0.7)) {
    const std::array<std::int64_t, 6> sizes{1, 7, 100, 1000, 100'000, 3'600'000'000'000};
    const bool by_column = chance(random, 0.7);
    builder.tumble(by_column ? Register{0} : find_register(random, plan, timestamp),
                   sizes[random() % sizes.size()], between(random, -50, 50));
    if (chance(random, 0.7))
      builder.watermark(0, chance(random, 0.5) ? 0 : between(random, 0, 300));
  }
  return plan;
}

Batch random_batch(Random& random, const KernelPlan& plan, std::int64_t rows) {
  Batch batch;
  batch.types = plan.inputs;
  const std::array<double, 4> nulls{0, 0, 0.1, 0.7};
  const std::int64_t disorder = chance(random, 0.5) ? 0 : 500;
  const bool extremes = chance(random, 0.1);
  std::int64_t time = between(random, -2000, 2000);
  std::vector<Datum> times;
  for (std::int64_t i = 0; i < rows; ++i) {
    time += between(random, 0, 3);
    if (chance(random, 0.02)) {
      times.push_back(null);
    } else if (extremes && chance(random, 0.05)) {
      times.push_back(random_datum(random, timestamp));
    } else {
      times.push_back(datum(time - between(random, 0, disorder)));
    }
  }
  batch.values.push_back(times);
  for (std::size_t c = 1; c < plan.inputs.size(); ++c) {
    batch.values.push_back(random_column(random, plan.inputs[c], rows, nulls[random() % 4]));
  }
  return batch;
}

}  // namespace penstock::test
