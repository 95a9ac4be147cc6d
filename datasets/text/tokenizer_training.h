#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sotto::datasets {

/// What a tokenizer is made from.
struct TokenizerTraining {
  std::vector<std::string> texts;  ///< UTF-8, a sentence a line; NAME.jsonl: a store's manifest
  std::vector<std::string> splits; ///< of manifests, only these parts of the corpus; empty: all
  std::string type = "unigram";    ///< unigram, bpe or characters
  int64_t size = 5000;             ///< pieces of the SentencePiece model; not for characters
};

struct TrainedTokenizer {
  std::string model;                ///< bytes of the SentencePiece model; empty for characters
  std::vector<std::string> tokens;  ///< `<blank>`, `<unk>`, the units sorted by bytes, `<eos>`
};

/// The types that `train_tokenizer` knows.
std::vector<std::string> tokenizer_training_types();

/// Makes a vocabulary as the peers made theirs: word pieces are those that occur when the text is
/// encoded with the model that was trained on it, so there may be fewer than the model has;
/// characters are those of the text, a blank as `<space>`. The text is taken as it is.
///
/// @throws DataError with file:line if a text is not UTF-8, for a manifest without one of the splits,
///         and as `train_sentencepiece` does; ConfigError for another type, and for splits of a text.
TrainedTokenizer train_tokenizer(const TokenizerTraining& options);

/// Writes PREFIX_units.txt, and PREFIX.model where there is a model.
void write_tokenizer(const std::string& prefix, const TrainedTokenizer& tokenizer);

}  // namespace sotto::datasets
