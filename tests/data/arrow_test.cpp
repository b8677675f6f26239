// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include <penstock/data/arrow.h>
#include <penstock/data/value.h>
#include <penstock/kernels/error.h>

namespace penstock {
namespace {

const Schema every_type{{{"b", {TypeId::boolean, 0}},
                         {"i8", {TypeId::int8, 0}},
                         {"i16", {TypeId::int16, 0}},
                         {"i32", {TypeId::int32, 0}},
                         {"i64", {TypeId::int64, 0}, false},
                         {"u8", {TypeId::uint8, 0}},
                         {"u16", {TypeId::uint16, 0}},
                         {"u32", {TypeId::uint32, 0}},
                         {"u64", {TypeId::uint64, 0}},
                         {"f32", {TypeId::float32, 0}},
                         {"f64", {TypeId::float64, 0}},
                         {"ts", {TypeId::timestamp, 0}},
                         {"iv", {TypeId::interval, 0}},
                         {"ip", {TypeId::ip, 0}},
                         {"mac", {TypeId::fixed_binary, 6}},
                         {"text", {TypeId::utf8, 0}},
                         {"sym", {TypeId::symbol, 0}}}};

// Row r holds values made of r; every third row is null in all columns but i64.
void fill(BatchBuilder& batch, SymbolTable& symbols, std::int64_t rows) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const auto n = static_cast<std::int8_t>(r);
    batch.set_boolean(0, r, r % 2 == 0);
    batch.set<std::int8_t>(1, r, n);
    batch.set<std::int16_t>(2, r, n);
    batch.set<std::int32_t>(3, r, n);
    batch.set<std::int64_t>(4, r, n);
    batch.set<std::uint8_t>(5, r, static_cast<std::uint8_t>(r));
    batch.set<std::uint16_t>(6, r, static_cast<std::uint16_t>(r));
    batch.set<std::uint32_t>(7, r, static_cast<std::uint32_t>(r));
    batch.set<std::uint64_t>(8, r, static_cast<std::uint64_t>(r));
    batch.set<float>(9, r, static_cast<float>(r) / 2);
    batch.set<double>(10, r, static_cast<double>(r) / 2);
    batch.set<std::int64_t>(11, r, r);
    batch.set<std::int64_t>(12, r, -r);
    Bytes16 bytes;
    bytes.bytes[0] = static_cast<std::uint8_t>(r);
    batch.set_bytes(13, r, bytes);
    batch.set_bytes(14, r, bytes);
    ASSERT_TRUE(batch.set_text(15, r, "text " + std::to_string(r)));
    batch.set<std::uint32_t>(16, r, symbols.intern("symbol " + std::to_string(r % 5)));
    if (r % 3 == 1)
      for (std::size_t i = 0; i < every_type.size(); ++i)
        if (i != 4) batch.set_null(i, r);
    batch.advance();
  }
}

TEST(ArrowExport, HasTheFormatsOfTheSpecification) {
  ArrowSchema schema;
  export_schema(every_type, &schema);
  ASSERT_STREQ(schema.format, "+s");
  const std::vector<std::string> formats = {"b",   "c",    "s",   "i", "l", "C",
                                            "S",   "I",    "L",   "f", "g", "tsn:UTC",
                                            "tDn", "w:16", "w:6", "u", "I"};
  ASSERT_EQ(schema.n_children, static_cast<std::int64_t>(formats.size()));
  for (std::size_t i = 0; i < formats.size(); ++i) {
    EXPECT_EQ(schema.children[i]->format, formats[i]);
    EXPECT_EQ(schema.children[i]->name, every_type.fields[i].name);
    EXPECT_EQ(schema.children[i]->flags, i == 4 ? 0 : ARROW_FLAG_NULLABLE);
    EXPECT_EQ(schema.children[i]->dictionary != nullptr, i == 16);
  }
  EXPECT_STREQ(schema.children[16]->dictionary->format, "u");
  schema.release(&schema);
  EXPECT_EQ(schema.release, nullptr);
}

