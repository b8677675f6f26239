// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include <penstock/plan/functions.h>

// The forms of an expression that kernels cannot run because text is in them, as row functions.
namespace penstock::detail {

// The first argument's text: from symbol to utf8 and back.
void copy_text(std::span<const Datum> arguments, Datum& result, std::string& scratch);
// condition, value, …, else value; all values are texts.
void case_text(std::span<const Datum> arguments, Datum& result, std::string& scratch);
void coalesce_text(std::span<const Datum> arguments, Datum& result, std::string& scratch);
void is_null_text(std::span<const Datum> arguments, Datum& result, std::string& scratch);

}  // namespace penstock::detail
