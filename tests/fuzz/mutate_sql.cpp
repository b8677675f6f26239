// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

// mutate_sql CORPUS EXECUTIONS SEED: the fuzz target without libFuzzer, on random mutations of the
// corpus. Prints the text that was running when the target aborts.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t max_bytes = 4096;

class Mutator {
 public:
  Mutator(std::vector<std::string> corpus, std::uint64_t seed)
      : corpus_(std::move(corpus)), random_(seed) {
    for (const std::string& text : corpus_) collect_words(text);
  }

  std::string next() {
    std::string text = corpus_[below(corpus_.size())];
    const std::size_t changes = 1 + below(8);
    for (std::size_t i = 0; i < changes; ++i) change(text);
    if (text.size() > max_bytes) text.resize(max_bytes);
    return text;
  }

 private:
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }

  void collect_words(const std::string& text) {
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (i < text.size() && text[i] != ' ' && text[i] != '\n') continue;
      if (i > begin) words_.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }

  std::string piece(const std::string& text) {
    if (text.empty()) return {};
    const std::size_t begin = below(text.size());
    return text.substr(begin, 1 + below(std::min<std::size_t>(text.size() - begin, 40)));
  }

  void change(std::string& text) {
    const std::size_t at = below(text.size() + 1);
    switch (below(8)) {
      case 0: text.insert(at, " " + words_[below(words_.size())] + " "); break;
      case 1: text.insert(at, 1, "'\"$();:,.-/*[]\\\n\t\x80\xC3 0a"[below(22)]); break;
      case 2: text.insert(at, piece(text)); break;
      case 3: text.insert(at, piece(corpus_[below(corpus_.size())])); break;
      case 4: text.erase(at, 1 + below(20)); break;
      case 5: text.resize(at); break;
      case 6: repeat(text, at); break;
      default:
        if (at < text.size()) text[at] = static_cast<char>(below(256));
    }
  }

  void repeat(std::string& text, std::size_t at) {
    const std::string part = text.substr(at, 1 + below(12));
    const std::size_t times = below(100);
    for (std::size_t i = 0; i < times && text.size() < max_bytes; ++i) text.insert(at, part);
  }

  std::vector<std::string> corpus_;
  std::vector<std::string> words_;
  std::mt19937_64 random_;
};

std::string running;  // for the handler of an abort

void print_running(int /*signal*/) {
  std::fwrite(running.data(), 1, running.size(), stderr);
  std::fputc('\n', stderr);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: mutate_sql CORPUS EXECUTIONS SEED\n");
    return 2;
  }
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> corpus;
  for (const std::filesystem::path& path : paths) {
    std::ifstream file(path, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  if (corpus.empty()) {
    std::fprintf(stderr, "mutate_sql: no files in %s\n", argv[1]);
    return 2;
  }
  const std::uint64_t executions = std::strtoull(argv[2], nullptr, 10);
  std::signal(SIGABRT, print_running);
  std::signal(SIGSEGV, print_running);
  Mutator mutator(std::move(corpus), std::strtoull(argv[3], nullptr, 10));
  for (std::uint64_t i = 0; i < executions; ++i) {
    running = mutator.next();
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(running.data()), running.size());
  }
  std::printf("%llu executions\n", static_cast<unsigned long long>(executions));
  return 0;
}
