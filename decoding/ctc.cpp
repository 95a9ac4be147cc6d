#include "decoding/ctc.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

namespace sotto::decoding {
namespace {

constexpr int64_t kBlank = 0;
constexpr double kLogZero = -1e10;  // so that a frame of probability 0 still leaves one best path

at::Tensor on_cpu(const at::Tensor& emission) {
  TORCH_CHECK(
      emission.dim() == 2 && emission.size(1) > 0,
      "CTC: expected emission (T,V), got ",
      emission.sizes());
  return emission.detach().to(at::kCPU, at::kFloat).contiguous();
}

int64_t best_class(const at::TensorAccessor<float, 2>& emission, int64_t t) {
  int64_t best = 0;
  for (int64_t k = 1; k < emission.size(1); ++k) {
    if (emission[t][k] > emission[t][best]) {
      best = k;
    }
  }
  return best;
}

/// Sets each posterior to the mean probability over the span.
void fill_posteriors(const at::TensorAccessor<float, 2>& emission, std::vector<TokenSpan>& spans) {
  for (TokenSpan& span : spans) {
    double sum = 0;
    for (int64_t t = span.first_frame; t <= span.last_frame; ++t) {
      sum += std::exp(static_cast<double>(emission[t][span.token]));
    }
    span.posterior = sum / static_cast<double>(span.last_frame - span.first_frame + 1);
  }
}

std::vector<TokenSpan> spread_evenly(const std::vector<int64_t>& labels, int64_t T) {
  std::vector<TokenSpan> spans;
  const auto U = static_cast<int64_t>(labels.size());
  for (int64_t u = 0; u < U; ++u) {
    const int64_t first = u * T / U;
    spans.push_back({labels[u], first, std::max(first, (u + 1) * T / U - 1), 0.0});
  }
  return spans;
}

/// Viterbi over the 2U+1 states "blank, label 1, blank, ..., label U, blank".
class Trellis {
 public:
  Trellis(
      const at::TensorAccessor<float, 2>& emission,
      const std::vector<int64_t>& labels,
      int64_t most_bytes)
      : emission_(emission),
        T_(emission.size(0)),
        S_(2 * static_cast<int64_t>(labels.size()) + 1),
        rows_(std::min(T_, std::max(most_bytes / S_, balanced_rows()))),
        labels_(S_, kBlank),
        no_skip_(S_, kImpossible),
        steps_(rows_ * S_, 0) {
    for (int64_t s = 1; s < S_; s += 2) {
      labels_[s] = labels[s / 2];
      no_skip_[s] = s >= 3 && labels_[s] != labels_[s - 2] ? 0 : kImpossible;
    }
  }

  /// The state of each frame on the best path.
  std::vector<int64_t> best_path() {
    Scores score(kMargin + S_, kImpossible);
    for (int64_t s = 0; s < std::min<int64_t>(2, S_); ++s) {
      score[kMargin + s] = log_probability(0, s);
    }
    std::vector<Scores> kept = {score};  // at the first frame of every part
    for (int64_t t = rows_; t < T_; t += rows_) {
      fill(t - rows_, t, score);
      kept.push_back(score);
    }
    std::vector<int64_t> path(T_);
    for (auto part = static_cast<int64_t>(kept.size()) - 1; part >= 0; --part) {
      const int64_t begin = part * rows_;
      const int64_t end = std::min(begin + rows_, T_ - 1);
      score = std::move(kept.back());
      kept.pop_back();
      fill(begin, end, score);
      if (end == T_ - 1) {
        const bool on_label = S_ > 1 && score[kMargin + S_ - 2] > score[kMargin + S_ - 1];
        path[end] = on_label ? S_ - 2 : S_ - 1;
      }
      for (int64_t t = end; t > begin; --t) {
        path[t - 1] = path[t] - steps_[(t - begin - 1) * S_ + path[t]];
      }
    }
    return path;
  }

 private:
  /// A margin of impossible states before the first, so that each has two predecessors.
  using Scores = std::vector<double>;
  static constexpr int64_t kMargin = 2;

  /// The number of frames a part for which its back-pointers take what the kept scores do.
  int64_t balanced_rows() const {
    return static_cast<int64_t>(std::ceil(std::sqrt(static_cast<double>(sizeof(double) * T_))));
  }

  double log_probability(int64_t t, int64_t s) const {
    return std::max(static_cast<double>(emission_[t][labels_[s]]), kLogZero);
  }

