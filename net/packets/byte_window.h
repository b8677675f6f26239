// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace penstock::detail {

// A file or pipe read front to back through one buffer that stays in the second-level cache:
// copying into it costs less than the page faults of a mapping, and a file that shrinks meanwhile
// is an early end, not a signal.
class ByteWindow {
 public:
  static constexpr std::size_t capacity_bytes = std::size_t{512} * 1024;

  enum class Result : std::uint8_t { ready, waiting, end };

  explicit ByteWindow(const std::string& path);
  ~ByteWindow();
  ByteWindow(const ByteWindow&) = delete;
  ByteWindow& operator=(const ByteWindow&) = delete;

  // Makes that many bytes (at most the capacity) lie at data(). Pointers got before are void.
  Result require(std::size_t bytes);
  // Drops that many bytes from the front, reading on where needed; `bytes` counts down.
  Result skip(std::uint64_t& bytes);

  [[nodiscard]] const std::uint8_t* data() const noexcept { return buffer_.get() + begin_; }
  [[nodiscard]] std::size_t available() const noexcept { return end_ - begin_; }
  void consume(std::size_t bytes) noexcept {
    begin_ += bytes;
    position_ += bytes;
  }
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }  // of data()
  [[nodiscard]] bool regular() const noexcept { return regular_; }
  [[nodiscard]] std::uint64_t size_bytes() const noexcept { return size_bytes_; }  // 0 = unknown
  void wait(int milliseconds) const;

 private:
  Result fill();

  std::string path_;
  int fd_ = -1;
  bool owned_ = true;
  bool regular_ = true;
  bool at_end_ = false;
  std::uint64_t size_bytes_ = 0;
  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t position_ = 0;
};

}  // namespace penstock::detail
