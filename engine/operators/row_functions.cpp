// SPDX-License-Identifier: Apache-2.0
#include "row_functions.h"

#include <cstddef>

namespace penstock::detail {

namespace {

using Arguments = std::span<const Datum>;

void take_text(const Datum& from, Datum& result) {
  result.is_null = from.is_null;
  result.text = from.text;
}

}  // namespace

void copy_text(Arguments arguments, Datum& result, std::string&) {
  take_text(arguments[0], result);
}

void case_text(Arguments arguments, Datum& result, std::string&) {
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    const Datum& condition = arguments[i];
    if (!condition.is_null && condition.boolean) return take_text(arguments[i + 1], result);
  }
  take_text(arguments.back(), result);
}

void coalesce_text(Arguments arguments, Datum& result, std::string&) {
  for (const Datum& argument : arguments) {
    if (!argument.is_null) return take_text(argument, result);
  }
  result.is_null = true;
}

void is_null_text(Arguments arguments, Datum& result, std::string&) {
  result.is_null = false;
  result.boolean = arguments[0].is_null;
}

}  // namespace penstock::detail
