// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include <penstock/kernels/backend.h>

// Every limit of a job in one place, with what they have to do with each other.
namespace penstock::limits {

inline constexpr int threads_max = 256;
inline constexpr std::int64_t batch_rows_max = std::int64_t{1} << 20;
inline constexpr std::size_t batch_bytes_min = std::size_t{4} << 10;
inline constexpr std::size_t batch_bytes_max = std::size_t{1} << 30;
inline constexpr std::size_t slots_max = 4096;
inline constexpr std::int64_t linger_us_max = 60'000'000;
inline constexpr std::int64_t commit_interval_ms_max = 3'600'000;
inline constexpr std::size_t state_bytes_min = std::size_t{1} << 20;
inline constexpr std::size_t sort_bytes_min = std::size_t{64} << 10;
inline constexpr std::size_t symbols_min = 1024;
inline constexpr std::size_t symbol_bytes_min = std::size_t{64} << 10;

// Threads that poll the partitions of one table.
inline constexpr std::size_t receivers_per_table_max = 4;
// Each utf8 column of a slot gets its part of batch_bytes, and never less than this: also where a
// batch is one row, the row must fit.
inline constexpr std::size_t text_bytes_min = std::size_t{64} << 10;

// Open groups of one replica above which `fold = auto` shards the batches that follow: about where
// a replica's table leaves a core's own cache and merging replicas costs more than partitioning.
inline constexpr std::int64_t replica_groups_max = 16384;
inline constexpr int shards_max = 64;
// With one thread a forced shard fold still has two, so that it is one.
inline constexpr int shards_min = 2;
// Rows of closed windows that are taken out of a state at a time.
inline constexpr std::int64_t emit_rows = 4096;

// How long the gateway and a receiver may sleep before they look at the stop flag again.
inline constexpr std::int64_t poll_ns = 10'000'000;
// A receiver whose partitions were all idle without waiting themselves.
inline constexpr std::int64_t idle_sleep_ns = 200'000;
// The clock of the seeded executor moves by this at each look.
inline constexpr std::int64_t seeded_tick_ns = 100'000;

static_assert(shards_min <= shards_max && shards_max <= max_shards && shards_max < no_shard);
static_assert(batch_bytes_max <= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()),
              "offsets of a utf8 column are int32");
static_assert(text_bytes_min <= batch_bytes_max && batch_bytes_min <= batch_bytes_max);
static_assert(batch_rows_max <= std::numeric_limits<std::int32_t>::max(),
              "a map selects rows by uint32");
static_assert(idle_sleep_ns < poll_ns);

}  // namespace penstock::limits
