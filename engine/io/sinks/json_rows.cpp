// SPDX-License-Identifier: Apache-2.0
#include "json_rows.h"

#include <cmath>

#include <penstock/data/value.h>

#include "utf8.h"

namespace penstock::detail {

namespace {

bool is_finite(const ColumnView& column, std::int64_t row) noexcept {
  if (column.type.id == TypeId::float64) return std::isfinite(column.values<double>()[row]);
  if (column.type.id == TypeId::float32) return std::isfinite(column.values<float>()[row]);
  return true;
}

void append_escaped(std::string& out, char c) {
  static constexpr char hex[] = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  out += "\\u00";
  out += hex[(c >> 4) & 15];
  out += hex[c & 15];
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t plain = 0;  // from here on nothing has been put out
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool escaped = byte < 0x20 || byte == '"' || byte == '\\' || byte == 0x7F;
    if (byte < 0x80 && !escaped) {
      ++at;
      continue;
    }
    const Utf8Character character = first_character(text.substr(at));
    if (character.valid && !escaped) {
      at += character.size;
      continue;
    }
    out.append(text, plain, at - plain);
    if (character.valid) {
      append_escaped(out, text[at]);
    } else {
      out += replacement_character;
    }
    at += character.size;
    plain = at;
  }
  out.append(text, plain);
  out += '"';
}

JsonRows::JsonRows(const Schema& schema) {
  for (const Field& field : schema.fields) {
    std::string& key = keys_.emplace_back(keys_.empty() ? "{" : ",");
    append_json_string(key, field.name);
    key += ':';
  }
}

void JsonRows::append_row(std::string& out, const BatchView& rows, std::int64_t row) {
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    out += keys_[i];
    const ColumnView& column = rows.columns[i];
    const TypeId id = column.type.id;
    if (!column.is_valid(row)) {
      out += "null";
    } else if (id == TypeId::boolean || (is_numeric(id) && is_finite(column, row))) {
      append_value(out, column, row);
    } else if (id == TypeId::utf8 || id == TypeId::fixed_binary) {
      scratch_.clear();
      append_value(scratch_, column, row);
      append_json_string(out, scratch_);
    } else {
      out += '"';
      append_value(out, column, row);
      out += '"';
    }
  }
  out += "}\n";
}

}  // namespace penstock::detail
