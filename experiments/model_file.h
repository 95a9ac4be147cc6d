#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/kernels/precision.h"
#include "common/tensor_file.h"
#include "datasets/text/tokenizer.h"
#include "decoding/search_options.h"
#include "decoding/transformer_lm.h"
#include "experiments/calibration.h"
#include "experiments/model.h"

namespace sotto::experiments {

/// What a model file says of itself besides its weights.
struct ModelCard {
  std::string kind = "recogniser";  ///< or "language_model"
  std::string name;
  std::string about;
  std::string domain;
  std::string licence;
  /// Whose code made the weights: "sotto", or a family of experiments/peers/family.h; stage names and
  /// exported checkpoints are that family's.
  std::string family = "sotto";
  ModelOptions model;                             ///< of a recogniser
  decoding::TransformerLmOptions language_model;  ///< of a language model
  decoding::SearchOptions decode;
  std::string tokenizer_type = "characters";
  std::vector<std::string> tokens;
  std::string tokenizer_model;  ///< the bytes of a SentencePiece model; empty: none
  std::vector<std::string> label_words;  ///< of the frame labels' classes from 1; empty: not known
  CalibrationOptions calibration;        ///< of word times and confidences
  std::string text_rules;  ///< with which the texts it learnt were made; empty: not known
  double longest_s = 0;  ///< seconds of the longest utterance it was trained on; 0: not known
};

/// All that a model file holds.
struct ModelContents {
  ModelCard card;
  TensorMap tensors;
  TensorMap computed;  ///< what a peer's code saves and sotto computes, under the peer's names
  std::shared_ptr<MappedFile> file = nullptr;  ///< where the tensors of a file that was read lie
};

/// Describes a tokenizer in a card.
void set_tokenizer(ModelCard& card, const datasets::Tokenizer& tokenizer);
/// Of the tokens in their order and how texts are cut into them.
std::string vocabulary_checksum(const ModelCard& card);
/// The tokenizer that a card describes. @throws DataError if its tokens are none.
std::shared_ptr<const datasets::Tokenizer> tokenizer_of(const ModelCard& card);

/// Names for V classes of which nothing is known but their number: <1>, <2> and so on.
std::vector<std::string> numbered_tokens(int64_t V);
/// Whether a vocabulary is such a one.
bool are_numbered(const std::vector<std::string>& tokens);

/// A recogniser ready to use.
struct LoadedModel {
  ModelCard card;
  std::shared_ptr<const datasets::Tokenizer> tokenizer;
  AvsrModel network{nullptr};  ///< float32, evaluation mode
  std::shared_ptr<MappedFile> file = nullptr;  ///< the weights may be its pages
};

/// A language model ready to use.
struct LoadedLanguageModel {
  ModelCard card;
  decoding::TransformerLm network{nullptr};  ///< float32, evaluation mode
  std::shared_ptr<MappedFile> file = nullptr;
};

/// All parameters and buffers of a module by name, sharing storage.
TensorMap state_of(const torch::nn::Module& module);

/// Copies tensors of the same names into the module; half-precision values are widened.
/// @throws CheckpointError listing names that are missing, unexpected or of another shape.
void load_state(torch::nn::Module& module, const TensorMap& tensors, const std::string& path);

/// The same without a copy: the module computes with the tensors themselves, such as the pages of a
/// mapped file, where their type is its own.
void adopt_state(torch::nn::Module& module, const TensorMap& tensors, const std::string& path);

/// The network that a card describes, with unspecified weights that take no memory until touched.
/// @throws CheckpointError naming `path` if there cannot be such a network.
std::shared_ptr<torch::nn::Module> build_network(const ModelCard& card, const std::string& path);

/// Writes one model file (safetensors, tensors and card), whole or not at all. Equal models give
/// equal bytes.
/// @param type  how floating-point weights are stored; nothing: as they are.
void write_contents(
    const std::string& path,
    const ModelContents& contents,
    std::optional<at::ScalarType> type = std::nullopt);
void write_model(
    const std::string& path,
    const TensorMap& state,
    const ModelCard& card,
    std::optional<at::ScalarType> type = std::nullopt);

/// Reads the card alone. @throws CheckpointError, DataError.
ModelCard read_card(const SafetensorsFile& file, const std::string& path);

/// Reads a whole recogniser; its checksum is verified and its weights are mapped, not copied.
/// @throws CheckpointError, DataError.
LoadedModel read_model(const std::string& path);

/// Reads a whole language model likewise.
LoadedLanguageModel read_language_model(const std::string& path);

/// Lays a model's weights out for running only: faster, and of no use for training, `state_of` and
/// export. The file's pages are given back as they are copied, so that the weights are in memory once.
void pack(LoadedModel& model, Precision precision);
void pack(LoadedLanguageModel& model, Precision precision);

/// Any model file's card and tensors, mapped; the checksum is verified.
ModelContents read_contents(const std::string& path);

}  // namespace sotto::experiments
