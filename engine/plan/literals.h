// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <penstock/data/value.h>
#include <penstock/kernels/types.h>

// Texts and numbers as written to values of a type. All ignore white space around the text; the
// result is nullopt where the text is not of the form or the value does not fit.
namespace penstock::detail {

std::optional<bool> parse_boolean(std::string_view text);
std::optional<std::int64_t> parse_signed(std::string_view text, std::int64_t minimum,
                                         std::int64_t maximum);
std::optional<std::uint64_t> parse_unsigned(std::string_view text, std::uint64_t maximum);
// Rounded to float32 where id says so.
std::optional<double> parse_float(std::string_view text, TypeId id);
// A MAC address where the width is 6, else (and also then) "\x" and two hex digits a byte.
std::optional<Bytes16> parse_fixed_binary(std::string_view text, int width_bytes);

// A text literal as a value of any type.
std::optional<Value> parse_value(std::string_view text, DataType type);
// What a literal of the type looks like, for messages: "'10.0.0.1' or '2001:db8::1'".
std::string form_of(DataType type);

// A number as another numeric type, where that keeps its value exactly.
std::optional<Value> convert_number(const Value& value, DataType type);

}  // namespace penstock::detail
