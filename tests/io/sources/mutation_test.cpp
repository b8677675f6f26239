// SPDX-License-Identifier: Apache-2.0
// Damaged text never crashes a source, never hangs it, and every row is read or counted.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "source_support.h"
#include "sources/csv_source.h"
#include "sources/json_source.h"

namespace penstock::test {
namespace {

Schema schema() {
  return {{column("id", TypeId::int32, false), column("name", TypeId::utf8),
           column("x", TypeId::float64), column("ts", TypeId::timestamp),
           column("flag", TypeId::boolean), column("tag", TypeId::symbol)}};
}

using std::string_literals::operator""s;

std::string mutate(std::string text, std::mt19937_64& random) {
  const std::string spice = "\",\n\r{}[]:\\'0-.eE\t \xFF\xC3\0tfn"s;
  const std::size_t changes = 1 + random() % 8;
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t at = text.empty() ? 0 : random() % text.size();
    const char c =
        random() % 2 == 0 ? spice[random() % spice.size()] : static_cast<char>(random() % 256);
    switch (random() % 4) {
      case 0: text.insert(at, 1, c); break;
      case 1:
        if (!text.empty()) text.erase(at, 1 + random() % 5);
        break;
      case 2: text.insert(at, text.substr(at / 2, random() % 20)); break;
      default:
        if (!text.empty()) text[at] = c;
        break;
    }
  }
  return text;
}

// 2,000 of each by default; PENSTOCK_MUTATIONS asks for more.
int rounds() {
  const char* const given = std::getenv("PENSTOCK_MUTATIONS");
  return given != nullptr ? std::atoi(given) : 2000;
}

template <class Make>
void run(const std::string& connector, const std::string& seed_text, Make make) {
  const TemporaryDirectory files;
  std::mt19937_64 random(99);
  for (int round = 0; round < rounds(); ++round) {
    const std::string text = mutate(seed_text, random);
    const TableDefinition table =
        make_table(connector, {{"path", files.write("in", text)}, {"on_error", "skip"}}, schema());
    ReadSettings settings;
    settings.batch_rows = 3;
    settings.text_bytes = 256;
    try {
      const auto whole = make(table, TextTuning{.chunk_bytes = 4096});
      const ReadResult expected = read_all(*whole, settings);
      const auto source = make(table, TextTuning{.chunk_bytes = 1 + random() % 40});
      const ReadResult result = read_all(*source, settings);
      ASSERT_EQ(result.rows, expected.rows) << "round " << round << "\n" << text;
      ASSERT_EQ(result.counters, expected.counters) << "round " << round << "\n" << text;
    } catch (const Error& error) {
      // A damaged header is the only thing that ends a job here.
      ASSERT_EQ(error.code(), ErrorCode::unknown_name) << error.message() << "\n" << text;
    }
  }
}

TEST(Mutation, Csv) {
  run("csv",
      "id,name,x,ts,flag,tag\n1,ann,1.5,2026-01-02T03:04:05Z,true,a\n2,\"b,\"\"o\"\"\nb\",-2e3,"
      "2026-01-02 03:04:05.123+01:00,f,b\r\n3,,,,,\n-2147483648,\"\",inf,1969-12-31,1,\xC3\xA9\n",
      make_csv_source);
}

TEST(Mutation, Json) {
  run("json",
      "{\"id\":1,\"name\":\"ann\",\"x\":1.5,\"ts\":\"2026-01-02T03:04:05Z\",\"flag\":true,\"tag\":"
      "\"a\"}\n{\"tag\":\"\\u00e9\\n\",\"name\":{\"a\":[1,2,{\"b\":null}]},\"x\":-2e3,\"id\":2}\r\n"
      "\n{\"id\":-2147483648,\"x\":0,\"flag\":null}\n",
      make_json_source);
}

// Inference looks at the same damaged text and may only refuse it.
TEST(Mutation, Inference) {
  const TemporaryDirectory files;
  std::mt19937_64 random(5);
  for (int round = 0; round < rounds() / 4; ++round) {
    for (const char* connector : {"csv", "json"}) {
      const std::string text =
          mutate(connector[0] == 'c' ? "a,b\n1,x\n2,\"y\"\n" : "{\"a\":1,\"b\":[{}]}\n{\"a\":2}\n",
                 random);
      const std::string path = files.write("in", text);
      try {
        read_table(make_table(connector, {{"path", path}, {"on_error", "skip"}}));
      } catch (const Error& error) {
        ASSERT_TRUE(error.code() == ErrorCode::invalid_argument ||
                    error.code() == ErrorCode::duplicate_name)
            << error.message() << "\n"
            << text;
      }
    }
  }
}

}  // namespace
}  // namespace penstock::test
