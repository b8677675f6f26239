// SPDX-License-Identifier: Apache-2.0
#include "published_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "target_path.h"
#include "write_all.h"

namespace penstock::detail {

namespace {

constexpr std::size_t spill_bytes = 256 * 1024;

// A symbolic link stays one: what it points to is replaced.
std::string resolved(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0 || !S_ISLNK(status.st_mode)) return path;
  const std::unique_ptr<char, void (*)(void*)> real(realpath(path.c_str(), nullptr), std::free);
  return real == nullptr ? path : std::string(real.get());
}

bool same_file(int fd, const std::string& path) {
  struct stat open_file {};
  struct stat named {};
  return fstat(fd, &open_file) == 0 && stat(path.c_str(), &named) == 0 &&
         open_file.st_dev == named.st_dev && open_file.st_ino == named.st_ino;
}

void sync_directory(const std::string& path) noexcept {
  const int fd = open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd);  // some file systems cannot; the name then follows with their next write
  close(fd);
}

}  // namespace

PublishedFile::PublishedFile(const std::string& path, Existing existing, std::string preamble,
                             const Where& where)
    : path_(resolved(path)), where_(where), existing_(existing), buffer_(std::move(preamble)) {
  check_target(path_, where_);
  struct stat status {};
  const bool exists = stat(path_.c_str(), &status) == 0;
  if (exists && !S_ISREG(status.st_mode)) {
    fd_ = open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd_ < 0) throw_file_error("write to", path_, errno, where_);
  } else {
    if (exists && existing_ == Existing::fail)
      throw Error(ErrorCode::invalid_argument,
                  "'" + path_ + "' exists; remove it, or say mode = 'replace'", where_);
    open_partial();
  }
  committed_length_ = static_cast<std::int64_t>(buffer_.size());
}

void PublishedFile::open_partial() {
  const std::string partial = path_ + ".partial";
  for (;;) {
    fd_ = open(partial.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd_ < 0) throw_file_error("create", partial, errno, where_);
    if (flock(fd_, LOCK_EX | LOCK_NB) != 0) {
      ::close(fd_);
      throw Error(ErrorCode::io,
                  "'" + path_ +
                      "' is being written by another job or table; give each its own "
                      "file, or wait for the other",
                  where_);
    }
    // Its former owner may have given it its name, or removed it, between the two calls.
    if (same_file(fd_, partial)) break;
    ::close(fd_);
  }
  partial_ = partial;
  if (ftruncate(fd_, 0) == 0) return;
  const int number = errno;
  ::close(fd_);
  throw_file_error("empty", partial, number, where_);
}

PublishedFile::~PublishedFile() {
  if (fd_ < 0) return;
  if (partial_.empty()) {
    ::close(fd_);
    return;
  }
  try {
    if (committed_rows_) {
      publish();
    } else {
      unlink(partial_.c_str());
    }
  } catch (const Error&) {
    // What was committed stays in the partial file.
  }
  if (fd_ >= 0) ::close(fd_);
}

void PublishedFile::flush() {
  // Counted as far as it went: a failed job cuts the file back to what was committed.
  std::size_t written = 0;
  const int number = write_all(fd_, buffer_, written);
  length_ += static_cast<std::int64_t>(written);
  if (number != 0) {
    buffer_.erase(0, written);
    throw_file_error("write to", partial_.empty() ? path_ : partial_, number, where_);
  }
  buffer_.clear();
}

void PublishedFile::spill() {
  if (buffer_.size() >= spill_bytes) flush();
}

void PublishedFile::commit() {
  flush();
  if (fdatasync(fd_) != 0 && errno != EINVAL && errno != EROFS)
    throw_file_error("write to", partial_.empty() ? path_ : partial_, errno, where_);
  committed_rows_ = committed_rows_ || length_ > committed_length_;
  committed_length_ = length_;
}

void PublishedFile::publish() {
  if (ftruncate(fd_, committed_length_) != 0 || fsync(fd_) != 0)
    throw_file_error("write to", partial_, errno, where_);
  if (existing_ == Existing::replace) {
    if (std::rename(partial_.c_str(), path_.c_str()) != 0)
      throw_file_error("create", path_, errno, where_);
  } else {
    // Unlike rename, link never takes the place of a file that came in the meantime.
    if (link(partial_.c_str(), path_.c_str()) != 0)
      throw_file_error("create", path_, errno, where_);
    unlink(partial_.c_str());
  }
  sync_directory(path_);
  ::close(std::exchange(fd_, -1));
}

void PublishedFile::close() {
  if (fd_ < 0) return;
  // A preamble alone has not been written yet; what came after the last commit never will be.
  const auto wanted =
      static_cast<std::size_t>(committed_length_ - std::min(committed_length_, length_));
  buffer_.resize(std::min(buffer_.size(), wanted));
  flush();
  if (partial_.empty()) {
    ::close(std::exchange(fd_, -1));
  } else {
    publish();
  }
}

}  // namespace penstock::detail
