// SPDX-License-Identifier: Apache-2.0
#include "sources/byte_stream.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <penstock/kernels/error.h>

#include "sources/file_options.h"

namespace penstock {
namespace {

constexpr std::size_t input_bytes = 256 * 1024;
constexpr int poll_ms = 10;

struct FreeZstd {
  void operator()(ZSTD_DStream* stream) const noexcept { ZSTD_freeDStream(stream); }
};

}  // namespace

struct ByteStream::Decoder {
  z_stream gzip{};
  bool gzip_open = false;
  bool between_members = false;  // the last gzip member or zstd frame is complete
  std::unique_ptr<ZSTD_DStream, FreeZstd> zstd;

  ~Decoder() {
    if (gzip_open) inflateEnd(&gzip);
  }
};

ByteStream::ByteStream(const std::string& path) : path_(shown_file_name(path)) {
  if (path == standard_input_path) {
    fd_ = STDIN_FILENO;
  } else {
    // Without O_NONBLOCK the opening of a named pipe would wait for its writer.
    fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    owns_fd_ = true;
  }
  struct stat status {};
  if (fd_ < 0 || ::fstat(fd_, &status) != 0) {
    const int error = errno;
    if (owns_fd_ && fd_ >= 0) ::close(fd_);
    const ErrorCode code = error == ENOENT   ? ErrorCode::not_found
                           : error == EACCES ? ErrorCode::permission_denied
                                             : ErrorCode::io;
    throw Error(code, "cannot open '" + path_ + "': " + std::strerror(error));
  }
  waits_ = !S_ISREG(status.st_mode);
  if (!waits_) ::posix_fadvise(fd_, 0, 0, POSIX_FADV_SEQUENTIAL);
  input_ = std::make_unique_for_overwrite<char[]>(input_bytes);
}

ByteStream::~ByteStream() {
  if (owns_fd_ && fd_ >= 0) ::close(fd_);
}

ByteStream::Result ByteStream::read_raw(char* out, std::size_t capacity) {
  while (true) {
    if (waits_) {
      pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
      const int ready = ::poll(&waiting, 1, poll_ms);
      if (ready == 0 || (ready < 0 && errno == EINTR)) return {Status::idle};
    }
    const ssize_t got = ::read(fd_, out, capacity);
    if (got > 0) {
      raw_bytes_ += static_cast<std::uint64_t>(got);
      return {Status::data, static_cast<std::size_t>(got)};
    }
    if (got == 0) return {Status::end};
    if (errno == EAGAIN) return {Status::idle};
    if (errno != EINTR) {
      throw Error(ErrorCode::io, "reading '" + path_ + "' failed: " + std::strerror(errno));
    }
  }
}

// Adds bytes behind those that wait in input_.
ByteStream::Result ByteStream::fill_input() {
  if (input_begin_ == input_end_) input_begin_ = input_end_ = 0;
  const Result result = read_raw(input_.get() + input_end_, input_bytes - input_end_);
  input_end_ += result.bytes;
  return result;
}

ByteStream::Result ByteStream::corrupt(std::string problem) {
  problem_ = std::move(problem);
  return {Status::corrupt};
}

ByteStream::Result ByteStream::detect() {
  constexpr std::size_t magic_bytes = 4;
  while (input_end_ < magic_bytes) {
    const Result result = fill_input();
    if (result.status == Status::idle) return result;
    if (result.status == Status::end) break;
  }
  const std::size_t size = input_end_;
  decoder_ = std::make_unique<Decoder>();
  if (size >= 2 && std::memcmp(input_.get(), "\x1f\x8b", 2) == 0) {
    codec_ = Codec::gzip;
    constexpr int gzip_only = 16 + MAX_WBITS;
    if (inflateInit2(&decoder_->gzip, gzip_only) != Z_OK) {
      throw Error(ErrorCode::resource_exhausted, "no memory to decompress '" + path_ + "'");
    }
    decoder_->gzip_open = true;
  } else if (size >= 4 && std::memcmp(input_.get(), "\x28\xb5\x2f\xfd", 4) == 0) {
    codec_ = Codec::zstd;
    decoder_->zstd.reset(ZSTD_createDStream());
    if (decoder_->zstd == nullptr) {
      throw Error(ErrorCode::resource_exhausted, "no memory to decompress '" + path_ + "'");
    }
    ZSTD_initDStream(decoder_->zstd.get());
  } else {
    codec_ = Codec::plain;
  }
  return {Status::data};
}

ByteStream::Result ByteStream::read(char* out, std::size_t capacity) {
  if (!problem_.empty()) return {Status::corrupt};
  if (codec_ == Codec::unknown) {
    const Result result = detect();
    if (result.status != Status::data) return result;
  }
  switch (codec_) {
    case Codec::gzip: return read_gzip(out, capacity);
    case Codec::zstd: return read_zstd(out, capacity);
    case Codec::plain:
    case Codec::unknown: break;
  }
  return read_plain(out, capacity);
}

ByteStream::Result ByteStream::read_plain(char* out, std::size_t capacity) {
  if (input_begin_ == input_end_) return read_raw(out, capacity);
  const std::size_t bytes = std::min(capacity, input_end_ - input_begin_);
  std::memcpy(out, input_.get() + input_begin_, bytes);
  input_begin_ += bytes;
  return {Status::data, bytes};
}

ByteStream::Result ByteStream::read_gzip(char* out, std::size_t capacity) {
  z_stream& stream = decoder_->gzip;
  while (true) {
    if (input_begin_ == input_end_) {
      const Result result = fill_input();
      if (result.status == Status::end && !decoder_->between_members) {
        return corrupt("the gzip data ends too early: the file is truncated");
      }
      if (result.status != Status::data) return result;
    }
    char* const input = input_.get() + input_begin_;
    if (decoder_->between_members) {
      if (*input == 0) {  // some writers pad with zeros
        ++input_begin_;
        continue;
      }
      if (inflateReset(&stream) != Z_OK) return corrupt("the gzip stream cannot be reset");
      decoder_->between_members = false;
    }
    const std::size_t available = input_end_ - input_begin_;
    stream.next_in = reinterpret_cast<Bytef*>(input);
    stream.avail_in = static_cast<uInt>(available);
    stream.next_out = reinterpret_cast<Bytef*>(out);
    stream.avail_out = static_cast<uInt>(std::min(capacity, std::size_t{1} << 30));
    const std::size_t room = stream.avail_out;
    const int status = inflate(&stream, Z_NO_FLUSH);
    input_begin_ += available - stream.avail_in;
    const std::size_t produced = room - stream.avail_out;
    if (status == Z_STREAM_END) decoder_->between_members = true;
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
      const std::string why = stream.msg != nullptr ? stream.msg : "bad data";
      Result damaged = corrupt("the gzip data is damaged (" + why + ")");
      if (produced > 0) damaged = {Status::data, produced};  // what came before the damage
      return damaged;
    }
    if (produced > 0) return {Status::data, produced};
  }
}

