// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "source_text.h"
#include "tokens.h"

namespace penstock::detail {

using Element = simdjson::dom::element;

// The members of a node; by default it has none.
class Object {
 public:
  Object() = default;
  explicit Object(simdjson::dom::object object) : object_(object), exists_(true) {}

  [[nodiscard]] simdjson::simdjson_result<Element> at_key(std::string_view key) const {
    if (!exists_) return simdjson::NO_SUCH_FIELD;
    return object_.at_key(key);
  }

 private:
  simdjson::dom::object object_;
  bool exists_ = false;
};

// A node of the tree with the name of its kind: {"ColumnRef": {…}}.
struct Node {
  std::string_view kind;
  Object fields;
};

// What PostgreSQL's grammar makes of one statement. The library leaves out members that are 0,
// false or empty, and, by a fault, negative integers.
class GrammarTree {
 public:
  // Throws Error{syntax} with the place.
  GrammarTree(const Script& script, const Tokens& tokens, const MappedText& text);

  [[nodiscard]] Node statement() const { return statement_; }

 private:
  simdjson::dom::parser parser_;
  Element root_;
  Node statement_;
};

std::string_view text_of(const Object& node, std::string_view key);
std::int64_t integer_of(const Object& node, std::string_view key, std::int64_t fallback);
bool flag_of(const Object& node, std::string_view key);
bool has(const Object& node, std::string_view key);
std::optional<Object> object_of(const Object& node, std::string_view key);
// The node under the key, where there is one.
std::optional<Node> node_of(const Object& node, std::string_view key);
// The list under the key; empty where there is none.
std::vector<Element> list_of(const Object& node, std::string_view key);
// {"kind": {…}}; kind is empty where it is not of that form.
Node unwrap(const Element& element);
// The texts of a list of String nodes.
std::vector<std::string> names_of(const Object& node, std::string_view key);

// The value of the string in "SELECT '…'".
std::string parse_string_literal(const Script& script, const Tokens& tokens,
                                 const MappedText& text);

}  // namespace penstock::detail
