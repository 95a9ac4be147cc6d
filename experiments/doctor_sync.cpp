#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "common/format_text.h"
#include "experiments/doctor_checks.h"
#include "experiments/doctor_clips.h"

namespace sotto::experiments {
namespace {

constexpr int64_t kMostLag = 12;  // frames either way
constexpr int64_t kSmooth = 8;    // frames either way whose mean is taken off: syllables stay
constexpr int64_t kFewestFrames = 400;
constexpr double kRidge = 1e-3;
constexpr double kClear = 1.25;    // how far the best lag must stand above others
constexpr double kWeakest = 0.05;  // share of the sound's energy that lips must explain
constexpr size_t kLags = 2 * kMostLag + 1;
constexpr size_t kFeatures = 2 * kSyncGrid * kSyncGrid;

using Features = std::array<double, kFeatures>;

/// Values of a clip without what changes slowly, so that light, pose and loudness do not count.
struct Signals {
  std::vector<Features> lips;
  std::vector<double> sound;
};

template <class Get>
std::vector<double> without_slow(int64_t frames, const Get& get) {
  std::vector<double> sums(static_cast<size_t>(frames) + 1, 0);
  for (int64_t t = 0; t < frames; ++t) {
    sums[static_cast<size_t>(t + 1)] = sums[static_cast<size_t>(t)] + get(t);
  }
  std::vector<double> out;
  for (int64_t t = 0; t < frames; ++t) {
    const int64_t begin = std::max<int64_t>(0, t - kSmooth);
    const int64_t end = std::min(frames, t + kSmooth + 1);
    const double sum = sums[static_cast<size_t>(end)] - sums[static_cast<size_t>(begin)];
    out.push_back(get(t) - sum / static_cast<double>(end - begin));
  }
  return out;
}

Signals signals_of(const ClipMeasures& clip) {
  const auto frames = static_cast<int64_t>(clip.energy.size());
  Signals signals;
  signals.sound = without_slow(
      frames, [&](int64_t t) -> double { return clip.energy[static_cast<size_t>(t)]; });
  signals.lips.resize(clip.energy.size());
  for (size_t f = 0; f < kFeatures; ++f) {
    const auto values = without_slow(
        frames, [&](int64_t t) -> double { return clip.features[static_cast<size_t>(t)][f]; });
    for (size_t t = 0; t < values.size(); ++t) {
      signals.lips[t][f] = values[t];
    }
  }
  return signals;
}

/// Least squares of the sound's energy at t + lag on the lips at t, for every lag.
class Regression {
 public:
  void add(const Signals& clip) {
    const auto frames = static_cast<int64_t>(clip.sound.size());
    for (int64_t t = kMostLag; t < frames - kMostLag; ++t) {
      const Features& x = clip.lips[static_cast<size_t>(t)];
      ++frames_;
      for (size_t a = 0; a < kFeatures; ++a) {
        for (size_t b = 0; b <= a; ++b) {
          products_[a][b] += x[a] * x[b];
        }
      }
      for (size_t lag = 0; lag < kLags; ++lag) {
        const double y = clip.sound[static_cast<size_t>(t) + lag - kMostLag];
        squares_[lag] += y * y;
        for (size_t a = 0; a < kFeatures; ++a) {
          cross_[lag][a] += x[a] * y;
        }
      }
    }
  }

  int64_t frames() const { return frames_; }

  /// Shares of the energy that each lag's fit explains, less what chance explains.
  std::array<double, kLags> explained() {
    factorise();
    const double chance = static_cast<double>(kFeatures) / static_cast<double>(frames_);
    std::array<double, kLags> shares = {};
    for (size_t lag = 0; lag < kLags; ++lag) {
      double sum = 0;
      for (const double value : forward(cross_[lag])) {
        sum += value * value;
      }
      shares[lag] = squares_[lag] > 0 ? std::max(0.0, sum / squares_[lag] - chance) : 0;
    }
    return shares;
  }

  /// Weights of the fit at a lag; after `explained`.
  Features weights(size_t lag) const {
    Features w = forward(cross_[lag]);
    for (size_t a = kFeatures; a-- > 0;) {
      for (size_t b = a + 1; b < kFeatures; ++b) {
        w[a] -= products_[b][a] * w[b];
      }
      w[a] /= products_[a][a];
    }
    return w;
  }

