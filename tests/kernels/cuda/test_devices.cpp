// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>

#include <penstock/cuda/devices.h>

namespace penstock {
namespace {

TEST(CudaDevices, a_device_runs_this_build_or_the_reason_is_told) {
  const CudaSurvey survey = survey_cuda_devices();
  EXPECT_GE(survey.runtime_version, 12000);
  if (survey.devices.empty()) {
    EXPECT_FALSE(survey.failure.empty());
    // On a machine that is there for its GPU, "no device" is a failure.
    EXPECT_EQ(std::getenv("PENSTOCK_GPU_EXPECTED"), nullptr) << survey.failure;
    GTEST_SKIP() << "no CUDA device: " << survey.failure;
  }
  for (const CudaDevice& device : survey.devices) {
    EXPECT_EQ(device.failure, "") << device.name;
    EXPECT_GT(device.memory_bytes, 0U);
    EXPECT_GE(device.compute_major, 7);
    EXPECT_GT(device.host_to_device_bytes_per_second, 1e8);
  }
}

}  // namespace
}  // namespace penstock
