// SPDX-License-Identifier: Apache-2.0
#include "sources/generator_columns.h"

namespace penstock {

WordList::WordList(std::vector<std::string> texts, SymbolTable& symbols) : words(std::move(texts)) {
  codes.reserve(words.size());
  for (const std::string& word : words) codes.push_back(symbols.pin(word));
}

bool GeneratedColumns::set_word(std::size_t column, std::int64_t k, const WordList& list,
                                std::size_t word) const {
  const std::size_t place = places_[column];
  if (batch_.schema().fields[place].type.id == TypeId::utf8) {
    return batch_.set_text(place, batch_.rows() + k, list.words[word]);
  }
  batch_.set<std::uint32_t>(place, batch_.rows() + k, list.codes[word]);
  return true;
}

void fill_times_by_ms(std::uint64_t first, std::int64_t count, std::int64_t rate,
                      std::int64_t start_ns, std::int64_t* out) noexcept {
  constexpr std::int64_t ms_ns = 1'000'000;
  // Division once; then quotient and remainder are carried along.
  const auto scaled = static_cast<std::int64_t>(first * 1000);
  std::int64_t time_ns = start_ns + scaled / rate * ms_ns;
  std::int64_t remainder = scaled % rate;
  const std::int64_t step_ns = 1000 / rate * ms_ns;
  const std::int64_t step_remainder = 1000 % rate;
  for (std::int64_t k = 0; k < count; ++k) {
    out[k] = time_ns;
    remainder += step_remainder;
    const bool carry = remainder >= rate;
    remainder -= carry ? rate : 0;
    time_ns += step_ns + (carry ? ms_ns : 0);
  }
}

}  // namespace penstock
