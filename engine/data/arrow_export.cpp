// SPDX-License-Identifier: Apache-2.0
#include <penstock/data/arrow.h>

#include <bit>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <penstock/kernels/error.h>

#include "arrow_format.h"

namespace penstock {

namespace {

// Releases what a structure still owns: consumers may have moved children out.
template <class Structure>
void release_if_owned(Structure& structure) noexcept {
  if (structure.release != nullptr) structure.release(&structure);
}

// Owns all that an exported ArrowSchema points to.
struct SchemaNode {
  std::string format;
  std::string name;
  std::string metadata;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> pointers;
  ArrowSchema dictionary{};

  SchemaNode() = default;
  SchemaNode(const SchemaNode&) = delete;
  SchemaNode& operator=(const SchemaNode&) = delete;
  ~SchemaNode() {
    for (ArrowSchema& child : children) release_if_owned(child);
    release_if_owned(dictionary);
  }
};

void release_schema(ArrowSchema* schema) noexcept {
  delete static_cast<SchemaNode*>(schema->private_data);
  schema->release = nullptr;
}

ArrowSchema give_schema(std::unique_ptr<SchemaNode> node, std::int64_t flags) noexcept {
  ArrowSchema out{};
  for (ArrowSchema& child : node->children) node->pointers.push_back(&child);
  out.format = node->format.c_str();
  out.name = node->name.c_str();
  out.metadata = node->metadata.empty() ? nullptr : node->metadata.data();
  out.flags = flags;
  out.n_children = static_cast<std::int64_t>(node->children.size());
  out.children = node->pointers.empty() ? nullptr : node->pointers.data();
  out.dictionary = node->dictionary.release == nullptr ? nullptr : &node->dictionary;
  out.release = release_schema;
  out.private_data = node.release();
  return out;
}

ArrowSchema field_schema(const Field& field) {
  auto node = std::make_unique<SchemaNode>();
  node->format = detail::arrow_format(field.type);
  node->name = field.name;
  if (field.type.id == TypeId::ip)
    node->metadata =
        detail::arrow_metadata(detail::arrow_extension_key, detail::arrow_ip_extension);
  if (field.type.id == TypeId::symbol) {
    auto texts = std::make_unique<SchemaNode>();
    texts->format = "u";
    node->dictionary = give_schema(std::move(texts), 0);
  }
  return give_schema(std::move(node), field.nullable ? ARROW_FLAG_NULLABLE : 0);
}

// Owns all that an exported ArrowArray points to. Every node keeps the slot for itself, because
// the consumer may move a child out and release its parent first.
struct ArrayNode {
  RecordBatch batch;
  std::vector<const void*> buffers;
  std::vector<std::int32_t> dictionary_offsets;
  std::string dictionary_bytes;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> pointers;
  ArrowArray dictionary{};

  ArrayNode() = default;
  ArrayNode(const ArrayNode&) = delete;
  ArrayNode& operator=(const ArrayNode&) = delete;
  ~ArrayNode() {
    for (ArrowArray& child : children) release_if_owned(child);
    release_if_owned(dictionary);
  }
};

void release_array(ArrowArray* array) noexcept {
  delete static_cast<ArrayNode*>(array->private_data);
  array->release = nullptr;
}

ArrowArray give_array(std::unique_ptr<ArrayNode> node, std::int64_t length,
                      std::int64_t null_count) noexcept {
  ArrowArray out{};
  for (ArrowArray& child : node->children) node->pointers.push_back(&child);
  out.length = length;
  out.null_count = null_count;
  out.n_buffers = static_cast<std::int64_t>(node->buffers.size());
  out.buffers = node->buffers.data();
  out.n_children = static_cast<std::int64_t>(node->children.size());
  out.children = node->pointers.empty() ? nullptr : node->pointers.data();
  out.dictionary = node->dictionary.release == nullptr ? nullptr : &node->dictionary;
  out.release = release_array;
  out.private_data = node.release();
  return out;
}

std::int64_t null_count(const ColumnView& column, std::int64_t rows) noexcept {
  if (column.validity == nullptr) return 0;
  std::int64_t valid = 0;
  for (std::int64_t word = 0; word < rows / 64; ++word)
    valid += std::popcount(column.validity[word]);
  if (rows % 64 != 0)
    valid += std::popcount(column.validity[rows / 64] & ((std::uint64_t{1} << (rows % 64)) - 1));
  return rows - valid;
}

// The texts of all codes up to the highest in the column.
ArrowArray dictionary_of(const ColumnView& column, std::int64_t rows, const SymbolTable& symbols,
                         const std::string& name) {
  std::int64_t length = 0;
  for (std::int64_t row = 0; row < rows; ++row)
    if (column.is_valid(row))
      length = std::max(length, std::int64_t{column.values<std::uint32_t>()[row]} + 1);
  auto node = std::make_unique<ArrayNode>();
  node->dictionary_offsets.reserve(static_cast<std::size_t>(length) + 1);
  node->dictionary_offsets.push_back(0);
  for (std::int64_t code = 0; code < length; ++code) {
    node->dictionary_bytes += symbols.text(static_cast<std::uint32_t>(code));
    if (node->dictionary_bytes.size() > std::numeric_limits<std::int32_t>::max())
      throw Error(
          ErrorCode::resource_exhausted,
          "the texts of column '" + name + "' take more than the 2 GiB of an Arrow dictionary");
    node->dictionary_offsets.push_back(static_cast<std::int32_t>(node->dictionary_bytes.size()));
  }
  node->buffers = {nullptr, node->dictionary_offsets.data(), node->dictionary_bytes.data()};
  return give_array(std::move(node), length, 0);
}

ArrowArray column_array(const RecordBatch& batch, const ColumnView& column, std::int64_t rows,
                        const SymbolTable& symbols, const std::string& name) {
  auto node = std::make_unique<ArrayNode>();
  node->buffers.push_back(column.validity);
  if (column.type.id == TypeId::utf8) node->buffers.push_back(column.offsets);
  node->buffers.push_back(column.data);
  if (column.type.id == TypeId::symbol)
    node->dictionary = dictionary_of(column, rows, symbols, name);
  node->batch = batch.share();
  return give_array(std::move(node), rows, null_count(column, rows));
}

}  // namespace

void export_schema(const Schema& schema, ArrowSchema* out) {
  auto root = std::make_unique<SchemaNode>();
  root->format = "+s";
  root->children.reserve(schema.size());
  root->pointers.reserve(schema.size());
  for (const Field& field : schema.fields) root->children.push_back(field_schema(field));
  *out = give_schema(std::move(root), 0);
}

void export_batch(const RecordBatch& batch, const Schema& schema, const SymbolTable& symbols,
                  ArrowSchema* out_schema, ArrowArray* out_array) {
  const BatchView view = batch.view();
  PENSTOCK_ASSERT(schema.size() == view.columns.size());
  Schema exported;
  auto root = std::make_unique<ArrayNode>();
  root->children.reserve(schema.size());
  root->pointers.reserve(schema.size());
  for (std::size_t i = 0; i < schema.size(); ++i) {
    if (view.columns[i].data == nullptr) continue;
    exported.fields.push_back(schema.fields[i]);
    root->children.push_back(
        column_array(batch, view.columns[i], view.rows, symbols, schema.fields[i].name));
  }
  root->buffers = {nullptr};
  root->batch = batch.share();
  export_schema(exported, out_schema);
  *out_array = give_array(std::move(root), view.rows, 0);
}

}  // namespace penstock
