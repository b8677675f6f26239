// SPDX-License-Identifier: Apache-2.0
// https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html
#include "capture_format.h"

namespace penstock::detail {
namespace {

constexpr std::size_t record_header_bytes = 16;

template <bool swapped>
class PcapFormat final : public CaptureFormat {
 public:
  PcapFormat(ByteWindow& window, LinkType link, std::int64_t fraction_ns)
      : window_(window), link_(link), fraction_ns_(fraction_ns) {}

  std::size_t next(std::span<CapturedPacket> out) override {
    std::size_t count = take(out);
    if (count == 0 && refill()) count = take(out);
    packets += count;
    return count;
  }

 private:
  // What lies in the window whole. Stops before a record that makes no sense: refill() says so.
  std::size_t take(std::span<CapturedPacket> out) {
    const std::uint8_t* const begin = window_.data();
    const std::uint8_t* at = begin;
    std::size_t left = window_.available();
    std::size_t count = 0;
    while (count < out.size() && left >= record_header_bytes) {
      const std::uint32_t captured = load_32(at + 8, swapped);
      if (captured > captured_bytes_max || left - record_header_bytes < captured) break;
      CapturedPacket& packet = out[count++];
      packet.ts_ns = std::int64_t{load_32(at, swapped)} * 1'000'000'000 +
                     std::int64_t{load_32(at + 4, swapped)} * fraction_ns_;
      packet.data = at + record_header_bytes;
      packet.captured_length = captured;
      packet.original_length = load_32(at + 12, swapped);
      packet.link = link_;
      packet.timestamp = CaptureTimestamp::known;
      at += record_header_bytes + captured;
      left -= record_header_bytes + captured;
    }
    window_.consume(static_cast<std::size_t>(at - begin));
    return count;
  }

  // True where a whole record lies in the window; else the state says why not.
  bool refill() {
    ByteWindow::Result result = window_.require(record_header_bytes);
    if (result == ByteWindow::Result::ready) {
      const std::uint32_t captured = load_32(window_.data() + 8, swapped);
      if (captured > captured_bytes_max) {
        state = CaptureReader::State::damaged;
        damage = "is damaged at byte " + std::to_string(window_.position()) + ": packet " +
                 std::to_string(packets + 1) + " claims " + std::to_string(captured) +
                 " captured bytes, more than " + std::to_string(captured_bytes_max);
        return false;
      }
      result = window_.require(record_header_bytes + captured);
    }
    if (result == ByteWindow::Result::ready) {
      state = CaptureReader::State::more;
    } else if (result == ByteWindow::Result::waiting) {
      state = CaptureReader::State::waiting;
    } else if (window_.available() == 0) {
      state = CaptureReader::State::end;
    } else {
      state = CaptureReader::State::damaged;
      damage = "ends inside of packet " + std::to_string(packets + 1) + ", which starts at byte " +
               std::to_string(window_.position());
    }
    return result == ByteWindow::Result::ready;
  }

  ByteWindow& window_;
  LinkType link_;
  std::int64_t fraction_ns_;
};

}  // namespace

std::unique_ptr<CaptureFormat> open_pcap(ByteWindow& window, const std::string& path) {
  const std::uint32_t magic = load_32(window.data(), false);
  const bool swapped = magic != pcap_magic_us && magic != pcap_magic_ns;
  const std::int64_t fraction_ns =
      (swapped ? __builtin_bswap32(magic) : magic) == pcap_magic_ns ? 1 : 1000;
  constexpr std::uint32_t link_mask = 0x03FFFFFF;  // above it: the length of checksums
  const LinkType link = require_link_type(path, load_32(window.data() + 20, swapped) & link_mask);
  window.consume(pcap_header_bytes);
  if (swapped) return std::make_unique<PcapFormat<true>>(window, link, fraction_ns);
  return std::make_unique<PcapFormat<false>>(window, link, fraction_ns);
}

}  // namespace penstock::detail
