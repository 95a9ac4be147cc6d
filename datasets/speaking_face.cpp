#include "datasets/speaking_face.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace sotto::datasets {
namespace {

/// What was seen of one person in a shot.
struct Seen {
  int64_t frames = 0;
  double width = 0;  ///< sums over `frames`
  double x = 0;
  double motion = 0;  ///< mean change of the gap between the lips
  double agreement = 0;
};

using People = std::map<int64_t, Seen>;

const SeenLips* find(const SeenFrame& frame, int64_t person) {
  for (const SeenLips& lips : frame.people) {
    if (lips.person == person) {
      return &lips;
    }
  }
  return nullptr;
}

double loudness(const std::vector<float>& wave, size_t frame) {
  const size_t begin = std::min(wave.size(), frame * kSamplesPerFrame);
  const size_t end = std::min(wave.size(), begin + kSamplesPerFrame);
  double energy = 1e-8;
  for (size_t i = begin; i < end; ++i) {
    energy += static_cast<double>(wave[i]) * wave[i];
  }
  return std::log(energy);
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto count = static_cast<double>(a.size());
  double sum_a = 0;
  double sum_b = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    sum_a += a[i];
    sum_b += b[i];
  }
  double both = 0;
  double only_a = 0;
  double only_b = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double x = a[i] - sum_a / count;
    const double y = b[i] - sum_b / count;
    both += x * y;
    only_a += x * x;
    only_b += y * y;
  }
  return only_a > 0 && only_b > 0 ? both / std::sqrt(only_a * only_b) : 0;
}

/// Means over each value and its two neighbours: a syllable is some pictures long.
std::vector<double> smoothed(const std::vector<double>& values) {
  std::vector<double> means;
  for (size_t t = 0; t < values.size(); ++t) {
    const size_t begin = t > 0 ? t - 1 : 0;
    const size_t end = std::min(values.size(), t + 2);
    double sum = 0;
    for (size_t i = begin; i < end; ++i) {
      sum += values[i];
    }
    means.push_back(sum / static_cast<double>(end - begin));
  }
  return means;
}

/// Frames [begin, end) of one shot.
class Shot {
 public:
  Shot(
      const std::vector<const SeenFrame*>& frames,
      const std::vector<float>& wave,
      size_t begin,
      size_t end)
      : frames_(frames), wave_(wave), begin_(begin), end_(end) {}

  /// The chosen person; -1 without any.
  int64_t choose(const FaceChoice& choice) const;

 private:
  People see() const;
  void watch_mouth(int64_t person, Seen& seen) const;
  int64_t speaker(People& people) const;

  const std::vector<const SeenFrame*>& frames_;
  const std::vector<float>& wave_;
  size_t begin_;
  size_t end_;
};

People Shot::see() const {
  People people;
  for (size_t t = begin_; t < end_; ++t) {
    for (const SeenLips& lips : frames_[t]->people) {
      Seen& seen = people[lips.person];
      if (lips.own_face) {
        ++seen.frames;
        seen.width += lips.face_width;
        seen.x += lips.face_x;
      }
    }
  }
  return people;
}

void Shot::watch_mouth(int64_t person, Seen& seen) const {
  std::vector<double> motion;
  std::vector<double> sound;
  const SeenLips* before = nullptr;
  for (size_t t = begin_; t < end_; ++t) {
    const SeenLips* now = find(*frames_[t], person);
    now = now != nullptr && now->own_face ? now : nullptr;
    if (now != nullptr && before != nullptr) {
      motion.push_back(std::abs(now->mouth_open - before->mouth_open));
      sound.push_back(loudness(wave_, t));
    }
    before = now;
  }
  if (motion.size() < 2) {
    return;
  }
  for (const double value : motion) {
    seen.motion += value / static_cast<double>(motion.size());
  }
  seen.agreement = correlation(smoothed(motion), smoothed(sound));
}

int64_t Shot::speaker(People& people) const {
  constexpr double kAsGood = 0.9;
  double most = 1e-9;
  for (auto& [person, seen] : people) {
    watch_mouth(person, seen);
    most = std::max(most, seen.motion);
  }
  std::map<int64_t, double> scores;
  double best = 0;
  for (const auto& [person, seen] : people) {
    scores[person] = static_cast<double>(seen.frames) * std::sqrt(seen.motion / most) *
                     (0.5 + std::max(0.0, seen.agreement));
    best = std::max(best, scores[person]);
  }
  int64_t chosen = -1;
  double widest = -1;
  for (const auto& [person, seen] : people) {
    const double width = seen.width / static_cast<double>(std::max<int64_t>(1, seen.frames));
    if (scores[person] >= kAsGood * best && width > widest) {
      widest = width;
      chosen = person;
    }
  }
  return chosen;
}

int64_t Shot::choose(const FaceChoice& choice) const {
  People people = see();
  if (people.empty()) {
    return -1;
  }
  if (choice.rule == FaceChoice::kAll) {
    return choice.number;  // a person, rather than a place
  }
  if (choice.rule == FaceChoice::kSpeaking) {
    return people.size() == 1 ? people.begin()->first : speaker(people);
  }
  // Whoever passes by is not counted among those who are there.
  const auto least = static_cast<int64_t>(end_ - begin_) / 5;
  std::vector<std::pair<double, int64_t>> order;
  for (const auto& [person, seen] : people) {
    if (seen.frames > 0 && (seen.frames >= least || people.size() == 1)) {
      const double sum = choice.rule == FaceChoice::kLargest ? seen.width : seen.x;
      order.emplace_back(sum / static_cast<double>(seen.frames), person);
    }
  }
  if (order.empty()) {
    return people.begin()->first;
  }
  std::sort(order.begin(), order.end());
  switch (choice.rule) {
    case FaceChoice::kLargest:
    case FaceChoice::kRight:
      return order.back().second;
    case FaceChoice::kNumber: {
      const auto place = static_cast<size_t>(choice.number - 1);
      return place < order.size() ? order[place].second : -1;
    }
    default:
      return order.front().second;
  }
}

}  // namespace

std::vector<int64_t> choose_people(
    const std::vector<const SeenFrame*>& frames,
    const std::vector<float>& wave,
    const FaceChoice& choice) {
  std::vector<int64_t> chosen(frames.size(), -1);
  size_t begin = 0;
  while (begin < frames.size()) {
    size_t end = begin + 1;
    while (end < frames.size() && !frames[end]->new_shot) {
      ++end;
    }
    const int64_t person = Shot(frames, wave, begin, end).choose(choice);
    for (size_t t = begin; t < end; ++t) {
      const std::vector<SeenLips>& people = frames[t]->people;
      for (size_t i = 0; i < people.size(); ++i) {
        chosen[t] = people[i].person == person ? static_cast<int64_t>(i) : chosen[t];
      }
    }
    begin = end;
  }
  return chosen;
}

}  // namespace sotto::datasets
