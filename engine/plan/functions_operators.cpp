// SPDX-License-Identifier: Apache-2.0
#include "function_table.h"

#include <array>
#include <string_view>

namespace penstock::detail {

namespace {

constexpr std::array<TypeId, 10> numeric_ids = {
    TypeId::int8,   TypeId::int16,  TypeId::int32,  TypeId::int64,   TypeId::uint8,
    TypeId::uint16, TypeId::uint32, TypeId::uint64, TypeId::float32, TypeId::float64};

// Every type that a kernel sees: all but utf8.
std::vector<DataType> fixed_width_types() {
  std::vector<DataType> all = {types::boolean};
  for (const TypeId id : numeric_ids) all.push_back({id});
  all.insert(all.end(), {types::timestamp, types::interval, types::ip, types::symbol});
  for (int width = 1; width <= max_fixed_width_bytes; ++width) {
    all.push_back({TypeId::fixed_binary, static_cast<std::uint8_t>(width)});
  }
  return all;
}

void add_arithmetic(FunctionTable& table) {
  using Text = FunctionTable::Text;
  const Text add{"sum; of a timestamp and an interval: a later timestamp", "2 + 3 → '5'"};
  const Text subtract{"difference; of two timestamps: an interval", "2 - 3 → '-1'"};
  const Text multiply{"product; an interval times a number is an interval", "2 * 3 → '6'"};
  const Text divide{"quotient; integers truncate towards zero", "-7 / 2 → '-3'"};
  const Text modulo{"remainder of integers, with the sign of the dividend", "-7 % 2 → '-1'"};
  const Text negate{"negation", "-(2 + 3) → '-5'"};
  for (const TypeId id : numeric_ids) {
    const DataType type{id};
    table.kernel("+", {type, type}, type, Op::add, add);
    table.kernel("-", {type, type}, type, Op::subtract, subtract);
    table.kernel("*", {type, type}, type, Op::multiply, multiply);
    table.kernel("/", {type, type}, type, Op::divide, divide);
    if (is_integer(id)) table.kernel("%", {type, type}, type, Op::modulo, modulo);
    if (!is_unsigned_integer(id)) table.kernel("-", {type}, type, Op::negate, negate);
  }
  constexpr DataType ts = types::timestamp;
  constexpr DataType interval = types::interval;
  table.kernel("+", {ts, interval}, ts, Op::add, add);
  table.kernel("+", {interval, ts}, ts, Op::add, add);
  table.kernel("+", {interval, interval}, interval, Op::add, add);
  table.kernel("-", {ts, interval}, ts, Op::subtract, subtract);
  table.kernel("-", {ts, ts}, interval, Op::subtract, subtract);
  table.kernel("-", {interval, interval}, interval, Op::subtract, subtract);
  table.kernel("-", {interval}, interval, Op::negate, negate);
  table.kernel("*", {interval, types::int64}, interval, Op::multiply, multiply);
  table.kernel("/", {interval, types::int64}, interval, Op::divide, divide);
}

void add_bits(FunctionTable& table) {
  using Text = FunctionTable::Text;
  const Text bit_and{"bitwise and of integers", "91 & 15 → '11'"};
  const Text bit_or{"bitwise or of integers", "32 | 3 → '35'"};
  const Text bit_xor{"bitwise exclusive or of integers", "17 # 5 → '20'"};
  const Text bit_not{"bitwise complement of an integer", "~1 → '-2'"};
  const Text left{"shift left; also: an ip in a network", "1 << 4 → '16'"};
  const Text right{"shift right, arithmetic for signed types", "8 >> 2 → '2'"};
  for (const TypeId id : numeric_ids) {
    if (!is_integer(id)) continue;
    const DataType type{id};
    table.kernel("&", {type, type}, type, Op::bit_and, bit_and);
    table.kernel("|", {type, type}, type, Op::bit_or, bit_or);
    table.kernel("#", {type, type}, type, Op::bit_xor, bit_xor);
    table.kernel("~", {type}, type, Op::bit_not, bit_not);
    table.kernel("<<", {type, types::int32}, type, Op::shift_left, left);
    table.kernel(">>", {type, types::int32}, type, Op::shift_right, right);
  }
}

struct Comparison {
  std::string_view name;
  Op op;
  RowFunction text;
  FunctionTable::Text documentation;
};

const std::array<Comparison, 6>& comparisons() {
  using Arguments = std::span<const Datum>;
  static constexpr std::array<Comparison, 6> all = {{
      {"=",
       Op::equal,
       [](Arguments a, Datum& r, std::string&) { r.boolean = a[0].text == a[1].text; },
       {"equal", "2 = 2 → 'true'"}},
      {"<>",
       Op::not_equal,
       [](Arguments a, Datum& r, std::string&) { r.boolean = a[0].text != a[1].text; },
       {"not equal; also written !=", "'a' <> 'b' → 'true'"}},
      {"<",
       Op::less,
       [](Arguments a, Datum& r, std::string&) { r.boolean = a[0].text < a[1].text; },
       {"less than; texts compare by bytes", "'a' < 'b' → 'true'"}},
      {"<=",
       Op::less_equal,
       [](Arguments a, Datum& r, std::string&) { r.boolean = a[0].text <= a[1].text; },
       {"less than or equal", "2 <= 2 → 'true'"}},
      {">",
       Op::greater,
       [](Arguments a, Datum& r, std::string&) { r.boolean = a[0].text > a[1].text; },
       {"greater than", "2 > 3 → 'false'"}},
      {">=",
       Op::greater_equal,
       [](Arguments a, Datum& r, std::string&) { r.boolean = a[0].text >= a[1].text; },
       {"greater than or equal", "3 >= 2 → 'true'"}},
  }};
  return all;
}

void text_not_distinct(std::span<const Datum> a, Datum& result, std::string&) {
  const bool any_null = a[0].is_null || a[1].is_null;
  result.boolean = any_null ? a[0].is_null == a[1].is_null : a[0].text == a[1].text;
}

void text_is_null(std::span<const Datum> a, Datum& result, std::string&) {
  result.boolean = a[0].is_null;
}

void add_comparisons(FunctionTable& table) {
  const FunctionTable::Text not_distinct{"equal, where NULL equals NULL; never NULL",
                                         "NULL IS NOT DISTINCT FROM 1 → 'false'"};
  const FunctionTable::Text is_null{"whether there is no value", "(1 / 0) IS NULL → 'true'"};
  for (const DataType type : fixed_width_types()) {
    for (const Comparison& comparison : comparisons()) {
      const bool ordered = comparison.op != Op::equal && comparison.op != Op::not_equal;
      if (ordered && type.id == TypeId::symbol) continue;
      table.kernel(comparison.name, {type, type}, types::boolean, comparison.op,
                   comparison.documentation);
    }
    table.kernel("is not distinct from", {type, type}, types::boolean, Op::is_not_distinct,
                 not_distinct);
    table.kernel("is null", {type}, types::boolean, Op::is_null, is_null);
  }
  for (const Comparison& comparison : comparisons()) {
    table.row(comparison.name, {types::utf8, types::utf8}, types::boolean, comparison.text,
              comparison.documentation);
  }
  table.row_with_nulls("is not distinct from", {types::utf8, types::utf8}, types::boolean,
                       text_not_distinct, not_distinct);
  table.row_with_nulls("is null", {types::utf8}, types::boolean, text_is_null, is_null);
}

void add_logic(FunctionTable& table) {
  constexpr DataType boolean = types::boolean;
  table.kernel("and", {boolean, boolean}, boolean, Op::logical_and,
               {"both are true", "true AND NULL IS NULL → 'true'"});
  table.kernel("or", {boolean, boolean}, boolean, Op::logical_or,
               {"at least one is true", "true OR NULL → 'true'"});
  table.kernel("not", {boolean}, boolean, Op::logical_not, {"negation", "NOT true → 'false'"});
  table.kernel(
      "is true", {boolean}, boolean, Op::is_true,
      {"true; false for NULL. Also IS FALSE, IS UNKNOWN", "(1 / 0 = 1) IS TRUE → 'false'"});
}

void add_least_greatest(FunctionTable& table) {
  const FunctionTable::Text least{"the smallest of the arguments that are not NULL",
                                  "least(2, NULL, 1) → '1'"};
  const FunctionTable::Text greatest{"the greatest of the arguments that are not NULL",
                                     "greatest('a', 'b') → 'b'"};
  for (const DataType type : fixed_width_types()) {
    if (type.id == TypeId::symbol) continue;
    table.kernel("least", {type, type}, type, Op::least, least);
    table.kernel("greatest", {type, type}, type, Op::greatest, greatest);
  }
  table.row_with_nulls(
      "least", {types::utf8, types::utf8}, types::utf8,
      [](std::span<const Datum> a, Datum& result, std::string&) {
        if (a[0].is_null || (!a[1].is_null && a[1].text < a[0].text)) {
          result = a[1];
        } else {
          result = a[0];
        }
      },
      least);
  table.row_with_nulls(
      "greatest", {types::utf8, types::utf8}, types::utf8,
      [](std::span<const Datum> a, Datum& result, std::string&) {
        if (a[0].is_null || (!a[1].is_null && a[1].text > a[0].text)) {
          result = a[1];
        } else {
          result = a[0];
        }
      },
      greatest);
}

}  // namespace

void add_operators(FunctionTable& table) {
  add_arithmetic(table);
  add_bits(table);
  add_comparisons(table);
  add_logic(table);
  add_least_greatest(table);
}

}  // namespace penstock::detail
