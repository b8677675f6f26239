// SPDX-License-Identifier: Apache-2.0
#include <penstock/kernels/kernel_plan.h>

namespace penstock {

std::string_view to_string(Op op) noexcept {
  switch (op) {
    case Op::load: return "load";
    case Op::constant: return "constant";
    case Op::add: return "add";
    case Op::subtract: return "subtract";
    case Op::multiply: return "multiply";
    case Op::divide: return "divide";
    case Op::modulo: return "modulo";
    case Op::negate: return "negate";
    case Op::absolute: return "absolute";
    case Op::bit_and: return "bit_and";
    case Op::bit_or: return "bit_or";
    case Op::bit_xor: return "bit_xor";
    case Op::bit_not: return "bit_not";
    case Op::shift_left: return "shift_left";
    case Op::shift_right: return "shift_right";
    case Op::floor: return "floor";
    case Op::ceil: return "ceil";
    case Op::round: return "round";
    case Op::square_root: return "square_root";
    case Op::least: return "least";
    case Op::greatest: return "greatest";
    case Op::equal: return "equal";
    case Op::not_equal: return "not_equal";
    case Op::less: return "less";
    case Op::less_equal: return "less_equal";
    case Op::greater: return "greater";
    case Op::greater_equal: return "greater_equal";
    case Op::is_not_distinct: return "is_not_distinct";
    case Op::logical_and: return "logical_and";
    case Op::logical_or: return "logical_or";
    case Op::logical_not: return "logical_not";
    case Op::is_null: return "is_null";
    case Op::is_true: return "is_true";
    case Op::select: return "select";
    case Op::coalesce: return "coalesce";
    case Op::cast: return "cast";
    case Op::floor_time: return "floor_time";
    case Op::extract_field: return "extract_field";
    case Op::ip_in_network: return "ip_in_network";
    case Op::ip_version: return "ip_version";
  }
  return "unknown";
}

std::string_view to_string(AggregateKind kind) noexcept {
  switch (kind) {
    case AggregateKind::count_rows: return "count(*)";
    case AggregateKind::count: return "count";
    case AggregateKind::count_distinct: return "count(distinct)";
    case AggregateKind::sum: return "sum";
    case AggregateKind::minimum: return "min";
    case AggregateKind::maximum: return "max";
    case AggregateKind::average: return "avg";
  }
  return "unknown";
}

}  // namespace penstock
