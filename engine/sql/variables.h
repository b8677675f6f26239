// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "source_text.h"

namespace penstock::detail {

// Replaces :name, :'name' and :"name" outside of strings, quoted names and comments. Throws
// Error{unknown_name} for one that is not set.
void substitute_variables(Script& script, const std::map<std::string, std::string>& variables);

}  // namespace penstock::detail
