#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "datasets/media_utterance.h"

namespace {

using namespace sotto::datasets;

constexpr int64_t kReach = 4;         // frames before and after, among which the nearest is sought
constexpr int64_t kStretch = 2;       // frames before and after that are compared with it
constexpr double kMovingShare = 0.3;  // of the pictures, those on which the lips move most

/// Mean difference of a pixel between two pictures of lips.
double difference(const Crop& a, int64_t s, const Crop& b, int64_t t) {
  const int64_t bytes = a.frame_bytes();
  const uint8_t* one = a.pixels.data() + s * bytes;
  const uint8_t* other = b.pixels.data() + t * bytes;
  int64_t sum = 0;
  for (int64_t i = 0; i < bytes; ++i) {
    sum += std::abs(static_cast<int>(one[i]) - static_cast<int>(other[i]));
  }
  return static_cast<double>(sum) / static_cast<double>(bytes);
}

/// Pictures that differ most from both neighbours; only they tell what time it is.
std::vector<int64_t> moving(const Crop& lips) {
  std::vector<std::pair<double, int64_t>> changes;
  for (int64_t t = kReach + kStretch; t + kReach + kStretch < lips.frames; ++t) {
    changes.emplace_back(
        std::min(difference(lips, t, lips, t - 1), difference(lips, t, lips, t + 1)), t);
  }
  std::sort(changes.rbegin(), changes.rend());
  std::vector<int64_t> frames;
  for (size_t i = 0; i < static_cast<size_t>(kMovingShare * changes.size()); ++i) {
    frames.push_back(changes[i].second);
  }
  return frames;
}

/// How many frames later than the original the copy is around a frame: the shift at which the
/// pictures of a fifth of a second are most alike, for one picture may be like many.
int64_t lateness(const Crop& original, const Crop& copy, int64_t t) {
  int64_t best = 0;
  double least = 1e9;
  for (int64_t late = -kReach; late <= kReach; ++late) {
    double sum = 0;
    for (int64_t k = t - kStretch; k <= t + kStretch; ++k) {
      sum += difference(copy, k, original, k - late);
    }
    if (sum < least) {
      least = sum;
      best = late;
    }
  }
  return best;
}

/// Milliseconds by which the copy's sound is late, by correlation.
double sound_lateness_ms(const std::vector<float>& original, const std::vector<float>& copy) {
  const auto reach = kReach * kSamplesPerFrame;
  const auto end = static_cast<int64_t>(std::min(original.size(), copy.size())) - reach;
  double most = -1;
  int64_t best = 0;
  for (int64_t late = -reach; late <= reach; late += 4) {
    double sum = 0;
    for (int64_t i = reach; i < end; ++i) {
      sum += static_cast<double>(original[static_cast<size_t>(i)]) *
             copy[static_cast<size_t>(i + late)];
    }
    if (sum > most) {
      most = sum;
      best = late;
    }
  }
  return static_cast<double>(best) / 16;
}

}  // namespace

/// compare_rates ORIGINAL COPY...: whether lips and sound of copies at other frame rates keep the
/// original's times; a line a copy. Ends with 1 where they are more than a frame off: the sound, or the
/// lips in more than a tenth of the moments, since one may be like another.
int main(int argc, char** argv) try {
  if (argc < 3) {
    std::fprintf(stderr, "usage: compare_rates ORIGINAL COPY...\n");
    return 2;
  }
  const Utterance original = read_media_utterance(argv[1]);
  const Crop& lips = original.crops.at("lips");
  const std::vector<int64_t> frames = moving(lips);
  int code = 0;
  for (int i = 2; i < argc; ++i) {
    const Utterance copy = read_media_utterance(argv[i]);
    const Crop& other = copy.crops.at("lips");
    size_t within = 0;
    size_t compared = 0;
    for (const int64_t t : frames) {
      if (t + kStretch < other.frames) {
        within += std::abs(lateness(lips, other, t)) <= 1 ? 1 : 0;
        ++compared;
      }
    }
    const double late_ms = sound_lateness_ms(original.wave, copy.wave);
    std::printf(
        "%s: %lld pictures of %lld; of %zu with moving lips %zu within one frame; sound %+.2f ms\n",
        argv[i],
        static_cast<long long>(other.frames),
        static_cast<long long>(lips.frames),
        compared,
        within,
        late_ms);
    const bool lips_kept = compared > 0 && 10 * within >= 9 * compared;
    const bool sound_kept = std::abs(late_ms) <= 40;
    code = lips_kept && sound_kept ? code : 1;
  }
  return code;
} catch (const std::exception& failure) {
  std::fprintf(stderr, "compare_rates: %s\n", failure.what());
  return 1;
}
