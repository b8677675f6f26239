// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <penstock/data/batch_builder.h>
#include <penstock/data/symbol_table.h>

namespace penstock {

inline constexpr std::uint64_t golden = 0x9E3779B97F4A7C15U;

constexpr std::uint64_t finalise(std::uint64_t z) noexcept {
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

// The random numbers of a kind: draw c of row i is output 8·i + c of splitmix64 (docs/sources.md).
class Draws {
 public:
  static constexpr std::uint64_t draws_per_row = 8;

  Draws(std::uint64_t seed, std::uint64_t tag) noexcept
      : state_(finalise(seed + (tag << 32U) + golden)) {}

  [[nodiscard]] std::uint64_t operator()(std::uint64_t row, std::uint64_t column) const noexcept {
    return finalise(state_ + (draws_per_row * row + column + 1) * golden);
  }
  // out[k] = convert(draw of row first + k), in a loop that the compiler unrolls or vectorises.
  template <class T, class Convert>
  void fill(std::uint64_t first, std::int64_t count, std::uint64_t column, T* out,
            Convert convert) const noexcept {
    const std::uint64_t base = state_ + (draws_per_row * first + column + 1) * golden;
    for (std::int64_t k = 0; k < count; ++k) {
      const std::uint64_t step = static_cast<std::uint64_t>(k) * (draws_per_row * golden);
      out[k] = static_cast<T>(convert(finalise(base + step)));
    }
  }

 private:
  std::uint64_t state_;
};

struct GeneratorSettings {
  std::uint64_t seed = 42;
  std::int64_t rate = 1;      // rows a second of event time
  std::uint64_t keys = 0;     // of the kind's key; 0 = its default
  std::int64_t start_ns = 0;  // event time of row 0, whole milliseconds
  std::int64_t disorder_ns = 0;
};

// Words of a symbol or text column, pinned once.
struct WordList {
  std::vector<std::string> words;
  std::vector<std::uint32_t> codes;

  WordList(std::vector<std::string> texts, SymbolTable& symbols);
};

// Where the rows of one stretch go: the columns of a kind, by their position in it, in a batch that
// may have them elsewhere or not at all.
class GeneratedColumns {
 public:
  static constexpr std::size_t absent = static_cast<std::size_t>(-1);

  // places[k]: the batch's column for the kind's column k, or absent.
  GeneratedColumns(BatchBuilder& batch, std::span<const std::size_t> places) noexcept
      : batch_(batch), places_(places) {}

  [[nodiscard]] bool wants(std::size_t column) const noexcept {
    return places_[column] != absent && batch_.wants(places_[column]);
  }
  // The stretch's first value; nullptr where nobody wants the column.
  template <class T>
  [[nodiscard]] T* values(std::size_t column) const noexcept {
    return wants(column) ? batch_.values<T>(places_[column]) + batch_.rows() : nullptr;
  }
  void set_null(std::size_t column, std::int64_t k) const noexcept {
    batch_.set_null(places_[column], batch_.rows() + k);
  }
  void set_boolean(std::size_t column, std::int64_t k, bool value) const noexcept {
    batch_.set_boolean(places_[column], batch_.rows() + k, value);
  }
  void set_bytes(std::size_t column, std::int64_t k, const Bytes16& value) const noexcept {
    batch_.set_bytes(places_[column], batch_.rows() + k, value);
  }
  // False where the batch's text memory is full.
  [[nodiscard]] bool set_word(std::size_t column, std::int64_t k, const WordList& list,
                              std::size_t word) const;
  [[nodiscard]] bool set_text(std::size_t column, std::int64_t k, std::string_view text) const {
    return batch_.set_text(places_[column], batch_.rows() + k, text);
  }

 private:
  BatchBuilder& batch_;
  std::span<const std::size_t> places_;
};

// out[k] = start + (first + k) / rate seconds, cut to milliseconds.
void fill_times_by_ms(std::uint64_t first, std::int64_t count, std::int64_t rate,
                      std::int64_t start_ns, std::int64_t* out) noexcept;

// A kind of rows. Row i depends on the settings and i alone.
class RowGenerator {
 public:
  virtual ~RowGenerator() = default;
  // Makes rows first … first + count − 1 (at most max_stretch_rows); returns how many, fewer where
  // the batch's text memory is full.
  virtual std::int64_t fill(std::uint64_t first, std::int64_t count,
                            const GeneratedColumns& out) = 0;
};
inline constexpr std::int64_t max_stretch_rows = 4096;

struct GeneratorKind {
  const char* name;
  Schema schema;
  std::int64_t default_rate;
  bool takes_keys;
  bool takes_disorder;
  std::unique_ptr<RowGenerator> (*make)(const GeneratorSettings& settings, SymbolTable& symbols);
};

GeneratorKind ysb_kind();
GeneratorKind bids_kind();
GeneratorKind groupby_kind();
GeneratorKind talkers_kind();
GeneratorKind packets_kind();
GeneratorKind nexmark_kind();

}  // namespace penstock
