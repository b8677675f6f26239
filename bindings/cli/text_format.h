// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::cli {

std::string with_separators(std::int64_t value);  // 1,234,567
std::string short_count(double value);            // 12.3 M
std::string short_bytes(double bytes);            // 1.5 GiB
std::string short_duration(double seconds);       // 850 ms, 12.3 s, 4 min 05 s
std::string json_string(std::string_view text);   // quoted and escaped

}  // namespace penstock::cli
