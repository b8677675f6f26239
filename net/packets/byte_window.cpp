// SPDX-License-Identifier: Apache-2.0
#include "byte_window.h"

#include <fcntl.h>
#include <penstock/kernels/error.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace penstock::detail {
namespace {

[[noreturn]] void fail_open(const std::string& path, int error) {
  if (error == ENOENT || error == ENOTDIR) {
    throw Error(ErrorCode::not_found, "there is no file '" + path + "'");
  }
  if (error == EACCES || error == EPERM) {
    throw Error(ErrorCode::permission_denied, "'" + path + "' may not be read");
  }
  throw Error(ErrorCode::io, "'" + path + "' cannot be opened: " + std::strerror(error));
}

}  // namespace

ByteWindow::ByteWindow(const std::string& path) : path_(path) {
  if (path == "-") {
    fd_ = STDIN_FILENO;
    owned_ = false;
  } else {
    fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd_ < 0) fail_open(path, errno);
  }
  struct stat status {};
  if (::fstat(fd_, &status) == 0) {
    if (S_ISDIR(status.st_mode)) {
      if (owned_) ::close(fd_);
      throw Error(ErrorCode::invalid_argument,
                  "'" + path + "' is a directory: name its files, as in '" + path + "/*.pcap'");
    }
    regular_ = S_ISREG(status.st_mode);
    if (regular_) size_bytes_ = static_cast<std::uint64_t>(status.st_size);
  }
  buffer_ = std::make_unique_for_overwrite<std::uint8_t[]>(capacity_bytes);
}

ByteWindow::~ByteWindow() {
  if (owned_ && fd_ >= 0) ::close(fd_);
}

void ByteWindow::wait(int milliseconds) const {
  if (regular_) return;
  pollfd poll_entry{.fd = fd_, .events = POLLIN, .revents = 0};
  ::poll(&poll_entry, 1, milliseconds);
}

ByteWindow::Result ByteWindow::fill() {
  if (at_end_) return Result::end;
  if (!regular_) {
    pollfd poll_entry{.fd = fd_, .events = POLLIN, .revents = 0};
    if (::poll(&poll_entry, 1, 0) == 0) return Result::waiting;
  }
  const ssize_t got = ::read(fd_, buffer_.get() + end_, capacity_bytes - end_);
  if (got < 0) {
    if (errno == EINTR || errno == EAGAIN) return Result::waiting;
    throw Error(ErrorCode::io, "'" + path_ + "' cannot be read: " + std::strerror(errno));
  }
  if (got == 0) {
    at_end_ = true;
    return Result::end;
  }
  end_ += static_cast<std::size_t>(got);
  return Result::ready;
}

ByteWindow::Result ByteWindow::require(std::size_t bytes) {
  if (available() >= bytes) return Result::ready;
  std::memmove(buffer_.get(), data(), available());
  end_ -= begin_;
  begin_ = 0;
  while (available() < bytes) {
    const Result result = fill();
    if (result != Result::ready) return result;
  }
  return Result::ready;
}

ByteWindow::Result ByteWindow::skip(std::uint64_t& bytes) {
  while (bytes > 0) {
    const Result result = require(1);
    if (result != Result::ready) return result;
    const std::size_t part = std::min<std::uint64_t>(bytes, available());
    consume(part);
    bytes -= part;
  }
  return Result::ready;
}

}  // namespace penstock::detail
