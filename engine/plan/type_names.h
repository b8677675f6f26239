// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <penstock/kernels/error.h>
#include <penstock/kernels/types.h>

namespace penstock::detail {

// The type that a name in lower case means: PostgreSQL's names and ours. Error{unknown_name} with
// the nearest one, or Error{unsupported} with what to write instead.
DataType type_of_name(const std::string& name, const Where& where);

}  // namespace penstock::detail
