// SPDX-License-Identifier: Apache-2.0
// https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html
#include <penstock/kernels/error.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "capture_format.h"
#include "pcapng_time.h"

namespace penstock::detail {
namespace {

enum BlockType : std::uint32_t {
  block_interface = 1,
  block_packet = 2,  // obsolete, still written by old tools
  block_simple_packet = 3,
  block_enhanced_packet = 6,
  block_section = pcapng_magic,
};
constexpr std::uint32_t byte_order_magic = 0x1A2B3C4D;
constexpr std::uint32_t block_bytes_max = 16U << 20U;
constexpr std::size_t interfaces_max = 65536;

struct Interface {
  LinkType link = LinkType::ethernet;
  std::uint32_t captured_limit = 0;  // 0 = none
  PcapngClock clock;
};

struct Block {
  std::uint32_t type = 0;
  const std::uint8_t* body = nullptr;
  std::uint32_t body_bytes = 0;
};

bool is_packet(std::uint32_t type) noexcept {
  return type == block_enhanced_packet || type == block_packet || type == block_simple_packet;
}

class PcapngFormat final : public CaptureFormat {
 public:
  PcapngFormat(ByteWindow& window, std::string path) : window_(window), path_(std::move(path)) {}

  // The blocks before the first packet, so that what is wrong with them is known before data flows.
  void read_head() {
    Block block;
    while (locate(block, true) && !is_packet(block.type) && take_other(block)) {
    }
    if (interfaces_.empty() && state == CaptureReader::State::damaged && !section_seen_) {
      throw Error(ErrorCode::corrupt_input, "'" + path_ + "' " + damage);
    }
  }

  std::size_t next(std::span<CapturedPacket> out) override {
    std::size_t count = 0;
    Block block;
    // With frames already in hand nothing may move the window, and what is wrong waits for the
    // next call: the block is looked at again then.
    while (count < out.size() && locate(block, count == 0)) {
      if (!is_packet(block.type)) {
        if (count > 0 || !take_other(block)) break;
        continue;
      }
      if (!take_packet(block, out[count])) break;
      ++count;
      ++packets;
      window_.consume(block.body_bytes + 12U);
    }
    if (count > 0) state = CaptureReader::State::more;
    return count;
  }

 private:
  bool fail(std::string what) {
    state = CaptureReader::State::damaged;
    damage = "is damaged at byte " + std::to_string(window_.position()) + ": " + std::move(what);
    return false;
  }

  bool stop(ByteWindow::Result result) {
    if (result == ByteWindow::Result::waiting) {
      state = CaptureReader::State::waiting;
    } else if (window_.available() == 0 && skip_bytes_ == 0) {
      state = CaptureReader::State::end;
    } else {
      state = CaptureReader::State::damaged;
      damage = "ends inside of the block that starts at byte " +
               std::to_string(window_.position()) + ", behind packet " + std::to_string(packets);
    }
    return false;
  }

  // Passes over blocks that are larger than the window: names, secrets and the like; nothing that
  // is needed is as large. True where a whole block lies at the window's front.
  bool locate(Block& block, bool may_refill) {
    while (locate_any(block, may_refill)) {
      if (skip_bytes_ == 0) return true;
      if (is_packet(block.type) || block.type == block_interface || block.type == block_section) {
        return fail("a block of " + std::to_string(skip_bytes_) +
                    " bytes is longer than any frame");
      }
    }
    return false;
  }

  // As locate; but of a block larger than the window, sets skip_bytes_ to its length.
  bool locate_any(Block& block, bool may_refill) {
    if (skip_bytes_ > 0) {
      const ByteWindow::Result result = window_.skip(skip_bytes_);
      if (result != ByteWindow::Result::ready) return stop(result);
    }
    if (window_.available() < 12) {
      if (!may_refill) return false;
      const ByteWindow::Result result = window_.require(12);
      if (result != ByteWindow::Result::ready) return stop(result);
    }
    block.type = load_32(window_.data(), swapped_);
    if (block.type == block_section && !take_byte_order()) return false;
    const std::uint32_t bytes = load_32(window_.data() + 4, swapped_);
    if (bytes < 12 || bytes % 4 != 0 || bytes > block_bytes_max) {
      return fail("a block cannot be " + std::to_string(bytes) + " bytes long");
    }
    if (window_.available() < bytes) {
      if (!may_refill) return false;
      if (bytes > ByteWindow::capacity_bytes) {
        skip_bytes_ = bytes;
        return true;
      }
      const ByteWindow::Result result = window_.require(bytes);
      if (result != ByteWindow::Result::ready) return stop(result);
    }
    if (load_32(window_.data() + bytes - 4, swapped_) != bytes) {
      return fail("the length behind a block differs from the one before it");
    }
    block.body = window_.data() + 8;
    block.body_bytes = bytes - 12;
    state = CaptureReader::State::more;
    return true;
  }

  bool take_byte_order() {
    const std::uint32_t magic = load_32(window_.data() + 8, false);
    if (magic != byte_order_magic && magic != __builtin_bswap32(byte_order_magic)) {
      return fail("the section's byte order mark is neither of the two");
    }
    swapped_ = magic != byte_order_magic;
    return true;
  }

