// SPDX-License-Identifier: Apache-2.0
#include <penstock/kernels/kernel_plan.h>

#include <array>
#include <string>

#include <penstock/kernels/error.h>

namespace penstock {

namespace {

[[noreturn]] void malformed(const std::string& what) {
  throw Error(ErrorCode::internal, "malformed kernel plan: " + what);
}

bool is_time(DataType type) {
  return type.id == TypeId::timestamp || type.id == TypeId::interval;
}
bool is_ordered(DataType type) {
  return !is_text(type.id);
}

bool casts(DataType from, DataType to) {
  if (from == to) return true;
  const TypeId f = from.id;
  const TypeId t = to.id;
  if (is_numeric(f) && is_numeric(t)) return true;
  if (f == TypeId::boolean) return is_numeric(t);
  if (t == TypeId::boolean) return is_integer(f);
  return (is_time(from) && t == TypeId::int64) || (f == TypeId::int64 && is_time(to));
}

bool adds(Op op, DataType r, DataType a, DataType b) {
  if (is_numeric(r.id)) return a == r && b == r;
  const bool a_time = a.id == TypeId::timestamp;
  const bool b_time = b.id == TypeId::timestamp;
  if (!is_time(a) || !is_time(b) || !is_time(r)) return false;
  if (op == Op::add)
    return !(a_time && b_time) && (r.id == TypeId::timestamp) == (a_time || b_time);
  return !(b_time && !a_time) && (r.id == TypeId::timestamp) == (a_time && !b_time);
}

bool extracts(std::int32_t field, DataType result) {
  if (field < 0 || field > static_cast<std::int32_t>(TimeField::day_of_year)) return false;
  const bool fraction = field <= static_cast<std::int32_t>(TimeField::millisecond);
  return result.id == (fraction ? TypeId::float64 : TypeId::int64);
}

// Whether `op` takes arguments of types a, b, c and gives r.
bool accepts(const Instruction& i, DataType a, DataType b, DataType c) {
  const DataType r = i.type;
  const bool to_boolean = r.id == TypeId::boolean;
  switch (i.op) {
    case Op::load:
    case Op::constant: return r.id != TypeId::utf8;
    case Op::add:
    case Op::subtract: return adds(i.op, r, a, b);
    case Op::multiply:
    case Op::divide:
      if (r.id == TypeId::interval) return a == r && b.id == TypeId::int64;
      return is_numeric(r.id) && a == r && b == r;
    case Op::modulo:
    case Op::bit_and:
    case Op::bit_or:
    case Op::bit_xor: return is_integer(r.id) && a == r && b == r;
    case Op::negate:
    case Op::absolute: return (is_numeric(r.id) || r.id == TypeId::interval) && a == r;
    case Op::bit_not: return is_integer(r.id) && a == r;
    case Op::shift_left:
    case Op::shift_right: return is_integer(r.id) && a == r && b.id == TypeId::int32;
    case Op::floor:
    case Op::ceil:
    case Op::round:
    case Op::square_root: return is_float(r.id) && a == r;
    case Op::least:
    case Op::greatest: return is_ordered(r) && a == r && b == r;
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal: return to_boolean && a == b && is_ordered(a);
    case Op::equal:
    case Op::not_equal:
    case Op::is_not_distinct: return to_boolean && a == b;
    case Op::logical_and:
    case Op::logical_or: return to_boolean && a == r && b == r;
    case Op::logical_not:
    case Op::is_true: return to_boolean && a == r;
    case Op::is_null: return to_boolean;
    case Op::select: return a.id == TypeId::boolean && b == r && c == r;
    case Op::coalesce: return a == r && b == r;
    case Op::cast: return casts(a, r);
    case Op::floor_time:
      return r.id == TypeId::timestamp && a == r && b.id == TypeId::interval && c == r;
    case Op::extract_field: return a.id == TypeId::timestamp && extracts(i.immediate, r);
    case Op::ip_in_network:
      return to_boolean && a.id == TypeId::ip && b.id == TypeId::ip && i.immediate >= 0 &&
             i.immediate <= 128;
    case Op::ip_version: return r.id == TypeId::int32 && a.id == TypeId::ip;
  }
  return false;
}

void validate_type(DataType type) {
  const bool sized = type.id == TypeId::fixed_binary;
  const bool good = sized ? type.width_bytes >= 1 && type.width_bytes <= max_fixed_width_bytes
                          : type.width_bytes == 0;
  if (!good) malformed("a type of an impossible width (" + std::to_string(type.width_bytes) + ")");
}

void validate_instruction(const KernelPlan& plan, std::size_t index) {
  const Instruction& i = plan.instructions[index];
  const std::string place =
      "instruction " + std::to_string(index) + " ('" + std::string(to_string(i.op)) + "')";
  validate_type(i.type);
  if (i.op == Op::load) {
    if (i.a >= plan.inputs.size()) malformed(place + " loads a column that the batch lacks");
    if (plan.inputs[i.a] != i.type) malformed(place + " loads a column of another type");
  } else if (i.op == Op::constant) {
    if (i.a >= plan.constants.size()) malformed(place + " names a constant that is not there");
    if (plan.constants[i.a].type != i.type) malformed(place + " names a constant of another type");
  }
  const std::array<Register, 3> arguments{i.a, i.b, i.c};
  std::array<DataType, 3> types{};
  const int count = argument_count(i.op);
  for (int k = 0; k < count; ++k) {
    const Register r = arguments[static_cast<std::size_t>(k)];
    if (r >= index) malformed(place + " reads a register that is not written yet");
    types[static_cast<std::size_t>(k)] = plan.instructions[r].type;
  }
  if (!accepts(i, types[0], types[1], types[2])) {
    std::string signature;
    for (int k = 0; k < count; ++k) {
      signature += (k == 0 ? "" : ", ") + to_string(types[static_cast<std::size_t>(k)]);
    }
    malformed(place + " does not take (" + signature + ") → " + to_string(i.type));
  }
}

DataType checked_type(const KernelPlan& plan, Register r, const std::string& role) {
  if (r >= plan.instructions.size()) malformed(role + " is a register that is not written");
  return plan.instructions[r].type;
}

void validate_boolean(const KernelPlan& plan, Register r, const std::string& role) {
  if (r == no_register) return;
  if (checked_type(plan, r, role).id != TypeId::boolean) malformed(role + " is not boolean");
}

void validate_aggregate(const KernelPlan& plan, std::size_t index) {
  const Aggregate& a = plan.aggregates[index];
  const std::string role =
      "aggregate " + std::to_string(index) + " ('" + std::string(to_string(a.kind)) + "')";
  validate_boolean(plan, a.filter, "the filter of " + role);
  if (a.kind == AggregateKind::count_rows) {
    if (a.input != no_register) malformed(role + " takes no input");
    return;
  }
  static_cast<void>(aggregate_result_type(a.kind, checked_type(plan, a.input, role)));
}

void validate_window(const KernelPlan& plan) {
  const TumblingWindow& w = *plan.window;
  if (checked_type(plan, w.time, "the time of the window").id != TypeId::timestamp) {
    malformed("the time of the window is not a timestamp");
  }
  if (w.size_ns <= 0) malformed("a window's size is not positive");
  if (!w.has_watermark) return;
  if (w.watermark_column >= plan.inputs.size() ||
      plan.inputs[w.watermark_column].id != TypeId::timestamp) {
    malformed("the watermark's column is not a timestamp of the batch");
  }
  if (w.watermark_delay_ns < 0) malformed("a watermark's delay is negative");
}

}  // namespace

int argument_count(Op op) noexcept {
  switch (op) {
    case Op::load:
    case Op::constant: return 0;
    case Op::negate:
    case Op::absolute:
    case Op::bit_not:
    case Op::floor:
    case Op::ceil:
    case Op::round:
    case Op::square_root:
    case Op::logical_not:
    case Op::is_null:
    case Op::is_true:
    case Op::cast:
    case Op::extract_field:
    case Op::ip_version: return 1;
    case Op::select:
    case Op::floor_time: return 3;
    default: return 2;
  }
}

DataType aggregate_result_type(AggregateKind kind, DataType input) {
  const TypeId id = input.id;
  switch (kind) {
    case AggregateKind::count_rows:
    case AggregateKind::count:
    case AggregateKind::count_distinct: return {TypeId::int64};
    case AggregateKind::sum:
      if (is_signed_integer(id)) return {TypeId::int64};
      if (is_unsigned_integer(id)) return {TypeId::uint64};
      if (is_float(id)) return {TypeId::float64};
      if (id == TypeId::interval) return input;
      break;
    case AggregateKind::minimum:
    case AggregateKind::maximum:
      if (is_ordered(input)) return input;
      break;
    case AggregateKind::average:
      if (is_numeric(id)) return {TypeId::float64};
      break;
  }
  malformed("there is no '" + std::string(to_string(kind)) + "' of " + to_string(input));
}

void validate(const KernelPlan& plan) {
  if (plan.instructions.size() >= no_register) malformed("too many instructions");
  for (const DataType& type : plan.inputs) validate_type(type);
  for (std::size_t i = 0; i < plan.instructions.size(); ++i) validate_instruction(plan, i);
  validate_boolean(plan, plan.filter, "the filter");
  for (const Register r : plan.outputs) checked_type(plan, r, "an output");
  for (const Register r : plan.keys) checked_type(plan, r, "a key");
  for (std::size_t i = 0; i < plan.aggregates.size(); ++i) validate_aggregate(plan, i);
  if (plan.aggregating() && !plan.outputs.empty()) malformed("it both maps and aggregates");
  if (plan.window.has_value()) {
    if (!plan.aggregating()) malformed("a window without keys or aggregates");
    validate_window(plan);
  }
}

}  // namespace penstock
