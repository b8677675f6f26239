// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace penstock::test {

// ThreadSanitizer reports false races inside of a oneTBB that was built without it.
#if defined(__SANITIZE_THREAD__)
inline constexpr bool tbb_can_be_checked = false;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
inline constexpr bool tbb_can_be_checked = false;
#else
inline constexpr bool tbb_can_be_checked = true;
#endif
#else
inline constexpr bool tbb_can_be_checked = true;
#endif

inline std::vector<std::string> executors() {
  if (!tbb_can_be_checked) return {"threads", "seeded"};
  return {"tbb", "threads", "seeded"};
}

}  // namespace penstock::test
