// SPDX-License-Identifier: Apache-2.0
#include "sources/packed_source.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>
#include <mutex>
#include <utility>
#include <vector>

#include <penstock/io/dead_letters.h>
#include <penstock/io/options.h>

#include "sources/file_options.h"
#include "sources/timestamp_format.h"

namespace penstock {
namespace {

static_assert(std::endian::native == std::endian::little,
              "packed rows are little-endian and are copied as they are");

// Pages asked for at once, ahead of the rows that are read.
constexpr std::uint64_t populate_bytes = std::uint64_t{8} << 20;

struct PackedColumn {
  std::size_t column = 0;
  std::size_t offset_bytes = 0;  // in the row
  std::size_t width_bytes = 0;
  DataType type;
};

struct PackedLayout {
  std::vector<PackedColumn> columns;
  std::size_t row_bytes = 0;  // with skip_bytes
  std::uint64_t header_bytes = 0;
  std::int64_t timestamp_unit_ns = 1;
};

// A file mapped into memory, one at a time.
class MappedFile {
 public:
  MappedFile() = default;
  ~MappedFile() { close(); }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  void open(const std::string& path) {
    close();
    path_ = path;
    fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (fd_ < 0 || ::fstat(fd_, &status) != 0) fail("open", errno);
    size_bytes_ = static_cast<std::uint64_t>(status.st_size);
    populated_bytes_ = 0;
    if (size_bytes_ == 0) return;
    void* memory = ::mmap(nullptr, size_bytes_, PROT_READ, MAP_SHARED, fd_, 0);
    if (memory == MAP_FAILED) fail("map", errno);
    data_ = static_cast<const std::byte*>(memory);
    ::madvise(memory, size_bytes_, MADV_SEQUENTIAL);
  }

  void close() noexcept {
    if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_bytes_);
    if (fd_ >= 0) ::close(fd_);
    data_ = nullptr;
    fd_ = -1;
    size_bytes_ = 0;
  }

  [[nodiscard]] const std::byte* data() const noexcept { return data_; }
  [[nodiscard]] std::uint64_t size_bytes() const noexcept { return size_bytes_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  // Touching a page behind the end of a file that shrank is a SIGBUS, so ask before each stretch.
  void check_size() const {
    struct stat status {};
    if (::fstat(fd_, &status) != 0) fail("examine", errno);
    if (static_cast<std::uint64_t>(status.st_size) < size_bytes_) {
      throw Error(ErrorCode::io, "'" + path_ +
                                     "' became shorter while it was read; packed files "
                                     "must not change under a job");
    }
  }

  // Maps the pages up to there in one call instead of a fault each. A hint: errors do not matter.
  void populate(std::uint64_t end) noexcept {
#if defined(MADV_POPULATE_READ)
    while (populated_bytes_ < std::min(end, size_bytes_)) {
      const std::uint64_t bytes = std::min(populate_bytes, size_bytes_ - populated_bytes_);
      ::madvise(const_cast<std::byte*>(data_ + populated_bytes_), bytes, MADV_POPULATE_READ);
      populated_bytes_ += bytes;
    }
#else
    static_cast<void>(end);
#endif
  }

 private:
  [[noreturn]] void fail(const char* what, int error) const {
    const ErrorCode code = error == ENOENT   ? ErrorCode::not_found
                           : error == EACCES ? ErrorCode::permission_denied
                                             : ErrorCode::io;
    throw Error(code, std::string("cannot ") + what + " '" + path_ + "': " + std::strerror(error));
  }

  std::string path_;
  int fd_ = -1;
  const std::byte* data_ = nullptr;
  std::uint64_t size_bytes_ = 0;
  std::uint64_t populated_bytes_ = 0;
};

// Row-wise to column-wise: the one loop that the speed of this source is.
template <class T>
void gather(const std::byte* rows, std::size_t row_bytes, std::int64_t count, T* out) {
  for (std::int64_t i = 0; i < count; ++i) {
    std::memcpy(out + i, rows + static_cast<std::size_t>(i) * row_bytes, sizeof(T));
  }
}

void gather_bytes(const std::byte* rows, std::size_t row_bytes, std::int64_t count,
                  std::size_t width, std::byte* out) {
  for (std::int64_t i = 0; i < count; ++i) {
    const auto row = static_cast<std::size_t>(i);
    std::memcpy(out + row * width, rows + row * row_bytes, width);
  }
}

// Returns the number of rows before the first whose time leaves the range of nanoseconds.
std::int64_t gather_times(const std::byte* rows, std::size_t row_bytes, std::int64_t count,
                          std::int64_t unit_ns, std::int64_t* out) {
  constexpr std::int64_t ns_max = std::numeric_limits<std::int64_t>::max();
  const std::int64_t units_max = ns_max / unit_ns;
  for (std::int64_t i = 0; i < count; ++i) {
    std::int64_t units = 0;
    std::memcpy(&units, rows + static_cast<std::size_t>(i) * row_bytes, sizeof(units));
    if (units > units_max || units < -units_max) return i;
    out[i] = units * unit_ns;
  }
  return count;
}

class PackedReader final : public Reader {
 public:
  PackedReader(std::string table, std::vector<std::string> paths, PackedLayout layout,
               std::shared_ptr<DeadLetters> letters, Diagnostics& diagnostics)
      : table_(std::move(table)),
        paths_(std::move(paths)),
        layout_(std::move(layout)),
        letters_(std::move(letters)),
        diagnostics_(diagnostics) {
    for (const std::string& path : paths_) {
      struct stat status {};
      if (::stat(path.c_str(), &status) == 0) {
        bytes_total_ += static_cast<std::uint64_t>(status.st_size);
      }
    }
  }

