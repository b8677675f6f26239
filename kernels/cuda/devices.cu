// SPDX-License-Identifier: Apache-2.0
#include <cuda_runtime.h>

#include <algorithm>
#include <array>
#include <memory>

#include <penstock/cuda/devices.h>

namespace penstock {
namespace {

constexpr int probe_threads = 256;
constexpr int probe_values = 64 * 1024;
constexpr std::size_t copy_bytes = std::size_t{64} << 20;
constexpr int copy_trials = 5;

__device__ constexpr std::uint32_t expected_value(std::uint32_t index) {
  return index * 2654435761U + 1;
}

__global__ void write_pattern(std::uint32_t* values, int count) {
  const int stride = static_cast<int>(gridDim.x * blockDim.x);
  for (int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x); i < count; i += stride) {
    values[i] = expected_value(static_cast<std::uint32_t>(i));
  }
}

// The first failure of a chain of calls; the calls after it are not made.
class Chain {
 public:
  template <class Call>
  Chain& then(const char* what, const Call& call) {
    if (!failure_.empty()) return *this;
    const cudaError_t error = call();
    if (error != cudaSuccess) {
      failure_ = std::string(what) + ": " + cudaGetErrorName(error) + " (" +
                 cudaGetErrorString(error) + ")";
    }
    return *this;
  }
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  std::string failure_;
};

struct FreeDevice {
  void operator()(void* memory) const noexcept { cudaFree(memory); }
};
struct FreePinned {
  void operator()(void* memory) const noexcept { cudaFreeHost(memory); }
};

template <class Free>
std::unique_ptr<void, Free> owned(void* memory) {
  return std::unique_ptr<void, Free>(memory);
}

std::string try_kernel(cudaStream_t stream) {
  Chain chain;
  void* raw = nullptr;
  chain.then("allocating device memory",
             [&] { return cudaMalloc(&raw, probe_values * sizeof(std::uint32_t)); });
  const auto values = owned<FreeDevice>(raw);
  std::vector<std::uint32_t> got(probe_values);
  chain
      .then("launching a kernel",
            [&] {
              write_pattern<<<probe_values / probe_threads / 4, probe_threads, 0, stream>>>(
                  static_cast<std::uint32_t*>(values.get()), probe_values);
              return cudaGetLastError();
            })
      .then("copying back",
            [&] {
              return cudaMemcpyAsync(got.data(), values.get(), got.size() * sizeof(std::uint32_t),
                                     cudaMemcpyDeviceToHost, stream);
            })
      .then("running a kernel", [&] { return cudaStreamSynchronize(stream); });
  if (!chain.failure().empty()) return chain.failure();
  for (std::uint32_t i = 0; i < got.size(); ++i) {
    if (got[i] != i * 2654435761U + 1) return "a kernel wrote wrong values";
  }
  return {};
}

// The best of a few copies: what the link can do when nobody else uses it.
double measure_copy(cudaStream_t stream, std::string& failure) {
  Chain chain;
  void* raw_host = nullptr;
  void* raw_device = nullptr;
  chain
      .then("allocating pinned memory",
            [&] { return cudaHostAlloc(&raw_host, copy_bytes, cudaHostAllocDefault); })
      .then("allocating device memory", [&] { return cudaMalloc(&raw_device, copy_bytes); });
  const auto host = owned<FreePinned>(raw_host);
  const auto device = owned<FreeDevice>(raw_device);
  std::array<cudaEvent_t, 2> events{};
  for (cudaEvent_t& event : events) {
    chain.then("creating an event", [&] { return cudaEventCreate(&event); });
  }
  double best = 0;
  for (int trial = 0; trial < copy_trials; ++trial) {
    float milliseconds = 0;
    chain.then("timing a copy", [&] { return cudaEventRecord(events[0], stream); })
        .then("copying to the device",
              [&] {
                return cudaMemcpyAsync(device.get(), host.get(), copy_bytes, cudaMemcpyHostToDevice,
                                       stream);
              })
        .then("timing a copy", [&] { return cudaEventRecord(events[1], stream); })
        .then("timing a copy", [&] { return cudaEventSynchronize(events[1]); })
        .then("timing a copy",
              [&] { return cudaEventElapsedTime(&milliseconds, events[0], events[1]); });
    if (milliseconds > 0) best = std::max(best, copy_bytes / (milliseconds * 1e-3));
  }
  for (const cudaEvent_t event : events) {
    if (event != nullptr) cudaEventDestroy(event);
  }
  failure = chain.failure();
  return best;
}

CudaDevice survey_device(int index) {
  CudaDevice device;
  cudaDeviceProp properties{};
  cudaStream_t stream = nullptr;
  Chain chain;
  chain.then("reading its properties", [&] { return cudaGetDeviceProperties(&properties, index); })
      .then("selecting it", [&] { return cudaSetDevice(index); })
      .then("creating a stream", [&] { return cudaStreamCreate(&stream); });
  device.name = properties.name;
  device.memory_bytes = properties.totalGlobalMem;
  device.compute_major = properties.major;
  device.compute_minor = properties.minor;
  device.multiprocessors = properties.multiProcessorCount;
  device.failure = chain.failure();
  if (device.failure.empty()) device.failure = try_kernel(stream);
  if (device.failure.empty()) {
    device.host_to_device_bytes_per_second = measure_copy(stream, device.failure);
  }
  if (stream != nullptr) cudaStreamDestroy(stream);
  return device;
}

}  // namespace

CudaSurvey survey_cuda_devices() {
  CudaSurvey survey;
  int count = 0;
  Chain chain;
  chain.then("asking the runtime", [&] { return cudaRuntimeGetVersion(&survey.runtime_version); })
      .then("asking the driver", [&] { return cudaDriverGetVersion(&survey.driver_version); })
      .then("counting devices", [&] { return cudaGetDeviceCount(&count); });
  survey.failure = chain.failure();
  if (survey.failure.empty() && count == 0) survey.failure = "no device";
  for (int index = 0; survey.failure.empty() && index < count; ++index) {
    survey.devices.push_back(survey_device(index));
  }
  return survey;
}

}  // namespace penstock
