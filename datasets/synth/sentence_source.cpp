#include "datasets/synth/sentence_source.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"
#include "datasets/synth/sentences.h"
#include "datasets/synth/speech.h"
#include "datasets/text/text_lines.h"

namespace sotto::datasets::synth {
namespace {

// What a slow voice says in a second, silence around it taken off first.
constexpr double kWords = 2.4;
constexpr double kCharacters = 3.4;
constexpr double kSilence = 0.4;  // seconds

}  // namespace

SentenceSource::SentenceSource(const SynthOptions& options, const std::string& language)
    : mandarin_(language == "zh"), seed_(static_cast<uint64_t>(options.seed)) {
  if (options.sentences.empty()) {
    return;
  }
  for (const std::string& line : read_text_lines(options.sentences)) {
    if (!words_of(line).empty()) {
      lines_.push_back(line);
    }
  }
  if (lines_.empty()) {
    throw DataError(options.sentences + ": expected a sentence a line, got none");
  }
}

std::string SentenceSource::next(double seconds) {
  const int64_t number = given_++;
  if (!lines_.empty()) {
    return lines_[static_cast<size_t>(number) % lines_.size()];
  }
  Random random(seed_, static_cast<uint64_t>(number), "sentence");
  const double room = std::max(0.3, seconds - kSilence);
  if (mandarin_) {
    return mandarin_sentence(
        random, seconds > 0 ? std::max<int64_t>(2, std::lround(room * kCharacters)) : 100);
  }
  const int64_t most = std::max<int64_t>(1, static_cast<int64_t>(room * kWords));
  return english_sentence(random, seconds > 0 ? std::min<int64_t>(most, 16) : 5 + random.below(9));
}

}  // namespace sotto::datasets::synth
