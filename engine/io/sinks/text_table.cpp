// SPDX-License-Identifier: Apache-2.0
#include "text_table.h"

#include <algorithm>

#include <penstock/data/value.h>

#include "utf8.h"

namespace penstock::detail {

namespace {

constexpr std::size_t rows_for_widths = 1000;

void append_control(std::string& out, unsigned char byte) {
  static constexpr char hex[] = "0123456789abcdef";
  switch (byte) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  out += "\\x";
  out += hex[byte >> 4];
  out += hex[byte & 15];
}

}  // namespace

TextTable::TextTable(const Schema& schema) {
  for (const Field& field : schema.fields) {
    names_.push_back(cell_of(field.name));
    right_.push_back(is_numeric(field.type.id));
    widths_.push_back(names_.back().width);
  }
}

TextTable::Cell TextTable::cell_of(std::string_view text) {
  Cell cell;
  while (!text.empty()) {
    const Utf8Character character = first_character(text);
    const auto lead = static_cast<unsigned char>(text.front());
    // U+0080 to U+009F are control characters too, to some terminals.
    const bool late_control = character.size == 2 && character.valid && lead == 0xC2 &&
                              static_cast<unsigned char>(text[1]) < 0xA0;
    const std::size_t before = cell.text.size();
    if (!character.valid || late_control) {
      cell.text += replacement_character;
      ++cell.width;
    } else if (lead < 0x20 || lead == 0x7F) {
      append_control(cell.text, lead);
      cell.width += cell.text.size() - before;
    } else {
      cell.text += text.substr(0, character.size);
      ++cell.width;
    }
    text.remove_prefix(character.size);
  }
  return cell;
}

void TextTable::append(std::string& out, const BatchView& rows) {
  for (std::int64_t row = 0; row < rows.rows; ++row) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      scratch_.clear();
      const ColumnView& column = rows.columns[i];
      if (column.is_valid(row)) {
        append_value(scratch_, column, row);
      } else {
        scratch_ = "NULL";
      }
      waiting_.push_back(cell_of(scratch_));
    }
    ++rows_;
    if (waiting_.size() >= rows_for_widths * names_.size()) flush(out);
  }
}

void TextTable::append_line(std::string& out, const Cell* cells) const {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const std::size_t padding = widths_[i] - std::min(widths_[i], cells[i].width);
    out += i == 0 ? " " : " | ";
    if (right_[i]) out.append(padding, ' ');
    out += cells[i].text;
    if (!right_[i] && i + 1 < names_.size()) out.append(padding, ' ');
  }
  out += '\n';
}

void TextTable::append_header(std::string& out) {
  has_header_ = true;
  for (std::size_t at = 0; at < waiting_.size(); ++at) {
    std::size_t& width = widths_[at % names_.size()];
    width = std::max(width, waiting_[at].width);
  }
  append_line(out, names_.data());
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (i > 0) out += '+';
    out.append(widths_[i] + 2, '-');
  }
  out += '\n';
}

void TextTable::flush(std::string& out) {
  if (waiting_.empty()) return;
  if (!has_header_) append_header(out);
  for (std::size_t at = 0; at < waiting_.size(); at += names_.size())
    append_line(out, waiting_.data() + at);
  waiting_.clear();
}

void TextTable::finish(std::string& out) {
  flush(out);
  if (!has_header_) append_header(out);
  out += '(' + std::to_string(rows_) + (rows_ == 1 ? " row)\n" : " rows)\n");
}

}  // namespace penstock::detail