  // Sections and interfaces; consumes the block. All others say nothing about frames.
  bool take_other(const Block& block) {
    if (block.type == block_section) {
      if (block.body_bytes < 16) return fail("a section header is too short");
      if (load_16(block.body + 4, swapped_) != 1) {
        return fail("version " + std::to_string(load_16(block.body + 4, swapped_)) +
                    " of pcapng is not known, only 1");
      }
      interfaces_.clear();
      section_seen_ = true;
    } else if (block.type == block_interface && !take_interface(block)) {
      return false;
    }
    window_.consume(block.body_bytes + 12U);
    return true;
  }

  bool take_interface(const Block& block) {
    if (block.body_bytes < 8) return fail("an interface description is too short");
    if (interfaces_.size() == interfaces_max) return fail("more interfaces than anyone has");
    Interface interface;
    interface.link = require_link_type(path_, load_16(block.body, swapped_));
    interface.captured_limit = load_32(block.body + 4, swapped_);
    std::uint32_t at = 8;
    while (block.body_bytes - at >= 4) {
      constexpr std::uint16_t option_end = 0;
      constexpr std::uint16_t option_resolution = 9;
      constexpr std::uint16_t option_offset = 14;
      const std::uint16_t code = load_16(block.body + at, swapped_);
      const std::uint32_t bytes = load_16(block.body + at + 2, swapped_);
      at += 4;
      if (code == option_end) break;
      const std::uint32_t padded = (bytes + 3U) / 4U * 4U;
      if (padded > block.body_bytes - at) return fail("an interface's options leave their block");
      if (code == option_resolution && bytes >= 1 &&
          !interface.clock.set_resolution(block.body[at])) {
        return fail("an interface's time resolution (" + std::to_string(block.body[at]) +
                    ") is finer than 64 bits can count a second in");
      }
      if (code == option_offset && bytes == 8) {
        const std::uint64_t low = load_32(block.body + at + (swapped_ ? 4U : 0U), swapped_);
        const std::uint64_t high = load_32(block.body + at + (swapped_ ? 0U : 4U), swapped_);
        interface.clock.set_offset_seconds(static_cast<std::int64_t>((high << 32U) | low));
      }
      at += padded;
    }
    interfaces_.push_back(interface);
    return true;
  }

  bool take_packet(const Block& block, CapturedPacket& packet) {
    if (block.type == block_simple_packet) return take_simple_packet(block, packet);
    constexpr std::uint32_t header_bytes = 20;
    if (block.body_bytes < header_bytes) return fail("a packet block is too short");
    const std::uint32_t id =
        block.type == block_packet ? load_16(block.body, swapped_) : load_32(block.body, swapped_);
    if (id >= interfaces_.size()) {
      return fail("packet " + std::to_string(packets + 1) + " is of interface " +
                  std::to_string(id) + ", which was not described");
    }
    const std::uint32_t captured = load_32(block.body + 12, swapped_);
    if (captured > block.body_bytes - header_bytes || captured > captured_bytes_max) {
      return fail("packet " + std::to_string(packets + 1) + " claims " + std::to_string(captured) +
                  " captured bytes, more than its block has");
    }
    const Interface& interface = interfaces_[id];
    const std::uint64_t ticks = (std::uint64_t{load_32(block.body + 4, swapped_)} << 32U) |
                                load_32(block.body + 8, swapped_);
    const std::optional<std::int64_t> ts_ns = interface.clock.to_ns(ticks);
    packet.ts_ns = ts_ns.value_or(0);
    packet.timestamp = ts_ns ? CaptureTimestamp::known : CaptureTimestamp::out_of_range;
    packet.data = block.body + header_bytes;
    packet.captured_length = captured;
    packet.original_length = load_32(block.body + 16, swapped_);
    packet.link = interface.link;
    return true;
  }

  bool take_simple_packet(const Block& block, CapturedPacket& packet) {
    if (block.body_bytes < 4) return fail("a packet block is too short");
    if (interfaces_.empty()) return fail("a packet comes before any interface");
    const Interface& interface = interfaces_.front();
    const std::uint32_t original = load_32(block.body, swapped_);
    std::uint32_t captured = std::min(original, block.body_bytes - 4);
    if (interface.captured_limit != 0) captured = std::min(captured, interface.captured_limit);
    if (captured > captured_bytes_max) return fail("a frame is longer than any link's");
    packet.ts_ns = 0;
    packet.timestamp = CaptureTimestamp::missing;
    packet.data = block.body + 4;
    packet.captured_length = captured;
    packet.original_length = original;
    packet.link = interface.link;
    return true;
  }

  ByteWindow& window_;
  std::string path_;
  std::vector<Interface> interfaces_;  // of the section
  bool swapped_ = false;
  bool section_seen_ = false;
  std::uint64_t skip_bytes_ = 0;
};

}  // namespace

std::unique_ptr<CaptureFormat> open_pcapng(ByteWindow& window, const std::string& path) {
  auto format = std::make_unique<PcapngFormat>(window, path);
  if (window.regular()) format->read_head();
  return format;
}

}  // namespace penstock::detail
