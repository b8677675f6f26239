// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <penstock/data/symbol_table.h>
#include <penstock/io/packet_schema.h>
#include <penstock/kernels/error.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "capture_files.h"
#include "packet_table.h"

namespace penstock::test {
namespace {

std::vector<TestFrame> mixed_frames() {
  ByteString bad_udp = udp(4);
  bad_udp[5] = 0;
  ByteString bad_tcp = tcp(0);
  bad_tcp[12] = 0;
  ByteString bad_ipv4 = ipv4(17, udp(4));
  bad_ipv4[0] = 0x43;
  ByteString bad_ipv6 = ipv6(17, udp(4));
  bad_ipv6[0] = 0x30;
  return {
      {.seconds = 1, .fraction = 5, .bytes = ethernet(0x0800, ipv4(17, udp(4)))},
      {.seconds = 2, .bytes = ethernet(0x8100, from_hex("0064 86dd") + ipv6(6, tcp(7)))},
      {.seconds = 3, .bytes = ethernet(0x0806, zeros(46))},
      {.seconds = 4, .bytes = ethernet(0x0800, ipv4(17, zeros(16), 2))},
      {.seconds = 5, .bytes = ethernet(0x0800, bad_ipv4)},
      {.seconds = 6, .bytes = ethernet(0x86DD, bad_ipv6)},
      {.seconds = 7, .bytes = ethernet(0x0800, ipv4(17, bad_udp))},
      {.seconds = 8, .bytes = ethernet(0x0800, ipv4(6, bad_tcp))},
      {.seconds = 9,
       .bytes = ByteString(ethernet(0x0800, {}) + from_hex("45000100")),
       .original_length = 300},
      {.seconds = 10, .bytes = ethernet(0x0800, ipv4(253, zeros(30)))},
  };
}

class PcapSource : public testing::Test {
 protected:
  void write_mixed(const std::string& name) {
    write_file(directory_.file(name), pcap_file(Endian::big, true, 1, mixed_frames()));
  }
  TemporaryDirectory directory_;
};

std::string error_of(const TableOptions& options) {
  try {
    make_pcap_source(options);
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

TEST_F(PcapSource, rows_and_nulls) {
  write_mixed("x.pcap");
  const auto source = make_pcap_source({{"path", directory_.file("x.pcap")}});
  EXPECT_EQ(source->schema(), packet_schema());
  EXPECT_TRUE(source->bounded());
  EXPECT_EQ(source->partitions(), 1);
  const TableContents contents = read_table(*source);
  ASSERT_EQ(contents.rows.size(), 10);
  EXPECT_EQ(contents.rows[0], (TextRow{{"ts", "1970-01-01T00:00:01.000000005Z"},
                                       {"src_ip", "10.0.0.1"},
                                       {"dst_ip", "10.0.0.2"},
                                       {"src_port", "1000"},
                                       {"dst_port", "2000"},
                                       {"protocol", "udp"},
                                       {"length", "46"},
                                       {"payload_length", "4"},
                                       {"tcp_flags", "NULL"},
                                       {"vlan", "NULL"},
                                       {"ip_version", "4"},
                                       {"fragment", "false"},
                                       {"src_mac", "02:00:00:00:00:01"},
                                       {"dst_mac", "02:00:00:00:00:02"}}));
  EXPECT_EQ(contents.rows[1], (TextRow{{"ts", "1970-01-01T00:00:02Z"},
                                       {"src_ip", "2001:db8::1"},
                                       {"dst_ip", "2001:db8::2"},
                                       {"src_port", "1000"},
                                       {"dst_port", "2000"},
                                       {"protocol", "tcp"},
                                       {"length", "85"},
                                       {"payload_length", "7"},
                                       {"tcp_flags", "18"},
                                       {"vlan", "100"},
                                       {"ip_version", "6"},
                                       {"fragment", "false"},
                                       {"src_mac", "02:00:00:00:00:01"},
                                       {"dst_mac", "02:00:00:00:00:02"}}));
  EXPECT_EQ(contents.rows[2], (TextRow{{"ts", "1970-01-01T00:00:03Z"},
                                       {"src_ip", "NULL"},
                                       {"dst_ip", "NULL"},
                                       {"src_port", "NULL"},
                                       {"dst_port", "NULL"},
                                       {"protocol", "NULL"},
                                       {"length", "60"},
                                       {"payload_length", "NULL"},
                                       {"tcp_flags", "NULL"},
                                       {"vlan", "NULL"},
                                       {"ip_version", "NULL"},
                                       {"fragment", "NULL"},
                                       {"src_mac", "02:00:00:00:00:01"},
                                       {"dst_mac", "02:00:00:00:00:02"}}));
  EXPECT_EQ(contents.rows[3].at("fragment"), "true");
  EXPECT_EQ(contents.rows[3].at("src_port"), "NULL");
  EXPECT_EQ(contents.rows[3].at("protocol"), "udp");
  EXPECT_EQ(contents.rows[6].at("src_port"), "1000");
  EXPECT_EQ(contents.rows[8].at("ip_version"), "4");
  EXPECT_EQ(contents.rows[8].at("length"), "300");
  EXPECT_EQ(contents.rows[9].at("protocol"), "253");
}

TEST_F(PcapSource, counts_what_is_malformed) {
  write_mixed("x.pcap");
  const TableContents contents =
      read_table(*make_pcap_source({{"path", directory_.file("x.pcap")}}));
  const std::map<std::string, std::int64_t> expected = {
      {"packets.damaged_files", 0},
      {"packets.dropped_bad_timestamp", 0},
      {"packets.malformed_ipv4", 1},
      {"packets.malformed_ipv6", 1},
      {"packets.malformed_tcp", 1},
      {"packets.malformed_udp", 1},
      {"packets.packets_without_timestamp", 0},
      {"packets.truncated_packets", 1},
  };
  EXPECT_EQ(contents.counters, expected);
  EXPECT_TRUE(contents.warnings.empty());
}

TEST_F(PcapSource, batches_and_wanted_columns_do_not_change_values) {
  write_mixed("x.pcap");
  const auto source = make_pcap_source({{"path", directory_.file("x.pcap")}});
  const TableContents all = read_table(*source);
  for (const std::int64_t batch_rows : {1, 2, 3, 7, 4096}) {
    EXPECT_EQ(read_table(*source, {.batch_rows = batch_rows}).rows, all.rows) << batch_rows;
  }
  for (const Field& field : source->schema().fields) {
    const TableContents one = read_table(*source, {.batch_rows = 3, .wanted = {field.name}});
    ASSERT_EQ(one.rows.size(), all.rows.size());
    for (std::size_t row = 0; row < one.rows.size(); ++row) {
      EXPECT_EQ(one.rows[row], (TextRow{{field.name, all.rows[row].at(field.name)}}));
    }
  }
}

TEST_F(PcapSource, files_of_a_pattern_in_the_order_of_their_names) {
  for (std::uint32_t file = 0; file < 3; ++file) {
    write_file(
        directory_.file("part-" + std::to_string(2 - file) + ".pcap"),
        pcap_file(Endian::little, true, 1,
                  {{.seconds = 10 + 2 - file, .bytes = ethernet(0x0800, ipv4(17, udp(1)))}}));
  }
  write_file(directory_.file("other.txt"), {'x'});
  const std::string pattern = directory_.file("part-*.pcap");
  const auto one = make_pcap_source({{"path", pattern}});
  EXPECT_EQ(one->partitions(), 1);
  const TableContents contents = read_table(*one);
  ASSERT_EQ(contents.rows.size(), 3);
  EXPECT_EQ(contents.rows[0].at("ts"), "1970-01-01T00:00:10Z");
  EXPECT_EQ(contents.rows[2].at("ts"), "1970-01-01T00:00:12Z");
  const auto each = make_pcap_source({{"path", pattern}, {"partition_by", "file"}});
  EXPECT_EQ(each->partitions(), 3);
  EXPECT_EQ(read_table(*each).rows, contents.rows);
}

TEST_F(PcapSource, a_name_with_a_bracket_is_a_file_where_there_is_one) {
  write_mixed("x[1].pcap");
  EXPECT_EQ(read_table(*make_pcap_source({{"path", directory_.file("x[1].pcap")}})).rows.size(),
            10);
}

TEST_F(PcapSource, files_are_checked_before_data_flows) {
  const std::string path = directory_.file("x.pcap");
  EXPECT_EQ(error_of({{"path", path}}), "1:10: there is no file '" + path + "'");
  EXPECT_EQ(error_of({{"path", directory_.file("*.pcap")}}),
            "1:10: no file matches '" + directory_.file("*.pcap") + "'");
  write_file(path, {'t', 'e', 'x', 't'});
  EXPECT_NE(error_of({{"path", path}})
                .find("1:10: table 'packets': '" + path +
                      "' is not a capture file: it starts with the bytes 74 65 78 74"),
            std::string::npos);
  write_file(path, {});
  EXPECT_EQ(error_of({{"path", path}}),
            "1:10: table 'packets': '" + path + "' is empty: not a capture file");
  write_file(path, pcap_file(Endian::little, false, 105, {}));
  EXPECT_NE(error_of({{"path", path}}).find("link type IEEE802_11 (802.11, number 105)"),
            std::string::npos);
  EXPECT_NE(error_of({{"path", directory_.path()}}).find("is a directory"), std::string::npos);
}

TEST_F(PcapSource, options_are_checked) {
  write_mixed("x.pcap");
  const std::string path = directory_.file("x.pcap");
  EXPECT_NE(error_of({}).find("needs option 'path'"), std::string::npos);
  EXPECT_NE(error_of({{"path", path}, {"pth", "x"}}).find("has no option 'pth'"),
            std::string::npos);
  EXPECT_NE(error_of({{"path", path}, {"on_error", "ignore"}}).find("'warn', 'fail'"),
            std::string::npos);
  EXPECT_NE(error_of({{"path", path}, {"speed", "slow"}}).find("'fast', 'original'"),
            std::string::npos);
  EXPECT_NE(error_of({{"path", path}, {"partition_by", "host"}}).find("'none', 'file'"),
            std::string::npos);
  EXPECT_NE(error_of({{"path", path}, {"speed_factor", "2"}})
                .find("speed_factor only goes with speed = 'original'"),
            std::string::npos);
  for (const char* factor : {"0", "-1", "fast", "1e9", "nan", "", "2x"}) {
    EXPECT_NE(error_of({{"path", path}, {"speed", "original"}, {"speed_factor", factor}})
                  .find("1:12: table 'packets': speed_factor is '"),
              std::string::npos)
        << factor;
  }
}

TEST_F(PcapSource, declared_columns_choose_by_name) {
  write_mixed("x.pcap");
  TableDefinition table = pcap_table({{"path", directory_.file("x.pcap")}});
  table.columns = Schema{
      {{"length", {TypeId::uint32}}, {"protocol", {TypeId::utf8}}, {"ts", {TypeId::timestamp}}}};
  const auto source = make_pcap_source(table);
  ASSERT_EQ(source->schema().size(), 3);
  EXPECT_EQ(source->schema().fields[1].type.id, TypeId::symbol);
  const TableContents contents = read_table(*source);
  EXPECT_EQ(contents.rows[1],
            (TextRow{{"length", "85"}, {"protocol", "tcp"}, {"ts", "1970-01-01T00:00:02Z"}}));

  table.columns = Schema{{{"lenght", {TypeId::uint32}}}};
  try {
    make_pcap_source(table);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unknown_name);
    EXPECT_STREQ(error.what(),
                 "1:1: table 'packets': packets have no column 'lenght'; did you mean 'length'?");
  }
  table.columns = Schema{{{"length", {TypeId::utf8}}}};
  try {
    make_pcap_source(table);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::type_mismatch);
  }
}

TEST_F(PcapSource, frames_whose_time_is_missing_or_absurd) {
  ByteSink simple(Endian::little);
  simple.put_32(60).put(zeros(60));
  write_file(directory_.file("x.pcapng"),
             pcapng_section(Endian::little) + pcapng_interface(Endian::little, {.resolution = 0}) +
                 pcapng_block(Endian::little, 3, simple.bytes) +
                 pcapng_packet(Endian::little, 0, ~std::uint64_t{0}, zeros(60)) +
                 pcapng_packet(Endian::little, 0, 5, zeros(60)));
  const TableContents contents =
      read_table(*make_pcap_source({{"path", directory_.file("x.pcapng")}}));
  ASSERT_EQ(contents.rows.size(), 2);
  EXPECT_EQ(contents.rows[0].at("ts"), "1970-01-01T00:00:00Z");
  EXPECT_EQ(contents.rows[1].at("ts"), "1970-01-01T00:00:05Z");
  EXPECT_EQ(contents.counters.at("packets.packets_without_timestamp"), 1);
  EXPECT_EQ(contents.counters.at("packets.dropped_bad_timestamp"), 1);
}

TEST_F(PcapSource, link_type_that_comes_later_ends_the_job) {
  const Endian endian = Endian::little;
  write_file(directory_.file("x.pcapng"), pcapng_section(endian) + pcapng_interface(endian, {}) +
                                              pcapng_packet(endian, 0, 1, zeros(60)) +
                                              pcapng_interface(endian, {.link = 127}) +
                                              pcapng_packet(endian, 1, 1, zeros(60)));
  const auto source = make_pcap_source({{"path", directory_.file("x.pcapng")}});
  try {
    read_table(*source);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_NE(error.message().find("IEEE802_11_RADIO"), std::string::npos);
  }
}

TEST_F(PcapSource, progress_reaches_the_end) {
  write_mixed("a.pcap");
  write_mixed("b.pcap");
  const auto source = make_pcap_source({{"path", directory_.file("?.pcap")}});
  SymbolTable symbols;
  Diagnostics diagnostics;
  const auto reader = source->open(0, {symbols, diagnostics, std::nullopt});
  EXPECT_EQ(reader->progress().bytes_done, 0);
  const std::uint64_t total = reader->progress().bytes_total;
  EXPECT_EQ(total, 2 * read_file(directory_.file("a.pcap")).size());
  BatchBuilder::Options options;
  options.capacity_rows = 4;
  BatchBuilder batch(source->schema(), options);
  std::uint64_t before = 0;
  while (reader->read(batch) != Reader::Status::end) {
    EXPECT_GE(reader->progress().bytes_done, before);
    before = reader->progress().bytes_done;
    batch.clear();
  }
  EXPECT_EQ(reader->progress().bytes_done, total);
  EXPECT_EQ(reader->read(batch), Reader::Status::end);
}

TEST_F(PcapSource, original_speed_follows_the_timestamps) {
  const ByteString frame = ethernet(0x0800, ipv4(17, udp(1)));
  write_file(directory_.file("x.pcap"),
             pcap_file(Endian::little, true, 1,
                       {{.seconds = 100, .bytes = frame},
                        {.seconds = 100, .fraction = 60'000'000, .bytes = frame},
                        {.seconds = 99, .bytes = frame},  // earlier than the first: at once
                        {.seconds = 100, .fraction = 120'000'000, .bytes = frame}}));
  for (const auto& [factor, expected_ms] : {std::pair{"1", 120}, std::pair{"4", 30}}) {
    const auto source = make_pcap_source(
        {{"path", directory_.file("x.pcap")}, {"speed", "original"}, {"speed_factor", factor}});
    SymbolTable symbols;
    Diagnostics diagnostics;
    const auto reader = source->open(0, {symbols, diagnostics, std::nullopt});
    BatchBuilder batch(source->schema(), {});
    const auto begin = std::chrono::steady_clock::now();
    bool idle = false;
    Reader::Status status = Reader::Status::more;
    while (status != Reader::Status::end) {
      status = reader->read(batch);
      idle = idle || status == Reader::Status::idle;
    }
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(batch.rows(), 4);
    EXPECT_TRUE(idle);
    EXPECT_GE(took, std::chrono::milliseconds(expected_ms));
    EXPECT_LT(took, std::chrono::milliseconds(expected_ms + 2000));
  }
}

TEST_F(PcapSource, pipe_that_has_nothing_is_idle) {
  const std::string path = directory_.file("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const ByteString bytes = pcap_file(Endian::little, true, 1, mixed_frames());
  const auto source = make_pcap_source({{"path", path}});
  std::thread writer([&] {
    std::ofstream pipe(path, std::ios::binary);
    const std::string text(bytes.begin(), bytes.end());
    pipe.write(text.data(), 100).flush();
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    pipe.write(text.data() + 100, static_cast<std::streamsize>(text.size()) - 100);
  });
  SymbolTable symbols;
  Diagnostics diagnostics;
  const auto reader = source->open(0, {symbols, diagnostics, std::nullopt});
  BatchBuilder batch(source->schema(), {});
  int idle = 0;
  Reader::Status status = Reader::Status::more;
  while (status != Reader::Status::end) {
    status = reader->read(batch);
    idle += status == Reader::Status::idle ? 1 : 0;
  }
  writer.join();
  EXPECT_EQ(batch.rows(), 10);
  EXPECT_GE(idle, 1);
}

}  // namespace
}  // namespace penstock::test
