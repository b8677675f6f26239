// SPDX-License-Identifier: Apache-2.0
#include <penstock/data/symbol_table.h>

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <random>
#include <string>

#include <penstock/kernels/error.h>

namespace penstock {

namespace {

constexpr std::size_t shard_count = 16;
constexpr std::size_t first_slots = 256;
constexpr std::size_t entries_a_chunk = 4096;
constexpr std::size_t allocation_bytes = 16;  // what the allocator adds to a text

// A code's text. Written once before the code is given out; data tells readers of other codes
// whether there is one.
struct Entry {
  std::atomic<const char*> data{nullptr};
  std::size_t size = 0;
  std::atomic<bool> pinned{false};
};
using Chunk = std::array<Entry, entries_a_chunk>;

// Open addressing. A slot is 0, or the upper half of the hash and code + 1: looked up without a
// lock, written under the shard's.
struct Table {
  explicit Table(std::size_t size)
      : mask(size - 1), slots(std::make_unique<std::atomic<std::uint64_t>[]>(size)) {}
  [[nodiscard]] std::size_t size_bytes() const noexcept { return (mask + 1) * 8; }
  void insert(std::uint64_t hash, std::uint32_t code) noexcept {
    std::size_t at = hash & mask;
    while (slots[at].load(std::memory_order_relaxed) != 0) at = (at + 1) & mask;
    slots[at].store((hash >> 32 << 32) | (code + 1U), std::memory_order_release);
  }

  std::size_t mask;
  std::unique_ptr<std::atomic<std::uint64_t>[]> slots;
};

struct Shard {
  std::mutex mutex;
  std::atomic<Table*> table{nullptr};
  std::vector<std::unique_ptr<Table>> tables;  // the last is in use; readers may be in the others
  std::size_t used = 0;
};

}  // namespace

struct SymbolTable::Implementation {
  explicit Implementation(const Limits& given);
  ~Implementation();

  Entry* entry(std::uint32_t code) const noexcept;
  std::uint32_t find(const Table& table, std::uint64_t hash, std::string_view text) const noexcept;
  std::uint32_t intern(std::string_view text);
  std::uint32_t add(std::string_view text);
  void grow(Shard& shard);
  void start_table(Shard& shard, std::size_t slots);
  std::uint64_t hash(std::string_view text) const noexcept {
    return XXH3_64bits_withSeed(text.data(), text.size(), seed);
  }

  static constexpr std::uint32_t none = 0xFFFFFFFF;

  Limits limits;
  std::uint64_t seed;
  std::array<Shard, shard_count> shards;
  std::vector<std::atomic<Chunk*>> chunks;

