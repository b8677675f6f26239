// SPDX-License-Identifier: Apache-2.0
#include "fake_catalog.h"

#include <gtest/gtest.h>

#include <penstock/sql/parse.h>

namespace penstock {

const std::string_view declarations =
    "CREATE TABLE packets WITH (connector = 'packets'); "
    "CREATE TABLE stream WITH (connector = 'stream'); "
    "CREATE TABLE live (WATERMARK FOR ts AS ts - INTERVAL '5 seconds') "
    "WITH (connector = 'stream'); "
    "CREATE TABLE everything WITH (connector = 'all'); "
    "CREATE TABLE out WITH (connector = 'sink'); ";

namespace {

Schema packet_schema() {
  return {{{"ts", {TypeId::timestamp}, false},
           {"src_ip", {TypeId::ip}},
           {"dst_ip", {TypeId::ip}},
           {"src_port", {TypeId::uint16}},
           {"dst_port", {TypeId::uint16}},
           {"protocol", {TypeId::symbol}},
           {"length", {TypeId::uint32}},
           {"src_mac", {TypeId::fixed_binary, 6}}}};
}

Schema all_types() {
  return {{{"flag", {TypeId::boolean}},
           {"i8", {TypeId::int8}},
           {"i16", {TypeId::int16}},
           {"i32", {TypeId::int32}},
           {"i64", {TypeId::int64}},
           {"u8", {TypeId::uint8}},
           {"u16", {TypeId::uint16}},
           {"u32", {TypeId::uint32}},
           {"u64", {TypeId::uint64}},
           {"f32", {TypeId::float32}},
           {"f64", {TypeId::float64}},
           {"ts", {TypeId::timestamp}},
           {"iv", {TypeId::interval}},
           {"addr", {TypeId::ip}},
           {"mac", {TypeId::fixed_binary, 6}},
           {"word", {TypeId::utf8}},
           {"name", {TypeId::symbol}}}};
}

}  // namespace

SourceDescription FakeCatalog::describe_source(const TableDefinition& table) const {
  if (table.connector == "packets") return {packet_schema(), true};
  if (table.connector == "stream") return {packet_schema(), false};
  if (table.connector == "all") return {all_types(), true};
  if (table.connector == "table" && table.columns.has_value()) return {*table.columns, true};
  throw Error(ErrorCode::unknown_name, "there is no source connector '" + table.connector + "'");
}

void FakeCatalog::check_sink(const TableDefinition& table, const Schema& rows) const {
  if (table.connector == "locked") throw Error(ErrorCode::io, "the sink is locked");
  for (const Field& field : rows.fields) EXPECT_NE(field.type.id, TypeId::symbol);
}

BoundScript bind_sql(std::string_view sql) {
  return penstock::bind(parse(std::string(declarations) + std::string(sql)), FakeCatalog());
}

Query bind_query(std::string_view sql) {
  const BoundScript script = bind_sql(sql);
  if (script.plan.queries.size() != 1) throw std::runtime_error("not one query");
  return script.plan.queries.front();
}

Expression bind_expression(std::string_view sql) {
  const Query query = bind_query("SELECT " + std::string(sql) + " AS x FROM everything");
  return std::get<ProjectStep>(query.steps.at(0)).columns.at(0).expression;
}

std::string error_of(std::string_view sql) {
  try {
    penstock::bind(parse(std::string(declarations) + "\n" + std::string(sql)), FakeCatalog());
  } catch (const Error& error) {
    return std::to_string(error.where().line - 1) + ":" + std::to_string(error.where().column) +
           ": " + error.message();
  }
  ADD_FAILURE() << "no error: " << sql;
  return {};
}

}  // namespace penstock
