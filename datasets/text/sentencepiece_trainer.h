#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sotto::datasets {

/// What a SentencePiece model is trained from. All else is as `spm_train` has it.
struct SentencePieceTraining {
  std::string type = "unigram";        ///< unigram (Kudo 2018, arXiv:1804.10959) or bpe
  int64_t size = 5000;                 ///< pieces, with the three of `<unk>`, `<s>`, `</s>`
  double character_coverage = 1.0;     ///< share of the text's characters that become pieces
  std::vector<std::string> sentences;  ///< one line of text each
};

/// Trains a model. The same sentences give the same bytes, on any machine of one library version.
/// @return the bytes of a `.model` file.
/// @throws ConfigError for another type or a size outside 4 to 1,000,000; DataError if there is no
///         text, if it is too small for the size or the size for its characters (the message says
///         what is possible), or if it holds U+2585, which the library keeps for itself.
std::string train_sentencepiece(const SentencePieceTraining& options);

}  // namespace sotto::datasets
