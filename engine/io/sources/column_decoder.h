// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <penstock/data/batch_builder.h>
#include <penstock/data/symbol_table.h>

#include "sources/timestamp_format.h"

namespace penstock {

// What became of one value.
enum class Decoded : std::uint8_t {
  ok,
  text_full,  // the batch's text memory is full: the row belongs into the next batch
  bad_number,
  out_of_range,
  bad_boolean,
  bad_timestamp,
  bad_interval,
  bad_ip,
  bad_binary,
  invalid_utf8,
  wrong_type,  // a JSON value of another kind
  null_in_not_null,
  null_event_time,
};

// The counter's name of a failure: "bad_number".
std::string_view reason_of(Decoded failure) noexcept;
// For people: "column 'price' (bigint): 'abc' is not a number".
std::string describe_failure(Decoded failure, const Field& field, std::string_view text);

std::string_view trim_blanks(std::string_view text) noexcept;
// "true" and "false" in any case.
std::optional<bool> parse_boolean_word(std::string_view text) noexcept;

// Writes texts into one column of a batch, by the column's type.
class ColumnDecoder {
 public:
  // `format` outlives the decoder.
  ColumnDecoder(const Field& field, std::size_t column, bool is_event_time,
                const TimestampFormat& format) noexcept;

  [[nodiscard]] std::size_t column() const noexcept { return column_; }
  [[nodiscard]] TypeId type() const noexcept { return type_.id; }

  // Into the row being written (batch.rows()). Blanks around anything but text are ignored.
  Decoded decode(std::string_view text, BatchBuilder& batch, SymbolTable& symbols) const;
  Decoded decode_null(BatchBuilder& batch) const noexcept;
  static Decoded decode_boolean(bool value, std::size_t column, BatchBuilder& batch) noexcept;

 private:
  template <class T>
  Decoded decode_number(std::string_view text, BatchBuilder& batch) const noexcept;
  Decoded decode_text(std::string_view text, BatchBuilder& batch, SymbolTable& symbols) const;
  Decoded decode_binary(std::string_view text, BatchBuilder& batch) const noexcept;

  DataType type_;
  std::size_t column_;
  bool nullable_;
  bool is_event_time_;
  const TimestampFormat* format_;
};

// Makes the row being written valid again in all columns, after a row was given up half-way.
void abandon_row(BatchBuilder& batch) noexcept;

}  // namespace penstock