  Status read(BatchBuilder& batch) override {
    while (batch.room() > 0) {
      if (rows_left_ == 0) {
        if (file_open_) finish_file();
        if (next_path_ == paths_.size()) {
          letters_->flush();
          return Status::end;
        }
        start_file();
        continue;
      }
      const auto count =
          static_cast<std::int64_t>(std::min(rows_left_, static_cast<std::uint64_t>(batch.room())));
      read_rows(batch, count);
    }
    return Status::more;
  }

  [[nodiscard]] ReadProgress progress() const override {
    return {.bytes_done = bytes_done_.load(std::memory_order_relaxed), .bytes_total = bytes_total_};
  }

 private:
  void start_file() {
    file_.open(paths_[next_path_++]);
    file_open_ = true;
    position_ = std::min(layout_.header_bytes, file_.size_bytes());
    rows_left_ = (file_.size_bytes() - position_) / layout_.row_bytes;
  }

  // What is left is no whole row.
  void finish_file() {
    file_open_ = false;
    const std::uint64_t rest = file_.size_bytes() - position_;
    if (rest > 0 || file_.size_bytes() < layout_.header_bytes) {
      const std::string detail = "the file ends in the middle of a row: " + std::to_string(rest) +
                                 " bytes, expected " + std::to_string(layout_.row_bytes) +
                                 " (columns and skip_bytes)";
      const std::string_view row(reinterpret_cast<const char*>(file_.data()) + position_,
                                 static_cast<std::size_t>(rest));
      letters_->put({.reason = "truncated_row",
                     .detail = detail,
                     .file = file_.path(),
                     .offset = position_,
                     .row = row});
      diagnostics_.warn("table '" + table_ + "': '" + file_.path() + "': " + detail +
                        "; all whole rows before it were read");
    }
    bytes_done_.fetch_add(rest + std::min(layout_.header_bytes, file_.size_bytes()),
                          std::memory_order_relaxed);
    file_.close();
  }

  void read_rows(BatchBuilder& batch, std::int64_t count) {
    file_.check_size();
    file_.populate(position_ + static_cast<std::uint64_t>(count) * layout_.row_bytes);
    const std::byte* const rows = file_.data() + position_;
    std::int64_t good = count;
    for (const PackedColumn& column : layout_.columns) {
      if (batch.wants(column.column) && column.type.id == TypeId::timestamp) {
        good =
            std::min(good, gather_times(rows + column.offset_bytes, layout_.row_bytes, good,
                                        layout_.timestamp_unit_ns,
                                        batch.values<std::int64_t>(column.column) + batch.rows()));
      }
    }
    for (const PackedColumn& column : layout_.columns) {
      if (batch.wants(column.column)) gather_column(batch, column, rows, good);
    }
    batch.advance(good);
    take(good);
    if (good < count) reject_row();
  }

  void gather_column(BatchBuilder& batch, const PackedColumn& column, const std::byte* rows,
                     std::int64_t count) {
    const std::byte* const first = rows + column.offset_bytes;
    const std::size_t index = column.column;
    const std::int64_t start = batch.rows();
    if (column.type.id == TypeId::timestamp) return;
    if (column.type.id == TypeId::boolean) {
      for (std::int64_t i = 0; i < count; ++i) {
        const bool value = first[static_cast<std::size_t>(i) * layout_.row_bytes] != std::byte{0};
        batch.set_boolean(index, start + i, value);
      }
      return;
    }
    switch (column.width_bytes) {
      case 1:
        gather(first, layout_.row_bytes, count, batch.values<std::uint8_t>(index) + start);
        return;
      case 2:
        gather(first, layout_.row_bytes, count, batch.values<std::uint16_t>(index) + start);
        return;
      case 4:
        gather(first, layout_.row_bytes, count, batch.values<std::uint32_t>(index) + start);
        return;
      case 8:
        gather(first, layout_.row_bytes, count, batch.values<std::uint64_t>(index) + start);
        return;
      default:
        gather_bytes(
            first, layout_.row_bytes, count, column.width_bytes,
            batch.values<std::byte>(index) + static_cast<std::size_t>(start) * column.width_bytes);
    }
  }

