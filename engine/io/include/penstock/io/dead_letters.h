// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include <penstock/io/diagnostics.h>
#include <penstock/io/options.h>

namespace penstock {

// What to do with a row that the connector cannot read.
enum class OnError : std::uint8_t {
  fail,         // the job ends with Error{corrupt_input}
  dead_letter,  // the row goes to a file, with the reason; counted
  skip,         // counted
};

// A row that could not be read.
struct MalformedRow {
  std::string_view reason;  // one short word or two with '_', the counter's name: "bad_number"
  std::string detail;       // for people: "column 'price': 'abc' is not a number"; may be empty
  std::string_view file;
  std::int64_t line = 0;     // from 1; 0 = the format has no lines
  std::uint64_t offset = 0;  // bytes from the file's (decompressed) start to the row's start
  std::string_view row;      // as it was; long rows are cut to dead_letter_row_bytes_max
};

inline constexpr std::size_t dead_letter_row_bytes_max = 64 * 1024;

// The options on_error and dead_letter of a table. Opens nothing.
struct ErrorPolicy {
  OnError on_error = OnError::fail;
  std::string dead_letter_path;

  // Error{invalid_argument} where 'dead_letter' has no path, or a path has no use.
  static ErrorPolicy from_options(OptionReader& options);
};

// Where the malformed rows of one table go, by its policy. Shared by the readers of its partitions;
// thread-safe. Counts "<table>.malformed_rows" and "<table>.malformed_<reason>".
class DeadLetters {
 public:
  // Creates (or truncates) the file, so that an unwritable place is known before rows flow:
  // Error{permission_denied, not_found, io} names it.
  DeadLetters(std::string table, const ErrorPolicy& policy, Diagnostics& diagnostics);
  ~DeadLetters();
  DeadLetters(const DeadLetters&) = delete;
  DeadLetters& operator=(const DeadLetters&) = delete;

  // Counts the row and does with it what the policy says. With 'fail' throws Error{corrupt_input}
  // with the place in the file. A write that fails throws Error{io}.
  // In the file: one JSON object a line with table, reason, detail, file, line, offset, row, and
  // truncated where the row was cut; bytes that are no UTF-8 become \u00XX of the byte and
  // "invalid_utf8": true is added.
  void put(const MalformedRow& row);
  // Writes what is buffered to the file; a reader calls it when it ends or falls idle.
  void flush();

  [[nodiscard]] OnError on_error() const noexcept { return policy_.on_error; }

 private:
  Diagnostics::Counter& reason_counter(std::string_view reason);
  void write_buffered();

  std::string table_;
  ErrorPolicy policy_;
  Diagnostics& diagnostics_;
  Diagnostics::Counter& malformed_rows_;
  std::mutex mutex_;
  std::map<std::string, Diagnostics::Counter*, std::less<>> reasons_;
  std::string buffer_;
  int fd_ = -1;
};

}  // namespace penstock