ByteStream::Result ByteStream::read_zstd(char* out, std::size_t capacity) {
  while (true) {
    // Before more input: what the decoder still holds may fill the output again.
    ZSTD_inBuffer input{input_.get(), input_end_, input_begin_};
    ZSTD_outBuffer output{out, capacity, 0};
    if (!(decoder_->between_members && input_begin_ == input_end_)) {
      const std::size_t status = ZSTD_decompressStream(decoder_->zstd.get(), &output, &input);
      const bool took_input = input.pos > input_begin_;
      input_begin_ = input.pos;
      if (ZSTD_isError(status) != 0) {
        const Result damaged =
            corrupt(std::string("the zstd data is damaged (") + ZSTD_getErrorName(status) + ")");
        return output.pos > 0 ? Result{Status::data, output.pos} : damaged;
      }
      if (took_input || output.pos > 0) decoder_->between_members = status == 0;
      if (output.pos > 0) return {Status::data, output.pos};
      if (took_input && input_begin_ < input_end_) continue;
    }
    if (input_begin_ < input_end_) continue;
    const Result result = fill_input();
    if (result.status == Status::end && !decoder_->between_members) {
      return corrupt("the zstd data ends too early: the file is truncated");
    }
    if (result.status != Status::data) return result;
  }
}

}  // namespace penstock
