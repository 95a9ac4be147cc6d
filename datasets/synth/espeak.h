#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "datasets/synth/speech.h"

namespace sotto::datasets::synth {

/// What espeak-ng gives for a text, in its own terms.
struct EspeakResult {
  struct Event {
    bool word = false;     ///< a word begins; else a phoneme does
    int64_t position = 0;  ///< in the text, in characters from 1
    std::string ipa;       ///< of a phoneme
    int64_t sample = 0;    ///< where it begins
  };
  int sample_rate_hz = 0;
  std::vector<int16_t> samples;
  std::vector<Event> events;
};

/// Runs espeak-ng in a state of its own. @throws DataError.
EspeakResult run_espeak(const std::string& text, const Voice& voice);

}  // namespace sotto::datasets::synth
