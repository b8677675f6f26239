// SPDX-License-Identifier: Apache-2.0
#include <penstock/data/arrow.h>

#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <penstock/kernels/buffer.h>
#include <penstock/kernels/error.h>

#include "arrow_format.h"

namespace penstock {

struct ImportedBatch::Implementation {
  ArrowSchema given_schema;
  ArrowArray given_array;
  Schema schema;
  std::vector<ColumnView> views;
  std::vector<Buffer> copies;

  Implementation(ArrowSchema* from_schema, ArrowArray* from_array) noexcept
      : given_schema(*from_schema), given_array(*from_array) {
    from_schema->release = nullptr;
    from_array->release = nullptr;
  }
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  ~Implementation() {
    if (given_array.release != nullptr) given_array.release(&given_array);
    if (given_schema.release != nullptr) given_schema.release(&given_schema);
  }

  void read();
  void add_column(const ArrowSchema& field, const ArrowArray& array);
  const void* padded(const void* data, std::size_t used_bytes, std::size_t needed_bytes);
  void put_texts(ColumnView& column, const ArrowArray& codes, const ArrowArray& dictionary,
                 const std::string& name);
};

namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& reason) {
  throw Error(ErrorCode::unsupported, "Arrow column '" + name + "' " + reason);
}

[[noreturn]] void broken(const std::string& name, const std::string& reason) {
  throw Error(ErrorCode::corrupt_input, "Arrow column '" + name + "' " + reason);
}

DataType type_of(const ArrowSchema& field, const std::string& name) {
  if (field.format == nullptr) broken(name, "has no format");
  if (field.dictionary != nullptr) {
    if (std::strcmp(field.format, "I") != 0 || field.dictionary->format == nullptr ||
        std::strcmp(field.dictionary->format, "u") != 0)
      refuse(name, "has a dictionary other than of utf8 by uint32; decode it first");
    return {TypeId::utf8, 0};
  }
  const auto type = detail::type_of_arrow_format(field.format);
  if (!type) refuse(name, "is of format '" + std::string(field.format) + "'; cast it first");
  const std::string_view extension =
      detail::find_arrow_metadata(field.metadata, detail::arrow_extension_key);
  if (type->id == TypeId::fixed_binary && type->width_bytes == 16 &&
      extension == detail::arrow_ip_extension)
    return {TypeId::ip, 0};
  return *type;
}

void check_array(const ArrowArray& array, std::int64_t rows, std::int64_t buffers,
                 const std::string& name) {
  if (array.offset != 0)
    refuse(name,
           "starts at row " + std::to_string(array.offset) + " of its buffers; copy it first");
  if (array.length < rows) broken(name, "has fewer rows than the batch");
  if (array.n_buffers != buffers || array.buffers == nullptr)
    broken(name, "has " + std::to_string(array.n_buffers) + " buffers instead of " +
                     std::to_string(buffers));
  for (std::int64_t i = 0; i < buffers; ++i) {
    const bool bytes_of_text = buffers == 3 && i == 2;
    if (!bytes_of_text && reinterpret_cast<std::uintptr_t>(array.buffers[i]) % 8 != 0)
      refuse(name, "has a buffer that is not aligned to 8 bytes; copy it first");
    if (i > 0 && array.buffers[i] == nullptr && array.length > 0 && !bytes_of_text)
      broken(name, "lacks a buffer");
  }
}

void check_offsets(const std::int32_t* offsets, std::int64_t rows, const std::string& name) {
  bool good = offsets[0] >= 0;
  for (std::int64_t row = 0; row < rows; ++row) good = good && offsets[row] <= offsets[row + 1];
  if (!good) broken(name, "has text offsets that go backwards");
}

}  // namespace

// Kernels read whole words of 64 rows, and the interface does not say what lies behind the last.
const void* ImportedBatch::Implementation::padded(const void* data, std::size_t used_bytes,
                                                  std::size_t needed_bytes) {
  if (used_bytes == needed_bytes && data != nullptr) return data;
  Buffer& copy = copies.emplace_back(std::max<std::size_t>(needed_bytes, 1));
  if (used_bytes > 0) std::memcpy(copy.data(), data, used_bytes);
  return copy.data();
}