TEST(ArrowExport, SharesTheSlotUntilReleased) {
  SymbolTable symbols;
  SlotPool pool(1, every_type, {.capacity_rows = 100});
  RecordBatch batch = pool.acquire();
  fill(batch.builder(), symbols, 100);
  ArrowSchema schema;
  ArrowArray array;
  export_batch(batch, every_type, symbols, &schema, &array);
  EXPECT_EQ(array.children[4]->buffers[1], batch.view().columns[4].data) << "without a copy";
  EXPECT_EQ(array.children[15]->buffers[2], batch.view().columns[15].data);
  EXPECT_EQ(array.length, 100);
  EXPECT_EQ(array.children[0]->null_count, 33);
  EXPECT_EQ(array.children[4]->null_count, 0);
  EXPECT_EQ(array.children[4]->buffers[0], nullptr);
  batch.reset();
  EXPECT_EQ(pool.free_slots(), 0U);
  // A consumer may move a child out and release the parent first.
  ArrowArray child = *array.children[4];
  array.children[4]->release = nullptr;
  array.release(&array);
  EXPECT_EQ(array.release, nullptr);
  EXPECT_EQ(pool.free_slots(), 0U);
  EXPECT_EQ(static_cast<const std::int64_t*>(child.buffers[1])[99], 99);
  child.release(&child);
  EXPECT_EQ(pool.free_slots(), 1U);
  schema.release(&schema);
}

TEST(ArrowExport, LeavesPrunedColumnsOut) {
  SymbolTable symbols;
  const Schema schema{
      {{"a", {TypeId::int64, 0}}, {"b", {TypeId::utf8, 0}}, {"c", {TypeId::int8, 0}}}};
  SlotPool pool(1, schema, {.capacity_rows = 8, .wanted = {true, false, true}});
  const RecordBatch batch = pool.acquire();
  ArrowSchema out_schema;
  ArrowArray out_array;
  export_batch(batch, schema, symbols, &out_schema, &out_array);
  const ImportedBatch imported(&out_schema, &out_array);
  ASSERT_EQ(imported.schema().size(), 2U);
  EXPECT_EQ(imported.schema().fields[1].name, "c");
  EXPECT_EQ(imported.view().rows, 0);
}

void expect_same_rows(const BatchView& a, const BatchView& b, const SymbolTable& symbols) {
  ASSERT_EQ(a.rows, b.rows);
  for (std::size_t i = 0; i < every_type.size(); ++i)
    for (std::int64_t row = 0; row < a.rows; ++row) {
      if (every_type.fields[i].type.id == TypeId::symbol) {
        const Value text = value_at(b.columns[i], row);
        ASSERT_EQ(a.columns[i].is_valid(row), !text.is_null());
        if (text.is_null()) continue;
        ASSERT_EQ(std::get<std::string>(text.data),
                  symbols.text(a.columns[i].values<std::uint32_t>()[row]));
      } else {
        ASSERT_EQ(value_at(a.columns[i], row), value_at(b.columns[i], row)) << i << " " << row;
      }
    }
}

TEST(ArrowImport, TakesBackWhatWasExported) {
  for (const std::int64_t rows : {0, 1, 63, 64, 100, 128}) {
    SymbolTable symbols;
    SlotPool pool(1, every_type, {.capacity_rows = 128});
    RecordBatch batch = pool.acquire();
    fill(batch.builder(), symbols, rows);
    ArrowSchema schema;
    ArrowArray array;
    export_batch(batch, every_type, symbols, &schema, &array);
    {
      ImportedBatch first(&schema, &array);
      EXPECT_EQ(schema.release, nullptr) << "moved in";
      EXPECT_EQ(array.release, nullptr);
      const ImportedBatch imported = std::move(first);
      Schema expected = every_type;
      expected.fields[16].type = {TypeId::utf8, 0};
      EXPECT_EQ(imported.schema(), expected);
      expect_same_rows(batch.view(), imported.view(), symbols);
      const bool whole_words = rows % 64 == 0 && rows > 0;
      EXPECT_EQ(imported.view().columns[10].data == batch.view().columns[10].data,
                whole_words || rows == 0);
    }
    batch.reset();
    EXPECT_EQ(pool.free_slots(), 1U) << "released with the import";
  }
}

// A struct of one int32 column, as another library would make it; counts its releases.
struct Foreign {
  std::vector<std::int32_t> values = std::vector<std::int32_t>(64, 7);
  std::array<const void*, 3> buffers{nullptr, nullptr, nullptr};
  std::array<const void*, 1> root_buffers{nullptr};
  ArrowSchema field{};
  ArrowArray column{};
  ArrowSchema* field_pointer = &field;
  ArrowArray* column_pointer = &column;
  ArrowSchema schema{};
  ArrowArray array{};
  int released = 0;

