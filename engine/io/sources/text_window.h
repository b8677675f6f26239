// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <penstock/io/source.h>

#include "sources/byte_stream.h"

namespace penstock {

// A row of text above this is malformed; it also bounds how much of a file is in memory.
inline constexpr std::size_t row_bytes_max = std::size_t{4} << 20;

struct TextTuning {
  std::size_t chunk_bytes = std::size_t{1} << 20;  // asked for in one read
  std::size_t row_bytes_max = penstock::row_bytes_max;
};

// The files of a partition, one after the other, each as a window of bytes that slides over it.
// Behind the window's end there are always padding_bytes readable bytes.
class TextWindow {
 public:
  static constexpr std::size_t padding_bytes = 64;

  enum class Fill : std::uint8_t {
    data,     // the window grew
    idle,     // nothing at hand
    end,      // the file's end is in the window; '\n' was added where its last row had none
    corrupt,  // as end, after damaged compressed data: problem() says what
  };

  TextWindow(std::vector<std::string> paths, const TextTuning& tuning);

  // Opens the next file and skips a byte order mark once it is there; false after the last one.
  bool next_file();
  Fill fill();

  [[nodiscard]] const char* begin() const noexcept { return memory_.get() + begin_; }
  [[nodiscard]] const char* end() const noexcept { return memory_.get() + end_; }
  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  // Bytes that may be read from begin(), for parsers that ask for padding.
  [[nodiscard]] std::size_t readable_bytes() const noexcept { return size() + padding_bytes; }
  void consume(std::size_t bytes, std::int64_t lines) noexcept;

  // Of begin().
  [[nodiscard]] std::int64_t line() const noexcept { return line_; }
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
  [[nodiscard]] const std::string& file_name() const noexcept { return file_name_; }
  [[nodiscard]] const std::string& problem() const noexcept { return stream_->problem(); }
  [[nodiscard]] std::size_t row_limit_bytes() const noexcept { return tuning_.row_bytes_max; }

  [[nodiscard]] ReadProgress progress() const noexcept;  // from any thread, of compressed bytes

 private:
  void make_room();
  void skip_byte_order_mark(bool at_end) noexcept;
  Fill finish(Fill status);

  std::vector<std::string> paths_;
  TextTuning tuning_;
  std::size_t next_path_ = 0;
  std::string file_name_;
  std::optional<ByteStream> stream_;
  std::unique_ptr<char[]> memory_;
  std::size_t capacity_ = 0;  // without the padding
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::int64_t line_ = 1;
  std::uint64_t offset_ = 0;
  bool may_have_mark_ = false;
  std::uint64_t earlier_files_bytes_ = 0;
  std::uint64_t bytes_total_ = 0;
  std::atomic<std::uint64_t> bytes_done_{0};
};

}  // namespace penstock