  /// Takes the scores of frame `begin` to frame `end`, at most rows_ later. Only states are visited
  /// that the first state can reach by then and that can still reach the last.
  void fill(int64_t begin, int64_t end, Scores& scores) {
    for (int64_t t = begin + 1; t <= end; ++t) {
      const float* frame = emission_[t].data();
      uint8_t* steps = steps_.data() + (t - begin - 1) * S_;
      double* score = scores.data() + kMargin;
      const int64_t last = std::min(S_ - 1, 2 * t + 1);
      const int64_t first = std::max<int64_t>(0, S_ - 2 * (T_ - t));
      for (int64_t s = last; s >= first; --s) {  // downwards: predecessors still hold frame t-1
        const double skip = score[s - 2] + no_skip_[s];
        const bool moves = score[s - 1] > score[s];
        const double near = moves ? score[s - 1] : score[s];
        const bool skips = skip > near;
        steps[s] = skips ? 2 : moves ? 1 : 0;
        score[s] =
            (skips ? skip : near) + std::max(static_cast<double>(frame[labels_[s]]), kLogZero);
      }
    }
  }

  const at::TensorAccessor<float, 2>& emission_;
  int64_t T_, S_;
  int64_t rows_;                 // frames a part
  std::vector<int64_t> labels_;  // of the states
  std::vector<double> no_skip_;  // 0 where a state may follow the label before; else impossible
  std::vector<uint8_t> steps_;
};

}  // namespace

std::vector<TokenSpan> greedy_ctc(const at::Tensor& emission) {
  const at::Tensor cpu = on_cpu(emission);
  const auto values = cpu.accessor<float, 2>();
  std::vector<TokenSpan> spans;
  int64_t previous = kBlank;
  for (int64_t t = 0; t < values.size(0); ++t) {
    const int64_t best = best_class(values, t);
    if (best != kBlank && best == previous) {
      spans.back().last_frame = t;
    } else if (best != kBlank) {
      spans.push_back({best, t, t, 0.0});
    }
    previous = best;
  }
  fill_posteriors(values, spans);
  return spans;
}

double greedy_ctc_score(const at::Tensor& emission) {
  const at::Tensor cpu = on_cpu(emission);
  const auto values = cpu.accessor<float, 2>();
  double sum = 0;
  for (int64_t t = 0; t < values.size(0); ++t) {
    sum += values[t][best_class(values, t)];
  }
  return sum;
}

int64_t ctc_frames_needed(const std::vector<int64_t>& labels) {
  auto needed = static_cast<int64_t>(labels.size());
  for (size_t u = 1; u < labels.size(); ++u) {
    needed += labels[u] == labels[u - 1] ? 1 : 0;
  }
  return needed;
}

std::vector<TokenSpan> align_ctc(
    const at::Tensor& emission, const std::vector<int64_t>& labels, int64_t most_bytes) {
  const at::Tensor cpu = on_cpu(emission);
  const int64_t T = cpu.size(0);
  TORCH_CHECK(T > 0, "CTC alignment: expected at least one frame");
  for (const int64_t label : labels) {
    TORCH_CHECK(
        label >= kBlank && label < cpu.size(1),
        "CTC alignment: expected labels from 0 to ",
        cpu.size(1) - 1,
        ", got ",
        label);
  }
  if (T < ctc_frames_needed(labels)) {
    return spread_evenly(labels, T);
  }
  const auto values = cpu.accessor<float, 2>();
  const std::vector<int64_t> path = Trellis(values, labels, most_bytes).best_path();
  std::vector<TokenSpan> spans;
  for (int64_t t = 0; t < T; ++t) {
    if (path[t] % 2 == 0) {
      continue;
    }
    if (t == 0 || path[t] != path[t - 1]) {
      spans.push_back({labels[path[t] / 2], t, t, 0.0});
    } else {
      spans.back().last_frame = t;
    }
  }
  fill_posteriors(values, spans);
  return spans;
}

std::vector<double> path_log_probabilities(
    const at::Tensor& emission, const std::vector<TokenSpan>& spans) {
  const at::Tensor cpu = on_cpu(emission);
  const auto values = cpu.accessor<float, 2>();
  std::vector<double> path(static_cast<size_t>(values.size(0)));
  size_t next = 0;
  for (int64_t t = 0; t < values.size(0); ++t) {
    while (next < spans.size() && spans[next].last_frame < t) {
      ++next;
    }
    const bool inside = next < spans.size() && spans[next].first_frame <= t;
    path[static_cast<size_t>(t)] = values[t][inside ? spans[next].token : kBlank];
  }
  return path;
}

}  // namespace sotto::decoding