  Foreign() {
    buffers[1] = values.data();
    field.format = "i";
    field.name = "speed";
    column.length = 64;
    column.n_buffers = 2;
    column.buffers = buffers.data();
    schema.format = "+s";
    schema.n_children = 1;
    schema.children = &field_pointer;
    schema.private_data = this;
    schema.release = [](ArrowSchema* self) {
      ++static_cast<Foreign*>(self->private_data)->released;
      self->release = nullptr;
    };
    array.length = 64;
    array.n_buffers = 1;
    array.buffers = root_buffers.data();
    array.n_children = 1;
    array.children = &column_pointer;
    array.private_data = this;
    array.release = [](ArrowArray* self) {
      ++static_cast<Foreign*>(self->private_data)->released;
      self->release = nullptr;
    };
  }
};

TEST(ArrowImport, ViewsTheBuffersOfOthers) {
  Foreign foreign;
  {
    const ImportedBatch imported(&foreign.schema, &foreign.array);
    EXPECT_EQ(imported.view().columns[0].data, foreign.values.data());
    EXPECT_EQ(imported.view().columns[0].validity, nullptr);
    EXPECT_FALSE(imported.view().zone.known());
    EXPECT_EQ(foreign.released, 0);
  }
  EXPECT_EQ(foreign.released, 2);
}

TEST(ArrowImport, RefusesAndReleasesWhatItCannotRead) {
  struct Case {
    const char* message;
    ErrorCode code;
    std::function<void(Foreign&)> spoil;
  };
  const std::vector<Case> cases = {
      {"'speed' is of format 'U'", ErrorCode::unsupported,
       [](Foreign& f) { f.field.format = "U"; }},
      {"'speed' is of format 'w:17'", ErrorCode::unsupported,
       [](Foreign& f) { f.field.format = "w:17"; }},
      {"'speed' starts at row 1", ErrorCode::unsupported, [](Foreign& f) { f.column.offset = 1; }},
      {"'speed' has a buffer that is not aligned", ErrorCode::unsupported,
       [](Foreign& f) { f.buffers[1] = reinterpret_cast<const char*>(f.values.data()) + 4; }},
      {"'speed' has fewer rows", ErrorCode::corrupt_input,
       [](Foreign& f) { f.column.length = 63; }},
      {"'speed' has 1 buffers", ErrorCode::corrupt_input,
       [](Foreign& f) { f.column.n_buffers = 1; }},
      {"'speed' lacks a buffer", ErrorCode::corrupt_input,
       [](Foreign& f) { f.buffers[1] = nullptr; }},
      {"'speed' has a dictionary", ErrorCode::unsupported,
       [](Foreign& f) { f.field.dictionary = &f.field; }},
      {"comes as an Arrow struct", ErrorCode::unsupported,
       [](Foreign& f) { f.schema.format = "i"; }},
      {"slice of another", ErrorCode::unsupported, [](Foreign& f) { f.array.offset = 2; }},
      {"NULL as a whole", ErrorCode::unsupported,
       [](Foreign& f) {
         f.root_buffers[0] = f.values.data();
         f.array.null_count = -1;
       }},
      {"does not fit its schema", ErrorCode::corrupt_input,
       [](Foreign& f) { f.array.n_children = 0; }},
      {"does not fit its schema", ErrorCode::corrupt_input,
       [](Foreign& f) { f.array.length = -1; }},
      {"offsets that go backwards", ErrorCode::corrupt_input,
       [](Foreign& f) {
         f.field.format = "u";
         f.column.n_buffers = 3;
         f.values.push_back(6);  // 64 times 7, then 6
       }},
  };
  for (const Case& each : cases) {
    Foreign foreign;
    foreign.values.reserve(65);
    foreign.buffers[1] = foreign.values.data();
    each.spoil(foreign);
    try {
      const ImportedBatch imported(&foreign.schema, &foreign.array);
      ADD_FAILURE() << each.message;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), each.code) << each.message;
      EXPECT_NE(error.message().find(each.message), std::string::npos) << error.message();
    }
    EXPECT_EQ(foreign.released, 2) << each.message;
  }
  Foreign gone;
  gone.array.release(&gone.array);
  EXPECT_THROW(ImportedBatch(&gone.schema, &gone.array), Error);
}

}  // namespace
}  // namespace penstock
