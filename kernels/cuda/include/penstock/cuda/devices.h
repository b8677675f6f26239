// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace penstock {

struct CudaDevice {
  std::string name;
  std::uint64_t memory_bytes = 0;
  int compute_major = 0;
  int compute_minor = 0;
  int multiprocessors = 0;
  // Empty where a kernel of this build ran and wrote what it should; else what failed.
  std::string failure;
  double host_to_device_bytes_per_second = 0;  // from pinned memory; 0 where not measured
};

struct CudaSurvey {
  int runtime_version = 0;  // 13000 = 13.0
  int driver_version = 0;   // the newest CUDA that the driver runs; 0 = no driver
  std::vector<CudaDevice> devices;
  std::string failure;  // why there is no device; empty where there is one
};

// Looks for devices and tries each with a kernel and a copy. Never throws for a missing device or
// driver: that is an answer. Takes milliseconds without a device, about a second a device with one.
CudaSurvey survey_cuda_devices();

}  // namespace penstock
