// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace penstock {

// What went wrong, as API. The text of an error is for people and may change; the code may not.
enum class ErrorCode : std::uint8_t {
  syntax,              // the text is not SQL, or not the SQL that Penstock speaks
  unsupported,         // understood, and refused with the reason
  unknown_name,        // no such table, column, function, connector, option, type, backend
  duplicate_name,      // declared twice
  type_mismatch,       // no operator or cast for these types
  invalid_argument,    // a value outside of what is allowed (window sizes, option values)
  not_found,           // a file or directory does not exist
  permission_denied,   // it exists and may not be read or written
  io,                  // reading or writing failed
  corrupt_input,       // the input is not what the connector reads (`on_error = 'fail'`)
  resource_exhausted,  // a stated cap was reached: state, symbols, sort buffer
  overflow,            // an aggregate left its type's range (`on_overflow = 'fail'`)
  backend,             // a backend or device cannot do what was asked
  internal,            // our bug
};

std::string_view to_string(ErrorCode code) noexcept;

// A place in a text that the user wrote. line and column count from 1, in characters; 0 = unknown.
struct Where {
  std::string name;  // file name, or empty for a text given directly
  int line = 0;
  int column = 0;

  bool operator==(const Where&) const = default;
};

// Thrown for a bad plan, configuration or environment before data flows, and by run() for what
// ended a job. Never thrown a row. what() is "name:line:column: message" where a place is known.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message, Where where = {});

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }
  [[nodiscard]] const Where& where() const noexcept { return where_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }

 private:
  ErrorCode code_;
  Where where_;
  std::string message_;
};

namespace detail {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;
}  // namespace detail

}  // namespace penstock

// For what only a bug of ours can break; never reachable from input. On in every build that tests.
#if defined(NDEBUG) && !defined(PENSTOCK_ASSERTIONS)
#define PENSTOCK_ASSERT(condition) static_cast<void>(0)
#else
#define PENSTOCK_ASSERT(condition)    \
  ((condition) ? static_cast<void>(0) \
               : ::penstock::detail::assertion_failed(#condition, __FILE__, __LINE__))
#endif
