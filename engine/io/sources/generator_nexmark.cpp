// SPDX-License-Identifier: Apache-2.0
// The kind nexmark: persons, auctions and bids in one stream, 1 : 3 : 46, with the hot keys of the
// reference generator. Formulas in docs/sources.md.
#include <algorithm>
#include <array>

#include "sources/generator_columns.h"

namespace penstock {
namespace {

enum Column : std::size_t {
  event,
  ts,
  id,
  name,
  email,
  city,
  state,
  item_name,
  initial_bid,
  reserve,
  expires,
  seller,
  category,
  auction,
  bidder,
  price,
  channel,
  url,
  column_count
};

enum class Event : std::uint8_t { person, auction, bid };

constexpr std::uint64_t rows_per_cycle = 50;  // 1 person, 3 auctions, 46 bids
constexpr std::uint64_t auctions_per_cycle = 3;
constexpr std::int64_t first_id = 1000;
constexpr std::int64_t hot_stretch = 100;  // a hot id is the last multiple of it
constexpr std::int64_t auctions_open = 100;
constexpr std::int64_t persons_active = 1000;
constexpr std::int64_t persons_ahead = 10;
constexpr std::uint64_t hot_channels = 4;
constexpr std::uint64_t cold_channels = 10'000;

constexpr std::array<const char*, 11> first_names = {
    "Peter", "Paul", "Luke", "John", "Saul", "Vicky", "Kate", "Julie", "Sarah", "Deiter", "Walter"};
constexpr std::array<const char*, 9> last_names = {
    "Shultz", "Abrams", "Spencer", "White", "Bartels", "Walton", "Smith", "Jones", "Noris"};

Event event_at(std::uint64_t place) noexcept {
  return place == 0 ? Event::person : place <= auctions_per_cycle ? Event::auction : Event::bid;
}

// Prices spread over 100 … 99,999,999, each decade as likely as the next.
std::int64_t price_of(std::uint64_t u) noexcept {
  std::int64_t decade = 100;
  for (std::uint64_t i = (u & 0xFFFFFFFFU) % 6; i > 0; --i) decade *= 10;
  return decade + static_cast<std::int64_t>((u >> 32U) % static_cast<std::uint64_t>(9 * decade));
}

// A row's place in the stream and what follows from it.
struct Row {
  Event event = Event::bid;
  std::int64_t last_person = 0;  // numbers from 0, the newest made up to this row
  std::int64_t last_auction = 0;
  std::uint64_t u0 = 0;  // time
  std::uint64_t u1 = 0;  // keys
  std::uint64_t u2 = 0;  // values
  std::uint64_t u3 = 0;

  [[nodiscard]] std::int64_t random_person(std::uint64_t u) const noexcept {
    const std::int64_t persons = last_person + 1;
    const std::int64_t active = std::min(persons, persons_active);
    const auto pick =
        static_cast<std::int64_t>(u % static_cast<std::uint64_t>(active + persons_ahead));
    return persons - active + pick;
  }
  [[nodiscard]] std::int64_t hot_person() const noexcept {
    return last_person / hot_stretch * hot_stretch;
  }
  [[nodiscard]] std::int64_t bid_auction() const noexcept {
    if (u1 % 2 != 0) return first_id + last_auction / hot_stretch * hot_stretch;
    const std::int64_t oldest = std::max<std::int64_t>(last_auction - auctions_open, 0);
    const auto range = static_cast<std::uint64_t>(last_auction - oldest + 1);
    return first_id + oldest + static_cast<std::int64_t>((u1 >> 1U) % range);
  }
  [[nodiscard]] std::int64_t bid_bidder() const noexcept {
    const bool is_hot = u2 % 4 != 0;
    return first_id + (is_hot ? hot_person() + 1 : random_person(u2 >> 2U));
  }
  [[nodiscard]] std::int64_t auction_seller() const noexcept {
    return first_id + (u1 % 4 != 0 ? hot_person() : random_person(u1 >> 2U));
  }
  [[nodiscard]] std::size_t bid_channel() const noexcept {
    const bool is_hot = (u3 >> 32U) % 2 == 0;
    return static_cast<std::size_t>(is_hot ? (u3 >> 33U) % hot_channels
                                           : hot_channels + (u3 >> 33U) % cold_channels);
  }
};

std::vector<std::string> channel_names() {
  std::vector<std::string> names = {"Google", "Facebook", "Baidu", "Apple"};
  for (std::uint64_t i = 0; i < cold_channels; ++i) names.push_back("channel-" + std::to_string(i));
  return names;
}

class NexmarkGenerator final : public RowGenerator {
 public:
  NexmarkGenerator(const GeneratorSettings& settings, SymbolTable& symbols)
      : settings_(settings),
        draws_(settings.seed, 6),
        events_({"person", "auction", "bid"}, symbols),
        cities_({"Phoenix", "Los Angeles", "San Francisco", "Boise", "Portland", "Bend", "Redmond",
                 "Seattle", "Kent", "Cheyenne"},
                symbols),
        states_({"AZ", "CA", "ID", "OR", "WA", "WY"}, symbols),
        channels_(channel_names(), symbols),
        rows_(static_cast<std::size_t>(max_stretch_rows)) {}

