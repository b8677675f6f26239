// SPDX-License-Identifier: Apache-2.0
#include "oracle_process.h"

#include <simdjson.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <stdexcept>

namespace penstock::test {
namespace {

std::string json_value(const Value& value) {
  if (value.is_null()) return "null";
  if (const auto* real = std::get_if<double>(&value.data)) {
    if (std::isnan(*real)) return "NaN";
    if (std::isinf(*real)) return *real > 0 ? "Infinity" : "-Infinity";
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.17g", *real);
    std::string number = text.data();
    // Python reads a number without point or exponent as an integer.
    if (number.find_first_of(".e") == std::string::npos) number += ".0";
    return number;
  }
  if (const auto* text = std::get_if<std::string>(&value.data)) return "\"" + *text + "\"";
  return canonical(value);
}

std::string json_input(const MemoryInput& input) {
  std::string text = "[";
  for (std::size_t p = 0; p < input.size(); ++p) {
    text += p > 0 ? ",[" : "[";
    for (std::size_t r = 0; r < input[p].size(); ++r) {
      text += r > 0 ? ",[" : "[";
      for (std::size_t c = 0; c < input[p][r].size(); ++c) {
        text += (c > 0 ? "," : "") + json_value(input[p][r][c]);
      }
      text += "]";
    }
    text += "]";
  }
  return text + "]";
}

// Python writes NaN and Infinity as bare words, which simdjson does not read.
void quote_words(std::string& line) {
  for (const std::string word : {"-Infinity", "NaN", "Infinity"}) {
    for (std::size_t at = line.find(word); at != std::string::npos; at = line.find(word, at)) {
      const bool quoted = at > 0 && (line[at - 1] == '"' || line[at - 1] == '-');
      if (!quoted) {
        line.replace(at, word.size(), "\"" + word + "\"");
        at += 2;
      }
      at += word.size();
    }
  }
}

std::string canonical_element(const simdjson::dom::element& element, DataType type) {
  if (element.is_null()) return "null";
  if (is_float(type.id)) {
    if (element.is_string()) {
      const std::string word(std::string_view(element.get_string()));
      return canonical(Value{std::strtod(word.c_str(), nullptr)});
    }
    return canonical(Value{double(element.get_double())});
  }
  if (element.is_bool()) return bool(element) ? "true" : "false";
  if (element.is_string()) {
    return "'" + std::string(std::string_view(element.get_string())) + "'";
  }
  if (element.is_uint64()) return std::to_string(std::uint64_t(element));
  return std::to_string(std::int64_t(element));
}

}  // namespace

OracleProcess::OracleProcess() {
  std::array<int, 2> to_child{};
  std::array<int, 2> from_child{};
  if (pipe(to_child.data()) != 0 || pipe(from_child.data()) != 0) return;
  process_ = fork();
  if (process_ == 0) {
    dup2(to_child[0], STDIN_FILENO);
    dup2(from_child[1], STDOUT_FILENO);
    for (const int fd : {to_child[0], to_child[1], from_child[0], from_child[1]}) close(fd);
    execlp("python3", "python3", PENSTOCK_ORACLE, static_cast<char*>(nullptr));
    _exit(127);
  }
  close(to_child[0]);
  close(from_child[1]);
  requests_ = fdopen(to_child[1], "w");
  replies_ = fdopen(from_child[0], "r");
}

OracleProcess::~OracleProcess() {
  if (requests_ != nullptr) std::fclose(requests_);
  if (replies_ != nullptr) std::fclose(replies_);
  if (process_ > 0) waitpid(process_, nullptr, 0);
}

OracleAnswer OracleProcess::ask(const std::string& plan_json, const std::string& table,
                                const MemoryInput& input, const std::vector<Schema>& output) {
  const std::string request =
      "{\"plan\":" + plan_json + ",\"inputs\":{\"" + table + "\":" + json_input(input) + "}}\n";
  std::fputs(request.c_str(), requests_);
  std::fflush(requests_);
  char* line = nullptr;
  std::size_t capacity = 0;
  if (getline(&line, &capacity, replies_) < 0) {
    std::free(line);
    throw std::runtime_error("the oracle ended; its request was: " + request);
  }
  std::string reply = line;
  std::free(line);
  quote_words(reply);

  OracleAnswer answer;
  simdjson::dom::parser parser;
  const simdjson::dom::element document = parser.parse(reply);
  std::string_view error;
  if (document["error"].get(error) == simdjson::SUCCESS) {
    answer.error = error;
    return answer;
  }
  std::size_t query = 0;
  for (const simdjson::dom::element rows : simdjson::dom::array(document["results"])) {
    std::vector<std::string> lines;
    for (const simdjson::dom::element row : simdjson::dom::array(rows)) {
      std::string text;
      std::size_t column = 0;
      for (const simdjson::dom::element cell : simdjson::dom::array(row)) {
        text += canonical_element(cell, output[query].fields[column++].type) + " ";
      }
      lines.push_back(std::move(text));
    }
    answer.results.push_back(std::move(lines));
    ++query;
  }
  return answer;
}

}  // namespace penstock::test
