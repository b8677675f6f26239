// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <penstock/plan/bind.h>

#include "dump.h"

namespace penstock::test {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

std::size_t depth_of(const ast::Expression& expression) {
  std::size_t deepest = 0;
  for (const ast::Expression& argument : expression.arguments) {
    deepest = std::max(deepest, depth_of(argument));
  }
  return deepest + 1;
}

std::string chain(std::string_view term, std::string_view link) {
  std::string sql = "SELECT " + std::string(term);
  while (sql.size() + term.size() + link.size() <= max_sql_bytes) sql += std::string(link) += term;
  return sql;
}

TEST(ParseLimits, TextSize) {
  std::string sql = "SELECT 1" + std::string(max_sql_bytes - 8, ' ');
  EXPECT_EQ(dump_sql(sql), "select 1");
  EXPECT_EQ(error_of(sql + " "),
            "invalid_argument 0:0 the text has 65537 bytes; at most 65536 are read: split it into "
            "several files");
  ParseOptions options{"", {{"v", std::string(40000, '1')}}};
  EXPECT_TRUE(error_of("SELECT :v,\n:v", options)
                  .starts_with("invalid_argument 2:1 the text grows over 65536 bytes"));
}

TEST(ParseLimits, LongChainsOfAndAndOrStayShallow) {
  for (const char* const link : {" AND ", " OR "}) {
    const auto statements = parse(chain("a", link));
    const auto& items = std::get<ast::Select>(statements.at(0)).items;
    EXPECT_LE(depth_of(items.at(0).expression), 16U);
    EXPECT_GE(depth_of(items.at(0).expression), 13U);
  }
  EXPECT_EQ(dump_sql(chain("a=1", " OR ")).substr(0, 11), "select or(o");
}

TEST(ParseLimits, LongListsAreFine) {
  const auto statements = parse(chain("1", ","));
  EXPECT_EQ(std::get<ast::Select>(statements.at(0)).items.size(), (max_sql_bytes - 8) / 2 + 1);
  EXPECT_EQ(dump_sql("SELECT a IN (" + repeated("1,", 32000) + "2)").size(), 96015U);
}

TEST(ParseLimits, DeepChainsAreRefused) {
  for (const char* const link : {"+", "||", "-", "=b AND "}) {
    const std::string error = error_of(chain("a", link));
    if (std::string_view(link) == "=b AND ") {
      EXPECT_EQ(error, "parsed");
    } else {
      EXPECT_TRUE(error.starts_with("unsupported 1:")) << error;
      EXPECT_NE(error.find("nests more than 1000 deep"), std::string::npos) << error;
    }
  }
  const std::string fits = "SELECT a" + repeated("+a", 998);
  EXPECT_NE(dump_sql(fits), "");
  EXPECT_TRUE(error_of(fits + repeated("+a", 10)).starts_with("unsupported 1:"));
}

class OneColumn final : public Catalog {
 public:
  [[nodiscard]] SourceDescription describe_source(const TableDefinition& /*table*/) const override {
    return {{{{"ts", {TypeId::timestamp}, false}, {"a", {TypeId::int64}, true}}}, true};
  }
  void check_sink(const TableDefinition& /*table*/, const Schema& /*rows*/) const override {}
};

// How a statement over the table t(ts, a) fares on a thread with an ordinary stack.
std::string bound_on_a_thread(const std::string& sql) {
  std::string outcome;
  std::thread([&] {
    try {
      penstock::bind(parse("CREATE TABLE t WITH (connector = 'x');\n" + sql), OneColumn());
      outcome = "bound";
    } catch (const Error& error) {
      outcome = error.message();
    }
  }).join();
  return outcome;
}

// The caps are there so that whoever gets the tree may recurse; the binder has its own, tighter
// one.
TEST(ParseLimits, TheDeepestTreesDoNotOverflowAnOrdinaryStack) {
  const auto sum = [](std::size_t terms) {
    return "SELECT a" + repeated(" + a", terms) + " AS x FROM t";
  };
  const auto calls = [](std::size_t depth) {
    return "SELECT " + repeated("abs(", depth) + "a" + repeated(")", depth) + " AS x FROM t";
  };
  EXPECT_EQ(bound_on_a_thread(sum(300)), "bound");
  EXPECT_EQ(bound_on_a_thread(calls(300)), "bound");
  for (const std::string& deepest : {sum(998), calls(998)}) {
    const std::string outcome = bound_on_a_thread(deepest);
    EXPECT_TRUE(outcome == "bound" || outcome.find(" deep") != std::string::npos) << outcome;
  }
  std::string queries = "SELECT a FROM t";
  for (int i = 0; i < 32; ++i) queries = "SELECT a FROM (" + queries + ")";
  EXPECT_EQ(bound_on_a_thread(queries), "bound");
}

TEST(ParseLimits, NestedBracketsAndPrefixes) {
  EXPECT_EQ(dump_sql("SELECT " + repeated("(", 4000) + "a" + repeated(")", 4000)), "select a");
  const std::string deep = "SELECT " + repeated("(", 30000) + "a" + repeated(")", 30000);
  EXPECT_TRUE(error_of(deep).find("the statement nests too deep") != std::string::npos)
      << error_of(deep);
  for (const char* const prefix : {"NOT ", "- ", "f(", "CASE WHEN ", "CAST(", "(SELECT ", "a IN (",
                                   "coalesce(", "a[", "ARRAY[", "ROW(", "@"}) {
    for (const std::size_t times : {500U, 2000U, 5000U}) {
      const std::string error = error_of("SELECT " + repeated(prefix, times) + "a");
      EXPECT_NE(error, "");  // parsed or refused, but not a crash
    }
  }
  const std::string calls = "SELECT " + repeated("f(", 2000) + "a" + repeated(")", 2000);
  EXPECT_NE(error_of(calls).find("nests more than 1000 deep"), std::string::npos);
}

TEST(ParseLimits, NestedSubqueries) {
  const auto nested = [](std::size_t depth) {
    return repeated("SELECT * FROM (", depth) + "SELECT 1" + repeated(")", depth);
  };
  EXPECT_NE(dump_sql(nested(32)), "");
  EXPECT_NE(error_of(nested(33)).find("sub-queries nest more than 32 deep"), std::string::npos);
  EXPECT_NE(error_of(nested(2000)), "parsed");
  const std::string windows =
      "SELECT * FROM " + repeated("tumble(", 100) + "t" + repeated(",ts,1)", 100);
  EXPECT_NE(error_of(windows).find("windows nest too deep"), std::string::npos)
      << error_of(windows);
}

TEST(ParseLimits, CaseOperandsDoNotExplode) {
  const std::string sql =
      "SELECT " + repeated("CASE ", 60) + "a" + repeated(" WHEN 1 THEN 2 WHEN 3 THEN 4 END", 60);
  EXPECT_NE(error_of(sql).find("the statement is too large"), std::string::npos) << error_of(sql);
}

TEST(ParseLimits, SeveralThreadsAtOnce) {
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t, &wrong] {
      const std::string number = std::to_string(t);
      for (int i = 0; i < 500; ++i) {
        if (dump_sql("SELECT " + number + " + a FROM t") != "select +(" + number + ", a) from t") {
          ++wrong;
        }
        if (error_of(std::string(static_cast<std::size_t>(t), '\n') + "SELEC") !=
            "syntax " + std::to_string(t + 1) + ":1 syntax error at 'SELEC'") {
          ++wrong;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(ParseLimits, WorksInAChildProcess) {
  EXPECT_EQ(dump_sql("SELECT 1"), "select 1");
  const pid_t child = ::fork();
  if (child == 0) ::_exit(dump_sql("SELECT 2") == "select 2" ? 0 : 1);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace penstock::test
