#include "decoding/ctc_prefix_scorer.h"

#include <cmath>

#include <ATen/ATen.h>

#include "common/kernels/vector.h"

namespace sotto::decoding {
namespace {

float log_add(float a, float b) {
  const float larger = std::max(a, b);
  return larger + std::log1p(std::exp(-std::abs(a - b)));
}

}  // namespace

CtcPrefixScorer::CtcPrefixScorer(const at::Tensor& emission) {
  TORCH_CHECK(
      emission.dim() == 2 && emission.size(0) > 0 && emission.size(1) > 1,
      "CtcPrefixScorer: expected emission (T,V), got ",
      emission.sizes());
  T_ = emission.size(0);
  V_ = emission.size(1);
  const at::Tensor columns = emission.detach().to(at::kCPU, at::kFloat).t().contiguous();
  emission_.assign(columns.data_ptr<float>(), columns.data_ptr<float>() + columns.numel());
  for (float& value : emission_) {
    value = std::max(value, kLogZero);  // minus infinity would turn differences into NaN
  }
  likelihood_.resize(emission_.size());
  largest_.resize(static_cast<size_t>(V_));
  for (int64_t token = 0; token < V_; ++token) {
    largest_[token] = *std::max_element(column(token), column(token) + T_);
    vector_kernels().exponentials(
        column(token), T_, largest_[token], likelihood_.data() + token * T_);
  }

  frames_.non_blank.assign(T_, kLogZero);
  frames_.blank.resize(T_);
  frames_.sum.resize(T_);
  float blanks = 0;
  for (int64_t t = 0; t < T_; ++t) {
    blanks += column(kBlank)[t];
    frames_.blank[t] = blanks;
    frames_.sum[t] = log_add(kLogZero, blanks);
  }
  states_.resize(1);
  weigh();
}

/// The mass that a new label can follow, of each hypothesis, out of logarithms.
void CtcPrefixScorer::weigh() {
  const int64_t n = count();
  weights_.resize(static_cast<size_t>(n * T_));
  for (int64_t i = 0; i < n; ++i) {
    float* row = weights_.data() + i * T_;
    float largest = kLogZero;
    for (int64_t t = first_frame() - 1; t + 1 < T_; ++t) {
      row[t] = frames_.sum[t * n + i];
      largest = std::max(largest, row[t]);
    }
    states_[i].largest = largest;
    if (first_frame() < T_) {
      float* from = row + first_frame() - 1;
      vector_kernels().exponentials(from, T_ - first_frame(), largest, from);
    }
  }
}

float CtcPrefixScorer::exact_log_psi(int64_t hypothesis, int64_t token) const {
  const int64_t n = count();
  // phi: after the same label a blank must have come between.
  const float* phi =
      (token == states_[hypothesis].last ? frames_.blank : frames_.sum).data() + hypothesis;
  const float* x = column(token);
  // The first frame: only the empty prefix can be extended there. Like the peers, a term for it is
  // kept for longer prefixes too (log zero), so that an impossible extension is log zero.
  const float first = length_ == 0 ? x[0] : kLogZero;
  float largest = first;
  for (int64_t t = first_frame(); t < T_; ++t) {
    largest = std::max(largest, phi[(t - 1) * n] + x[t]);
  }
  float sum = std::exp(first - largest);
  for (int64_t t = first_frame(); t < T_; ++t) {
    sum += std::exp(phi[(t - 1) * n] + x[t] - largest);
  }
  return largest + std::log(sum);
}

float CtcPrefixScorer::log_psi(int64_t hypothesis, int64_t token) const {
  const State& state = states_[hypothesis];
  const int64_t start = first_frame();
  if (token == state.last || start >= T_) {
    return exact_log_psi(hypothesis, token);
  }
  const float sum = vector_kernels().dot(
      weights_.data() + hypothesis * T_ + start - 1, likelihood_.data() + token * T_ + start,
      T_ - start);
  constexpr float kUnderflows = 1e-25F;  // where terms that became 0 could have counted
  if (!(sum > kUnderflows)) {
    return exact_log_psi(hypothesis, token);
  }
  const float later = state.largest + largest_[token] + std::log(sum);
  return length_ == 0 ? log_add(later, column(token)[0]) : later;
}

void CtcPrefixScorer::score(
    const std::vector<std::vector<int64_t>>& candidates, std::vector<float>& scores) const {
  const int64_t n = count();
  TORCH_CHECK(
      candidates.empty() || static_cast<int64_t>(candidates.size()) == n,
      "CtcPrefixScorer: expected candidates for ",
      n,
      " hypotheses, got ",
      candidates.size());
  scores.resize(static_cast<size_t>(n * V_));
  for (int64_t i = 0; i < n; ++i) {
    const State& state = states_[i];
    float* row = scores.data() + i * V_;
    if (!state.is_possible) {
      std::fill(row, row + V_, 0.0F);
      continue;
    }
    std::fill(row, row + V_, kLogZero - state.log_psi);
    const auto score_one = [&](int64_t token) {
      if (token != kBlank && token != V_ - 1) {
        row[token] = log_psi(i, token) - state.log_psi;
      }
    };
    if (candidates.empty()) {
      for (int64_t token = 0; token < V_; ++token) {
        score_one(token);
      }
    } else {
      std::for_each(candidates[i].begin(), candidates[i].end(), score_one);
    }
    row[V_ - 1] = frames_.sum[(T_ - 1) * n + i] - state.log_psi;
  }
}

void CtcPrefixScorer::select(
    const std::vector<int64_t>& parents, const std::vector<int64_t>& tokens) {
  const int64_t former = count();
  const auto n = static_cast<int64_t>(parents.size());
  std::vector<State> states(parents.size());
  Frames next;
  next.non_blank.assign(static_cast<size_t>(n * T_), kLogZero);
  next.blank.assign(static_cast<size_t>(n * T_), kLogZero);
  next.sum.assign(static_cast<size_t>(n * T_), log_add(kLogZero, kLogZero));
  for (int64_t i = 0; i < n; ++i) {
    const State& parent = states_.at(parents[i]);
    State& state = states[i];
    state.last = tokens[i];
    state.log_psi = tokens[i] == kBlank   ? kLogZero
                    : tokens[i] == V_ - 1 ? frames_.sum[(T_ - 1) * former + parents[i]]
                                          : log_psi(parents[i], tokens[i]);
    state.is_possible = parent.is_possible && state.log_psi > kLogZero / 2;
    if (length_ == 0) {
      next.non_blank[i] = column(tokens[i])[0];
      next.sum[i] = log_add(next.non_blank[i], kLogZero);
    }
  }
  std::vector<float> before(parents.size());
  std::vector<float> labels(parents.size());
  for (int64_t t = first_frame(); t < T_; ++t) {
    for (int64_t i = 0; i < n; ++i) {
      const auto& phi = tokens[i] == states_[parents[i]].last ? frames_.blank : frames_.sum;
      before[i] = phi[(t - 1) * former + parents[i]];
      labels[i] = column(tokens[i])[t];
    }
    for (auto* values : {&next.non_blank, &next.blank, &next.sum}) {
      std::copy_n(values->data() + (t - 1) * n, n, values->data() + t * n);
    }
    vector_kernels().ctc_frame(
        n, before.data(), labels.data(), column(kBlank)[t], next.non_blank.data() + t * n,
        next.blank.data() + t * n, next.sum.data() + t * n);
  }
  states_ = std::move(states);
  frames_ = std::move(next);
  ++length_;
  weigh();
}

}  // namespace sotto::decoding
