#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "decoding/ngram_model.h"
#include "decoding/scorer.h"
#include "experiments/model_file.h"
#include "experiments/ngram_vocabulary.h"

namespace sotto::experiments {

/// A language model to read beside a recogniser: a network or n-grams, the other is null.
struct LanguageModel {
  std::shared_ptr<decoding::TransformerLmImpl> network;
  std::shared_ptr<const decoding::NgramModel> ngrams;
  NgramWords words = NgramWords::kTexts;  ///< of the n-grams
  std::vector<std::string> units;         ///< the recogniser's tokens, or what each adds to a text
  std::string about;                      ///< a line for people
  std::string warning = "";               ///< another; empty: nothing to warn of

  /// A scorer with a state of its own.
  std::shared_ptr<decoding::Scorer> make_scorer() const;
};

/// Reads a language model for `card`'s recogniser: a model file, or an ARPA file, plain or
/// compressed by gzip; told apart by content.
/// @param packed  lay a network's weights out for running only, see `pack` of model_file.h
/// @throws ConfigError naming both if the vocabularies do not agree, DataError, CheckpointError.
std::shared_ptr<const LanguageModel> load_language_model(
    const std::string& path,
    const ModelCard& card,
    std::optional<Precision> packed = std::nullopt);

}  // namespace sotto::experiments
