// SPDX-License-Identifier: Apache-2.0
#include <penstock/kernels/error.h>
#include <penstock/packets/capture_reader.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "byte_window.h"
#include "capture_format.h"

namespace penstock {
namespace {

using detail::ByteWindow;

struct Compression {
  std::string_view magic;
  const char* name;
  const char* command;
};
constexpr std::array<Compression, 4> compressions = {{
    {"\x1F\x8B", "gzip", "zcat"},
    {"\x28\xB5\x2F\xFD", "zstd", "zstdcat"},
    {"\xFD\x37\x7A\x58", "xz", "xzcat"},
    {"BZh", "bzip2", "bzcat"},
}};

std::string first_bytes(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes.first(std::min<std::size_t>(bytes.size(), 8))) {
    if (!text.empty()) text += ' ';
    text += digits[byte >> 4U];
    text += digits[byte & 0x0FU];
  }
  return text;
}

[[noreturn]] void refuse(const std::string& path, std::span<const std::uint8_t> bytes,
                         const std::string& reason) {
  if (bytes.empty()) {
    throw Error(ErrorCode::corrupt_input, "'" + path + "' is empty: not a capture file");
  }
  for (const Compression& compression : compressions) {
    if (bytes.size() >= compression.magic.size() &&
        std::memcmp(bytes.data(), compression.magic.data(), compression.magic.size()) == 0) {
      throw Error(ErrorCode::unsupported, "'" + path + "' is compressed with " + compression.name +
                                              ": unpack it, or pipe it in (" + compression.command +
                                              " FILE | …) with path = '-'");
    }
  }
  std::string message =
      "'" + path + "' is not a capture file: it starts with the bytes " + first_bytes(bytes);
  message += ", and neither pcap nor pcapng does";
  if (!reason.empty()) message += " (libpcap: " + reason + ")";
  throw Error(ErrorCode::corrupt_input, message);
}

bool is_pcap(std::uint32_t magic) noexcept {
  return magic == detail::pcap_magic_us || magic == detail::pcap_magic_ns ||
         magic == __builtin_bswap32(detail::pcap_magic_us) ||
         magic == __builtin_bswap32(detail::pcap_magic_ns);
}

}  // namespace

namespace detail {

LinkType require_link_type(const std::string& path, std::uint32_t number) {
  const std::optional<LinkType> link = link_type_from_number(number);
  if (link) return *link;
  throw Error(ErrorCode::unsupported,
              "'" + path + "' has frames of link type " + link_type_name(number) +
                  ", which is not decoded; decoded are Ethernet, Linux cooked (1 and 2), raw IP "
                  "and loopback");
}

}  // namespace detail

struct CaptureReader::Implementation {
  std::string path;
  Method method = Method::automatic;
  ByteWindow window;
  std::unique_ptr<detail::CaptureFormat> format;  // nullptr until the header came
  std::string damage;

  Implementation(const std::string& path_given, Method method_given)
      : path(path_given), method(method_given), window(path_given) {
    if (window.regular()) open_format();
  }

  std::span<const std::uint8_t> head() const noexcept {
    return {window.data(), window.available()};
  }

  // False where a pipe has not brought the header yet.
  bool open_format() {
    const ByteWindow::Result result = window.require(detail::pcap_header_bytes);
    if (result == ByteWindow::Result::waiting) return false;
    const std::uint32_t magic = window.available() >= 4 ? detail::load_32(window.data(), false) : 0;
    std::string reason;
    const bool usual = is_pcap(magic) || magic == detail::pcapng_magic;
    if (method == Method::libpcap || (!usual && window.regular())) {
      format = detail::open_libpcap(path, reason);
      if (format == nullptr) refuse(path, head(), reason);
      return true;
    }
    if (!usual) refuse(path, head(), reason);
    if (result == ByteWindow::Result::end) {
      throw Error(ErrorCode::corrupt_input, "'" + path + "' ends inside of its header, after " +
                                                std::to_string(window.available()) + " bytes");
    }
    format = is_pcap(magic) ? detail::open_pcap(window, path) : detail::open_pcapng(window, path);
    return true;
  }
};

CaptureReader::CaptureReader(const std::string& path, Method method)
    : implementation_(std::make_unique<Implementation>(path, method)) {}
CaptureReader::~CaptureReader() = default;
CaptureReader::CaptureReader(CaptureReader&&) noexcept = default;
CaptureReader& CaptureReader::operator=(CaptureReader&&) noexcept = default;

std::size_t CaptureReader::next(std::span<CapturedPacket> out) {
  Implementation& self = *implementation_;
  if (self.format == nullptr && !self.open_format()) return 0;
  const std::size_t count = self.format->next(out);
  if (count == 0 && self.format->state == State::damaged && self.damage.empty()) {
    self.damage = "'" + self.path + "' " + self.format->damage;
  }
  return count;
}

CaptureReader::State CaptureReader::state() const noexcept {
  return implementation_->format == nullptr ? State::waiting : implementation_->format->state;
}

void CaptureReader::wait(int milliseconds) const {
  implementation_->window.wait(milliseconds);
}

const std::string& CaptureReader::damage() const noexcept {
  return implementation_->damage;
}

std::uint64_t CaptureReader::packets() const noexcept {
  return implementation_->format == nullptr ? 0 : implementation_->format->packets;
}

std::uint64_t CaptureReader::bytes_done() const noexcept {
  return implementation_->window.position();
}

std::uint64_t CaptureReader::bytes_total() const noexcept {
  return implementation_->window.size_bytes();
}

}  // namespace penstock
