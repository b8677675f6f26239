// SPDX-License-Identifier: Apache-2.0
#include <penstock/kernels/error.h>

#include <cstdio>
#include <cstdlib>

namespace penstock {

namespace {

std::string with_place(const std::string& message, const Where& where) {
  std::string text;
  if (!where.name.empty()) text += where.name + ":";
  if (where.line > 0) {
    text += std::to_string(where.line) + ":";
    if (where.column > 0) text += std::to_string(where.column) + ":";
  }
  return text.empty() ? message : text + " " + message;
}

}  // namespace

std::string_view to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::syntax: return "syntax";
    case ErrorCode::unsupported: return "unsupported";
    case ErrorCode::unknown_name: return "unknown_name";
    case ErrorCode::duplicate_name: return "duplicate_name";
    case ErrorCode::type_mismatch: return "type_mismatch";
    case ErrorCode::invalid_argument: return "invalid_argument";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::permission_denied: return "permission_denied";
    case ErrorCode::io: return "io";
    case ErrorCode::corrupt_input: return "corrupt_input";
    case ErrorCode::resource_exhausted: return "resource_exhausted";
    case ErrorCode::overflow: return "overflow";
    case ErrorCode::backend: return "backend";
    case ErrorCode::internal: return "internal";
  }
  return "unknown";
}

Error::Error(ErrorCode code, const std::string& message, Where where)
    : std::runtime_error(with_place(message, where)),
      code_(code),
      where_(std::move(where)),
      message_(message) {}

namespace detail {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "penstock: assertion failed: %s at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace detail

}  // namespace penstock
