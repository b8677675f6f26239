// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <penstock/plan/bind.h>
#include <penstock/sql/parse.h>

// Any bytes as SQL: either statements that also bind, or do not, or an Error that names its place.
namespace {

using penstock::DataType;
using penstock::Schema;
using penstock::SourceDescription;
using penstock::TableDefinition;
using penstock::TypeId;

// Every table is a source of these columns, unless it declares its own.
class FuzzCatalog final : public penstock::Catalog {
 public:
  [[nodiscard]] SourceDescription describe_source(const TableDefinition& table) const override {
    SourceDescription description;
    description.bounded = table.name.size() % 2 == 0;
    description.schema.fields = {
        {"ts", DataType{TypeId::timestamp}, false}, {"a", DataType{TypeId::int64}, true},
        {"b", DataType{TypeId::float64}, true},     {"c", DataType{TypeId::utf8}, true},
        {"src_ip", DataType{TypeId::ip}, true},     {"length", DataType{TypeId::uint32}, false}};
    return description;
  }
  void check_sink(const TableDefinition& /*table*/, const Schema& /*rows*/) const override {}
};

[[noreturn]] void fail(const char* what, const penstock::Error& error) {
  std::fprintf(stderr, "%s: %s\n", what, error.what());
  std::abort();
}

void check(const penstock::Error& error, std::string_view text) {
  if (error.code() == penstock::ErrorCode::internal) fail("an internal error", error);
  const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
  const bool placed = error.where().line >= 1 && error.where().line <= lines &&
                      error.where().column >= 1 &&
                      error.where().column <= static_cast<int>(text.size()) + 1;
  if (!placed && text.size() <= penstock::max_sql_bytes) fail("an error without a place", error);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const penstock::ParseOptions options{"", {{"path", "it's"}, {"n", "10"}, {"open", "("}}};
  try {
    const auto statements = penstock::parse(text, options);
    penstock::bind(statements, FuzzCatalog());
  } catch (const penstock::Error& error) {
    check(error, text);
  }
  return 0;
}
