#pragma once

#include <string>

#include "datasets/text/tokenizer.h"
#include "decoding/ngram_model.h"

namespace sotto::experiments {

/// What the words of an n-gram model are to a recogniser.
enum class NgramWords {
  kTokens,  ///< its own tokens
  kTexts    ///< words of the texts that it writes
};

/// How an n-gram model's words agree with a vocabulary.
struct NgramAgreement {
  NgramWords kind = NgramWords::kTexts;
  size_t words = 0;    ///< looked at: a sample of a large model, without `<s>`, `</s>`, `<unk>`
  size_t tokens = 0;   ///< of these, are tokens
  size_t spelled = 0;  ///< of these, can be spelled with tokens
};

/// Its words are tokens if all of them are and some begin words (a model of characters has
/// `<space>`), or nine in ten are while fewer than half can be spelled. They are words of texts if
/// at least half can be spelled by a recogniser that parts words by blanks.
/// @param path, model  what n-gram model and recogniser are called in the message
/// @throws ConfigError with the shares if they are neither.
NgramAgreement agreement_of(
    const decoding::NgramModel& ngrams,
    const std::string& path,
    const datasets::Tokenizer& tokenizer,
    const std::string& model);

}  // namespace sotto::experiments
