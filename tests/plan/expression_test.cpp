// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <penstock/plan/functions.h>

#include "evaluate.h"
#include "fake_catalog.h"

namespace penstock {
namespace {

std::string type_of(std::string_view sql) {
  return to_string(bind_expression(sql).type);
}

// Every call names an overload with exactly its arguments' types, or is one of the forms.
void expect_exact(const Expression& e) {
  std::vector<DataType> types;
  for (const Expression& argument : e.arguments) {
    expect_exact(argument);
    types.push_back(argument.type);
  }
  if (e.kind != Expression::Kind::call || e.function == "cast") return;
  if (e.function == "coalesce" || e.function == "case") {
    for (std::size_t i = 0; i < types.size(); ++i) {
      const bool condition = e.function == "case" && i % 2 == 0 && i + 1 < types.size();
      EXPECT_EQ(types[i], condition ? DataType{TypeId::boolean} : e.type);
    }
    return;
  }
  const ScalarFunction* function = find_function(e.function, types);
  ASSERT_NE(function, nullptr) << e.function;
  EXPECT_EQ(function->result, e.type) << e.function;
}

struct TypeCase {
  const char* sql;
  const char* type;
};

TEST(Expressions, HaveTheTypesOfPostgreSql) {
  const TypeCase cases[] = {{"i8 + i8", "tinyint"},
                            {"i8 + i16", "smallint"},
                            {"i16 + i32", "integer"},
                            {"i16 + 1", "integer"},
                            {"i32 + i64", "bigint"},
                            {"i32 + 1", "integer"},
                            {"i32 + 5000000000", "bigint"},
                            {"i64 + f32", "double precision"},
                            {"f32 + f32", "real"},
                            {"f32 * f64", "double precision"},
                            {"f32 + 1", "double precision"},
                            {"i32 / 2.5", "double precision"},
                            {"u8 + u32", "integer unsigned"},
                            {"u8 + i8", "smallint"},
                            {"u16 - 1", "integer"},
                            {"u32 * 8", "bigint"},
                            {"u32 + i16", "bigint"},
                            {"u64 + 1", "bigint unsigned"},
                            {"u64 * 1.0", "double precision"},
                            {"u8 & 2", "tinyint unsigned"},
                            {"u32 / 1000", "integer unsigned"},
                            {"i64 << 2", "bigint"},
                            {"-u16", "integer"},
                            {"-i16", "smallint"},
                            {"abs(u64)", "bigint unsigned"},
                            {"round(f32)", "double precision"},
                            {"round(i64)", "double precision"},
                            {"ts - ts", "interval"},
                            {"ts - iv", "timestamp"},
                            {"iv * 2", "interval"},
                            {"2.5 * iv", "interval"},
                            {"iv / 2", "interval"},
                            {"iv * u64", "interval"},
                            {"name || word", "text"},
                            {"upper(name)", "text"},
                            {"coalesce(name, 'none')", "text"},
                            {"coalesce(name, word)", "text"},
                            {"CASE WHEN flag THEN 'a' ELSE 'b' END", "text"},
                            {"CASE WHEN flag THEN u32 ELSE 0 END", "integer unsigned"},
                            {"CASE WHEN flag THEN u32 ELSE -1 END", "bigint"},
                            {"CASE WHEN flag THEN i16 ELSE 0 END", "integer"},
                            {"CASE WHEN flag THEN 1 ELSE 2.5 END", "double precision"},
                            {"coalesce(f32, f64)", "double precision"},
                            {"greatest(i16, i64)", "bigint"},
                            {"nullif(i32, 0)", "integer"},
                            {"NULL", "text"},
                            {"1", "integer"},
                            {"2147483648", "bigint"},
                            {"9223372036854775808", "bigint unsigned"},
                            {"18446744073709551616", "double precision"},
                            {"-2147483648", "integer"},
                            {"-9223372036854775808", "bigint"},
                            {"1.5", "double precision"}};
  for (const TypeCase& each : cases) {
    EXPECT_EQ(type_of(each.sql), each.type) << each.sql;
    expect_exact(bind_expression(each.sql));
  }
}

TEST(Expressions, LiteralsAdaptToTheOtherSideOfAComparison) {
  for (const char* column : {"i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f64"}) {
    const Expression e = bind_expression(std::string(column) + " = 100");
    EXPECT_EQ(e.arguments[0].kind, Expression::Kind::column) << column;
    EXPECT_EQ(e.arguments[1].kind, Expression::Kind::literal) << column;
    expect_exact(e);
  }
  const Expression wide = bind_expression("u16 = 70000");
  EXPECT_EQ(wide.arguments[0].function, "cast");
  EXPECT_EQ(wide.arguments[0].type.id, TypeId::int32);
}

TEST(Expressions, TextLiteralsTakeTheTypeOfTheirNeighbour) {
  const TypeCase cases[] = {{"ts > '2026-01-01'", "timestamp"}, {"iv < '5 s'", "interval"},
                            {"addr = '10.0.0.1'", "ip"},        {"flag = 'yes'", "boolean"},
                            {"i32 = '12'", "integer"},          {"name = 'udp'", "text"},
                            {"word = 'udp'", "text"},           {"f64 = 'NaN'", "double precision"},
                            {"u8 IN ('7')", "tinyint unsigned"}};
  for (const TypeCase& each : cases) {
    const Expression e = bind_expression(each.sql);
    EXPECT_EQ(e.arguments[1].kind, Expression::Kind::literal) << each.sql;
    EXPECT_EQ(to_string(e.arguments[1].type), each.type) << each.sql;
    expect_exact(e);
  }
  EXPECT_EQ(to_string(bind_expression("mac = 'aa:bb:cc:dd:ee:ff'").arguments[1].literal,
                      {TypeId::fixed_binary, 6}),
            "aa:bb:cc:dd:ee:ff");
}

TEST(Expressions, SymbolsStayInKernelsForEqualityAlone) {
  EXPECT_EQ(bind_expression("coalesce(name, 'none')").type.id, TypeId::symbol);
  EXPECT_EQ(bind_expression("coalesce(name, word)").type.id, TypeId::utf8);
  EXPECT_EQ(bind_expression("CASE WHEN flag THEN name ELSE 'x' END").type.id, TypeId::symbol);
  const auto function = [](std::string_view sql) {
    const Expression e = bind_expression(sql);
    expect_exact(e);
    std::vector<DataType> types;
    for (const Expression& a : e.arguments) types.push_back(a.type);
    return find_function(e.function, types);
  };
  EXPECT_EQ(function("name = 'udp'")->op, Op::equal);
  EXPECT_EQ(function("name <> name")->op, Op::not_equal);
  EXPECT_EQ(function("name IS NULL")->op, Op::is_null);
  EXPECT_NE(function("name < 'udp'")->row_function, nullptr);
  EXPECT_NE(function("name = word")->row_function, nullptr);
  EXPECT_NE(function("name LIKE 'u%'")->row_function, nullptr);
  expect_exact(bind_expression("name IN ('tcp', 'udp', 'icmp')"));
  EXPECT_EQ(bind_expression("name IN ('tcp', 'udp')").arguments[0].arguments[1].type.id,
            TypeId::symbol);
}

TEST(Expressions, NetworksBecomeAnInstructionWithLiterals) {
  const Expression e = bind_expression("addr << '10.0.0.0/8'");
  EXPECT_EQ(e.function, "ip in network");
  ASSERT_EQ(e.arguments.size(), 3U);
  EXPECT_EQ(to_string(e.arguments[1].literal, {TypeId::ip}), "10.0.0.0");
  EXPECT_EQ(e.arguments[2].literal, (Value{std::int64_t{104}}));
  EXPECT_EQ(bind_expression("i32 << 3").function, "<<");
}

TEST(Expressions, LongListsAreShallow) {
  std::string list = "0";
  for (int i = 1; i < 5000; ++i) list += "," + std::to_string(i);
  Expression e = bind_expression("i32 IN (" + list + ")");
  int depth = 0;
  const Expression* next = &e;
  for (; !next->arguments.empty(); next = &next->arguments[0]) ++depth;
  EXPECT_LE(depth, 15);
  const Expression left = bind_expression("(flag AND i8 = 1) AND (i16 = 2 AND i32 = 3)");
  EXPECT_EQ(left, bind_expression("flag AND (i8 = 1 AND (i16 = 2 AND i32 = 3))"));
}

TEST(Expressions, ConstantsOfCastsAreLiterals) {
  EXPECT_EQ(bind_expression("CAST('5' AS bigint)").kind, Expression::Kind::literal);
  EXPECT_EQ(bind_expression("5::smallint").kind, Expression::Kind::literal);
  EXPECT_EQ(bind_expression("CAST(NULL AS timestamp)").kind, Expression::Kind::literal);
  EXPECT_EQ(evaluate_sql("-(-9223372036854775808)"), "9223372036854775808");
  EXPECT_EQ(evaluate_sql("- (- 5)"), "5");
  EXPECT_EQ(evaluate_sql("-0.0"), "-0");
}

TEST(Expressions, FaultsAreNull) {
  EXPECT_EQ(evaluate_sql("1 / 0"), "NULL");
  EXPECT_EQ(evaluate_sql("2147483647 + 1"), "NULL");
  EXPECT_EQ(evaluate_sql("7 % 0"), "NULL");
  EXPECT_EQ(evaluate_sql("-7 / 2"), "-3");
  EXPECT_EQ(evaluate_sql("-7 % 2"), "-1");
  EXPECT_EQ(evaluate_sql("1.0 / 0.0"), "NULL");
}

}  // namespace
}  // namespace penstock
