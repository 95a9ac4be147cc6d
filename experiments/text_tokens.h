#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "datasets/text/tokenizer.h"

namespace sotto::experiments {

/// A text as people write it in the tokens of a model: as it is (without blanks and line ends between
/// Han characters), or else by the rules of
/// `normalise_english` (lower case, without punctuation), whichever form the vocabulary can write
/// first, in its case.
/// @throws DataError for a text without words, or naming the first word that no form can write.
std::vector<int64_t> text_tokens(const std::string& text, const datasets::Tokenizer& tokenizer);

}  // namespace sotto::experiments
