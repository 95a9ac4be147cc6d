#include "datasets/pauses.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace sotto::datasets {
namespace {

constexpr int64_t kReach = 4;         // frames on either side: a third of a second in all
constexpr float kCalm = 0.3F;         // activity below which a frame belongs to a pause
constexpr float kRest = 0.15F;        // activity of either stream below which nothing is said
constexpr int64_t kMemory = 30 * 25;  // frames that later ones are compared with

std::vector<float> loudness(const std::vector<float>& wave, int64_t frames) {
  std::vector<float> decibels(static_cast<size_t>(frames), -100.0F);
  for (int64_t t = 0; t < frames; ++t) {
    double sum = 1e-10;
    const int64_t end =
        std::min<int64_t>((t + 1) * kSamplesPerFrame, static_cast<int64_t>(wave.size()));
    for (int64_t i = t * kSamplesPerFrame; i < end; ++i) {
      const double sample = wave[static_cast<size_t>(i)];
      sum += sample * sample / kSamplesPerFrame;
    }
    decibels[static_cast<size_t>(t)] = static_cast<float>(10 * std::log10(sum));
  }
  return decibels;
}

/// The mean change of a pixel since the frame before.
std::vector<float> motion(const Crop& lips) {
  std::vector<float> changes(static_cast<size_t>(lips.frames), 0.0F);
  const int64_t bytes = lips.frame_bytes();
  for (int64_t t = 1; t < lips.frames; ++t) {
    const uint8_t* before = lips.pixels.data() + (t - 1) * bytes;
    const uint8_t* now = before + bytes;
    int64_t sum = 0;
    for (int64_t i = 0; i < bytes; ++i) {
      sum += std::abs(static_cast<int>(now[i]) - static_cast<int>(before[i]));
    }
    changes[static_cast<size_t>(t)] = static_cast<float>(sum) / static_cast<float>(bytes);
  }
  if (changes.size() > 1) {
    changes[0] = changes[1];
  }
  return changes;
}

/// Means over the frame and its neighbours.
std::vector<float> smoothed(const std::vector<float>& values, int64_t reach) {
  std::vector<float> means(values.size());
  const auto T = static_cast<int64_t>(values.size());
  for (int64_t t = 0; t < T; ++t) {
    const int64_t first = std::max<int64_t>(0, t - reach);
    const int64_t end = std::min(T, t + reach + 1);
    float sum = 0;
    for (int64_t i = first; i < end; ++i) {
      sum += values[static_cast<size_t>(i)];
    }
    means[static_cast<size_t>(t)] = sum / static_cast<float>(end - first);
  }
  return means;
}

/// The values on a scale from the tenth to the ninetieth percentile of them and those before; empty
/// if these are closer than `least_range`.
std::vector<float> scaled(
    const std::vector<float>& before, const std::vector<float>& values, float least_range) {
  std::vector<float> sorted = before;
  sorted.insert(sorted.end(), values.begin(), values.end());
  if (sorted.empty()) {
    return {};
  }
  std::sort(sorted.begin(), sorted.end());
  const float low = sorted[sorted.size() / 10];
  const float range = sorted[sorted.size() - 1 - sorted.size() / 10] - low;
  std::vector<float> shares;
  for (size_t t = 0; t < values.size() && range > least_range; ++t) {
    shares.push_back(std::clamp((values[t] - low) / range, 0.0F, 1.0F));
  }
  return shares;
}

void append(const std::vector<float>& values, int64_t frames, std::vector<float>& before) {
  before.insert(
      before.end(),
      values.begin(),
      values.begin() + std::min(frames, static_cast<int64_t>(values.size())));
  const int64_t excess = static_cast<int64_t>(before.size()) - kMemory;
  before.erase(before.begin(), before.begin() + std::max<int64_t>(0, excess));
}

}  // namespace

SpeechLevels speech_levels(const Utterance& utterance) {
  SpeechLevels levels;
  const auto lips = utterance.crops.find("lips");
  if (!utterance.wave.empty()) {
    levels.loudness = smoothed(loudness(utterance.wave, frame_count(utterance)), 1);
  }
  if (lips != utterance.crops.end()) {
    levels.motion = smoothed(motion(lips->second), 2);
  }
  return levels;
}

Activity SpeechActivity::of(const SpeechLevels& levels) const {
  const std::vector<float> sound = scaled(before_.loudness, levels.loudness, 3.0F);  // dB
  const std::vector<float> lips = scaled(before_.motion, levels.motion, 0.2F);       // of 255
  const size_t T = std::max(levels.loudness.size(), levels.motion.size());
  if (sound.empty() && lips.empty()) {
    return {std::vector<float>(T, 1.0F), std::vector<float>(T, 1.0F)};
  }
  if (sound.empty() || lips.empty()) {
    const std::vector<float>& one = sound.empty() ? lips : sound;
    return {one, one};
  }
  Activity activity;
  for (size_t t = 0; t < T; ++t) {
    activity.mean.push_back((sound[t] + lips[t]) / 2);
    activity.most.push_back(std::max(sound[t], lips[t]));
  }
  return activity;
}

void SpeechActivity::remember(const SpeechLevels& levels, int64_t frames) {
  append(levels.loudness, frames, before_.loudness);
  append(levels.motion, frames, before_.motion);
}

int64_t first_active(const Activity& activity, int64_t from) {
  return std::find_if(
             activity.most.begin() + from,
             activity.most.end(),
             [](float value) { return value >= kRest; }) -
         activity.most.begin();
}

int64_t end_of_active(const Activity& activity, int64_t from, int64_t frames) {
  auto t = static_cast<size_t>(from);
  for (; t < activity.mean.size() && frames > 0; ++t) {
    frames -= activity.mean[t] >= kCalm ? 1 : 0;
  }
  return static_cast<int64_t>(t);
}

Pause calmest_pause(const Activity& all, int64_t from, int64_t to) {
  const std::vector<float>& activity = all.mean;
  const auto T = static_cast<int64_t>(activity.size());
  const std::vector<float> around = smoothed(activity, kReach);
  Pause pause{from, from, from};
  for (int64_t t = from; t < to; ++t) {
    if (around[static_cast<size_t>(t)] <= around[static_cast<size_t>(pause.cut)]) {
      pause.cut = t;
    }
  }
  pause.begin = pause.cut;
  pause.end = pause.cut;
  if (activity[static_cast<size_t>(pause.cut)] < kCalm) {
    while (pause.begin > 0 && activity[static_cast<size_t>(pause.begin - 1)] < kCalm) {
      --pause.begin;
    }
    while (pause.end < T && activity[static_cast<size_t>(pause.end)] < kCalm) {
      ++pause.end;
    }
  }
  return pause;
}

}  // namespace sotto::datasets