  std::mutex codes_mutex;  // taken inside of a shard's
  std::vector<std::uint32_t> free_codes;
  std::uint32_t next_code = 0;
  std::atomic<std::size_t> symbols{0};
  std::atomic<std::size_t> text_bytes{0};
  std::atomic<std::size_t> structure_bytes{0};  // tables and chunks
  std::size_t symbols_kept = 0;                 // by the last collect()
  std::size_t text_bytes_kept = 0;
};

SymbolTable::Implementation::Implementation(const Limits& given)
    : limits(given),
      seed(std::uint64_t{std::random_device{}()} << 32 | std::random_device{}()),
      chunks(std::min<std::size_t>(given.max_symbols, none) / entries_a_chunk + 1) {
  limits.max_symbols = std::min<std::size_t>(given.max_symbols, none);
  for (Shard& shard : shards) start_table(shard, first_slots);
}

SymbolTable::Implementation::~Implementation() {
  for (const auto& slot : chunks) {
    const std::unique_ptr<Chunk> chunk(slot.load(std::memory_order_relaxed));
    if (chunk == nullptr) continue;
    for (const Entry& freed : *chunk) delete[] freed.data.load(std::memory_order_relaxed);
  }
}

Entry* SymbolTable::Implementation::entry(std::uint32_t code) const noexcept {
  const std::size_t at = code / entries_a_chunk;
  if (at >= chunks.size()) return nullptr;
  Chunk* chunk = chunks[at].load(std::memory_order_acquire);
  return chunk == nullptr ? nullptr : &(*chunk)[code % entries_a_chunk];
}

std::uint32_t SymbolTable::Implementation::find(const Table& table, std::uint64_t hash,
                                                std::string_view text) const noexcept {
  for (std::size_t at = hash & table.mask;; at = (at + 1) & table.mask) {
    const std::uint64_t slot = table.slots[at].load(std::memory_order_acquire);
    if (slot == 0) return none;
    if (slot >> 32 != hash >> 32) continue;
    const auto code = static_cast<std::uint32_t>(slot) - 1U;
    const Entry& found = *entry(code);
    const char* data = found.data.load(std::memory_order_relaxed);
    if (found.size == text.size() && std::memcmp(data, text.data(), text.size()) == 0) return code;
  }
}

void SymbolTable::Implementation::start_table(Shard& shard, std::size_t slots) {
  shard.tables.push_back(std::make_unique<Table>(slots));
  shard.table.store(shard.tables.back().get(), std::memory_order_release);
  structure_bytes += shard.tables.back()->size_bytes();
}

void SymbolTable::Implementation::grow(Shard& shard) {
  const Table& old = *shard.tables.back();
  auto larger = std::make_unique<Table>((old.mask + 1) * 2);
  for (std::size_t i = 0; i <= old.mask; ++i) {
    const std::uint64_t slot = old.slots[i].load(std::memory_order_relaxed);
    if (slot == 0) continue;
    const auto code = static_cast<std::uint32_t>(slot) - 1U;
    const Entry& kept = *entry(code);
    larger->insert(hash({kept.data.load(std::memory_order_relaxed), kept.size}), code);
  }
  structure_bytes += larger->size_bytes();
  shard.tables.push_back(std::move(larger));
  shard.table.store(shard.tables.back().get(), std::memory_order_release);
}

std::uint32_t SymbolTable::Implementation::add(std::string_view text) {
  const std::lock_guard lock(codes_mutex);
  if (symbols >= limits.max_symbols)
    throw Error(ErrorCode::resource_exhausted,
                "the job's texts are more than the cap of " + std::to_string(limits.max_symbols) +
                    " different ones (max_symbols); raise the cap, or group by fewer texts");
  const std::size_t size = text.size() + allocation_bytes;
  if (text_bytes + size > limits.max_bytes)
    throw Error(ErrorCode::resource_exhausted,
                "the job's texts take more than the cap of " + std::to_string(limits.max_bytes) +
                    " bytes (max_bytes); raise the cap, or group by fewer or shorter texts");
  std::uint32_t code = next_code;
  if (!free_codes.empty()) code = free_codes.back();
  auto& chunk = chunks[code / entries_a_chunk];
  if (chunk.load(std::memory_order_relaxed) == nullptr) {
    chunk.store(new Chunk, std::memory_order_release);
    structure_bytes += sizeof(Chunk);
  }
  char* copy = new char[text.size() + 1];
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  Entry& fresh = *entry(code);
  fresh.size = text.size();
  fresh.data.store(copy, std::memory_order_release);
  if (free_codes.empty()) {
    ++next_code;
  } else {
    free_codes.pop_back();
  }
  ++symbols;
  text_bytes += size;
  return code;
}

std::uint32_t SymbolTable::Implementation::intern(std::string_view text) {
  const std::uint64_t hashed = hash(text);
  // The lowest bits choose the slot and the upper half is the tag, so the shard is between.
  Shard& shard = shards[(hashed >> 28) % shard_count];
  const Table* table = shard.table.load(std::memory_order_acquire);
  std::uint32_t code = find(*table, hashed, text);
  if (code != none) return code;
  const std::lock_guard lock(shard.mutex);
  code = find(*shard.tables.back(), hashed, text);
  if (code != none) return code;
  if ((shard.used + 1) * 2 > shard.tables.back()->mask + 1) grow(shard);
  code = add(text);
  shard.tables.back()->insert(hashed, code);
  ++shard.used;
  return code;
}

SymbolTable::SymbolTable() : SymbolTable(Limits{}) {}
SymbolTable::SymbolTable(const Limits& limits)
    : implementation_(std::make_unique<Implementation>(limits)) {}
SymbolTable::~SymbolTable() = default;

std::uint32_t SymbolTable::intern(std::string_view text) {
  return implementation_->intern(text);
}

std::uint32_t SymbolTable::pin(std::string_view text) {
  const std::uint32_t code = implementation_->intern(text);
  implementation_->entry(code)->pinned.store(true, std::memory_order_relaxed);
  return code;
}

std::string_view SymbolTable::text(std::uint32_t code) const noexcept {
  const Entry* found = implementation_->entry(code);
  if (found == nullptr) return {};
  const char* data = found->data.load(std::memory_order_acquire);
  return data == nullptr ? std::string_view{} : std::string_view{data, found->size};
}

std::size_t SymbolTable::size() const noexcept {
  return implementation_->symbols;
}
std::size_t SymbolTable::size_bytes() const noexcept {
  return implementation_->text_bytes + implementation_->structure_bytes;
}

bool SymbolTable::wants_collection() const noexcept {
  const Implementation& table = *implementation_;
  // Above half, and a quarter of what room the last collection left has been taken since: a table
  // full of live texts is not searched again for every new one.
  const auto wants = [](std::size_t now, std::size_t kept, std::size_t limit) {
    return now > limit / 2 && now > kept && now - kept >= (limit - std::min(kept, limit)) / 4;
  };
  return wants(table.symbols, table.symbols_kept, table.limits.max_symbols) ||
         wants(table.text_bytes, table.text_bytes_kept, table.limits.max_bytes);
}

void SymbolTable::collect(const std::vector<std::uint64_t>& used) {
  Implementation& table = *implementation_;
  for (Shard& shard : table.shards) {
    // The largest stays: what was live once is likely to come again.
    for (const auto& old : shard.tables) table.structure_bytes -= old->size_bytes();
    auto kept = std::move(shard.tables.back());
    shard.tables.clear();
    for (std::size_t i = 0; i <= kept->mask; ++i)
      kept->slots[i].store(0, std::memory_order_relaxed);
    table.structure_bytes += kept->size_bytes();
    shard.tables.push_back(std::move(kept));
    shard.used = 0;
  }
  table.free_codes.clear();
  for (std::uint32_t code = table.next_code; code-- > 0;) {
    Entry& entry = *table.entry(code);
    const char* data = entry.data.load(std::memory_order_relaxed);
    const bool keep = data != nullptr &&
                      (entry.pinned.load(std::memory_order_relaxed) ||
                       (code / 64 < used.size() && ((used[code / 64] >> (code % 64)) & 1U) != 0));
    if (keep) {
      const std::uint64_t hashed = table.hash({data, entry.size});
      Shard& shard = table.shards[(hashed >> 28) % shard_count];
      shard.tables.back()->insert(hashed, code);
      ++shard.used;
      continue;
    }
    if (data != nullptr) {
      delete[] data;
      entry.data.store(nullptr, std::memory_order_relaxed);
      table.text_bytes -= entry.size + allocation_bytes;
      --table.symbols;
    }
    table.free_codes.push_back(code);  // descending, so that the lowest is given out next
  }
  table.symbols_kept = table.symbols;
  table.text_bytes_kept = table.text_bytes;
}

}  // namespace penstock
