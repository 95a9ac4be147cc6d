#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/safetensors.h"

namespace sotto::experiments {

/// Writes a state dict as torch.save of PyTorch 1.6 and later does, for torch.load: an OrderedDict
/// of contiguous CPU tensors in the given order. Whole or not at all; equal input gives equal
/// bytes; tensors are written one at a time.
///
/// @throws CheckpointError for a type that PyTorch has no storage of, or a size that is not the
///         shape's; DataError when the disk does not take it.
void write_checkpoint_file(
    const std::string& path, const std::vector<std::pair<std::string, SafetensorsEntry>>& tensors);

}  // namespace sotto::experiments
