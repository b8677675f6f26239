// SPDX-License-Identifier: Apache-2.0
#include "sources/text_window.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstring>

#include "sources/file_options.h"

namespace penstock {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// 0 where a size cannot be known.
std::uint64_t total_size_bytes(const std::vector<std::string>& paths) {
  std::uint64_t total = 0;
  for (const std::string& path : paths) {
    struct stat status {};
    const bool is_file =
        path == standard_input_path ? ::fstat(0, &status) == 0 : ::stat(path.c_str(), &status) == 0;
    if (!is_file || !S_ISREG(status.st_mode)) return 0;
    total += static_cast<std::uint64_t>(status.st_size);
  }
  return total;
}

}  // namespace

TextWindow::TextWindow(std::vector<std::string> paths, const TextTuning& tuning)
    : paths_(std::move(paths)), tuning_(tuning), bytes_total_(total_size_bytes(paths_)) {
  // One byte more for the '\n' that ends a last row without one.
  capacity_ = tuning_.chunk_bytes * 2 + 1;
  memory_ = std::make_unique<char[]>(capacity_ + padding_bytes);
}

bool TextWindow::next_file() {
  if (stream_) earlier_files_bytes_ += stream_->raw_bytes();
  stream_.reset();
  if (next_path_ == paths_.size()) return false;
  const std::string& path = paths_[next_path_++];
  stream_.emplace(path);
  file_name_ = shown_file_name(path);
  begin_ = end_ = 0;
  line_ = 1;
  offset_ = 0;
  may_have_mark_ = true;
  return true;
}

void TextWindow::make_room() {
  const std::size_t needed = size() + tuning_.chunk_bytes + 1;
  if (end_ + tuning_.chunk_bytes + 1 <= capacity_) return;
  if (needed <= capacity_) {
    std::memmove(memory_.get(), begin(), size());
  } else {
    const std::size_t larger = std::max(needed, capacity_ * 2);
    auto memory = std::make_unique_for_overwrite<char[]>(larger + padding_bytes);
    std::memcpy(memory.get(), begin(), size());
    memory_ = std::move(memory);
    capacity_ = larger;
  }
  end_ = size();
  begin_ = 0;
}

void TextWindow::skip_byte_order_mark(bool at_end) noexcept {
  if (!may_have_mark_ || (size() < byte_order_mark.size() && !at_end)) return;
  may_have_mark_ = false;
  if (std::string_view(begin(), size()).starts_with(byte_order_mark)) {
    consume(byte_order_mark.size(), 0);
  }
}

TextWindow::Fill TextWindow::finish(Fill status) {
  skip_byte_order_mark(true);
  if (size() > 0 && status == Fill::end && *(end() - 1) != '\n') memory_[end_++] = '\n';
  std::memset(memory_.get() + end_, 0, padding_bytes);
  return status;
}

TextWindow::Fill TextWindow::fill() {
  while (true) {
    make_room();
    const ByteStream::Result result = stream_->read(memory_.get() + end_, tuning_.chunk_bytes);
    bytes_done_.store(earlier_files_bytes_ + stream_->raw_bytes(), std::memory_order_relaxed);
    switch (result.status) {
      case ByteStream::Status::idle: return Fill::idle;
      case ByteStream::Status::end: return finish(Fill::end);
      case ByteStream::Status::corrupt: return finish(Fill::corrupt);
      case ByteStream::Status::data: break;
    }
    end_ += result.bytes;
    std::memset(memory_.get() + end_, 0, padding_bytes);
    skip_byte_order_mark(false);
    if (!may_have_mark_) return Fill::data;
  }
}

void TextWindow::consume(std::size_t bytes, std::int64_t lines) noexcept {
  begin_ += bytes;
  offset_ += bytes;
  line_ += lines;
}

ReadProgress TextWindow::progress() const noexcept {
  return {.bytes_done = bytes_done_.load(std::memory_order_relaxed), .bytes_total = bytes_total_};
}

}  // namespace penstock
