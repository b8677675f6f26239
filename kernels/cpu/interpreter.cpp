// SPDX-License-Identifier: Apache-2.0
#include "cpu/interpreter.h"

#include <algorithm>
#include <cstring>

namespace penstock::detail::cpu {

namespace {

std::uint64_t* validity_at(const CompiledPlan& plan, const CpuLane& lane, Register r) {
  return reinterpret_cast<std::uint64_t*>(lane.scratch + plan.schedule.places[r].validity);
}

void load_column(const Step& step, const ColumnView& column, std::int64_t first_row, int rows,
                 CpuLane& lane) {
  Vector& out = lane.registers[step.out];
  const std::int64_t offset_bytes = step.width == 0 ? first_row / 8 : first_row * step.width;
  out.values = column.values<char>() + offset_bytes;
  out.validity = column.validity == nullptr ? nullptr : column.validity + first_row / 64;
  if (out.validity != nullptr && all_set(out.validity, rows)) out.validity = nullptr;
}

// Widens fixed_binary to 16 bytes a value.
void widen_bytes(const CompiledPlan& plan, const Step& step, int rows, CpuLane& lane) {
  Vector& out = lane.registers[step.out];
  const char* from = out.as<char>();
  char* to = lane.scratch + plan.schedule.places[step.out].values;
  std::memset(to, 0, static_cast<std::size_t>(rows) * sizeof(Bytes16));
  const auto width = static_cast<std::size_t>(step.width);
  for (int i = 0; i < rows; ++i) {
    std::memcpy(to + i * max_fixed_width_bytes, from + i * step.width, width);
  }
  out.values = to;
}

template <class T>
void fill(char* values, T value) {
  for (int i = 0; i < vector_rows; ++i)
    std::memcpy(values + i * int{sizeof(T)}, &value, sizeof value);
}

// Low bytes of a little-endian integer are the narrower integer.
void fill_constant(const Constant& constant, char* values) {
  std::uint64_t word = 0;
  std::memcpy(&word, constant.bits.bytes.data(), sizeof word);
  switch (physical_of(constant.type)) {
    case Physical::bits:
      for (int w = 0; w < vector_words; ++w) {
        const std::uint64_t bits = word != 0 ? all_bits : 0;
        std::memcpy(values + w * 8, &bits, sizeof bits);
      }
      break;
    case Physical::i8:
    case Physical::u8: fill(values, static_cast<std::uint8_t>(word)); break;
    case Physical::i16:
    case Physical::u16: fill(values, static_cast<std::uint16_t>(word)); break;
    case Physical::i32:
    case Physical::u32: fill(values, static_cast<std::uint32_t>(word)); break;
    case Physical::i64:
    case Physical::u64:
    case Physical::f64: fill(values, word); break;
    case Physical::f32: fill(values, static_cast<float>(std::bit_cast<double>(word))); break;
    case Physical::bytes16: fill(values, constant.bits); break;
  }
}

template <class T>
void compact_values(const Vector& from, const std::uint16_t* rows, int count, char* to) {
  const T* values = from.as<T>();
  T* __restrict out = reinterpret_cast<T*>(to);
  for (int i = 0; i < count; ++i) out[i] = values[rows[i]];
}

void compact_bits(const std::uint64_t* from, const std::uint16_t* rows, int count,
                  std::uint64_t* to) {
  for (int w = 0; w * 64 < count; ++w) {
    std::uint64_t word = 0;
    const int end = std::min(64, count - w * 64);
    for (int i = 0; i < end; ++i) word |= std::uint64_t{get_bit(from, rows[w * 64 + i])} << i;
    to[w] = word;
  }
}

}  // namespace

void load_constants(const CompiledPlan& plan, CpuLane& lane) {
  for (const Register r : plan.schedule.constants) {
    const Constant& constant = plan.plan.constants[plan.plan.instructions[r].a];
    char* values = lane.scratch + plan.schedule.places[r].values;
    fill_constant(constant, values);
    lane.registers[r].values = values;
    // Scratch starts as zeros: the validity of a constant NULL.
    lane.registers[r].validity = constant.is_null ? validity_at(plan, lane, r) : nullptr;
  }
}

void run_steps(const CompiledPlan& plan, const std::vector<Step>& steps, const BatchView& batch,
               std::int64_t first_row, int rows, CpuLane& lane) {
  const auto argument = [&lane](Register r) {
    return r == no_register ? Vector{} : lane.registers[r];
  };
  for (const Step& step : steps) {
    if (step.kind != StepKind::compute) {
      load_column(step, batch.columns[step.a], first_row, rows, lane);
      if (step.kind == StepKind::load_bytes) widen_bytes(plan, step, rows, lane);
      continue;
    }
    Operation operation;
    operation.a = argument(step.a);
    operation.b = argument(step.b);
    operation.c = argument(step.c);
    operation.out = lane.scratch + plan.schedule.places[step.out].values;
    operation.out_validity = validity_at(plan, lane, step.out);
    operation.words = (rows + 63) / 64;
    operation.immediate = step.immediate;
    const bool has_nulls = step.primitive(operation);
    lane.registers[step.out].values = operation.out;
    lane.registers[step.out].validity = has_nulls ? operation.out_validity : nullptr;
  }
}

int list_rows(const std::uint64_t* bitmap, int words, std::uint16_t* rows) {
  int count = 0;
  for (int w = 0; w < words; ++w) {
    std::uint64_t word = bitmap[w];
    if (word == all_bits) {
      for (int i = 0; i < 64; ++i) rows[count + i] = static_cast<std::uint16_t>(w * 64 + i);
      count += 64;
      continue;
    }
    for (; word != 0; word &= word - 1) {
      rows[count++] = static_cast<std::uint16_t>(w * 64 + std::countr_zero(word));
    }
  }
  return count;
}

void compact(const CompiledPlan& plan, std::span<const int> which, const std::uint16_t* rows,
             int count, bool all, CpuLane& lane) {
  for (const int index : which) {
    const auto i = static_cast<std::size_t>(index);
    const Vector& from = lane.registers[plan.consumed[i]];
    Vector& out = lane.selected[i];
    out = from;
    if (all) continue;
    const Compacted& to = lane.compacted[i];
    const bool moved = visit_width<bool>(
        plan.physical(index),
        [&](auto type) {
          compact_values<decltype(type)>(from, rows, count, to.values);
          return true;
        },
        false);
    if (!moved) compact_bits(from.bits(), rows, count, reinterpret_cast<std::uint64_t*>(to.values));
    out.values = to.values;
    if (from.validity == nullptr) continue;
    compact_bits(from.validity, rows, count, to.validity);
    out.validity = all_set(to.validity, count) ? nullptr : to.validity;
  }
}

}  // namespace penstock::detail::cpu
