// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <penstock/kernels/error.h>

#include "capture_files.h"
#include "packet_table.h"

namespace penstock::test {
namespace {

struct SmallCapture {
  ByteString bytes;
  std::vector<std::size_t> ends;  // byte behind the head, then behind each frame
};

SmallCapture small_pcap() {
  SmallCapture capture;
  capture.bytes = pcap_file(Endian::little, true, 1, {});
  capture.ends = {capture.bytes.size()};
  std::vector<TestFrame> frames;
  for (std::uint32_t index = 0; index < 5; ++index) {
    frames.push_back({.seconds = index, .bytes = ethernet(0x0800, ipv4(17, udp(index * 3)))});
    capture.bytes = pcap_file(Endian::little, true, 1, frames);
    capture.ends.push_back(capture.bytes.size());
  }
  return capture;
}

SmallCapture small_pcapng() {
  SmallCapture capture;
  capture.bytes = pcapng_section(Endian::big) + pcapng_interface(Endian::big, {});
  capture.ends = {capture.bytes.size()};
  for (std::uint32_t index = 0; index < 5; ++index) {
    capture.bytes = capture.bytes + pcapng_packet(Endian::big, 0, index * 1'000'000,
                                                  ethernet(0x0800, ipv4(17, udp(index * 3))));
    capture.ends.push_back(capture.bytes.size());
  }
  return capture;
}

std::size_t complete_frames(const SmallCapture& capture, std::size_t bytes) {
  std::size_t frames = 0;
  for (std::size_t index = 1; index < capture.ends.size(); ++index) {
    if (capture.ends[index] <= bytes) frames = index;
  }
  return frames;
}

// A frame or the head ends here, so that nothing shows that more was meant to follow.
bool looks_whole(const SmallCapture& capture, std::size_t bytes, bool pcapng) {
  constexpr std::size_t section_bytes = 28;
  if (pcapng && bytes == section_bytes) return true;
  return std::find(capture.ends.begin(), capture.ends.end(), bytes) != capture.ends.end();
}

void cut_everywhere(const SmallCapture& capture, const std::string& name, bool pcapng) {
  const TemporaryDirectory directory;
  const std::string path = directory.file(name);
  const std::size_t head_bytes = pcapng ? 28 : capture.ends.front();
  for (std::size_t cut = 0; cut <= capture.bytes.size(); ++cut) {
    SCOPED_TRACE(cut);
    write_file(path, ByteString(capture.bytes.begin(),
                                capture.bytes.begin() + static_cast<std::ptrdiff_t>(cut)));
    if (cut < head_bytes) {
      try {
        make_pcap_source({{"path", path}});
        FAIL() << "without a whole head it is no capture";
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::corrupt_input) << error.what();
      }
      continue;
    }
    const auto source = make_pcap_source({{"path", path}});
    const TableContents contents = read_table(*source);
    EXPECT_EQ(contents.rows.size(), complete_frames(capture, cut));
    const bool whole = looks_whole(capture, cut, pcapng);
    EXPECT_EQ(contents.warnings.size(), whole ? 0 : 1);
    EXPECT_EQ(contents.counters.at("packets.damaged_files"), whole ? 0 : 1);

    const auto strict = make_pcap_source({{"path", path}, {"on_error", "fail"}});
    if (whole) {
      EXPECT_EQ(read_table(*strict).rows.size(), contents.rows.size());
    } else {
      EXPECT_THROW(read_table(*strict), Error);
    }
  }
}

TEST(damaged_capture, pcap_cut_at_every_byte) {
  cut_everywhere(small_pcap(), "x.pcap", false);
}

TEST(damaged_capture, pcapng_cut_at_every_byte) {
  cut_everywhere(small_pcapng(), "x.pcapng", true);
}

TEST(damaged_capture, the_warning_says_where_and_how_much_was_read) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("x.pcap");
  SmallCapture capture = small_pcap();
  capture.bytes.pop_back();
  write_file(path, capture.bytes);
  const auto source = make_pcap_source({{"path", path}});
  const TableContents contents = read_table(*source);
  ASSERT_EQ(contents.warnings.size(), 1);
  EXPECT_EQ(contents.warnings.front(),
            "table 'packets': '" + path + "' ends inside of packet 5, which starts at byte " +
                std::to_string(capture.ends[4]) + "; the 4 packets before it were read");

  const auto strict = make_pcap_source({{"path", path}, {"on_error", "fail"}});
  try {
    read_table(*strict);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt_input);
    EXPECT_STREQ(error.what(), ("1:10: table 'packets': '" + path +
                                "' ends inside of packet 5, which starts at byte " +
                                std::to_string(capture.ends[4]) +
                                "; with on_error = 'warn' the packets before it are read")
                                   .c_str());
  }
}

TEST(damaged_capture, absurd_length_inside_of_a_pcap) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("x.pcap");
  SmallCapture capture = small_pcap();
  capture.bytes[capture.ends[2] + 11] = 0x7F;
  write_file(path, capture.bytes);
  const TableContents contents = read_table(*make_pcap_source({{"path", path}}));
  EXPECT_EQ(contents.rows.size(), 2);
  ASSERT_EQ(contents.warnings.size(), 1);
  EXPECT_NE(contents.warnings.front().find("is damaged at byte " + std::to_string(capture.ends[2]) +
                                           ": packet 3 claims "),
            std::string::npos)
      << contents.warnings.front();
}

TEST(damaged_capture, the_other_files_are_read_all_the_same) {
  const TemporaryDirectory directory;
  const SmallCapture capture = small_pcap();
  ByteString cut = capture.bytes;
  cut.pop_back();
  write_file(directory.file("a.pcap"), cut);
  write_file(directory.file("b.pcap"), capture.bytes);
  write_file(directory.file("c.pcap"), cut);
  const TableContents contents =
      read_table(*make_pcap_source({{"path", directory.file("*.pcap")}}));
  EXPECT_EQ(contents.rows.size(), 4 + 5 + 4);
  EXPECT_EQ(contents.warnings.size(), 2);
  EXPECT_EQ(contents.counters.at("packets.damaged_files"), 2);
}

}  // namespace
}  // namespace penstock::test
