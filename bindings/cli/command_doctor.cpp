// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <penstock/kernels/backend.h>
#include <penstock/penstock.h>

#include "commands.h"
#include "text_format.h"

namespace penstock::cli {
namespace {

enum class Verdict { good, note, missing };

struct Finding {
  std::string subject;
  Verdict verdict = Verdict::good;
  std::string found;
  std::string meaning;  // what follows for who runs Penstock here; empty if nothing
};

const char* verdict_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::good: return "ok";
    case Verdict::note: return "note";
    case Verdict::missing: return "missing";
  }
  return "";
}

Finding check_system() {
  utsname name{};
  uname(&name);
  cpu_set_t set;
  CPU_ZERO(&set);
  const int usable = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  const double memory_bytes = static_cast<double>(sysconf(_SC_PHYS_PAGES)) *
                              static_cast<double>(sysconf(_SC_PAGESIZE));
  return {"system", usable > 1 ? Verdict::good : Verdict::note,
          std::string(name.sysname) + " " + name.release + " " + name.machine + ", " +
              std::to_string(usable) + " usable CPU" + (usable == 1 ? "" : "s") + ", " +
              short_bytes(memory_bytes),
          usable > 1 ? "" : "receiver and workers share the one CPU"};
}

Finding check_cpu() {
#if defined(__x86_64__)
  std::string have;
  const auto add = [&have](bool supported, const char* name) {
    if (supported) have += (have.empty() ? "" : " ") + std::string(name);
    return supported;
  };
  add(__builtin_cpu_supports("sse4.2") != 0, "sse4.2");
  const bool avx2 = add(__builtin_cpu_supports("avx2") != 0, "avx2");
  const bool avx512 = add(__builtin_cpu_supports("avx512f") != 0, "avx512f");
  add(__builtin_cpu_supports("avx512bw") != 0, "avx512bw");
  add(__builtin_cpu_supports("avx512vl") != 0, "avx512vl");
  add(__builtin_cpu_supports("avx512vbmi2") != 0, "avx512vbmi2");
  return {"cpu features", avx2 ? Verdict::good : Verdict::note, have,
          avx512 || avx2 ? "" : "JSON parsing falls back to a slower instruction set"};
#else
  return {"cpu features", Verdict::note, "not an x86-64 CPU", "the portable code runs"};
#endif
}

std::string meminfo(const char* key) {
  std::ifstream in("/proc/meminfo");
  std::string line;
  while (std::getline(in, line)) {
    if (line.rfind(key, 0) == 0) {
      const std::size_t start = line.find_first_not_of(' ', std::string(key).size());
      return start == std::string::npos ? "" : line.substr(start);
    }
  }
  return "";
}

Finding check_hugepages() {
  const std::string total = meminfo("HugePages_Total:");
  const std::string free = meminfo("HugePages_Free:");
  const bool reserved = !total.empty() && total != "0";
  std::string transparent = "unknown";
  std::ifstream in("/sys/kernel/mm/transparent_hugepage/enabled");
  if (std::string line; std::getline(in, line)) {
    const std::size_t open = line.find('[');
    const std::size_t close = line.find(']');
    if (open != std::string::npos && close != std::string::npos) {
      transparent = line.substr(open + 1, close - open - 1);
    }
  }
  return {"hugepages", reserved ? Verdict::good : Verdict::note,
          (reserved ? total + " reserved, " + free + " free" : std::string("none reserved")) +
              "; transparent: " + transparent,
          reserved ? "" : "nothing needs them today; large keyed state runs a little slower"};
}

// The driver is loaded by name at run time: Penstock never links against it.
class CudaDriver {
 public:
  CudaDriver() : library_(dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL), &close) {}

  [[nodiscard]] bool loaded() const { return library_ != nullptr; }
  template <class... Arguments>
  [[nodiscard]] int call(const char* name, Arguments... arguments) const {
    void* symbol = dlsym(library_.get(), name);
    constexpr int not_found = -1;
    if (symbol == nullptr) return not_found;
    return reinterpret_cast<int (*)(Arguments...)>(symbol)(arguments...);
  }

 private:
  static void close(void* library) {
    if (library != nullptr) dlclose(library);
  }
  std::unique_ptr<void, void (*)(void*)> library_;
};

Finding check_gpu() {
  const std::string runs_on_cpu = "queries run on the CPU, with the same results";
  const CudaDriver driver;
  if (!driver.loaded()) {
    return {"gpu", Verdict::missing, "no NVIDIA driver (libcuda.so.1)", runs_on_cpu};
  }
  int version = 0;
  int devices = 0;
  if (driver.call("cuInit", 0U) != 0 || driver.call("cuDriverGetVersion", &version) != 0 ||
      driver.call("cuDeviceGetCount", &devices) != 0 || devices == 0) {
    return {"gpu", Verdict::missing, "a driver, but no device that it can use", runs_on_cpu};
  }
  const std::string driver_text =
      "driver for CUDA " + std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
  return {"gpu", Verdict::note,
          std::to_string(devices) + " device" + (devices == 1 ? "" : "s") + ", " + driver_text,
          "this build has no CUDA backend: " + runs_on_cpu};
}

Finding check_build() {
  std::string backends;
  for (const std::string_view name : backend_names()) {
    backends += (backends.empty() ? "" : " ") + std::string(name);
  }
  return {"backends", Verdict::good, backends, ""};
}

Finding check_connectors() {
  const Registry registry = default_registry();
  std::string text = "sources:";
  for (const std::string& name : registry.source_connectors()) text += " " + name;
  text += "; sinks:";
  for (const std::string& name : registry.sink_connectors()) text += " " + name;
  return {"connectors", Verdict::good, text, ""};
}

void print_json(const std::vector<Finding>& findings) {
  std::string text = "{\"version\":" + json_string(PENSTOCK_VERSION) + ",\"findings\":[";
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Finding& finding = findings[i];
    text += std::string(i > 0 ? "," : "") + "{\"subject\":" + json_string(finding.subject) +
            ",\"verdict\":" + json_string(verdict_word(finding.verdict)) +
            ",\"found\":" + json_string(finding.found) +
            ",\"meaning\":" + json_string(finding.meaning) + "}";
  }
  std::printf("%s]}\n", text.c_str());
}

}  // namespace

int doctor(bool json) {
  const std::vector<Finding> findings = {check_system(), check_cpu(),   check_hugepages(),
                                         check_gpu(),    check_build(), check_connectors()};
  if (json) {
    print_json(findings);
    return exit_ok;
  }
  std::printf("penstock %s\n\n", PENSTOCK_VERSION);
  for (const Finding& finding : findings) {
    std::printf("%-8s %-13s %s\n", verdict_word(finding.verdict), finding.subject.c_str(),
                finding.found.c_str());
    if (!finding.meaning.empty()) std::printf("%22s → %s\n", "", finding.meaning.c_str());
  }
  return exit_ok;
}

}  // namespace penstock::cli
