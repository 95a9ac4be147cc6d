#include "experiments/device.h"

#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/cuda.h>

#include "common/error.h"
#include "common/launcher.h"

namespace sotto::experiments {

int64_t gpu_of(const std::string& name, int64_t local_rank, int64_t devices) {
  // A launcher that shows each process its own GPU alone (srun --gpus-per-task=1) sets the variable.
  const bool own = devices == 1 && !environment("CUDA_VISIBLE_DEVICES").empty();
  int64_t number = own ? 0 : local_rank;
  if (name.rfind("cuda:", 0) == 0 && name.size() > 5 && name.size() < 9 &&
      name.find_first_not_of("0123456789", 5) == std::string::npos) {
    number = std::stoll(name.substr(5));
  } else if (name != "cuda" && name != "auto") {
    throw ConfigError("--device: expected auto, cpu, cuda or cuda:N, got '" + name + "'");
  }
  if (number >= devices) {
    throw ConfigError(
        "--device " + name + ": GPU " + std::to_string(number) + " is asked for, this LibTorch sees " +
        std::to_string(devices) +
        (devices == 0 ? "; give --device cpu, or build against a LibTorch with CUDA"
                      : "; start one process a GPU, or name one with --device cuda:N"));
  }
  return number;
}

c10::Device device_of(const std::string& name, int64_t local_rank) {
  if (name == "cpu" || (name == "auto" && !torch::cuda::is_available())) {
    return c10::kCPU;
  }
  const auto devices = static_cast<int64_t>(torch::cuda::device_count());
  return {c10::kCUDA, static_cast<c10::DeviceIndex>(gpu_of(name, local_rank, devices))};
}

void use_device(c10::Device device) {
  if (!device.is_cpu()) {
    c10::impl::VirtualGuardImpl(device.type()).setDevice(device);
  }
}

}  // namespace sotto::experiments
