// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <penstock/kernels/backend.h>
#include <penstock/penstock.h>

#if defined(PENSTOCK_WITH_CUDA)
#include <penstock/cuda/devices.h>
#endif

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
  const double memory_bytes =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
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

const char* const runs_on_cpu = "queries run on the CPU, with the same results";

#if defined(PENSTOCK_WITH_CUDA)

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

Finding check_gpu() {
  const CudaSurvey survey = survey_cuda_devices();
  if (survey.devices.empty()) {
    return {"gpu", Verdict::missing, survey.failure,
            survey.driver_version == 0
                ? std::string("install an NVIDIA driver; until then ") + runs_on_cpu
                : runs_on_cpu};
  }
  std::string found;
  bool all_work = true;
  for (const CudaDevice& device : survey.devices) {
    if (!found.empty()) found += "; ";
    found += device.name + ", " + short_bytes(static_cast<double>(device.memory_bytes)) +
             ", compute " + std::to_string(device.compute_major) + "." +
             std::to_string(device.compute_minor);
    if (device.failure.empty()) {
      found += ", host to device " + short_bytes(device.host_to_device_bytes_per_second) + "/s";
    } else {
      found += ", does not work: " + device.failure;
      all_work = false;
    }
  }
  found += "; driver for CUDA " + version_text(survey.driver_version);
  return {"gpu", all_work ? Verdict::note : Verdict::missing, found,
          std::string("no backend for it yet: ") + runs_on_cpu};
}

#else

Finding check_gpu() {
  void* driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (driver == nullptr) {
    return {"gpu", Verdict::missing, "no NVIDIA driver (libcuda.so.1)", runs_on_cpu};
  }
  dlclose(driver);
  return {"gpu", Verdict::note, "an NVIDIA driver is here; this build is without CUDA",
          std::string("build the preset `cuda` to see its devices; ") + runs_on_cpu};
}

#endif

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
