#include "experiments/batch_transfer.h"

#include <ATen/ATen.h>

namespace sotto::experiments {

void to_device(datasets::Batch& batch, c10::Device device) {
  if (device.is_cpu()) {
    return;
  }
  for (at::Tensor* tensor : {&batch.lips, &batch.wave, &batch.audio_weight, &batch.frame_classes}) {
    if (tensor->defined()) {
      *tensor = (device.is_cuda() ? tensor->pin_memory() : *tensor).to(device, /*non_blocking=*/true);
    }
  }
}

}  // namespace sotto::experiments
