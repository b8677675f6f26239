// SPDX-License-Identifier: Apache-2.0
#include "cpu/lane.h"

#include <algorithm>

#include "cpu/compiled_plan.h"
#include "cpu/interpreter.h"

namespace penstock::detail::cpu {

CpuLane::CpuLane(const CompiledPlan& plan)
    : registers(plan.plan.instructions.size()),
      compacted(plan.consumed.size()),
      selected(plan.consumed.size()) {
  // A distinct set packs the group's number and up to two words of value.
  const int key_words = std::max(plan.keys.words, 3);
  constexpr std::size_t line = buffer_alignment_bytes;
  std::size_t end = 0;
  const auto reserve = [&end](std::size_t bytes) {
    const std::size_t offset = end;
    end += (bytes + line - 1) / line * line;
    return offset;
  };
  constexpr auto rows_bytes = [](std::size_t width) { return width * vector_rows; };
  const std::size_t scratch_at = reserve(plan.schedule.scratch_bytes);
  std::vector<std::size_t> compacted_at;
  for (std::size_t i = 0; i < plan.consumed.size(); ++i) {
    compacted_at.push_back(reserve(vector_bytes(plan.physical(static_cast<int>(i)))));
    compacted_at.push_back(reserve(vector_words * 8));
  }
  const std::size_t pass_at = reserve(vector_words * 8);
  const std::size_t positions_at = reserve(rows_bytes(4 * sizeof(std::uint16_t)));
  const std::size_t times_at = reserve(rows_bytes(3 * sizeof(std::int64_t)));
  const std::size_t keys_at = reserve(rows_bytes(static_cast<std::size_t>(key_words) * 8));
  const std::size_t hashes_at = reserve(rows_bytes(sizeof(std::uint64_t)));
  const std::size_t groups_at = reserve(rows_bytes(2 * sizeof(std::uint32_t)));
  const std::size_t cells_at = reserve(rows_bytes(sizeof(char*)));
  memory_ = Buffer(end);

  char* base = memory_.as<char>();
  scratch = base + scratch_at;
  for (std::size_t i = 0; i < plan.consumed.size(); ++i) {
    compacted[i].values = base + compacted_at[2 * i];
    compacted[i].validity = reinterpret_cast<std::uint64_t*>(base + compacted_at[2 * i + 1]);
  }
  pass = reinterpret_cast<std::uint64_t*>(base + pass_at);
  rows = reinterpret_cast<std::uint16_t*>(base + positions_at);
  rows_of_window = rows + vector_rows;
  positions = rows + 2 * vector_rows;
  unresolved = rows + 3 * vector_rows;
  times = reinterpret_cast<std::int64_t*>(base + times_at);
  starts = times + vector_rows;
  watermarks = times + 2 * vector_rows;
  keys = reinterpret_cast<std::uint64_t*>(base + keys_at);
  hashes = reinterpret_cast<std::uint64_t*>(base + hashes_at);
  groups = reinterpret_cast<std::uint32_t*>(base + groups_at);
  members = groups + vector_rows;
  cells = reinterpret_cast<char**>(base + cells_at);
  load_constants(plan, *this);
}

}  // namespace penstock::detail::cpu
