#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <string>

namespace sotto::experiments {

/// The device that a name asks for: "cpu", "cuda" (of several processes of a machine each has its
/// own), "cuda:N", or "auto", a GPU where there is one.
/// @param local_rank  of this process among those of its machine.
/// @throws ConfigError for another name, and for a device that is not there.
c10::Device device_of(const std::string& name, int64_t local_rank = 0);

/// The number of the GPU that `device_of` takes of the `devices` that this process sees. Where it
/// sees one of its own (CUDA_VISIBLE_DEVICES), it is that one.
int64_t gpu_of(const std::string& name, int64_t local_rank, int64_t devices);

/// From now on a GPU that is asked for without a number is this one: each process of a machine has
/// its own. Nothing happens for the host.
void use_device(c10::Device device);

}  // namespace sotto::experiments