 private:
  /// Cholesky, in place, with a ridge so that pictures that never change do no harm.
  void factorise() {
    double trace = 0;
    for (size_t a = 0; a < kFeatures; ++a) {
      trace += products_[a][a];
    }
    for (size_t a = 0; a < kFeatures; ++a) {
      products_[a][a] += kRidge * trace / kFeatures + 1e-12;
    }
    for (size_t a = 0; a < kFeatures; ++a) {
      for (size_t b = 0; b <= a; ++b) {
        double sum = products_[a][b];
        for (size_t k = 0; k < b; ++k) {
          sum -= products_[a][k] * products_[b][k];
        }
        products_[a][b] = a == b ? std::sqrt(std::max(sum, 1e-12)) : sum / products_[b][b];
      }
    }
  }
  Features forward(const Features& right) const {
    Features out = {};
    for (size_t a = 0; a < kFeatures; ++a) {
      double sum = right[a];
      for (size_t k = 0; k < a; ++k) {
        sum -= products_[a][k] * out[k];
      }
      out[a] = sum / products_[a][a];
    }
    return out;
  }

  int64_t frames_ = 0;
  std::array<Features, kFeatures> products_ = {};
  std::array<Features, kLags> cross_ = {};
  std::array<double, kLags> squares_ = {};
};

/// Where one clip's sound fits best what the lips foretell.
int64_t lag_of_clip(const Signals& clip, const Features& weights) {
  const auto frames = static_cast<int64_t>(clip.sound.size());
  int64_t best = 0;
  double highest = -1e300;
  for (int64_t lag = -kMostLag; lag <= kMostLag; ++lag) {
    double product = 0;
    double energy = 1e-12;
    for (int64_t t = kMostLag; t < frames - kMostLag; ++t) {
      const Features& x = clip.lips[static_cast<size_t>(t)];
      double foretold = 0;
      for (size_t a = 0; a < kFeatures; ++a) {
        foretold += weights[a] * x[a];
      }
      const double y = clip.sound[static_cast<size_t>(t + lag)];
      product += foretold * y;
      energy += y * y;
    }
    if (product / std::sqrt(energy) > highest) {
      highest = product / std::sqrt(energy);
      best = lag;
    }
  }
  return best;
}

}  // namespace

void check_sync(const std::vector<ClipMeasures>& clips, Findings& findings) {
  Regression regression;
  std::vector<Signals> used;
  for (const ClipMeasures& clip : clips) {
    if (!clip.features.empty() && clip.features.size() == clip.energy.size() &&
        static_cast<int64_t>(clip.energy.size()) > 3 * kMostLag) {
      used.push_back(signals_of(clip));
      regression.add(used.back());
    }
  }
  Finding finding{Severity::kNote, "sound against lips", ""};
  if (regression.frames() < kFewestFrames) {
    if (!used.empty()) {
      finding.found = "too few clips with lips and sound to tell whether they are in step";
      findings.push_back(finding);
    }
    return;
  }
  const auto shares = regression.explained();
  const size_t best =
      static_cast<size_t>(std::max_element(shares.begin(), shares.end()) - shares.begin());
  double second = 0;
  for (size_t lag = 0; lag < kLags; ++lag) {
    if (std::abs(static_cast<int64_t>(lag) - static_cast<int64_t>(best)) > 2) {
      second = std::max(second, shares[lag]);
    }
  }
  const int64_t lag = static_cast<int64_t>(best) - kMostLag;
  const Features weights = regression.weights(best);
  std::vector<int64_t> lags;
  lags.reserve(used.size());
  for (const Signals& clip : used) {
    lags.push_back(lag_of_clip(clip, weights));
  }
  std::nth_element(
      lags.begin(), lags.begin() + static_cast<std::ptrdiff_t>(lags.size() / 2), lags.end());
  const int64_t median = lags[lags.size() / 2];
  finding.numbers = {
      {"lag_frames", static_cast<double>(lag)},
      {"median_lag_frames", static_cast<double>(median)},
      {"explained", shares[best]},
      {"explained_elsewhere", second}};
  const std::string how = format_text(
      "lips explain %.0f %% of the syllables' loudness there, at most %.0f %% elsewhere; the "
      "median clip "
      "fits best at %lld",
      100 * shares[best],
      100 * second,
      static_cast<long long>(median));
  if (shares[best] < kWeakest || shares[best] < kClear * second) {
    finding.found = "no clear lag between sound and lips (" + how + ")";
    finding.fix =
        "the sound may be another person's, or dubbed, or the clips too few: look at some";
  } else if (std::abs(lag) <= 1) {
    finding.severity = Severity::kFine;
    finding.found =
        format_text("in step, lag %lld frames (%s)", static_cast<long long>(lag), how.c_str());
  } else {
    finding.severity = std::abs(lag) >= 3 ? Severity::kSerious : Severity::kLook;
    finding.found = format_text(
        "the sound comes %lld frames (%lld ms) %s the lips (%s)",
        static_cast<long long>(std::abs(lag)),
        static_cast<long long>(40 * std::abs(lag)),
        lag > 0 ? "after" : "before",
        how.c_str());
    finding.fix = format_text(
        "play a source clip; shift its sound by %+lld ms (ffmpeg -itsoffset) and prepare again",
        static_cast<long long>(-40 * lag));
  }
  findings.push_back(finding);
}

}  // namespace sotto::experiments
