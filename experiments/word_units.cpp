#include "experiments/word_units.h"

#include <iterator>

#include "decoding/transcript_text.h"
#include "experiments/score.h"

namespace sotto::experiments {

std::vector<std::string> word_units(const std::string& text) {
  std::vector<std::string> units;
  for (const std::string& word : split_words(text)) {
    std::vector<std::string> parts = decoding::split_unspaced(word);
    std::move(parts.begin(), parts.end(), std::back_inserter(units));
  }
  return units;
}

}  // namespace sotto::experiments
