// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace penstock::detail {

// Words (lower case) that PostgreSQL's grammar does not take as the name of a column or table
// unless they are quoted.
bool is_reserved_word(std::string_view word) noexcept;
// Those of them that people want as names: worth a hint where the grammar stumbles over one.
bool is_tempting_reserved_word(std::string_view word) noexcept;
// A word that begins a table constraint where a column definition could begin.
bool begins_table_constraint(std::string_view word) noexcept;
// A word that may follow a relation in FROM and is not its alias.
bool follows_relation(std::string_view word) noexcept;
// Plural and finer units, which the grammar does not know after INTERVAL '…'.
bool is_foreign_interval_unit(std::string_view word) noexcept;
bool is_window_function(std::string_view word) noexcept;

}  // namespace penstock::detail
