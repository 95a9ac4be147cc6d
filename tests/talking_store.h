#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "common/random.h"
#include "tests/clock_store.h"

namespace sotto::tests {

/// How a talking utterance is drawn.
struct Talking {
  int64_t frames = 75;
  int64_t late = 0;  ///< frames that the sound comes after the lips
  double light = 0;  ///< added to the grey values, 0 to 255
  int64_t left = 0;  ///< pixels that the mouth is off the centre, to the right and down
  int64_t down = 0;
};

/// A dark mouth on a skin of spots that opens with random syllables, and noise as loud as it is
/// open.
inline datasets::Utterance talking_utterance(
    const std::string& id, const std::string& text, uint64_t seed, const Talking& how = {}) {
  Random random(seed, 0, "talking");
  const int64_t margin = 20;
  std::vector<double> open(static_cast<size_t>(how.frames + 2 * margin), 0.0);
  for (size_t t = 2; t < open.size();) {
    const double height = random.uniform(0.4, 1);
    const double width = random.uniform(1, 2);
    for (size_t k = 0; k < open.size(); ++k) {
      const double from = (static_cast<double>(k) - static_cast<double>(t)) / width;
      open[k] += height * std::exp(-from * from);
    }
    t += 3 + static_cast<size_t>(random.below(6));
  }
  datasets::Utterance utterance;
  utterance.id = id;
  utterance.text = text;
  utterance.talker = "robot";
  utterance.source = id + ".mp4";
  utterance.quality = {};
  utterance.quality.face_share = 1;
  utterance.quality.face_width = 150;
  utterance.quality.source_fps = 25;
  datasets::Crop lips = {how.frames, datasets::kLipsSide, datasets::kLipsSide, 1, {}};
  std::vector<double> skin;
  for (int64_t i = 0; i < lips.frame_bytes(); ++i) {
    skin.push_back(112 + random.uniform(-70, 70));
  }
  for (int64_t t = 0; t < how.frames; ++t) {
    const double height = 2 + 12 * std::min(1.0, open[static_cast<size_t>(t + margin)]);
    for (int64_t y = 0; y < lips.height; ++y) {
      for (int64_t x = 0; x < lips.width; ++x) {
        const double dx = (static_cast<double>(x - 48 - how.left)) / 20;
        const double dy = (static_cast<double>(y - 52 - how.down)) / height;
        const bool mouth = dx * dx + dy * dy < 1;
        const double grey = (mouth ? 30 : skin[static_cast<size_t>(y * lips.width + x)]) +
                            how.light + random.uniform(-2, 2);
        lips.pixels.push_back(static_cast<uint8_t>(std::clamp(grey, 0.0, 255.0)));
      }
    }
    const double loud = 0.002 + 0.1 * open[static_cast<size_t>(t + margin - how.late)];
    for (int64_t i = 0; i < datasets::kSamplesPerFrame; ++i) {
      utterance.wave.push_back(static_cast<float>(loud * random.uniform(-1, 1)));
    }
  }
  utterance.crops["lips"] = std::move(lips);
  return utterance;
}

/// Twelve of them, each with a text of its own: "clip10" to "clip21".
inline std::vector<datasets::Utterance> talking_utterances(const Talking& how = {}) {
  const std::vector<std::string> colours = {"blue", "green", "red", "white"};
  const std::vector<std::string> verbs = {"bin", "lay", "set"};
  std::vector<datasets::Utterance> all;
  for (size_t i = 0; i < 12; ++i) {
    all.push_back(talking_utterance(
        "clip" + std::to_string(10 + i), verbs[i % 3] + " " + colours[i / 3] + " now", i + 1, how));
  }
  return all;
}

}  // namespace sotto::tests
