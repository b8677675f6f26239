// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <string_view>

namespace penstock::cli {

// Prints "penstock: error: place: message" on standard error and, where the error points into the
// SQL text, that line with a caret under the column.
void report_error(const std::exception& error, std::string_view sql_text);
void report_warning(std::string_view text);

}  // namespace penstock::cli