  std::int64_t fill(std::uint64_t first, std::int64_t count, const GeneratedColumns& out) override {
    draw_rows(first, count);
    // Text first: its memory decides how many rows there are.
    for (std::size_t column = 0; column < column_count; ++column) {
      if (is_word_or_text(column) && out.wants(column)) count = fill_text(column, count, out);
    }
    fill_times(first, count, out);
    fill_numbers(count, out);
    return count;
  }

 private:
  static bool is_word_or_text(std::size_t column) noexcept {
    return column == event || (column >= name && column <= item_name) || column == channel ||
           column == url;
  }

  void draw_rows(std::uint64_t first, std::int64_t count) noexcept {
    std::uint64_t cycle = first / rows_per_cycle;
    std::uint64_t place = first % rows_per_cycle;
    for (std::int64_t k = 0; k < count; ++k) {
      const std::uint64_t i = first + static_cast<std::uint64_t>(k);
      const auto newest_in_cycle =
          static_cast<std::int64_t>(std::min(place, auctions_per_cycle)) - 1;
      const auto auctions_before = static_cast<std::int64_t>(cycle * auctions_per_cycle);
      rows_[static_cast<std::size_t>(k)] = {
          .event = event_at(place),
          .last_person = static_cast<std::int64_t>(cycle),
          .last_auction = std::max<std::int64_t>(auctions_before + newest_in_cycle, 0),
          .u0 = draws_(i, 0),
          .u1 = draws_(i, 1),
          .u2 = draws_(i, 2),
          .u3 = draws_(i, 3)};
      if (++place == rows_per_cycle) {
        place = 0;
        ++cycle;
      }
    }
  }

  std::int64_t fill_text(std::size_t column, std::int64_t count, const GeneratedColumns& out) {
    for (std::int64_t k = 0; k < count; ++k) {
      if (!set_text(column, k, row(k), out)) return k;
    }
    return count;
  }