void ImportedBatch::Implementation::put_texts(ColumnView& column, const ArrowArray& codes,
                                              const ArrowArray& dictionary,
                                              const std::string& name) {
  check_array(dictionary, 0, 3, name);
  if (dictionary.null_count != 0 && dictionary.buffers[0] != nullptr)
    refuse(name, "has NULL in its dictionary; decode it first");
  const auto* starts = static_cast<const std::int32_t*>(dictionary.buffers[1]);
  const auto* texts = static_cast<const char*>(dictionary.buffers[2]);
  if (dictionary.length > 0) check_offsets(starts, dictionary.length, name);
  const auto* code = static_cast<const std::uint32_t*>(codes.buffers[1]);
  const std::int64_t rows = given_array.length;
  Buffer offsets(static_cast<std::size_t>(rows + 1) * sizeof(std::int32_t));
  std::int64_t total = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    if (column.is_valid(row)) {
      if (code[row] >= dictionary.length) broken(name, "has a code that its dictionary lacks");
      total += starts[code[row] + 1] - starts[code[row]];
    }
    if (total > std::numeric_limits<std::int32_t>::max())
      refuse(name, "has more than 2 GiB of text in a batch; send smaller batches");
    offsets.as<std::int32_t>()[row + 1] = static_cast<std::int32_t>(total);
  }
  Buffer bytes(static_cast<std::size_t>(total) + 1);
  const auto* ends = offsets.as<std::int32_t>();
  for (std::int64_t row = 0; row < rows; ++row) {
    const auto size = static_cast<std::size_t>(ends[row + 1] - ends[row]);
    if (size > 0) std::memcpy(bytes.as<char>() + ends[row], texts + starts[code[row]], size);
  }
  column.offsets = ends;
  column.data = bytes.data();
  copies.push_back(std::move(offsets));
  copies.push_back(std::move(bytes));
}

void ImportedBatch::Implementation::add_column(const ArrowSchema& field, const ArrowArray& array) {
  const std::string name = field.name == nullptr ? "" : field.name;
  const std::int64_t rows = given_array.length;
  ColumnView column;
  column.type = type_of(field, name);
  const bool coded = field.dictionary != nullptr;
  check_array(array, rows, column.type.id == TypeId::utf8 && !coded ? 3 : 2, name);
  const auto words = static_cast<std::size_t>(bitmap_words(rows));
  const auto bitmap_bytes = static_cast<std::size_t>((rows + 7) / 8);
  if (array.null_count != 0 && array.buffers[0] != nullptr)
    column.validity =
        static_cast<const std::uint64_t*>(padded(array.buffers[0], bitmap_bytes, words * 8));
  if (coded) {
    if (array.dictionary == nullptr) broken(name, "lacks its dictionary");
    put_texts(column, array, *array.dictionary, name);
  } else if (column.type.id == TypeId::utf8) {
    const auto offset_bytes = static_cast<std::size_t>(rows + 1) * sizeof(std::int32_t);
    const bool none = array.buffers[1] == nullptr;  // allowed where there are no rows
    column.offsets = static_cast<const std::int32_t*>(
        padded(array.buffers[1], none ? 0 : offset_bytes, offset_bytes));
    check_offsets(column.offsets, rows, name);
    if (array.buffers[2] == nullptr && column.offsets[rows] > 0) broken(name, "lacks a buffer");
    column.data = padded(array.buffers[2], 0, 0);
  } else if (column.type.id == TypeId::boolean) {
    column.data = padded(array.buffers[1], bitmap_bytes, words * 8);
  } else {
    const auto width = static_cast<std::size_t>(value_width_bytes(column.type));
    column.data =
        padded(array.buffers[1], static_cast<std::size_t>(rows) * width, words * 64 * width);
  }
  views.push_back(column);
  schema.fields.push_back({name, column.type, (field.flags & ARROW_FLAG_NULLABLE) != 0});
}

void ImportedBatch::Implementation::read() {
  if (given_schema.release == nullptr || given_array.release == nullptr)
    throw Error(ErrorCode::invalid_argument,
                "the Arrow structures were released or moved already; export them again");
  if (given_schema.format == nullptr || std::strcmp(given_schema.format, "+s") != 0)
    throw Error(ErrorCode::unsupported, "a batch comes as an Arrow struct (format '+s')");
  if (given_array.offset != 0)
    throw Error(ErrorCode::unsupported, "the Arrow struct is a slice of another; copy it first");
  if (given_array.null_count != 0 && given_array.n_buffers > 0 && given_array.buffers != nullptr &&
      given_array.buffers[0] != nullptr)
    throw Error(ErrorCode::unsupported, "the Arrow struct has rows that are NULL as a whole");
  if (given_array.length < 0 || given_array.n_children != given_schema.n_children)
    throw Error(ErrorCode::corrupt_input, "the Arrow array does not fit its schema");
  for (std::int64_t i = 0; i < given_schema.n_children; ++i)
    add_column(*given_schema.children[i], *given_array.children[i]);
}

ImportedBatch::ImportedBatch(ArrowSchema* schema, ArrowArray* array)
    : implementation_(std::make_unique<Implementation>(schema, array)) {
  implementation_->read();
}

ImportedBatch::~ImportedBatch() = default;
ImportedBatch::ImportedBatch(ImportedBatch&&) noexcept = default;
ImportedBatch& ImportedBatch::operator=(ImportedBatch&&) noexcept = default;

const Schema& ImportedBatch::schema() const noexcept {
  return implementation_->schema;
}

BatchView ImportedBatch::view() const noexcept {
  return {implementation_->views, implementation_->given_array.length, {}};
}

}  // namespace penstock
