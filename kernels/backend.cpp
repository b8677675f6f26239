// SPDX-License-Identifier: Apache-2.0
#include <penstock/kernels/backend.h>

#include <algorithm>
#include <array>

#include <penstock/kernels/error.h>

#include "cpu/cpu_backend.h"
#include "reference/reference_backend.h"

namespace penstock {

namespace {

struct Entry {
  std::string_view name;
  std::unique_ptr<Backend> (*make)();
};

constexpr std::array<Entry, 2> entries{
    {{"reference", detail::make_reference_backend}, {"cpu", detail::make_cpu_backend}}};

// Levenshtein's distance: how many letters to insert, delete or change.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

RowCounts& RowCounts::operator+=(const RowCounts& other) noexcept {
  rows_in += other.rows_in;
  rows_passed += other.rows_passed;
  rows_late += other.rows_late;
  rows_null_event_time += other.rows_null_event_time;
  return *this;
}

std::vector<std::string_view> backend_names() {
  std::vector<std::string_view> names;
  for (const Entry& entry : entries) names.push_back(entry.name);
  return names;
}

std::unique_ptr<Backend> make_backend(std::string_view name) {
  std::string_view nearest;
  std::size_t nearest_distance = 0;
  std::string all;
  for (const Entry& entry : entries) {
    if (entry.name == name) return entry.make();
    const std::size_t distance = edit_distance(name, entry.name);
    if (nearest.empty() || distance < nearest_distance) {
      nearest = entry.name;
      nearest_distance = distance;
    }
    all += (all.empty() ? "'" : ", '") + std::string(entry.name) + "'";
  }
  throw Error(ErrorCode::unknown_name, "no backend is called '" + std::string(name) +
                                           "'; did you mean '" + std::string(nearest) +
                                           "'? This build has " + all);
}

}  // namespace penstock
