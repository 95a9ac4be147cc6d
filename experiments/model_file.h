#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/tensor_file.h"
#include "datasets/text/tokenizer.h"
#include "decoding/search_options.h"
#include "experiments/model.h"

namespace sotto::experiments {

/// What a model file says of itself besides its weights.
struct ModelCard {
  std::string name;
  std::string about;
  std::string domain;
  std::string licence;
  ModelOptions model;
  decoding::SearchOptions decode;
  std::string tokenizer_type = "characters";
  std::vector<std::string> tokens;
};

/// A recogniser ready to use.
struct LoadedModel {
  ModelCard card;
  std::shared_ptr<const datasets::Tokenizer> tokenizer;
  AvsrModel network{nullptr};  ///< float32, evaluation mode
};

/// All parameters and buffers of a module by name, sharing storage.
TensorMap state_of(const torch::nn::Module& module);

/// Copies tensors of the same names into the module; half-precision values are widened.
/// @throws CheckpointError listing names that are missing, unexpected or of another shape.
void load_state(torch::nn::Module& module, const TensorMap& tensors, const std::string& path);

/// Writes one model file (safetensors, tensors and card), whole or not at all. Equal models give
/// equal bytes.
/// @param type  how floating-point weights are stored: at::kFloat or at::kHalf.
void write_model(
    const std::string& path,
    const AvsrModel& network,
    const ModelCard& card,
    at::ScalarType type = at::kFloat);

/// Reads the card alone. @throws CheckpointError, DataError.
ModelCard read_card(const SafetensorsFile& file, const std::string& path);

/// Reads a whole model file; its checksum is verified. @throws CheckpointError, DataError.
LoadedModel read_model(const std::string& path);

}  // namespace sotto::experiments
