// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace penstock::detail {

// Writes everything, waiting where the descriptor does not block. Returns 0 or the errno;
// `written` says how far it went.
int write_all(int fd, std::string_view bytes, std::size_t& written) noexcept;

}  // namespace penstock::detail
