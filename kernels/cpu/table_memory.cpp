// SPDX-License-Identifier: Apache-2.0
#include "cpu/table_memory.h"

#include <cstring>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace penstock::detail::cpu {

namespace {
constexpr std::size_t huge_page_bytes = std::size_t{1} << 21;
}

void* allocate_table_bytes(std::size_t bytes, Content content) {
  void* memory = nullptr;
#ifdef __linux__
  if (bytes >= 2 * huge_page_bytes) {
    const std::size_t padded = (bytes + huge_page_bytes - 1) / huge_page_bytes * huge_page_bytes;
    memory = std::aligned_alloc(huge_page_bytes, padded);
    if (memory == nullptr) throw std::bad_alloc();
    // Advice: where it is not taken, pages are small and all else is the same.
    static_cast<void>(madvise(memory, padded, MADV_HUGEPAGE));
    if (content == Content::zeros) std::memset(memory, 0, bytes);
    return memory;
  }
#endif
  memory = content == Content::zeros ? std::calloc(bytes, 1) : std::malloc(bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace penstock::detail::cpu
