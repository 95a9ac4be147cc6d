#include "datasets/synth/mouth.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "datasets/text/utf8.h"

namespace sotto::datasets::synth {
namespace {

struct Target {
  Mouth mouth;
  double strength = 0;  ///< how much it pulls
  bool closes = false;  ///< lips touch
};

// opening, width, rounding, teeth, tongue, tuck
const std::map<std::string, Target>& targets() {
  static const std::map<std::string, Target> table = [] {
    std::map<std::string, Target> all;
    const auto add = [&all](const char* sounds, const Target& target) {
      for (const std::string& sound : utf8_characters(sounds)) {
        all[sound] = target;
      }
    };
    add("i", {{0.24, 0.85, 0, 0.7, 0, 0}, 0.9});
    add("ɪᵻɨ", {{0.30, 0.5, 0, 0.6, 0, 0}, 0.8});
    add("eɛ", {{0.46, 0.5, 0, 0.6, 0.1, 0}, 0.9});
    add("æ", {{0.75, 0.55, 0, 0.55, 0.1, 0}, 1.0});
    add("aɐ", {{0.85, 0.2, 0, 0.45, 0.1, 0}, 1.0});
    add("ɑʌ", {{0.80, 0, 0.1, 0.35, 0.1, 0}, 1.0});
    add("ɒɔ", {{0.66, -0.35, 0.55, 0.15, 0, 0}, 1.0});
    add("oɤ", {{0.48, -0.6, 0.8, 0.05, 0, 0}, 1.0});
    add("ʊ", {{0.32, -0.6, 0.75, 0.05, 0, 0}, 0.9});
    add("u", {{0.22, -0.85, 1.0, 0, 0, 0}, 1.0});
    add("y", {{0.18, -0.7, 0.9, 0.1, 0, 0}, 1.0});
    add("əɜɚ", {{0.36, 0, 0.1, 0.35, 0.1, 0}, 0.6});
    add("pbm", {{0, -0.05, 0, 0, 0, 0}, 1.6, true});
    add("fv", {{0.12, 0.1, 0, 0.9, 0, 1}, 1.4});
    add("θð", {{0.22, 0.1, 0, 0.8, 1, 0}, 0.8});
    add("tdn", {{0.18, 0.2, 0, 0.8, 0.5, 0}, 0.45});
    add("l", {{0.28, 0.1, 0, 0.6, 0.9, 0}, 0.45});
    add("sz", {{0.12, 0.4, 0, 1, 0.1, 0}, 0.6});
    add("ʃʒɕ", {{0.20, -0.4, 0.6, 0.9, 0, 0}, 0.8});
    add("kɡgŋxhχ", {{0.28, 0, 0, 0.3, 0, 0}, 0.3});
    add("j", {{0.22, 0.6, 0, 0.6, 0, 0}, 0.5});
    add("w", {{0.14, -0.85, 1, 0, 0, 0}, 1.1});
    add("rɹɾɻ", {{0.22, -0.25, 0.4, 0.4, 0.2, 0}, 0.5});
    return all;
  }();
  return table;
}

// A closed mouth at rest; pulls weakly, so that lips open shortly before the first sound.
const Target& rest() {
  static const Target target = {{0.03, 0, 0, 0, 0, 0}, 0.5};
  return target;
}

Target target_of(const std::string& character) {
  const auto found = targets().find(character);
  return found != targets().end() ? found->second : Target{};
}

/// A target with its time: a diphthong or an affricate has several.
struct Pull {
  Target target;
  double middle_s = 0;
  double half_s = 0;
};

std::vector<Pull> pulls_of(const std::vector<Phoneme>& phonemes, double start_s) {
  std::vector<Pull> pulls;
  const auto add = [&](const Target& target, double from_s, double to_s) {
    pulls.push_back({target, start_s + (from_s + to_s) / 2, std::max((to_s - from_s) / 2, 0.01)});
  };
  add(rest(), phonemes.front().start_s - 0.5, phonemes.front().start_s - 0.06);
  for (const Phoneme& phoneme : phonemes) {
    std::vector<Target> parts;
    for (const std::string& character : utf8_characters(phoneme.ipa)) {
      const Target target = target_of(character);
      if (target.strength > 0 && (parts.empty() || parts.size() < 2)) {
        parts.push_back(target);
      }
    }
    if (phoneme.ipa.empty()) {
      parts = {rest()};
    } else if (parts.empty()) {
      parts = {{{0.25, 0, 0, 0.3, 0, 0}, 0.2}};
    }
    const double each = (phoneme.end_s - phoneme.start_s) / static_cast<double>(parts.size());
    for (size_t i = 0; i < parts.size(); ++i) {
      const double from_s = phoneme.start_s + each * static_cast<double>(i);
      add(parts[i], from_s, from_s + each);
    }
  }
  add(rest(), phonemes.back().end_s + 0.06, phonemes.back().end_s + 0.5);
  return pulls;
}

/// Seconds outside the pull's own time; 0 inside.
double outside(const Pull& pull, double time_s) {
  return std::max(0.0, std::abs(time_s - pull.middle_s) - pull.half_s);
}

Mouth blend(const std::vector<Pull>& pulls, double time_s) {
  constexpr double kReach = 0.045;  // seconds in which a pull falls by e
  Mouth sum;
  double weights = 0;
  double closed = 0;
  for (const Pull& pull : pulls) {
    const double away = outside(pull, time_s);
    const double inside = std::abs(time_s - pull.middle_s) / pull.half_s;
    const double weight =
        pull.target.strength * std::exp(-away / kReach) * (1 - 0.4 * std::min(inside, 1.0));
    const Mouth& mouth = pull.target.mouth;
    sum.opening += weight * mouth.opening;
    sum.width += weight * mouth.width;
    sum.rounding += weight * mouth.rounding;
    sum.teeth += weight * mouth.teeth;
    sum.tongue += weight * mouth.tongue;
    sum.tuck += weight * mouth.tuck * std::exp(-away / 0.02);
    weights += weight;
    if (pull.target.closes) {
      closed = std::max(closed, std::exp(-away * away / (2 * 0.018 * 0.018)));
    }
  }
  weights = std::max(weights, 1e-12);
  return {
      sum.opening / weights * (1 - closed),
      sum.width / weights,
      sum.rounding / weights,
      sum.teeth / weights * (1 - closed),
      sum.tongue / weights,
      sum.tuck / weights};
}

}  // namespace

Mouth viseme(const std::string& ipa) {
  for (const std::string& character : utf8_characters(ipa)) {
    const Target target = target_of(character);
    if (target.strength > 0) {
      return target.mouth;
    }
  }
  return ipa.empty() ? rest().mouth : Mouth{0.25, 0, 0, 0.3, 0, 0};
}

std::vector<Mouth> mouth_track(
    const std::vector<Phoneme>& phonemes, double start_s, int64_t frames, double fps) {
  std::vector<Mouth> track;
  if (phonemes.empty()) {
    track.resize(static_cast<size_t>(frames), rest().mouth);
    return track;
  }
  const std::vector<Pull> pulls = pulls_of(phonemes, start_s);
  for (int64_t k = 0; k < frames; ++k) {
    track.push_back(blend(pulls, (static_cast<double>(k) + 0.5) / fps));
  }
  return track;
}

}  // namespace sotto::datasets::synth
