#pragma once

#include <map>
#include <memory>

#include "datasets/loader.h"
#include "experiments/recipe.h"

namespace sotto::experiments {

/// What a recipe's data section stands for.
struct TrainingData {
  std::shared_ptr<const datasets::Store> store;
  std::shared_ptr<const datasets::Tokenizer> tokenizer;
  datasets::LoaderContext train;            ///< of data.train
  std::unique_ptr<datasets::Loader> valid;  ///< null: nothing to validate on
  std::map<std::string, std::string> left_out;  ///< ids that cannot be taught, and why
  int64_t label_classes = 0;  ///< classes of the frame labels
  std::vector<std::string> label_words;  ///< of the classes from 1
  double longest_s = 0;                  ///< seconds of the longest clip that any stage trains on
};

/// The tokenizer that a recipe asks for. @throws DataError, CheckpointError.
std::shared_ptr<const datasets::Tokenizer> tokenizer_of(const TokenizerOptions& options);

/// The utterances of a store that are not among others of it.
std::vector<const datasets::ManifestEntry*> all_but(
    const datasets::Store& store, const std::vector<const datasets::ManifestEntry*>& left_out);

/// The utterances that a list file names, one id a line; the whole store if `list` is empty.
/// @throws DataError if the store lacks one.
std::vector<const datasets::ManifestEntry*> listed_entries(
    const datasets::Store& store, const std::string& list);

/// Opens the store, reads the lists and the noise. Of what is validated each process has its share.
/// @throws DataError.
TrainingData load_training_data(const Recipe& recipe, int64_t rank = 0, int64_t processes = 1);

/// The clips of a stage. @throws DataError if it has none.
std::unique_ptr<datasets::Loader> stage_loader(
    const Recipe& recipe, const TrainingData& data, const StageOptions& stage);

}  // namespace sotto::experiments
