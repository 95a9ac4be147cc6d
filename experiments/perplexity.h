#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "datasets/text/tokenizer.h"
#include "decoding/ngram_model.h"
#include "experiments/model_file.h"
#include "experiments/text_batches.h"

namespace sotto::experiments {

/// How well a language model expects a text.
struct TextScore {
  int64_t sentences = 0;
  int64_t words = 0;           ///< parted by blanks
  int64_t tokens = 0;          ///< of the model, the ends of sentences too
  int64_t unknown = 0;         ///< tokens that it does not know
  double log_probability = 0;  ///< natural

  /// exp(-log_probability / tokens)
  double per_token() const;
  /// exp(-log_probability / (words + sentences)): comparable between units of every kind.
  double per_word() const;
};

/// The summed natural log-probability of all sentences, by a network in the mode that it is in.
/// @param advance  called with the number of sentences of each batch; may be empty
double log_probability(
    decoding::TransformerLmImpl& network,
    TextBatches& texts,
    const std::function<void(int64_t)>& advance = {});

/// A network's score of text files, a sentence a line, plain or compressed by gzip. Unknown are the
/// tokens that came out as `<unk>`. @throws DataError naming the line that cannot be encoded.
TextScore score_texts(const LoadedLanguageModel& model, const std::vector<std::string>& texts);

/// N-grams' score of them. Unknown words have the probability of `<unk>`; where the model has none
/// they are not counted, neither as words nor as tokens.
/// @param tokenizer  cuts texts into the tokens that the n-grams are made of; null: the words of
///                   the text are
TextScore score_texts(
    const decoding::NgramModel& ngrams,
    const std::vector<std::string>& texts,
    const datasets::Tokenizer* tokenizer);

/// For people.
std::string format_text_score(const TextScore& score);

}  // namespace sotto::experiments
