// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <penstock/plan/functions.h>

namespace penstock::types {

inline constexpr DataType boolean{TypeId::boolean};
inline constexpr DataType int32{TypeId::int32};
inline constexpr DataType int64{TypeId::int64};
inline constexpr DataType uint64{TypeId::uint64};
inline constexpr DataType float64{TypeId::float64};
inline constexpr DataType timestamp{TypeId::timestamp};
inline constexpr DataType interval{TypeId::interval};
inline constexpr DataType ip{TypeId::ip};
inline constexpr DataType mac{TypeId::fixed_binary, 6};
inline constexpr DataType utf8{TypeId::utf8};
inline constexpr DataType symbol{TypeId::symbol};

}  // namespace penstock::types

namespace penstock::detail {

// A longer text result is a fault (NULL): repeat() and the pads must not eat the memory.
inline constexpr std::size_t max_text_result_bytes = std::size_t{1} << 20;

// What a family of functions adds itself to.
class FunctionTable {
 public:
  struct Text {
    std::string_view summary;
    std::string_view example;
  };
  void kernel(std::string_view name, std::initializer_list<DataType> arguments, DataType result,
              Op op, Text text, std::int32_t immediate = 0);
  void row(std::string_view name, std::initializer_list<DataType> arguments, DataType result,
           RowFunction function, Text text);
  // A row function that sees nulls.
  void row_with_nulls(std::string_view name, std::initializer_list<DataType> arguments,
                      DataType result, RowFunction function, Text text);

  [[nodiscard]] std::vector<ScalarFunction>& functions() noexcept { return functions_; }

 private:
  std::vector<ScalarFunction> functions_;
};

void add_operators(FunctionTable& table);
void add_math_functions(FunctionTable& table);
void add_text_functions(FunctionTable& table);
void add_case_functions(FunctionTable& table);
void add_piece_functions(FunctionTable& table);
void add_like_functions(FunctionTable& table);
void add_time_functions(FunctionTable& table);
void add_network_functions(FunctionTable& table);

// The overloads of a name, in the order of the table.
std::vector<const ScalarFunction*> functions_named(std::string_view name);

}  // namespace penstock::detail
