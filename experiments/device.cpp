#include "experiments/device.h"

#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/cuda.h>

#include "common/error.h"

namespace sotto::experiments {

c10::Device device_of(const std::string& name, int64_t local_rank) {
  if (name == "cpu" || (name == "auto" && !torch::cuda::is_available())) {
    return c10::kCPU;
  }
  int64_t number = local_rank;
  if (name.rfind("cuda:", 0) == 0 && name.size() > 5 && name.size() < 9 &&
      name.find_first_not_of("0123456789", 5) == std::string::npos) {
    number = std::stoll(name.substr(5));
  } else if (name != "cuda" && name != "auto") {
    throw ConfigError("--device: expected auto, cpu, cuda or cuda:N, got '" + name + "'");
  }
  const auto devices = static_cast<int64_t>(torch::cuda::device_count());
  if (number >= devices) {
    throw ConfigError(
        "--device " + name + ": this LibTorch sees " + std::to_string(devices) +
        " GPUs; give --device cpu, or build against a LibTorch with CUDA");
  }
  return {c10::kCUDA, static_cast<c10::DeviceIndex>(number)};
}

void use_device(c10::Device device) {
  if (!device.is_cpu()) {
    c10::impl::VirtualGuardImpl(device.type()).setDevice(device);
  }
}

}  // namespace sotto::experiments
