// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace penstock::detail {

// Runs `work` on the one thread of this process that has a stack for PostgreSQL's recursive
// parser, and waits; callers queue. What `work` throws is thrown here. Throws
// Error{resource_exhausted} where the thread cannot be made.
void run_on_parser_thread(const std::function<void()>& work);

}  // namespace penstock::detail
