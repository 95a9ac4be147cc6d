#pragma once

#include <string>
#include <vector>

#include "common/tensor_file.h"
#include "datasets/loader.h"
#include "experiments/model_file.h"

namespace sotto::experiments {

/// Input that goes into a network as it is, without a face to find or a corpus around it.
struct RawClip {
  std::string name;  ///< "" for tensors without one
  bool lips = false;
  bool sound = false;
  datasets::Batch batch;   ///< of one clip; feature batches keep theirs
  TensorMap others;        ///< further tensors of that name, such as `targets`
};

/// The clips of a safetensors file that a model can take:
///
/// - `NAME/input_u8` (T, 1, H, W) grey pictures, not cropped (T, 3, H, W for a model that sees colour),
///   and `NAME/input_wave` (N) samples at 16 kHz, normalised as a whole before the samples past the
///   last whole frame are cut;
/// - `NAME/x` (B, T, F) with `NAME/lens` or `NAME/x_lens` (B): features, for models without a front
///   end. Padding leaks as in the published code, whose numbers these are for;
/// - `input` (T, 1, H, W): lips that are normalised already.
///
/// @throws DataError naming `path` and the tensor.
std::vector<RawClip> read_raw_clips(const std::string& path, const LoadedModel& model);

}  // namespace sotto::experiments
