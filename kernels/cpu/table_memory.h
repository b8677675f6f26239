// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace penstock::detail::cpu {

struct FreeTable {
  void operator()(void* memory) const noexcept { std::free(memory); }
};
template <class T>
using TableMemory = std::unique_ptr<T[], FreeTable>;

enum class Content : bool { undefined, zeros };

// Memory of huge pages where it is large and the system has them: a table is read at
// random, and with small pages half of the time goes into finding the page.
void* allocate_table_bytes(std::size_t bytes, Content content);

template <class T>
TableMemory<T> allocate_table(std::size_t count, Content content) {
  return TableMemory<T>(static_cast<T*>(allocate_table_bytes(count * sizeof(T), content)));
}

}  // namespace penstock::detail::cpu
