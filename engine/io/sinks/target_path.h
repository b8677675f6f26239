// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <penstock/kernels/error.h>

namespace penstock::detail {

// An error of the system about a file: the reason by errno, and what to do about it.
[[noreturn]] void throw_file_error(const std::string& action, const std::string& path, int number,
                                   const Where& where);

// The directory of a path: "." where it names none.
std::string directory_of(const std::string& path);

// Refuses what no file can be made at: a directory, a missing or unwritable directory above.
void check_target(const std::string& path, const Where& where);

}  // namespace penstock::detail
