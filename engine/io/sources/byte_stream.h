// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace penstock {

// The bytes of a file, pipe or standard input; gzip (any number of members) and zstd (any number of
// frames) are recognised by their first bytes and decompressed.
class ByteStream {
 public:
  enum class Status : std::uint8_t {
    data,     // bytes > 0
    idle,     // nothing arrived within about 10 ms; never for a regular file
    end,      // there will be no more
    corrupt,  // truncated or damaged compressed data; problem() says what. There will be no more
  };
  struct Result {
    Status status;
    std::size_t bytes = 0;
  };

  // Error{not_found, permission_denied, io} where it cannot be opened.
  explicit ByteStream(const std::string& path);
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  // Error{io} where reading fails.
  Result read(char* out, std::size_t capacity);
  // Bytes taken from the file, before decompression.
  [[nodiscard]] std::uint64_t raw_bytes() const noexcept { return raw_bytes_; }
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 private:
  enum class Codec : std::uint8_t { unknown, plain, gzip, zstd };
  struct Decoder;

  Result read_raw(char* out, std::size_t capacity);
  Result fill_input();
  Result detect();
  Result read_plain(char* out, std::size_t capacity);
  Result read_gzip(char* out, std::size_t capacity);
  Result read_zstd(char* out, std::size_t capacity);
  Result corrupt(std::string problem);

  std::string path_;
  int fd_ = -1;
  bool owns_fd_ = false;
  bool waits_ = false;  // a pipe or terminal: ask before reading
  Codec codec_ = Codec::unknown;
  std::uint64_t raw_bytes_ = 0;
  std::string problem_;
  std::unique_ptr<char[]> input_;  // compressed bytes, and the first ones of a plain file
  std::size_t input_begin_ = 0;
  std::size_t input_end_ = 0;
  std::unique_ptr<Decoder> decoder_;
};

}  // namespace penstock
