// SPDX-License-Identifier: Apache-2.0
// The kinds ysb, bids, groupby, talkers: the formulas are listed in docs/sources.md.
#include <algorithm>
#include <array>

#include "sources/generator_columns.h"

namespace penstock {
namespace {

constexpr DataType timestamp_type = {TypeId::timestamp};
constexpr DataType int32_type = {TypeId::int32};
constexpr DataType int64_type = {TypeId::int64};
constexpr DataType uint32_type = {TypeId::uint32};

// draw % keys, with the default as a constant, which compilers turn into a multiplication.
template <std::uint64_t default_keys, class T>
void fill_key(const Draws& draws, std::uint64_t first, std::int64_t count, std::uint64_t column,
              std::uint64_t keys, T* out) noexcept {
  if (keys == default_keys) {
    draws.fill(first, count, column, out, [](std::uint64_t u) { return u % default_keys; });
  } else {
    draws.fill(first, count, column, out, [keys](std::uint64_t u) { return u % keys; });
  }
}

class YsbGenerator final : public RowGenerator {
 public:
  static constexpr std::uint64_t default_ads = 1000;

  explicit YsbGenerator(const GeneratorSettings& settings)
      : settings_(settings), draws_(settings.seed, 1) {
    if (settings_.keys == 0) settings_.keys = default_ads;
  }

