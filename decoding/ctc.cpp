#include "decoding/ctc.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <ATen/ATen.h>

namespace sotto::decoding {
namespace {

constexpr int64_t kBlank = 0;
constexpr double kImpossible = -std::numeric_limits<double>::infinity();
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

/// Fewest frames that can hold the labels: a blank must part equal neighbours.
int64_t frames_needed(const std::vector<int64_t>& labels) {
  auto needed = static_cast<int64_t>(labels.size());
  for (size_t u = 1; u < labels.size(); ++u) {
    needed += labels[u] == labels[u - 1] ? 1 : 0;
  }
  return needed;
}

/// Viterbi over the 2U+1 states "blank, label 1, blank, ..., label U, blank".
class Trellis {
 public:
  Trellis(const at::TensorAccessor<float, 2>& emission, const std::vector<int64_t>& labels)
      : emission_(emission),
        labels_(labels),
        T_(emission.size(0)),
        S_(2 * static_cast<int64_t>(labels.size()) + 1),
        steps_(T_ * S_, 0) {}

  /// The state of each frame on the best path.
  std::vector<int64_t> best_path() {
    std::vector<double> score(S_, kImpossible);
    for (int64_t s = 0; s < std::min<int64_t>(2, S_); ++s) {
      score[s] = log_probability(0, s);
    }
    for (int64_t t = 1; t < T_; ++t) {
      for (int64_t s = S_ - 1; s >= 0; --s) {  // downwards: predecessors still hold frame t-1
        advance(t, s, score);
      }
    }
    std::vector<int64_t> path(T_);
    path[T_ - 1] = S_ > 1 && score[S_ - 2] > score[S_ - 1] ? S_ - 2 : S_ - 1;
    for (int64_t t = T_ - 1; t > 0; --t) {
      path[t - 1] = path[t] - steps_[t * S_ + path[t]];
    }
    return path;
  }

 private:
  int64_t label(int64_t s) const { return s % 2 == 0 ? kBlank : labels_[s / 2]; }

  double log_probability(int64_t t, int64_t s) const {
    return std::max(static_cast<double>(emission_[t][label(s)]), kLogZero);
  }

  void advance(int64_t t, int64_t s, std::vector<double>& score) {
    double best = score[s];
    uint8_t step = 0;
    if (s >= 1 && score[s - 1] > best) {
      best = score[s - 1];
      step = 1;
    }
    const bool may_skip = s >= 3 && s % 2 == 1 && label(s) != label(s - 2);
    if (may_skip && score[s - 2] > best) {
      best = score[s - 2];
      step = 2;
    }
    steps_[t * S_ + s] = step;
    score[s] = best + log_probability(t, s);
  }

  const at::TensorAccessor<float, 2>& emission_;
  const std::vector<int64_t>& labels_;
  int64_t T_, S_;
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

std::vector<TokenSpan> align_ctc(const at::Tensor& emission, const std::vector<int64_t>& labels) {
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
  if (T < frames_needed(labels)) {
    return spread_evenly(labels, T);
  }
  const auto values = cpu.accessor<float, 2>();
  const std::vector<int64_t> path = Trellis(values, labels).best_path();
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

}  // namespace sotto::decoding