  void take(std::int64_t rows) {
    const std::uint64_t bytes = static_cast<std::uint64_t>(rows) * layout_.row_bytes;
    position_ += bytes;
    rows_left_ -= static_cast<std::uint64_t>(rows);
    bytes_done_.fetch_add(bytes, std::memory_order_relaxed);
  }

  void reject_row() {
    const std::string_view row(reinterpret_cast<const char*>(file_.data()) + position_,
                               layout_.row_bytes);
    letters_->put({.reason = "bad_timestamp",
                   .detail = "a timestamp is out of the range of nanoseconds; is timestamp_format "
                             "right?",
                   .file = file_.path(),
                   .offset = position_,
                   .row = row});
    take(1);
  }

  std::string table_;
  std::vector<std::string> paths_;
  PackedLayout layout_;
  std::shared_ptr<DeadLetters> letters_;
  Diagnostics& diagnostics_;
  MappedFile file_;
  bool file_open_ = false;
  std::size_t next_path_ = 0;
  std::uint64_t position_ = 0;
  std::uint64_t rows_left_ = 0;
  std::uint64_t bytes_total_ = 0;
  std::atomic<std::uint64_t> bytes_done_{0};
};

class PackedSource final : public Source {
 public:
  PackedSource(std::string table, Schema schema, FilePartitions files, PackedLayout layout,
               ErrorPolicy errors)
      : table_(std::move(table)),
        schema_(std::move(schema)),
        files_(std::move(files)),
        layout_(std::move(layout)),
        errors_(std::move(errors)) {}

  [[nodiscard]] const Schema& schema() const override { return schema_; }
  [[nodiscard]] bool bounded() const override { return true; }
  [[nodiscard]] std::size_t partitions() const override { return files_.size(); }

  [[nodiscard]] std::unique_ptr<Reader> open(std::size_t partition,
                                             const ReaderContext& context) override {
    const std::lock_guard lock(mutex_);
    if (!letters_) {
      letters_ = std::make_shared<DeadLetters>(table_, errors_, context.diagnostics);
    }
    return std::make_unique<PackedReader>(table_, files_[partition], layout_, letters_,
                                          context.diagnostics);
  }

 private:
  std::string table_;
  Schema schema_;
  FilePartitions files_;
  PackedLayout layout_;
  ErrorPolicy errors_;
  std::mutex mutex_;
  std::shared_ptr<DeadLetters> letters_;
};

PackedLayout lay_out(const TableDefinition& table) {
  const std::string place = "table '" + table.name + "': ";
  if (!table.columns || table.columns->fields.empty()) {
    throw Error(ErrorCode::invalid_argument,
                place +
                    "connector 'packed' needs the columns declared, in the order of the row: "
                    "the file says nothing about them",
                table.where);
  }
  PackedLayout layout;
  for (std::size_t i = 0; i < table.columns->size(); ++i) {
    const Field& field = table.columns->fields[i];
    if (is_text(field.type.id)) {
      throw Error(ErrorCode::type_mismatch,
                  place + "column '" + field.name + "' is " + to_string(field.type) +
                      ", which has no fixed width; packed rows hold numbers, booleans (1 byte), "
                      "timestamps and intervals (8), ip (16) and fixed binary",
                  table.where);
    }
    const bool is_boolean = field.type.id == TypeId::boolean;
    const auto width = static_cast<std::size_t>(is_boolean ? 1 : value_width_bytes(field.type));
    layout.columns.push_back(
        {.column = i, .offset_bytes = layout.row_bytes, .width_bytes = width, .type = field.type});
    layout.row_bytes += width;
  }
  return layout;
}

}  // namespace

std::unique_ptr<Source> make_packed_source(const TableDefinition& table) {
  PackedLayout layout = lay_out(table);
  OptionReader options(table);
  FilePartitions files = read_file_options(options, table.name, StandardInput::refused);
  ErrorPolicy errors = ErrorPolicy::from_options(options);
  constexpr std::int64_t bytes_max = std::int64_t{1} << 30;
  layout.row_bytes += static_cast<std::size_t>(options.integer("skip_bytes", 0, 0, bytes_max));
  layout.header_bytes =
      static_cast<std::uint64_t>(options.integer("header_bytes", 0, 0, bytes_max));
  const TimestampFormat timestamps = TimestampFormat::from_options(options, "unix_ns");
  if (timestamps.kind() != TimestampFormat::Kind::unix_time) {
    throw Error(ErrorCode::invalid_argument,
                "table '" + table.name +
                    "': packed rows hold timestamps as int64, so "
                    "timestamp_format must be 'unix_s', 'unix_ms', 'unix_us' or 'unix_ns'",
                options.where("timestamp_format"));
  }
  layout.timestamp_unit_ns = timestamps.unit_ns();
  options.finish();
  return std::make_unique<PackedSource>(table.name, *table.columns, std::move(files),
                                        std::move(layout), std::move(errors));
}

}  // namespace penstock
