// SPDX-License-Identifier: Apache-2.0
#include "sources/type_guess.h"

#include <charconv>

#include "sources/column_decoder.h"

namespace penstock {
namespace {

template <class T>
bool reads_as(std::string_view text) {
  T value{};
  const auto [next, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && next == text.data() + text.size();
}

bool looks_like_number(std::string_view text) {
  // from_chars takes "inf" and "nan", which are words in most files.
  return text.find_first_not_of("0123456789+-.eE") == std::string_view::npos &&
         text.find_first_of("0123456789") != std::string_view::npos;
}

}  // namespace

void TypeGuess::see_number(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  if (reads_as<std::int64_t>(text)) {
    see(Kind::integer);
    if (text.front() == '-') see(Kind::negative);
  } else if (reads_as<std::uint64_t>(text)) {
    see(Kind::large_integer);
  } else {
    see(reads_as<double>(text) ? Kind::decimal : Kind::text);
  }
}

void TypeGuess::see_text(std::string_view text, const TimestampFormat& format) {
  const std::string_view trimmed = trim_blanks(text);
  if (parse_boolean_word(trimmed)) {
    see(Kind::boolean);
  } else if (looks_like_number(trimmed)) {
    see_number(trimmed);
  } else if (format.kind() != TimestampFormat::Kind::unix_time && format.parse(trimmed)) {
    see(Kind::timestamp);
  } else {
    see(Kind::text);
  }
}

DataType TypeGuess::type() const noexcept {
  const std::uint32_t integers = bit(Kind::integer) | bit(Kind::negative);
  const std::uint32_t unsigned_integers = bit(Kind::integer) | bit(Kind::large_integer);
  const std::uint32_t numbers = integers | unsigned_integers | bit(Kind::decimal);
  if (seen_ == 0) return {TypeId::utf8};
  if (seen_ == bit(Kind::boolean)) return {TypeId::boolean};
  if (seen_ == bit(Kind::timestamp)) return {TypeId::timestamp};
  if ((seen_ & ~integers) == 0) return {TypeId::int64};
  if ((seen_ & ~unsigned_integers) == 0) return {TypeId::uint64};
  if ((seen_ & ~numbers) == 0) return {TypeId::float64};
  return {TypeId::utf8};
}

}  // namespace penstock
