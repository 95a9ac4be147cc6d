#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/error.h"
#include "datasets/utterance.h"

namespace sotto::datasets::synth {

/// A text that cannot be spoken, or not in the time given. What is missing on the machine is a
/// DataError of another kind.
class UnspokenError : public DataError {
 public:
  using DataError::DataError;
};

/// How espeak-ng speaks.
struct Voice {
  std::string name = "en-us";  ///< espeak-ng's, with a variant: "en-us+f3", "cmn+m1"
  int64_t words_per_minute = 150;
  int64_t pitch = 50;  ///< 0 to 100
  int64_t range = 50;  ///< of the pitch, 0 is monotone
};

/// A sound of speech, in IPA; without letters it is a pause.
struct Phoneme {
  std::string ipa;
  double start_s = 0;
  double end_s = 0;
};

/// A spoken text. Times are in seconds from the first sample.
struct Speech {
  std::vector<float> wave;  ///< 16 kHz, in [-1, 1], ends where the speech does
  std::vector<Phoneme> phonemes;
  std::vector<WordTime> words;  ///< as in `words_of`, all of them
};

/// The words of a text in its order, without the punctuation around them. Every Han character is a
/// word. `first` and `last` are positions of characters from 1, as espeak-ng counts.
struct TextWord {
  std::string word;
  int64_t first = 0;
  int64_t last = 0;
};
std::vector<TextWord> words_of(const std::string& text);

/// Speaks a text by espeak-ng (Debian's libespeak-ng1 and espeak-ng-data), one caller at a time.
/// The same text and voice give the same samples, whatever was spoken before. Word times are
/// espeak-ng's own; words that it speaks as one ("of the") share their time by letters.
/// @throws DataError naming the package where the library, its data or the voice is missing;
///         UnspokenError if there is nothing to speak.
Speech speak(const std::string& text, const Voice& voice);

}  // namespace sotto::datasets::synth
