// SPDX-License-Identifier: Apache-2.0
#include <pcap/pcap.h>

#include <array>
#include <cstdio>

#include "capture_format.h"

namespace penstock::detail {
namespace {

struct ClosePcap {
  void operator()(pcap_t* capture) const noexcept { pcap_close(capture); }
};

class LibpcapFormat final : public CaptureFormat {
 public:
  LibpcapFormat(std::unique_ptr<char[]> buffer, std::unique_ptr<pcap_t, ClosePcap> capture,
                LinkType link)
      : buffer_(std::move(buffer)), capture_(std::move(capture)), link_(link) {}

  // One frame a call: libpcap overwrites it with the next.
  std::size_t next(std::span<CapturedPacket> out) override {
    if (out.empty() || state != CaptureReader::State::more) return 0;
    pcap_pkthdr* header = nullptr;
    const u_char* data = nullptr;
    const int result = pcap_next_ex(capture_.get(), &header, &data);
    if (result == 1) {
      CapturedPacket& packet = out.front();
      packet.ts_ns = std::int64_t{header->ts.tv_sec} * 1'000'000'000 + header->ts.tv_usec;
      packet.data = data;
      packet.captured_length = header->caplen;
      packet.original_length = header->len;
      packet.link = link_;
      packet.timestamp = CaptureTimestamp::known;
      ++packets;
      return 1;
    }
    if (result == PCAP_ERROR_BREAK) {
      state = CaptureReader::State::end;
    } else {
      state = CaptureReader::State::damaged;
      damage = "is damaged behind packet " + std::to_string(packets) + ": " +
               pcap_geterr(capture_.get());
    }
    return 0;
  }

 private:
  std::unique_ptr<char[]> buffer_;  // stdio's; outlives the capture, which closes the file
  std::unique_ptr<pcap_t, ClosePcap> capture_;
  LinkType link_;
};

}  // namespace

std::unique_ptr<CaptureFormat> open_libpcap(const std::string& path, std::string& reason) {
  constexpr std::size_t buffer_bytes = std::size_t{1} << 20;
  std::FILE* const file = std::fopen(path.c_str(), "rbe");
  if (file == nullptr) {
    reason = "it cannot be opened";
    return nullptr;
  }
  auto buffer = std::make_unique_for_overwrite<char[]>(buffer_bytes);
  static_cast<void>(std::setvbuf(file, buffer.get(), _IOFBF, buffer_bytes));
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  std::unique_ptr<pcap_t, ClosePcap> capture(
      pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, error.data()));
  if (capture == nullptr) {
    static_cast<void>(std::fclose(file));
    reason = error.data();
    return nullptr;
  }
  const LinkType link =
      require_link_type(path, static_cast<std::uint32_t>(pcap_datalink(capture.get())));
  return std::make_unique<LibpcapFormat>(std::move(buffer), std::move(capture), link);
}

}  // namespace penstock::detail
