// SPDX-License-Identifier: Apache-2.0
// What all sources of files share: patterns, compression, pipes, missing and unreadable files.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "source_support.h"
#include "sources/byte_stream.h"
#include "sources/csv_source.h"

namespace penstock::test {
namespace {

Schema one_column() {
  return {{column("n", TypeId::int64)}};
}

std::string numbers(int first, int count) {
  std::string text = "n\n";
  for (int i = first; i < first + count; ++i) text += std::to_string(i) + "\n";
  return text;
}

Caught fail(const std::string& path) {
  return catch_error([&] { read_table(make_table("csv", {{"path", path}}, one_column())); });
}

TEST(Files, APatternIsReadInOrderOfNamesAsOnePartition) {
  const TemporaryDirectory files;
  files.write("b.csv", numbers(10, 2));
  files.write("a.csv", numbers(0, 2));
  files.write("c.txt", "not read\n");
  ::mkdir(files.path("d.csv").c_str(), 0755);
  const TableDefinition table = make_table("csv", {{"path", files.path("*.csv")}}, one_column());
  const auto source = make_source(table);
  EXPECT_EQ(source->partitions(), 1U);
  EXPECT_TRUE(source->bounded());
  EXPECT_EQ(read_all(*source).rows, (Rows{{"0"}, {"1"}, {"10"}, {"11"}}));
}

TEST(Files, EachFileMayBeAPartition) {
  const TemporaryDirectory files;
  files.write("b.csv", numbers(10, 2));
  files.write("a.csv", numbers(0, 2));
  const auto source = make_source(make_table(
      "csv", {{"path", files.path("[ab].csv")}, {"partition_by", "file"}}, one_column()));
  ASSERT_EQ(source->partitions(), 2U);
  EXPECT_EQ(read_partition(*source, 0).rows, (Rows{{"0"}, {"1"}}));
  EXPECT_EQ(read_partition(*source, 1).rows, (Rows{{"10"}, {"11"}}));
}

TEST(Files, AFileWithAPatternsCharactersInItsNameIsThatFile) {
  const TemporaryDirectory files;
  EXPECT_EQ(
      read_table(make_table("csv", {{"path", files.write("a[1].csv", "n\n5\n")}}, one_column()))
          .rows,
      (Rows{{"5"}}));
}

TEST(Files, EachFileHasItsOwnHeader) {
  const TemporaryDirectory files;
  files.write("a.csv", "n,x\n1,2\n");
  files.write("b.csv", "x,n,y\n3,4,5\n");
  const TableDefinition table = make_table("csv", {{"path", files.path("?.csv")}}, one_column());
  EXPECT_EQ(read_table(table).rows, (Rows{{"1"}, {"4"}}));
  files.write("c.csv", "m\n1\n");
  EXPECT_CONTAINS(catch_error([&] { read_table(table); }).message,
                  "the header of '" + files.path("c.csv") + "' has no column 'n'");
}

TEST(Files, MissingUnreadableAndWrongKinds) {
  const TemporaryDirectory files;
  Caught caught = fail(files.path("none.csv"));
  EXPECT_EQ(caught.code, ErrorCode::not_found);
  EXPECT_CONTAINS(caught.message,
                  "table 't': file '" + files.path("none.csv") + "' does not exist");
  caught = fail(files.path("*.csv"));
  EXPECT_EQ(caught.code, ErrorCode::not_found);
  EXPECT_CONTAINS(caught.message, "no file matches the pattern '" + files.path("*.csv") + "'");
  caught = fail(files.path(""));
  EXPECT_EQ(caught.code, ErrorCode::invalid_argument);
  EXPECT_CONTAINS(caught.message, "is a directory; name its files by a pattern");
  EXPECT_CONTAINS(fail("").message, "it must not be empty");
  EXPECT_CONTAINS(catch_error([] { read_table(make_table("csv", {}, one_column())); }).message,
                  "'path'");
  EXPECT_CONTAINS(catch_error([&] {
                    read_table(make_table("packed", {{"path", "-"}}, one_column()));
                  }).message,
                  "cannot read standard input");
}

TEST(Files, AnUnreadableFileIsNamed) {
  const TemporaryDirectory files;
  const std::string path = files.write("secret.csv", numbers(0, 1));
  ::chmod(path.c_str(), 0);
  const bool is_root = ::geteuid() == 0;
  // Root may read all; as somebody else it may not even be found, unless the directory is open.
  ::chmod(files.path("").c_str(), 0755);
  if (is_root && ::seteuid(65534) != 0) GTEST_SKIP() << "cannot become an ordinary user here";
  const Caught caught = fail(path);
  if (is_root && ::seteuid(0) != 0) FAIL() << "cannot become root again";
  EXPECT_EQ(caught.code, ErrorCode::permission_denied);
  EXPECT_CONTAINS(caught.message, "'" + path + "' may not be read by this user");
}

class Compressed : public ::testing::TestWithParam<std::string (*)(std::string_view)> {};

TEST_P(Compressed, ReadsAsThePlainFile) {
  const TemporaryDirectory files;
  const std::string text = numbers(0, 200'000);
  const TableDefinition plain =
      make_table("csv", {{"path", files.write("plain", text)}}, one_column());
  const TableDefinition compressed =
      make_table("csv", {{"path", files.write("packed", GetParam()(text))}}, one_column());
  ReadSettings settings;
  settings.batch_rows = 65536;
  const ReadResult result = read_table(compressed, settings);
  EXPECT_EQ(result.rows, read_table(plain, settings).rows);
  EXPECT_EQ(result.progress.bytes_done, result.progress.bytes_total);
  EXPECT_EQ(result.progress.bytes_total, GetParam()(text).size());
  // Inference looks inside, too.
  EXPECT_EQ(make_source(make_table("csv", {{"path", files.path("packed")}}))->schema(),
            one_column());
}

TEST_P(Compressed, SeveralMembersAreOneFile) {
  const TemporaryDirectory files;
  const std::string bytes = GetParam()("n\n1\n2") + GetParam()("2\n3\n") + GetParam()("");
  EXPECT_EQ(read_table(make_table("csv", {{"path", files.write("in", bytes)}}, one_column())).rows,
            (Rows{{"1"}, {"22"}, {"3"}}));
}

TEST_P(Compressed, TruncationAndDamageAreSaid) {
  const TemporaryDirectory files;
  const std::string whole = GetParam()(numbers(0, 100'000));
  for (const std::size_t kept : {whole.size() / 2, whole.size() - 1, std::size_t{7}}) {
    const std::string path = files.write("cut", whole.substr(0, kept));
    const Caught caught = fail(path);
    EXPECT_EQ(caught.code, ErrorCode::corrupt_input) << kept;
    EXPECT_CONTAINS(caught.message, "ends too early: the file is truncated");
    EXPECT_CONTAINS(caught.message, path);
  }
  const std::string path = files.write("cut", whole.substr(0, whole.size() / 2));
  const ReadResult result =
      read_table(make_table("csv", {{"path", path}, {"on_error", "skip"}}, one_column()));
  EXPECT_GT(result.rows.size(), 1000U);
  EXPECT_EQ(result.rows[999].at(0), "999");
  EXPECT_EQ(result.counter("t.malformed_corrupt_file"), 1);
  EXPECT_EQ(result.counter("t.malformed_rows"), 1);

  std::string damaged = whole;
  for (std::size_t i = whole.size() / 2; i < whole.size() / 2 + 64; ++i) damaged[i] ^= 0x55;
  const Caught caught = fail(files.write("damaged", damaged));
  EXPECT_EQ(caught.code, ErrorCode::corrupt_input);
}

std::string as_gzip(std::string_view text) {
  return gzipped(text);
}
std::string as_zstd(std::string_view text) {
  return zstd_compressed(text);
}
INSTANTIATE_TEST_SUITE_P(Gzip, Compressed, ::testing::Values(as_gzip));
INSTANTIATE_TEST_SUITE_P(Zstd, Compressed, ::testing::Values(as_zstd));

TEST(Files, GzipMayBePaddedWithZerosButNotWithAnythingElse) {
  const TemporaryDirectory files;
  const std::string bytes = gzipped("n\n1\n");
  const std::string padded = files.write("padded", bytes + std::string(100, '\0'));
  EXPECT_EQ(read_table(make_table("csv", {{"path", padded}}, one_column())).rows, (Rows{{"1"}}));
  EXPECT_CONTAINS(fail(files.write("garbage", bytes + "garbage")).message,
                  "the gzip data is damaged");
}

// Standard input that is a pipe for as long as this lives.
class PipeAsInput {
 public:
  PipeAsInput() {
    int ends[2] = {-1, -1};
    EXPECT_EQ(::pipe(ends), 0);
    saved_ = ::dup(STDIN_FILENO);
    ::dup2(ends[0], STDIN_FILENO);
    ::close(ends[0]);
    writer_ = ends[1];
  }
  ~PipeAsInput() {
    close();
    if (saved_ >= 0) {
      ::dup2(saved_, STDIN_FILENO);
      ::close(saved_);
    }
  }
  PipeAsInput(const PipeAsInput&) = delete;
  PipeAsInput& operator=(const PipeAsInput&) = delete;

  void write(std::string_view text) const {
    EXPECT_EQ(::write(writer_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void close() {
    if (writer_ >= 0) ::close(writer_);
    writer_ = -1;
  }

 private:
  int saved_ = -1;
  int writer_ = -1;
};

TEST(StandardInput, TricklesInWithIdlesBetween) {
  PipeAsInput input;
  const Schema schema = {{column("id", TypeId::int64), column("name", TypeId::utf8)}};
  const auto source = make_source(make_table("csv", {{"path", "-"}}, schema));
  SymbolTable symbols;
  Diagnostics diagnostics;
  const auto reader = source->open(0, {symbols, diagnostics, std::nullopt});
  BatchBuilder batch(schema, {.capacity_rows = 64, .wanted = {}});
  const auto started = std::chrono::steady_clock::now();
  EXPECT_EQ(reader->read(batch), Reader::Status::idle);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(2));
  input.write("id,na");
  EXPECT_EQ(reader->read(batch), Reader::Status::idle);
  input.write("me\n1,ann\n2,\"b");
  EXPECT_EQ(reader->read(batch), Reader::Status::idle);
  EXPECT_EQ(batch.rows(), 1);
  input.write("o\nb\"\n3");
  EXPECT_EQ(reader->read(batch), Reader::Status::idle);
  EXPECT_EQ(batch.rows(), 2);
  input.write(",cy");
  EXPECT_EQ(reader->read(batch), Reader::Status::idle);
  input.close();
  EXPECT_EQ(reader->read(batch), Reader::Status::end);
  Rows rows;
  append_rows(batch, symbols, rows);
  EXPECT_EQ(rows, (Rows{{"1", "ann"}, {"2", "bo\nb"}, {"3", "cy"}}));
  EXPECT_EQ(reader->progress().bytes_total, 0U);
}

TEST(StandardInput, ByteByByteFromAThreadIsTheSame) {
  PipeAsInput input;
  const std::string text = "{\"n\":1}\n{\"n\":22}\nbad\n{\"n\":333}";
  std::thread writer([&] {
    for (const char c : text) {
      input.write(std::string_view(&c, 1));
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    input.close();
  });
  const TableDefinition table =
      make_table("json", {{"path", "-"}, {"on_error", "skip"}}, one_column());
  const ReadResult result = read_table(table);
  writer.join();
  EXPECT_EQ(result.rows, (Rows{{"1"}, {"22"}, {"333"}}));
  EXPECT_EQ(result.counter("t.malformed_bad_json"), 1);
}

TEST(StandardInput, MayBeCompressed) {
  PipeAsInput input;
  input.write(gzipped("n\n7\n"));
  input.close();
  EXPECT_EQ(read_table(make_table("csv", {{"path", "-"}}, one_column())).rows, (Rows{{"7"}}));
}

TEST(StandardInput, APipeCannotBeInferredAFileCan) {
  {
    PipeAsInput input;
    input.write("n\n1\n");
    for (const char* connector : {"csv", "json"}) {
      const Caught caught = catch_error([&] {
        make_source(make_table(connector, {{"path", "-"}}));
      });
      EXPECT_EQ(caught.code, ErrorCode::unsupported);
      EXPECT_CONTAINS(caught.message, "cannot be inferred from a pipe; declare them");
    }
    const Caught caught = catch_error([&] {
      read_table(make_table("csv", {{"path", "-"}}, Schema{{column("m", TypeId::int64)}}));
    });
    EXPECT_CONTAINS(caught.message, "the header of 'standard input' has no column 'm'");
  }
  const TemporaryDirectory files;
  const int saved = ::dup(STDIN_FILENO);
  const int fd = ::open(files.write("in.csv", "n\n1\n2\n").c_str(), O_RDONLY);
  ::dup2(fd, STDIN_FILENO);
  ::close(fd);
  const ReadResult result = read_table(make_table("csv", {{"path", "-"}}));
  ::dup2(saved, STDIN_FILENO);
  ::close(saved);
  EXPECT_EQ(result.rows, (Rows{{"1"}, {"2"}}));
}

TEST(Files, ANamedPipeIsWaitedFor) {
  const TemporaryDirectory files;
  const std::string path = files.path("fifo");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const auto source = make_source(make_table("csv", {{"path", path}}, one_column()));
  SymbolTable symbols;
  Diagnostics diagnostics;
  const auto reader = source->open(0, {symbols, diagnostics, std::nullopt});
  BatchBuilder batch(one_column(), {.capacity_rows = 64, .wanted = {}});
  EXPECT_EQ(reader->read(batch), Reader::Status::idle);  // no writer yet
  const int writer = ::open(path.c_str(), O_WRONLY);
  ASSERT_EQ(::write(writer, "n\n5\n", 4), 4);
  EXPECT_EQ(reader->read(batch), Reader::Status::idle);
  EXPECT_EQ(batch.rows(), 1);
  ::close(writer);
  EXPECT_EQ(reader->read(batch), Reader::Status::end);
}

TEST(Files, ProgressCountsAllFiles) {
  const TemporaryDirectory files;
  files.write("a.csv", numbers(0, 1000));
  files.write("b.csv", numbers(0, 1000));
  const ReadResult result =
      read_table(make_table("csv", {{"path", files.path("*.csv")}}, one_column()));
  EXPECT_EQ(result.progress.bytes_total, 2 * numbers(0, 1000).size());
  EXPECT_EQ(result.progress.bytes_done, result.progress.bytes_total);
}

}  // namespace
}  // namespace penstock::test
