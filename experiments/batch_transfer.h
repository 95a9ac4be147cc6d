#pragma once

#include <c10/core/Device.h>

#include "datasets/loader.h"

namespace sotto::experiments {

/// Moves a batch's pictures, sound and labels to a device, from pinned memory and without waiting
/// for the copies: on a device a step waits for nothing, so the host makes the next pass ready while
/// this one is computed. What the host itself looks at (lengths, tokens, presence) stays.
void to_device(datasets::Batch& batch, c10::Device device);

}  // namespace sotto::experiments
