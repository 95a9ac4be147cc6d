#include "datasets/synth/talker.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "common/error.h"
#include "common/format_text.h"
#include "datasets/synth/scene.h"

namespace sotto::datasets::synth {
namespace {

constexpr double kLeast = 0.1;     // seconds of silence before and after the words
constexpr int64_t kFastest = 420;  // words a minute; espeak-ng reaches 450

constexpr const char* kEnglish[] = {
    "en-us", "en", "en-gb-x-rp", "en-us", "en-gb-scotland", "en-gb-x-gbclan"};
constexpr const char* kMen[] = {"+m1", "+m2", "+m3", "+m4", "+m5", "+m6", "+m7", "+m8"};
constexpr const char* kWomen[] = {"+f1", "+f2", "+f3", "+f4", "+f5"};

}  // namespace

struct TalkingClip::Scene {
  Scene(const Talker& talker, const ClipOptions& options, Random& random)
      : painter(talker, options, random) {}
  mutable ScenePainter painter;
};

FrameRate frame_rate(double per_second) {
  for (const int64_t denominator : {int64_t{1}, int64_t{1001}}) {
    const double scale = denominator == 1 ? 1.0 : 1.001;
    const double whole = std::round(per_second * scale);
    if (std::abs(whole / scale - per_second) < 0.005 && whole > 0) {
      return denominator == 1 ? FrameRate{static_cast<int64_t>(whole), 1}
                              : FrameRate{static_cast<int64_t>(whole) * 1000, 1001};
    }
  }
  return {static_cast<int64_t>(std::lround(per_second * 1000)), 1000};
}

Talker make_talker(uint64_t seed, int64_t index, const std::string& language) {
  Random random(seed, static_cast<uint64_t>(index), "talker");
  Talker talker;
  const bool woman = random.chance(0.5);
  talker.look = random_look(random, woman ? random.chance(0.8) : false);
  if (language == "zh") {
    talker.voice.name = "cmn";
  } else {
    talker.voice.name = kEnglish[random.below(std::size(kEnglish))];
  }
  talker.voice.name +=
      woman ? kWomen[random.below(std::size(kWomen))] : kMen[random.below(std::size(kMen))];
  talker.voice.words_per_minute = 135 + random.below(50);
  talker.voice.pitch = 35 + random.below(35);
  talker.voice.range = 35 + random.below(40);
  talker.liveliness = random.uniform(0.2, 1);
  return talker;
}

void TalkingClip::speak_within(const Talker& talker, const std::string& text, Random& random) {
  Voice voice = talker.voice;
  voice.words_per_minute += random.below(21) - 10;
  Speech speech = speak(text, voice);
  const double room = options_.seconds - 2 * kLeast;
  const auto length = [&speech] {
    return static_cast<double>(speech.wave.size()) / static_cast<double>(kSampleRateHz);
  };
  for (int i = 0; i < 4 && options_.seconds > 0 && length() > room; ++i) {
    const double faster = 1.03 * length() / std::max(room, 0.01);
    voice.words_per_minute = std::min(
        kFastest,
        static_cast<int64_t>(std::ceil(static_cast<double>(voice.words_per_minute) * faster)));
    speech = speak(text, voice);
  }
  double lead = random.uniform(0.16, 0.36);
  double seconds = options_.seconds;
  if (seconds > 0 && length() > room) {
    throw UnspokenError(
        "'" + text +
        "': " + format_text("expected a text of at most %.2f seconds, got %.2f", room, length()));
  }
  if (seconds > 0) {
    lead = random.uniform(kLeast, seconds - kLeast - length());
  } else {
    seconds = lead + length() + random.uniform(0.16, 0.36);
  }
  frames_ = std::max<int64_t>(1, std::lround(seconds * options_.rate.per_second()));
  wave_.resize(static_cast<size_t>(
      std::lround(options_.rate.seconds(frames_) * static_cast<double>(kSampleRateHz))));
  // A quiet room, so that silence is not digital zero.
  for (float& sample : wave_) {
    sample = static_cast<float>(4e-4 * (random.uniform() + random.uniform() - 1));
  }
  float peak = 1e-6F;
  for (const float sample : speech.wave) {
    peak = std::max(peak, std::abs(sample));
  }
  const auto gain = static_cast<float>(random.uniform(0.35, 0.8)) / peak;
  const auto first = static_cast<size_t>(lead * static_cast<double>(kSampleRateHz));
  for (size_t i = 0; i < speech.wave.size() && first + i < wave_.size(); ++i) {
    wave_[first + i] += gain * speech.wave[i];
  }
  lead = static_cast<double>(first) / static_cast<double>(kSampleRateHz);
  const double end_s = options_.rate.seconds(frames_);
  for (const WordTime& word : speech.words) {
    words_.push_back(
        {word.word, std::min(lead + word.start_s, end_s), std::min(lead + word.end_s, end_s)});
  }
  mouths_ = mouth_track(speech.phonemes, lead, frames_, options_.rate.per_second());
}

TalkingClip::TalkingClip(
    const Talker& talker, const std::string& text, const ClipOptions& options, uint64_t seed)
    : options_(options) {
  Random random(seed, 0, "clip");
  speak_within(talker, text, random);
  scene_ = std::make_unique<Scene>(talker, options_, random);
}

TalkingClip::~TalkingClip() = default;
TalkingClip::TalkingClip(TalkingClip&&) noexcept = default;

Pose TalkingClip::pose(int64_t k) const {
  return scene_->painter.pose(options_.rate.seconds(k));
}

Picture TalkingClip::frame(int64_t k) const {
  return scene_->painter.paint(mouths_.at(static_cast<size_t>(k)), options_.rate.seconds(k));
}

}  // namespace sotto::datasets::synth
