// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <penstock/io/options.h>

namespace penstock {

// Which files a table is, by partition; each partition reads its files one after the other.
using FilePartitions = std::vector<std::vector<std::string>>;

inline constexpr const char* standard_input_path = "-";

// How a file is called in messages and dead letters.
std::string shown_file_name(const std::string& path);

enum class StandardInput : std::uint8_t { allowed, refused };

// The options path and partition_by. A path with any of * ? [ that names no file is a pattern; its
// files are taken in byte order of their names, directories left out. Error{not_found,
// permission_denied, invalid_argument} for no match, a missing, unreadable or wrong kind of file.
FilePartitions read_file_options(OptionReader& options, const std::string& table,
                                 StandardInput standard_input);

}  // namespace penstock
