// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <penstock/kernels/types.h>

namespace penstock::detail {

// What tells an ip from any other 16 bytes.
inline constexpr std::string_view arrow_ip_extension = "penstock.ip";
inline constexpr std::string_view arrow_extension_key = "ARROW:extension:name";

// The format string of a type; of a symbol that of its codes.
std::string arrow_format(DataType type);
// The type of a format's text, or nothing where Penstock has none.
std::optional<DataType> type_of_arrow_format(std::string_view text);

// One pair as the interface encodes metadata.
std::string arrow_metadata(std::string_view key, std::string_view value);
// The value of a key in encoded metadata (nullptr = none), or "".
std::string_view find_arrow_metadata(const char* metadata, std::string_view key);

}  // namespace penstock::detail
