// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <penstock/plan/plan.h>

#include "memory_connectors.h"

namespace penstock::test {

// A plan with the table 'input' of connector "memory", whose watermark is ts − delay.
Plan plan_over_memory(std::optional<std::int64_t> delay_ns);
// Adds a query into 'sink<N>', N = how many the plan has.
void add_query(Plan& plan, std::vector<Step> steps);

Step filter_value_at_least(std::int64_t value);
// key, count(*), sum(value), window_start, window_end
Step count_by_key(std::optional<std::int64_t> window_ns);
Step count_by_name(std::optional<std::int64_t> window_ns);
Step count_all();  // count(*), sum(value): one row
Step sum_all();    // sum(value): one row
Step project_all();
Step sort_by_first_column(std::optional<std::int64_t> limit);
Step limit_to(std::int64_t rows);

// What count_by_key gives, by definition: row at a time, each partition's rows late by its own.
std::vector<std::string> expected_counts(const std::vector<std::vector<Row>>& partitions,
                                         std::int64_t window_ns, std::int64_t delay_ns,
                                         std::int64_t least_value, std::int64_t* rows_late);

}  // namespace penstock::test
