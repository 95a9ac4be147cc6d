#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "common/random.h"
#include "tests/clock_store.h"

namespace sotto::tests {

/// A short "sentence": each word is a picture pattern and a tone of its own, between silences.
inline datasets::Utterance spoken_utterance(
    const std::string& id, const std::vector<std::string>& words, uint64_t seed) {
  constexpr int64_t kPause = 3;
  constexpr int64_t kWord = 6;
  Random random(seed);
  datasets::Utterance utterance;
  utterance.id = id;
  utterance.talker = "robot";
  datasets::Crop lips = {0, datasets::kLipsSide, datasets::kLipsSide, 1, {}};
  const auto speak = [&](const std::string& word, int64_t frames) {
    const double hz = 300 + static_cast<double>(name_hash(word) % 3000);
    for (int64_t t = 0; t < frames; ++t) {
      for (int64_t i = 0; i < lips.frame_bytes(); ++i) {
        const int64_t block = i / lips.width / 12 * 8 + i % lips.width / 12;
        const auto pattern = static_cast<int64_t>((name_hash(word) >> (block % 60)) & 1);
        const int64_t grey = word.empty() ? 128 : 88 + 80 * pattern;
        lips.pixels.push_back(static_cast<uint8_t>(grey + random.below(9) - 4));
      }
      for (int64_t i = 0; i < datasets::kSamplesPerFrame; ++i) {
        const double phase = 2 * M_PI * hz * static_cast<double>(utterance.wave.size()) / 16000;
        const double tone = word.empty() ? 0 : 0.3 * std::sin(phase);
        utterance.wave.push_back(static_cast<float>(tone + random.uniform(-0.01, 0.01)));
      }
    }
    lips.frames += frames;
  };
  speak("", kPause + static_cast<int64_t>(seed % 3));
  for (const std::string& word : words) {
    const double start_s = 0.04 * static_cast<double>(lips.frames);
    speak(word, kWord);
    utterance.words.push_back({word, start_s, start_s + 0.04 * kWord});
    utterance.text += (utterance.text.empty() ? "" : " ") + word;
    speak("", kPause);
  }
  utterance.crops["lips"] = std::move(lips);
  return utterance;
}

/// Ten sentences of two out of four words: "clip0" to "clip9".
inline void write_speech_store(const std::string& folder) {
  const std::vector<std::string> first = {"go", "no"};
  const std::vector<std::string> second = {"up", "by"};
  std::vector<datasets::Utterance> utterances;
  for (size_t i = 0; i < 10; ++i) {
    utterances.push_back(
        spoken_utterance("clip" + std::to_string(i), {first[i % 2], second[(i / 2) % 2]}, i + 1));
  }
  write_store(folder, std::move(utterances));
}

}  // namespace sotto::tests
