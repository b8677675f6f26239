// SPDX-License-Identifier: Apache-2.0
#include "grammar.h"

#include <algorithm>
#include <memory>

#include <pg_query.h>

#include "keywords.h"

namespace penstock::detail {
namespace {

// A chain of operators nests the JSON about four deep an operator, and the text is capped.
constexpr std::size_t max_json_depth = 400'000;

struct ResultRelease {
  PgQueryParseResult result;

  explicit ResultRelease(const char* text) : result(pg_query_parse(text)) {}
  ResultRelease(const ResultRelease&) = delete;
  ResultRelease& operator=(const ResultRelease&) = delete;
  ~ResultRelease() { pg_query_free_parse_result(result); }
};

// The byte where the n-th character (from 1) begins.
std::size_t byte_of_character(std::string_view text, int character) {
  std::size_t i = 0;
  for (int seen = 1; i < text.size() && seen < character; ++seen) {
    ++i;
    while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80) ++i;
  }
  return i;
}

[[noreturn]] void fail_syntax(const Script& script, const Tokens& tokens, const MappedText& text,
                              const PgQueryError& error) {
  std::string message = error.message == nullptr ? "syntax error" : error.message;
  const std::size_t byte = byte_of_character(text.text(), error.cursorpos);
  const std::size_t offset = text.source_offset(byte);
  if (message.starts_with("memory exhausted") || message.starts_with("stack depth")) {
    message = "the statement nests too deep; take it apart into views";
  } else if (message.ends_with("at end of input")) {
    message = "the statement ends too early: something is missing here";
  } else if (message.starts_with("syntax error at or near")) {
    const std::size_t token = tokens.at(offset);
    std::string spelled(tokens.spelling(token));
    if (spelled.size() > 60) {
      spelled.resize(byte_of_character(spelled, 40));
      spelled += "…";
    }
    message = "syntax error at '" + spelled + "'";
    // The grammar often stumbles one token later.
    for (const std::size_t near : {token, token - 1}) {
      if (near > token || !is_tempting_reserved_word(tokens.word(near))) continue;
      const std::string word = tokens.word(near);
      message += "; where '" + word + "' is a name, write it as \"" + word + "\"";
      break;
    }
  }
  script.fail(ErrorCode::syntax, message, offset);
}

}  // namespace

GrammarTree::GrammarTree(const Script& script, const Tokens& tokens, const MappedText& text) {
  const ResultRelease parsed(text.text().c_str());
  if (parsed.result.error != nullptr) fail_syntax(script, tokens, text, *parsed.result.error);
  const std::string_view json = parsed.result.parse_tree;
  const std::size_t place = text.source_offset(0);
  auto failed = parser_.allocate(json.size() + 1, std::min(json.size() + 1, max_json_depth));
  if (!failed) failed = parser_.parse(json.data(), json.size()).get(root_);
  if (failed) {
    script.fail(ErrorCode::internal,
                std::string("the parser's tree cannot be read: ") + simdjson::error_message(failed),
                place);
  }
  simdjson::dom::object root;
  std::vector<Element> statements;
  if (!root_.get(root)) statements = list_of(Object(root), "stmts");
  simdjson::dom::object statement;
  if (statements.size() != 1 || statements[0].get(statement)) {
    script.fail(ErrorCode::syntax, "this is not one statement; end each with ';'", place);
  }
  statement_ = node_of(Object(statement), "stmt").value_or(Node{});
}

std::string_view text_of(const Object& node, std::string_view key) {
  std::string_view text;
  if (node.at_key(key).get(text)) return {};
  return text;
}

std::int64_t integer_of(const Object& node, std::string_view key, std::int64_t fallback) {
  std::int64_t value = 0;
  return node.at_key(key).get(value) ? fallback : value;
}

bool flag_of(const Object& node, std::string_view key) {
  bool value = false;
  return !node.at_key(key).get(value) && value;
}

bool has(const Object& node, std::string_view key) {
  return !node.at_key(key).error();
}

std::optional<Object> object_of(const Object& node, std::string_view key) {
  simdjson::dom::object object;
  if (node.at_key(key).get(object)) return std::nullopt;
  return Object(object);
}

std::optional<Node> node_of(const Object& node, std::string_view key) {
  Element element;
  if (node.at_key(key).get(element)) return std::nullopt;
  return unwrap(element);
}

std::vector<Element> list_of(const Object& node, std::string_view key) {
  simdjson::dom::array array;
  if (node.at_key(key).get(array)) return {};
  return {array.begin(), array.end()};
}

Node unwrap(const Element& element) {
  simdjson::dom::object object;
  if (element.get(object) || object.begin() == object.end()) return {};
  const auto only = *object.begin();
  simdjson::dom::object fields;
  if (only.value.get(fields)) return {};
  return {only.key, Object(fields)};
}

std::vector<std::string> names_of(const Object& node, std::string_view key) {
  std::vector<std::string> names;
  for (const Element& element : list_of(node, key)) {
    const Node name = unwrap(element);
    names.emplace_back(name.kind == "String" ? text_of(name.fields, "sval") : std::string_view());
  }
  return names;
}

std::string parse_string_literal(const Script& script, const Tokens& tokens,
                                 const MappedText& text) {
  const GrammarTree tree(script, tokens, text);
  for (const Element& target : list_of(tree.statement().fields, "targetList")) {
    const auto value = node_of(unwrap(target).fields, "val");
    if (!value || value->kind != "A_Const") break;
    if (const auto string = object_of(value->fields, "sval")) {
      return std::string(text_of(*string, "sval"));
    }
  }
  script.fail(ErrorCode::syntax, "this must be a string: '…'", text.source_offset(7));
}

}  // namespace penstock::detail
