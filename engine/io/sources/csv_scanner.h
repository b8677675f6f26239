// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

struct CsvDialect {
  char delimiter = ',';
  char quote = '"';
  bool has_quote = true;
};

struct CsvField {
  const char* data = nullptr;  // inside of the quotes
  std::size_t size = 0;
  bool quoted = false;
  bool escaped = false;  // has doubled quotes in it

  [[nodiscard]] std::string_view view() const noexcept { return {data, size}; }
};

// Cuts text into rows and fields by RFC 4180; also takes "\n" alone as line end, and a quote
// inside of an unquoted field as itself.
class CsvScanner {
 public:
  enum class Status : std::uint8_t {
    row,
    incomplete,   // the row has no end in the text
    bad_quoting,  // something other than a delimiter or line end behind a closing quote
  };
  struct Result {
    Status status = Status::incomplete;
    const char* next = nullptr;  // behind the row's line end
    std::size_t fields = 0;      // in the row; at most fields_kept of them are kept
    std::int64_t lines = 1;      // that the row covers
  };

  CsvScanner(const CsvDialect& dialect, std::size_t fields_kept);

  void keep_fields(std::size_t fields);
  // The text that scan() reads. 64 bytes behind `end` must be readable.
  void set_text(const char* end) noexcept;
  Result scan(const char* begin) noexcept;
  [[nodiscard]] const CsvField& field(std::size_t index) const noexcept { return fields_[index]; }

 private:
  const char* find_structural(const char* from) noexcept;
  const char* scan_quoted(const char* begin, CsvField& field, Result& result) noexcept;
  Result recover(const char* from, Result result) const noexcept;

  CsvDialect dialect_;
  std::vector<CsvField> fields_;
  const char* end_ = nullptr;
  const char* block_ = nullptr;  // the 64 bytes that mask_ describes
  std::uint64_t mask_ = 0;       // delimiters and line ends
};

// A field's text with its doubled quotes made single.
void unescape_csv(const CsvField& field, char quote, std::string& out);

}  // namespace penstock
