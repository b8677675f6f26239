// SPDX-License-Identifier: Apache-2.0
#include "query_case.h"

#include <fstream>
#include <stdexcept>

namespace penstock::test {
namespace {

class CaseReader {
 public:
  explicit CaseReader(const std::string& path) : path_(path), in_(path) {
    if (!in_) throw std::runtime_error("cannot read " + path);
  }

  std::vector<QueryCase> read() {
    std::string line;
    while (std::getline(in_, line)) {
      ++line_;
      if (line.rfind("== ", 0) == 0) {
        start_section(line.substr(3));
      } else if (section_.empty()) {
        if (!line.empty() && line[0] != '#') fail("text before the first '== case'");
      } else {
        add_line(line);
      }
    }
    if (cases_.empty()) fail("no '== case'");
    for (const QueryCase& one : cases_) check(one);
    return std::move(cases_);
  }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    throw std::runtime_error(path_ + ":" + std::to_string(line_) + ": " + message);
  }

  void start_section(const std::string& title) {
    const std::size_t space = title.find(' ');
    section_ = title.substr(0, space);
    const std::string rest = space == std::string::npos ? "" : title.substr(space + 1);
    if (section_ == "case") {
      if (rest.empty()) fail("'== case' needs a name");
      cases_.emplace_back();
      cases_.back().name = rest;
      cases_.back().file = path_;
      cases_.back().line = line_;
      return;
    }
    if (cases_.empty()) fail("'== " + section_ + "' before the first '== case'");
    QueryCase& now = cases_.back();
    if (section_ == "input") {
      if (rest.empty()) fail("'== input' needs a file name");
      now.inputs.emplace_back(rest, "");
    } else if (section_ == "rows") {
      now.has_rows = true;
      now.ordered = rest == "ordered";
      if (!rest.empty() && !now.ordered) fail("'== rows' takes 'ordered' or nothing");
    } else if (section_ != "sql" && section_ != "error" && section_ != "warning" &&
               section_ != "counters") {
      fail("unknown section '== " + section_ + "'");
    }
  }

  void add_line(const std::string& line) {
    QueryCase& now = cases_.back();
    if (section_ == "input") {
      now.inputs.back().second += line + "\n";
    } else if (section_ == "sql") {
      now.sql += line + "\n";
    } else if (line.empty()) {
      return;  // blank lines between sections
    } else if (section_ == "rows") {
      now.rows.push_back(line);
    } else if (section_ == "error") {
      now.error += (now.error.empty() ? "" : "\n") + line;
    } else if (section_ == "warning") {
      now.warnings.push_back(line);
    } else if (section_ == "counters") {
      const std::size_t equals = line.find(" = ");
      if (equals == std::string::npos) fail("a counter is 'name = value'");
      now.counters.emplace_back(line.substr(0, equals), std::stoll(line.substr(equals + 3)));
    } else {
      fail("text after '== case': start a section");
    }
  }

  void check(const QueryCase& one) const {
    const std::string place = path_ + ":" + std::to_string(one.line) + ": case '" + one.name + "'";
    if (one.sql.empty()) throw std::runtime_error(place + " has no '== sql'");
    if (!one.has_rows && one.error.empty() && one.counters.empty() && one.warnings.empty()) {
      throw std::runtime_error(place + " expects nothing");
    }
  }

  std::string path_;
  std::ifstream in_;
  int line_ = 0;
  std::string section_;
  std::vector<QueryCase> cases_;
};

}  // namespace

std::vector<QueryCase> read_cases(const std::string& path) {
  return CaseReader(path).read();
}

}  // namespace penstock::test
