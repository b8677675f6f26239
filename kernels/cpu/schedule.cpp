// SPDX-License-Identifier: Apache-2.0
#include "cpu/schedule.h"

#include <algorithm>
#include <array>

#include "cpu/limits.h"

namespace penstock::detail::cpu {

namespace {

constexpr std::size_t bitmap_bytes = vector_words * sizeof(std::uint64_t);

std::array<Register, 3> arguments_of(const Instruction& i) {
  const int count = argument_count(i.op);
  return {count > 0 ? i.a : no_register, count > 1 ? i.b : no_register,
          count > 2 ? i.c : no_register};
}

// The registers that these are computed from, themselves included.
std::vector<bool> needed_for(const KernelPlan& plan, const std::vector<Register>& roots) {
  std::vector<bool> needed(plan.instructions.size());
  for (const Register r : roots) needed[r] = true;
  for (std::size_t i = plan.instructions.size(); i-- > 0;) {
    if (!needed[i]) continue;
    for (const Register r : arguments_of(plan.instructions[i])) {
      if (r != no_register) needed[r] = true;
    }
  }
  return needed;
}

Step make_step(const KernelPlan& plan, Register r) {
  const Instruction& i = plan.instructions[r];
  Step step;
  step.out = r;
  step.immediate = i.immediate;
  if (i.op == Op::load) {
    step.kind = i.type.id == TypeId::fixed_binary ? StepKind::load_bytes : StepKind::load;
    step.a = i.a;
    step.width = value_width_bytes(i.type);
    return step;
  }
  step.primitive = find_primitive(i, plan.type_of(i.a));
  const auto arguments = arguments_of(i);
  step.a = arguments[0];
  step.b = arguments[1];
  step.c = arguments[2];
  return step;
}

// Hands out memory of vectors and takes it back.
class Allocator {
 public:
  std::size_t take(std::size_t bytes) {
    for (auto block = free_.begin(); block != free_.end(); ++block) {
      if (block->bytes != bytes) continue;
      const std::size_t offset = block->offset;
      free_.erase(block);
      return offset;
    }
    const std::size_t offset = end_;
    end_ += bytes;
    return offset;
  }
  void give(std::size_t offset, std::size_t bytes) { free_.push_back({offset, bytes}); }
  [[nodiscard]] std::size_t end() const { return end_; }

 private:
  struct Block {
    std::size_t offset;
    std::size_t bytes;
  };
  std::vector<Block> free_;
  std::size_t end_ = 0;
};

// Places registers in the order of `steps`. What is consumed, and constants, keep their memory.
void place_registers(const KernelPlan& plan, const std::vector<Step>& steps,
                     const std::vector<bool>& kept, Schedule& schedule) {
  const std::size_t count = plan.instructions.size();
  std::vector<std::size_t> last_use(count, 0);
  for (std::size_t s = 0; s < steps.size(); ++s) {
    if (steps[s].kind != StepKind::compute) continue;
    for (const Register r : {steps[s].a, steps[s].b, steps[s].c}) {
      if (r != no_register) last_use[r] = s;
    }
  }
  Allocator allocator;
  schedule.places.resize(count);
  const auto bytes_of = [&plan](Register r) { return vector_bytes(physical_of(plan.type_of(r))); };
  const auto place = [&](Register r) {
    schedule.places[r].values = allocator.take(bytes_of(r));
    schedule.places[r].validity = allocator.take(bitmap_bytes);
  };
  for (const Register r : schedule.constants) place(r);
  std::vector<bool> placed(count);
  for (std::size_t s = 0; s < steps.size(); ++s) {
    const Step& step = steps[s];
    if (step.kind == StepKind::load) continue;  // reads the column where it is
    place(step.out);
    placed[step.out] = true;
    if (step.kind != StepKind::compute) continue;
    for (const Register r : {step.a, step.b, step.c}) {
      if (r == no_register || !placed[r] || kept[r] || last_use[r] != s) continue;
      allocator.give(schedule.places[r].values, bytes_of(r));
      allocator.give(schedule.places[r].validity, bitmap_bytes);
      placed[r] = false;
    }
  }
  schedule.scratch_bytes = allocator.end();
}

}  // namespace

std::size_t vector_bytes(Physical type) {
  const int width = width_of(type);
  return width == 0 ? bitmap_bytes : static_cast<std::size_t>(width) * vector_rows;
}

Schedule make_schedule(const KernelPlan& plan, const std::vector<Register>& consumed) {
  Schedule schedule;
  const std::vector<bool> for_rest = needed_for(plan, consumed);
  std::vector<bool> for_filter(plan.instructions.size());
  std::vector<bool> kept(plan.instructions.size());
  for (const Register r : consumed) kept[r] = true;
  if (plan.filter != no_register) {
    for_filter = needed_for(plan, {plan.filter});
    kept[plan.filter] = true;
  }
  for (std::size_t i = 0; i < plan.instructions.size(); ++i) {
    if (!for_rest[i] && !for_filter[i]) continue;
    const auto r = static_cast<Register>(i);
    if (plan.instructions[i].op == Op::constant) {
      schedule.constants.push_back(r);
      continue;
    }
    const Step step = make_step(plan, r);
    (for_filter[i] ? schedule.filter_steps : schedule.steps).push_back(step);
    if (for_rest[i]) schedule.steps_without_filter.push_back(step);
  }
  std::vector<Step> in_order = schedule.filter_steps;
  in_order.insert(in_order.end(), schedule.steps.begin(), schedule.steps.end());
  // steps_without_filter runs in ascending order, which interleaves the two: registers that both
  // phases read must not be given back between them.
  for (const Step& step : schedule.filter_steps) {
    if (for_rest[step.out]) kept[step.out] = true;
  }
  place_registers(plan, in_order, kept, schedule);
  return schedule;
}

}  // namespace penstock::detail::cpu
