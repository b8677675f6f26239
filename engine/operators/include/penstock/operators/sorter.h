// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include <penstock/data/schema.h>
#include <penstock/kernels/column_view.h>
#include <penstock/plan/plan.h>

namespace penstock {

// ORDER BY, LIMIT and OFFSET over bounded results. Holds all rows (with a LIMIT: about as many as
// it lets through) up to a cap in bytes, above which add() throws Error{resource_exhausted}. Equal
// rows keep the order they came in.
class Sorter {
 public:
  Sorter(const Schema& schema, const SortStep& step, std::size_t max_bytes);
  ~Sorter();
  Sorter(Sorter&&) noexcept;
  Sorter& operator=(Sorter&&) noexcept;

  void add(const BatchView& batch);  // utf8, no symbols
  // Hands out the sorted rows in batches and is empty afterwards.
  void finish(const std::function<void(const BatchView&)>& take);
  // LIMIT without ORDER BY: whether more rows could still change the result.
  [[nodiscard]] bool full() const noexcept;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace penstock