  std::int64_t fill(std::uint64_t first, std::int64_t count, const GeneratedColumns& out) override {
    if (auto* ts = out.values<std::int64_t>(0)) {
      fill_times_by_ms(first, count, settings_.rate, settings_.start_ns, ts);
    }
    fill_ads(first, count, out);
    if (auto* event_type = out.values<std::int32_t>(2)) {
      draws_.fill(first, count, 1, event_type, [](std::uint64_t u) { return u % 3; });
    }
    if (auto* user_id = out.values<std::int64_t>(4)) {
      draws_.fill(first, count, 2, user_id, [](std::uint64_t u) { return u % 100'000; });
    }
    if (auto* page_id = out.values<std::int64_t>(5)) {
      draws_.fill(first, count, 3, page_id, [](std::uint64_t u) { return u % 10'000; });
    }
    if (out.wants(6)) fill_ips(first, count, out);
    return count;
  }

 private:
  void fill_ads(std::uint64_t first, std::int64_t count, const GeneratedColumns& out) const {
    auto* ad_id = out.values<std::int32_t>(1);
    auto* campaign_id = out.values<std::int32_t>(3);
    if (ad_id == nullptr && campaign_id == nullptr) return;
    auto* ads = ad_id != nullptr ? ad_id : campaign_id;
    fill_key<default_ads>(draws_, first, count, 0, settings_.keys, ads);
    if (campaign_id == nullptr) return;
    for (std::int64_t k = 0; k < count; ++k) campaign_id[k] = ads[k] / 10;
  }

  void fill_ips(std::uint64_t first, std::int64_t count, const GeneratedColumns& out) const {
    for (std::int64_t k = 0; k < count; ++k) {
      const std::uint64_t u = draws_(first + static_cast<std::uint64_t>(k), 4);
      Bytes16 ip;
      ip.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10};
      ip.bytes[13] = static_cast<std::uint8_t>(u >> 16U);
      ip.bytes[14] = static_cast<std::uint8_t>(u >> 8U);
      ip.bytes[15] = static_cast<std::uint8_t>(u);
      out.set_bytes(6, k, ip);
    }
  }

  GeneratorSettings settings_;
  Draws draws_;
};

class BidsGenerator final : public RowGenerator {
 public:
  explicit BidsGenerator(const GeneratorSettings& settings)
      : settings_(settings), draws_(settings.seed, 2) {}

  std::int64_t fill(std::uint64_t first, std::int64_t count, const GeneratedColumns& out) override {
    if (auto* auction = out.values<std::int64_t>(0)) fill_auctions(first, count, auction);
    if (auto* bidder = out.values<std::int64_t>(1)) {
      draws_.fill(first, count, 2, bidder, [](std::uint64_t u) { return 1000 + u % 100'000; });
    }
    if (auto* price = out.values<std::int64_t>(2)) {
      draws_.fill(first, count, 3, price,
                  [](std::uint64_t u) { return 100 + ((u >> 36U) >> ((u & 0xFFFFU) % 20)); });
    }
    if (auto* ts = out.values<std::int64_t>(3)) fill_times(first, count, ts);
    return count;
  }

 private:
  static constexpr std::int64_t late_max_ms = 4000;

  void fill_auctions(std::uint64_t first, std::int64_t count, std::int64_t* out) const noexcept {
    for (std::int64_t k = 0; k < count; ++k) {
      const std::uint64_t row = first + static_cast<std::uint64_t>(k);
      const auto newest = static_cast<std::int64_t>(row * 3 / 46);
      const std::uint64_t pick = draws_(row, 1);
      const auto back = static_cast<std::int64_t>((pick >> 1U) % 100);
      const std::int64_t hot = newest / 100 * 100;
      const std::int64_t cold = std::max<std::int64_t>(newest - back, 0);
      out[k] = 1000 + ((pick & 1U) == 0 ? hot : cold);
    }
  }

  void fill_times(std::uint64_t first, std::int64_t count, std::int64_t* out) const noexcept {
    constexpr std::int64_t ms_ns = 1'000'000;
    fill_times_by_ms(first, count, settings_.rate, settings_.start_ns, out);
    for (std::int64_t k = 0; k < count; ++k) {
      const std::uint64_t u = draws_(first + static_cast<std::uint64_t>(k), 0);
      const bool is_late = (u >> 32U) % 4 == 0;
      const auto late_ms = static_cast<std::int64_t>((u & 0xFFFFFFFFU) % (late_max_ms + 1));
      out[k] += (late_max_ms - (is_late ? late_ms : 0)) * ms_ns;
    }
  }

  GeneratorSettings settings_;
  Draws draws_;
};

class GroupbyGenerator final : public RowGenerator {
 public:
  static constexpr std::uint64_t default_keys = 1'000'000;

  explicit GroupbyGenerator(const GeneratorSettings& settings)
      : settings_(settings), draws_(settings.seed, 3) {
    if (settings_.keys == 0) settings_.keys = default_keys;
  }

  std::int64_t fill(std::uint64_t first, std::int64_t count, const GeneratedColumns& out) override {
    if (auto* ts = out.values<std::int64_t>(0)) {
      fill_times_by_ms(first, count, settings_.rate, settings_.start_ns, ts);
    }
    if (auto* key = out.values<std::int32_t>(1)) {
      fill_key<default_keys>(draws_, first, count, 0, settings_.keys, key);
    }
    if (auto* value = out.values<std::int32_t>(2)) {
      draws_.fill(first, count, 1, value, [](std::uint64_t u) {
        return static_cast<std::int64_t>(u >> 40U) - (std::int64_t{1} << 23);
      });
    }
    return count;
  }

 private:
  GeneratorSettings settings_;
  Draws draws_;
};

class TalkersGenerator final : public RowGenerator {
 public:
  static constexpr std::uint64_t default_sources = 10'000;

  explicit TalkersGenerator(const GeneratorSettings& settings)
      : settings_(settings), draws_(settings.seed, 4) {
    if (settings_.keys == 0) settings_.keys = default_sources;
  }

  std::int64_t fill(std::uint64_t first, std::int64_t count, const GeneratedColumns& out) override {
    const std::int64_t step_ns = 1'000'000'000 / settings_.rate;
    if (auto* ts = out.values<std::int64_t>(0)) {
      const auto step = static_cast<std::uint64_t>(step_ns);
      draws_.fill(first, count, 2, ts, [step](std::uint64_t u) { return u % step; });
      const std::int64_t start = settings_.start_ns + static_cast<std::int64_t>(first) * step_ns;
      for (std::int64_t k = 0; k < count; ++k) ts[k] += start + k * step_ns;
    }
    if (auto* source = out.values<std::uint32_t>(1)) {
      const std::uint64_t n = settings_.keys;
      const auto pick = [](std::uint64_t u, std::uint64_t hosts) {
        const std::uint64_t host = (u & 0xFFFFFFFFU) % hosts * ((u >> 32U) % hosts) / hosts;
        return (host * 2654435761U) & 0xFFFFFFFFU;
      };
      if (n == default_sources) {
        draws_.fill(first, count, 0, source,
                    [pick](std::uint64_t u) { return pick(u, default_sources); });
      } else {
        draws_.fill(first, count, 0, source, [pick, n](std::uint64_t u) { return pick(u, n); });
      }
    }
    if (auto* length = out.values<std::uint32_t>(2)) {
      draws_.fill(first, count, 1, length, [](std::uint64_t u) { return 64 + u % 1455; });
    }
    return count;
  }

 private:
  GeneratorSettings settings_;
  Draws draws_;
};

template <class Generator>
std::unique_ptr<RowGenerator> make(const GeneratorSettings& settings, SymbolTable& /*symbols*/) {
  return std::make_unique<Generator>(settings);
}

Field not_null(const char* name, DataType type) {
  return {.name = name, .type = type, .nullable = false};
}

}  // namespace

GeneratorKind ysb_kind() {
  return {.name = "ysb",
          .schema = {{not_null("ts", timestamp_type), not_null("ad_id", int32_type),
                      not_null("event_type", int32_type), not_null("campaign_id", int32_type),
                      not_null("user_id", int64_type), not_null("page_id", int64_type),
                      not_null("ip", {TypeId::ip})}},
          .default_rate = 10'000,
          .takes_keys = true,
          .takes_disorder = false,
          .make = make<YsbGenerator>};
}

GeneratorKind bids_kind() {
  return {.name = "bids",
          .schema = {{not_null("auction", int64_type), not_null("bidder", int64_type),
                      not_null("price", int64_type), not_null("ts", timestamp_type)}},
          .default_rate = 10'000,
          .takes_keys = false,
          .takes_disorder = false,
          .make = make<BidsGenerator>};
}

GeneratorKind groupby_kind() {
  return {.name = "groupby",
          .schema = {{not_null("ts", timestamp_type), not_null("key", int32_type),
                      not_null("value", int32_type)}},
          .default_rate = 4'000'000,
          .takes_keys = true,
          .takes_disorder = false,
          .make = make<GroupbyGenerator>};
}

GeneratorKind talkers_kind() {
  return {.name = "talkers",
          .schema = {{not_null("ts", timestamp_type), not_null("src", uint32_type),
                      not_null("length", uint32_type)}},
          .default_rate = 500'000,
          .takes_keys = true,
          .takes_disorder = false,
          .make = make<TalkersGenerator>};
}

}  // namespace penstock
