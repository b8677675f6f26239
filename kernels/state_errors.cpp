// SPDX-License-Identifier: Apache-2.0
#include "state_errors.h"

#include <chrono>
#include <cstdio>
#include <string>

#include <penstock/kernels/error.h>

namespace penstock::detail {

namespace {

std::string to_text(std::int64_t nanoseconds) {
  using namespace std::chrono;
  constexpr std::int64_t second_ns = 1'000'000'000;
  const std::int64_t rest = nanoseconds % second_ns;
  const sys_seconds second{seconds{nanoseconds / second_ns - (rest < 0 ? 1 : 0)}};
  const auto date = floor<days>(second);
  const year_month_day day{date};
  const hh_mm_ss<seconds> clock{second - date};
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d.%09d", int{day.year()},
                unsigned{day.month()}, unsigned{day.day()}, static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()),
                static_cast<int>(rest < 0 ? rest + second_ns : rest));
  return text;
}

}  // namespace

void throw_state_full(std::size_t max_bytes) {
  throw Error(ErrorCode::resource_exhausted,
              "the state of a window aggregate reached its cap of " + std::to_string(max_bytes) +
                  " bytes; raise the option 'state_max_bytes', or use shorter windows or fewer "
                  "distinct keys");
}

void throw_overflow(const KernelPlan& plan, std::size_t aggregate, std::int64_t window_start) {
  const Aggregate& a = plan.aggregates[aggregate];
  const DataType type = aggregate_result_type(a.kind, plan.type_of(a.input));
  std::string window;
  if (plan.window.has_value()) {
    window = " in the window [" + to_text(window_start) + ", " +
             to_text(window_start + plan.window->size_ns) + ") UTC";
  }
  throw Error(ErrorCode::overflow, "aggregate " + std::to_string(aggregate + 1) + ", '" +
                                       std::string(to_string(a.kind)) + "', leaves the range of " +
                                       to_string(type) + window +
                                       "; cast its input to double precision, or set the option "
                                       "'on_overflow' to 'null'");
}

}  // namespace penstock::detail
