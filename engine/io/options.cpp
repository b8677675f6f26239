// SPDX-License-Identifier: Apache-2.0
#include <penstock/io/options.h>

#include <algorithm>
#include <charconv>

#include <penstock/data/schema.h>
#include <penstock/data/value.h>
#include <penstock/kernels/error.h>

namespace penstock {

namespace {

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

std::string listed(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) {
    if (!list.empty()) list += ", ";
    list += quoted(word);
  }
  return list;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::string option_of(const TableDefinition& table, std::string_view key) {
  return "option " + quoted(key) + " of table " + quoted(table.name);
}

[[noreturn]] void refuse(const TableDefinition& table, const ast::Option& option,
                         const std::string& wanted) {
  throw Error(ErrorCode::invalid_argument,
              option_of(table, option.key) + " is " + quoted(option.value) + "; " + wanted,
              option.value_where);
}

}  // namespace

OptionReader::OptionReader(const TableDefinition& table) : table_(table) {
  for (std::size_t i = 0; i < table.options.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (table.options[i].key == table.options[j].key)
        throw Error(ErrorCode::duplicate_name,
                    option_of(table, table.options[i].key) + " is given twice; keep one of them",
                    table.options[i].where);
}

const ast::Option* OptionReader::find(std::string_view key) {
  known_.emplace(key);
  for (const ast::Option& option : table_.options)
    if (option.key == key) return &option;
  return nullptr;
}

std::optional<std::string> OptionReader::text(std::string_view key) {
  const ast::Option* option = find(key);
  if (option == nullptr) return std::nullopt;
  return option->value;
}

std::string OptionReader::text(std::string_view key, std::string_view fallback) {
  const ast::Option* option = find(key);
  return option == nullptr ? std::string(fallback) : option->value;
}

std::string OptionReader::required_text(std::string_view key) {
  const ast::Option* option = find(key);
  if (option == nullptr)
    throw Error(ErrorCode::invalid_argument,
                "table " + quoted(table_.name) + " (connector " + quoted(table_.connector) +
                    ") needs option " + quoted(key) + "; add " + std::string(key) +
                    " = '…' to its WITH (…)",
                table_.where);
  if (option->value.empty()) refuse(table_, *option, "it must not be empty");
  return option->value;
}

std::int64_t OptionReader::integer(std::string_view key, std::int64_t fallback,
                                   std::int64_t minimum, std::int64_t maximum) {
  const ast::Option* option = find(key);
  if (option == nullptr) return fallback;
  const std::string& text = option->value;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < minimum ||
      value > maximum)
    refuse(table_, *option,
           "give an integer from " + std::to_string(minimum) + " to " + std::to_string(maximum));
  return value;
}

bool OptionReader::boolean(std::string_view key, bool fallback) {
  const ast::Option* option = find(key);
  if (option == nullptr) return fallback;
  const std::string word = lower(option->value);
  if (word == "true" || word == "on" || word == "yes" || word == "1") return true;
  if (word == "false" || word == "off" || word == "no" || word == "0") return false;
  refuse(table_, *option, "give 'true' or 'false'");
}

std::size_t OptionReader::choice(std::string_view key, const std::vector<std::string>& words,
                                 std::size_t fallback) {
  const ast::Option* option = find(key);
  if (option == nullptr) return fallback;
  const auto found = std::find(words.begin(), words.end(), lower(option->value));
  if (found == words.end()) {
    const auto nearest = nearest_name(option->value, words);
    refuse(table_, *option,
           (nearest ? "did you mean " + quoted(*nearest) + "? Allowed are " : "allowed are ") +
               listed(words));
  }
  return static_cast<std::size_t>(found - words.begin());
}

std::int64_t OptionReader::duration_ns(std::string_view key, std::int64_t fallback) {
  const ast::Option* option = find(key);
  if (option == nullptr) return fallback;
  const auto duration = parse_interval(option->value);
  if (!duration || *duration < 0)
    refuse(table_, *option, "give a length of time, such as '250 ms', '5 seconds' or '1 hour'");
  return *duration;
}

Where OptionReader::where(std::string_view key) const {
  for (const ast::Option& option : table_.options)
    if (option.key == key) return option.value_where;
  return table_.where;
}

void OptionReader::finish() const {
  for (const ast::Option& option : table_.options) {
    if (known_.contains(option.key)) continue;
    const std::vector<std::string> known(known_.begin(), known_.end());
    std::string message = "connector " + quoted(table_.connector) + " of table " +
                          quoted(table_.name) + " has no option " + quoted(option.key);
    if (const auto nearest = nearest_name(option.key, known))
      message += "; did you mean " + quoted(*nearest) + "?";
    message += known.empty() ? "; it has none" : " Its options: " + listed(known);
    throw Error(ErrorCode::unknown_name, message, option.where);
  }
}

}  // namespace penstock
