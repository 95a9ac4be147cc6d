#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/random.h"

namespace sotto::datasets::synth {

/// An ordinary English sentence of about `words` words, with capital and full stop.
std::string english_sentence(Random& random, int64_t words);

/// An ordinary Mandarin sentence in simplified characters with its punctuation, of at most
/// `characters` characters where there is such a one.
std::string mandarin_sentence(Random& random, int64_t characters);

/// A sentence of the GRID grammar.
struct GridSentence {
  std::string name;  ///< six characters: "bbaf2n"
  std::string text;  ///< "bin blue at f two now"
};
GridSentence grid_sentence(Random& random);

}  // namespace sotto::datasets::synth
