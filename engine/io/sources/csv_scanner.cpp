// SPDX-License-Identifier: Apache-2.0
#include "sources/csv_scanner.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace penstock {
namespace {

constexpr std::ptrdiff_t block_bytes = 64;

#if defined(__SSE2__)
std::uint64_t structural_mask(const char* block, char delimiter) noexcept {
  const __m128i delimiters = _mm_set1_epi8(delimiter);
  const __m128i line_ends = _mm_set1_epi8('\n');
  std::uint64_t mask = 0;
  for (int part = 0; part < 4; ++part) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + 16 * part));
    const __m128i found =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, delimiters), _mm_cmpeq_epi8(bytes, line_ends));
    mask |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(found)))
            << (16 * part);
  }
  return mask;
}
#else
std::uint64_t structural_mask(const char* block, char delimiter) noexcept {
  std::uint64_t mask = 0;
  for (int i = 0; i < block_bytes; ++i) {
    const bool found = block[i] == delimiter || block[i] == '\n';
    mask |= static_cast<std::uint64_t>(found) << i;
  }
  return mask;
}
#endif

}  // namespace

CsvScanner::CsvScanner(const CsvDialect& dialect, std::size_t fields_kept) : dialect_(dialect) {
  keep_fields(fields_kept);
}

void CsvScanner::keep_fields(std::size_t fields) {
  fields_.assign(std::max<std::size_t>(fields, 1), CsvField{});
}

void CsvScanner::set_text(const char* end) noexcept {
  end_ = end;
  block_ = nullptr;
}

// The first delimiter or line end from there on; end_ or beyond where there is none.
inline const char* CsvScanner::find_structural(const char* from) noexcept {
  while (true) {
    if (block_ != nullptr && from - block_ < block_bytes) {
      const std::uint64_t rest = mask_ >> (from - block_);
      if (rest != 0) return from + std::countr_zero(rest);
      from = block_ + block_bytes;
    }
    if (from >= end_) return end_;
    block_ = from;
    mask_ = structural_mask(from, dialect_.delimiter);
  }
}

// Where the scan goes on: at the delimiter or line end; nullptr where result says why not.
const char* CsvScanner::scan_quoted(const char* begin, CsvField& field, Result& result) noexcept {
  const char* const text = begin + 1;
  const char* p = text;
  field.quoted = true;
  while (true) {
    p = static_cast<const char*>(
        std::memchr(p, dialect_.quote, static_cast<std::size_t>(end_ - p)));
    if (p == nullptr || p + 1 >= end_) {
      result.status = Status::incomplete;
      return nullptr;
    }
    if (p[1] != dialect_.quote) break;
    field.escaped = true;
    p += 2;
  }
  field.data = text;
  field.size = static_cast<std::size_t>(p - text);
  result.lines += std::count(text, p, '\n');
  const char* next = p + 1;
  if (*next == '\r' && next + 1 < end_ && next[1] == '\n') ++next;
  if (*next == dialect_.delimiter || *next == '\n') return next;
  if (*next == '\r' && next + 1 >= end_) {
    result.status = Status::incomplete;
    return nullptr;
  }
  result = recover(next, result);
  return nullptr;
}

// A row that cannot be read ends with its line.
CsvScanner::Result CsvScanner::recover(const char* from, Result result) const noexcept {
  const auto* line_end =
      static_cast<const char*>(std::memchr(from, '\n', static_cast<std::size_t>(end_ - from)));
  result.status = line_end == nullptr ? Status::incomplete : Status::bad_quoting;
  result.next = line_end == nullptr ? nullptr : line_end + 1;
  return result;
}

CsvScanner::Result CsvScanner::scan(const char* begin) noexcept {
  Result result;
  const char* p = begin;
  while (true) {
    CsvField field;
    const char* stop = nullptr;
    if (p < end_ && dialect_.has_quote && *p == dialect_.quote) {
      stop = scan_quoted(p, field, result);
      if (stop == nullptr) return result;
    } else {
      stop = find_structural(p);
      if (stop >= end_) return result;
      field.data = p;
      field.size = static_cast<std::size_t>(stop - p);
      if (*stop == '\n' && field.size > 0 && stop[-1] == '\r') --field.size;
    }
    if (result.fields < fields_.size()) fields_[result.fields] = field;
    ++result.fields;
    if (*stop == '\n') {
      result.status = Status::row;
      result.next = stop + 1;
      return result;
    }
    p = stop + 1;
  }
}

void unescape_csv(const CsvField& field, char quote, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < field.size; ++i) {
    out += field.data[i];
    if (field.data[i] == quote) ++i;
  }
}

}  // namespace penstock
