// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <penstock/kernels/error.h>

namespace penstock::detail {

// A file that appears under its name complete, or not at all. Until close() it is
// "<path>.partial"; commit() makes what it holds durable. Destroyed without close() it is cut back
// to what was committed and gets its name, or goes where nothing was. Pipes and devices are
// written to directly.
class PublishedFile {
 public:
  enum class Existing : std::uint8_t { replace, fail };

  // `preamble` starts the file, and counts as committed. Errors name the path, at `where`.
  PublishedFile(const std::string& path, Existing existing, std::string preamble,
                const Where& where);
  ~PublishedFile();
  PublishedFile(const PublishedFile&) = delete;
  PublishedFile& operator=(const PublishedFile&) = delete;

  // What to append to; call spill() after some.
  [[nodiscard]] std::string& buffer() noexcept { return buffer_; }
  void spill();  // writes the buffer out where it is large
  void commit();
  void close();

 private:
  void open_partial();
  void flush();
  void publish();  // may throw

  std::string path_;
  std::string partial_;  // empty for pipes and devices
  Where where_;
  Existing existing_;
  int fd_ = -1;
  std::string buffer_;
  std::int64_t length_ = 0;  // written, without the buffer
  std::int64_t committed_length_ = 0;
  bool committed_rows_ = false;
};

}  // namespace penstock::detail