  bool set_text(std::size_t column, std::int64_t k, const Row& r, const GeneratedColumns& out) {
    if (column == event) return out.set_word(event, k, events_, static_cast<std::size_t>(r.event));
    const Event owner = column <= state       ? Event::person
                        : column == item_name ? Event::auction
                                              : Event::bid;
    if (r.event != owner) {
      out.set_null(column, k);
      return true;
    }
    switch (column) {
      case city: return out.set_word(city, k, cities_, r.u2 % cities_.words.size());
      case state: return out.set_word(state, k, states_, (r.u2 >> 32U) % states_.words.size());
      case channel: return out.set_word(channel, k, channels_, r.bid_channel());
      case name:
        text_ = first_names[r.u1 % first_names.size()];
        text_ += ' ';
        text_ += last_names[(r.u1 >> 32U) % last_names.size()];
        break;
      case email:
        text_ = "person" + std::to_string(first_id + r.last_person) + "@mail.example";
        break;
      case item_name: text_ = "item-" + std::to_string(r.u3 % 100'000); break;
      default:
        text_ = "https://www.nexmark.example/" + std::to_string(r.u3 % 1'000'000) +
                "/item.htm?query=1&channel_id=" + std::to_string(r.bid_channel());
        break;
    }
    return out.set_text(column, k, text_);
  }

  void fill_times(std::uint64_t first, std::int64_t count, const GeneratedColumns& out) {
    times_.resize(static_cast<std::size_t>(count));
    fill_times_by_ms(first, count, settings_.rate, settings_.start_ns, times_.data());
    if (settings_.disorder_ns > 0) {
      const auto range = static_cast<std::uint64_t>(settings_.disorder_ns) + 1;
      for (std::int64_t k = 0; k < count; ++k) {
        const std::uint64_t u = row(k).u0;
        const auto late = u % 4 == 0 ? static_cast<std::int64_t>((u >> 2U) % range) : 0;
        times_[static_cast<std::size_t>(k)] += settings_.disorder_ns - late;
      }
    }
    if (auto* column = out.values<std::int64_t>(ts))
      std::copy(times_.begin(), times_.end(), column);
  }

  // Fills a column that only some events have.
  template <class Make>
  void fill_column(std::size_t column, std::int64_t count, const GeneratedColumns& out,
                   Make make) const {
    auto* values = out.values<std::int64_t>(column);
    if (values == nullptr) return;
    const Event owner = column >= auction ? Event::bid : Event::auction;
    for (std::int64_t k = 0; k < count; ++k) {
      const Row& r = row(k);
      const bool has_value = column == id ? r.event != Event::bid : r.event == owner;
      if (has_value) {
        values[k] = make(r, k);
      } else {
        values[k] = 0;
        out.set_null(column, k);
      }
    }
  }

  void fill_numbers(std::int64_t count, const GeneratedColumns& out) const {
    // As long as it takes to make auctions_open more auctions, on average.
    const std::int64_t open_ns = auctions_open * static_cast<std::int64_t>(rows_per_cycle) *
                                 1'000'000'000 / 3 / settings_.rate;
    const auto longest_ns = static_cast<std::uint64_t>(2 * open_ns) + 1;
    fill_column(id, count, out, [](const Row& r, std::int64_t) {
      return first_id + (r.event == Event::person ? r.last_person : r.last_auction);
    });
    fill_column(initial_bid, count, out, [](const Row& r, std::int64_t) { return price_of(r.u2); });
    fill_column(reserve, count, out, [](const Row& r, std::int64_t) {
      return price_of(r.u2) + price_of(finalise(r.u2));
    });
    fill_column(expires, count, out, [&](const Row& r, std::int64_t k) {
      return times_[static_cast<std::size_t>(k)] + 1'000'000 +
             static_cast<std::int64_t>((r.u0 >> 8U) % longest_ns);
    });
    fill_column(seller, count, out, [](const Row& r, std::int64_t) { return r.auction_seller(); });
    fill_column(category, count, out, [](const Row& r, std::int64_t) {
      return static_cast<std::int64_t>(10 + r.u3 % 5);
    });
    fill_column(auction, count, out, [](const Row& r, std::int64_t) { return r.bid_auction(); });
    fill_column(bidder, count, out, [](const Row& r, std::int64_t) { return r.bid_bidder(); });
    fill_column(price, count, out,
                [](const Row& r, std::int64_t) { return price_of(finalise(r.u2)); });
  }

  [[nodiscard]] const Row& row(std::int64_t k) const noexcept {
    return rows_[static_cast<std::size_t>(k)];
  }

  GeneratorSettings settings_;
  Draws draws_;
  WordList events_;
  WordList cities_;
  WordList states_;
  WordList channels_;
  std::vector<Row> rows_;
  std::vector<std::int64_t> times_;
  std::string text_;
};

}  // namespace

GeneratorKind nexmark_kind() {
  constexpr DataType bigint = {TypeId::int64};
  constexpr DataType symbol = {TypeId::symbol};
  constexpr DataType text = {TypeId::utf8};
  constexpr DataType timestamp = {TypeId::timestamp};
  return {.name = "nexmark",
          .schema = {{{.name = "event", .type = symbol, .nullable = false},
                      {.name = "ts", .type = timestamp, .nullable = false},
                      {.name = "id", .type = bigint},
                      {.name = "name", .type = text},
                      {.name = "email", .type = text},
                      {.name = "city", .type = symbol},
                      {.name = "state", .type = symbol},
                      {.name = "item_name", .type = text},
                      {.name = "initial_bid", .type = bigint},
                      {.name = "reserve", .type = bigint},
                      {.name = "expires", .type = timestamp},
                      {.name = "seller", .type = bigint},
                      {.name = "category", .type = bigint},
                      {.name = "auction", .type = bigint},
                      {.name = "bidder", .type = bigint},
                      {.name = "price", .type = bigint},
                      {.name = "channel", .type = symbol},
                      {.name = "url", .type = text}}},
          .default_rate = 10'000,
          .takes_keys = false,
          .takes_disorder = true,
          .make = [](const GeneratorSettings& settings,
                     SymbolTable& symbols) -> std::unique_ptr<RowGenerator> {
            return std::make_unique<NexmarkGenerator>(settings, symbols);
          }};
}

}  // namespace penstock
