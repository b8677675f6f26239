// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <penstock/kernels/error.h>
#include <penstock/packets/capture_writer.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace penstock {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} * 1024;
constexpr std::uint32_t captured_bytes_max = 65536;

[[noreturn]] void fail(const std::string& path, const char* what, int error) {
  ErrorCode code = ErrorCode::io;
  if (error == ENOENT || error == ENOTDIR) code = ErrorCode::not_found;
  if (error == EACCES || error == EPERM || error == EROFS) code = ErrorCode::permission_denied;
  throw Error(code, "'" + path + "' cannot be " + what + ": " + std::strerror(error));
}

}  // namespace

struct CaptureWriter::Implementation {
  std::string path;
  int fd = -1;
  std::unique_ptr<std::uint8_t[]> buffer = std::make_unique<std::uint8_t[]>(buffer_bytes);
  std::size_t held = 0;
  std::uint64_t bytes = 0;

  ~Implementation() {
    if (fd >= 0) ::close(fd);
  }

  void append(const void* data, std::size_t size) noexcept {
    if (size == 0) return;
    std::memcpy(buffer.get() + held, data, size);
    held += size;
    bytes += size;
  }

  void flush() {
    std::size_t done = 0;
    while (done < held) {
      const ssize_t written = ::write(fd, buffer.get() + done, held - done);
      if (written < 0 && errno != EINTR) fail(path, "written", errno);
      if (written > 0) done += static_cast<std::size_t>(written);
    }
    held = 0;
  }
};

CaptureWriter::CaptureWriter(const std::string& path)
    : implementation_(std::make_unique<Implementation>()) {
  Implementation& self = *implementation_;
  self.path = path;
  constexpr mode_t read_for_all = 0644;
  self.fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, read_for_all);
  if (self.fd < 0) fail(path, "created", errno);
  constexpr std::uint32_t magic_ns = 0xA1B23C4D;
  constexpr std::uint32_t version_2_4 = 2 | (4U << 16U);
  constexpr std::uint32_t link_ethernet = 1;
  const std::array<std::uint32_t, 6> header = {magic_ns, version_2_4,        0,
                                               0,        captured_bytes_max, link_ethernet};
  self.append(header.data(), sizeof header);
}

CaptureWriter::~CaptureWriter() = default;
CaptureWriter::CaptureWriter(CaptureWriter&&) noexcept = default;
CaptureWriter& CaptureWriter::operator=(CaptureWriter&&) noexcept = default;

void CaptureWriter::write(std::int64_t ts_ns, std::span<const std::uint8_t> captured,
                          std::uint32_t original_length) {
  constexpr std::int64_t ns_per_s = 1'000'000'000;
  constexpr std::int64_t seconds_max = 0xFFFFFFFF;
  Implementation& self = *implementation_;
  if (ts_ns < 0 || ts_ns / ns_per_s > seconds_max || captured.size() > captured_bytes_max ||
      original_length < captured.size()) {
    throw Error(ErrorCode::invalid_argument,
                "'" + self.path +
                    "': a frame needs a time from 1970 to 2106, at most 65536 bytes "
                    "captured, and no fewer on the wire");
  }
  const std::array<std::uint32_t, 4> record = {
      static_cast<std::uint32_t>(ts_ns / ns_per_s), static_cast<std::uint32_t>(ts_ns % ns_per_s),
      static_cast<std::uint32_t>(captured.size()), original_length};
  if (self.held + sizeof record + captured.size() > buffer_bytes) self.flush();
  self.append(record.data(), sizeof record);
  self.append(captured.data(), captured.size());
}

void CaptureWriter::close() {
  Implementation& self = *implementation_;
  if (self.fd < 0) return;
  self.flush();
  if (::close(std::exchange(self.fd, -1)) != 0) fail(self.path, "written", errno);
}

std::uint64_t CaptureWriter::bytes_written() const noexcept {
  return implementation_->bytes;
}

}  // namespace penstock
