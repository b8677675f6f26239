// SPDX-License-Identifier: Apache-2.0
#include <penstock/io/dead_letters.h>

#include <fcntl.h>
#include <simdjson.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace penstock {
namespace {

constexpr std::size_t buffered_bytes_max = 64 * 1024;

void append_json_text(std::string& out, std::string_view text, bool bytes_as_characters) {
  constexpr const char* hex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f || (bytes_as_characters && byte >= 0x80)) {
      out += "\\u00";
      out += hex[byte >> 4U];
      out += hex[byte & 15U];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_text_member(std::string& out, const char* name, std::string_view text) {
  out += name;
  append_json_text(out, text, !simdjson::validate_utf8(text.data(), text.size()));
}

// A cut in the middle of a character would make valid text invalid.
std::string_view cut(std::string_view row) {
  if (row.size() <= dead_letter_row_bytes_max) return row;
  std::size_t size = dead_letter_row_bytes_max;
  for (int back = 0; back < 3 && (static_cast<unsigned char>(row[size]) & 0xC0U) == 0x80U; ++back) {
    --size;
  }
  return row.substr(0, size);
}

}  // namespace

ErrorPolicy ErrorPolicy::from_options(OptionReader& options) {
  ErrorPolicy policy;
  policy.on_error = static_cast<OnError>(options.choice("on_error", {"fail", "dead_letter", "skip"},
                                                        static_cast<std::size_t>(OnError::fail)));
  const std::optional<std::string> path = options.text("dead_letter");
  if (policy.on_error == OnError::dead_letter && (!path || path->empty())) {
    throw Error(ErrorCode::invalid_argument,
                "on_error = 'dead_letter' needs a file to write the malformed rows to; add "
                "dead_letter = 'PATH'",
                options.where("on_error"));
  }
  if (policy.on_error != OnError::dead_letter && path) {
    throw Error(ErrorCode::invalid_argument,
                "option 'dead_letter' has no use without on_error = 'dead_letter'",
                options.where("dead_letter"));
  }
  policy.dead_letter_path = path.value_or("");
  return policy;
}

DeadLetters::DeadLetters(std::string table, const ErrorPolicy& policy, Diagnostics& diagnostics)
    : table_(std::move(table)),
      policy_(policy),
      diagnostics_(diagnostics),
      malformed_rows_(diagnostics.counter(table_ + ".malformed_rows")) {
  if (policy_.on_error != OnError::dead_letter) return;
  const std::string& path = policy_.dead_letter_path;
  fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
  if (fd_ < 0) {
    const int error = errno;
    const ErrorCode code = error == EACCES || error == EPERM || error == EROFS
                               ? ErrorCode::permission_denied
                           : error == ENOENT || error == ENOTDIR ? ErrorCode::not_found
                                                                 : ErrorCode::io;
    throw Error(code, "table '" + table_ + "': cannot write the dead letters to '" + path +
                          "': " + std::strerror(error) +
                          "; name a file in a directory that exists and may be written");
  }
}

DeadLetters::~DeadLetters() {
  if (fd_ < 0) return;
  try {
    write_buffered();
  } catch (const Error&) {
    // A destructor has nobody to tell; readers flush before they end.
  }
  ::close(fd_);
}

Diagnostics::Counter& DeadLetters::reason_counter(std::string_view reason) {
  const auto known = reasons_.find(reason);
  if (known != reasons_.end()) return *known->second;
  std::string name = table_ + ".malformed_";
  name += reason;
  Diagnostics::Counter& counter = diagnostics_.counter(name);
  reasons_.emplace(std::string(reason), &counter);
  return counter;
}

void DeadLetters::put(const MalformedRow& row) {
  const std::lock_guard lock(mutex_);
  malformed_rows_.fetch_add(1, std::memory_order_relaxed);
  reason_counter(row.reason).fetch_add(1, std::memory_order_relaxed);
  if (policy_.on_error == OnError::skip) return;
  if (policy_.on_error == OnError::fail) {
    std::string text = "table '" + table_ + "': '";
    text += row.file;
    text += "', ";
    if (row.line > 0) text += "line " + std::to_string(row.line) + " (";
    text += "byte " + std::to_string(row.offset) + (row.line > 0 ? "): " : ": ");
    text += row.detail.empty() ? row.reason : std::string_view(row.detail);
    text += "; on_error = 'skip' or 'dead_letter' reads on";
    throw Error(ErrorCode::corrupt_input, text);
  }
  const std::string_view kept = cut(row.row);
  buffer_ += "{\"table\":";
  append_json_text(buffer_, table_, false);
  append_text_member(buffer_, ",\"reason\":", row.reason);
  append_text_member(buffer_, ",\"detail\":", row.detail);
  append_text_member(buffer_, ",\"file\":", row.file);
  buffer_ += ",\"line\":" + (row.line > 0 ? std::to_string(row.line) : std::string("null"));
  buffer_ += ",\"offset\":" + std::to_string(row.offset);
  append_text_member(buffer_, ",\"row\":", kept);
  if (!simdjson::validate_utf8(kept.data(), kept.size())) buffer_ += ",\"invalid_utf8\":true";
  if (kept.size() < row.row.size()) buffer_ += ",\"truncated\":true";
  buffer_ += "}\n";
  if (buffer_.size() >= buffered_bytes_max) write_buffered();
}

void DeadLetters::flush() {
  const std::lock_guard lock(mutex_);
  write_buffered();
}

void DeadLetters::write_buffered() {
  std::size_t written = 0;
  while (written < buffer_.size()) {
    const ssize_t bytes = ::write(fd_, buffer_.data() + written, buffer_.size() - written);
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) {
      const int error = errno;
      buffer_.clear();
      throw Error(ErrorCode::io, "table '" + table_ + "': writing the dead letters to '" +
                                     policy_.dead_letter_path +
                                     "' failed: " + std::strerror(error));
    }
    written += static_cast<std::size_t>(bytes);
  }
  buffer_.clear();
}

}  // namespace penstock
