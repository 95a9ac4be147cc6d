#include "decoding/ctc_prefix_scorer.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

namespace sotto::decoding {
namespace {

float log_add(float a, float b) {
  const float larger = std::max(a, b);
  return larger + std::log1p(std::exp(-std::abs(a - b)));
}

float log_sum(const std::vector<float>& terms) {
  const float largest = *std::max_element(terms.begin(), terms.end());
  float sum = 0;
  for (const float term : terms) {
    const float difference = term - largest;
    if (difference > -104.0F) {  // below, exp is 0 in float32
      sum += std::exp(difference);
    }
  }
  return largest + std::log(sum);
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

  State empty;
  empty.non_blank.assign(T_, kLogZero);
  empty.blank.resize(T_);
  empty.sum.resize(T_);
  float blanks = 0;
  for (int64_t t = 0; t < T_; ++t) {
    blanks += column(kBlank)[t];
    empty.blank[t] = blanks;
    empty.sum[t] = log_add(kLogZero, blanks);
  }
  states_.push_back(std::move(empty));
}

/// phi: what a new label can follow. After the same label a blank must have come between.
const std::vector<float>& CtcPrefixScorer::prefix_mass(const State& state, int64_t token) const {
  return token == state.last ? state.blank : state.sum;
}

float CtcPrefixScorer::log_psi(const State& state, int64_t token, std::vector<float>& terms) const {
  const std::vector<float>& phi = prefix_mass(state, token);
  const float* x = column(token);
  const int64_t start = std::max<int64_t>(state.length, 1);
  terms.clear();
  // The first frame: only the empty prefix can be extended there. Like the peers, a term for it is
  // kept for longer prefixes too (log zero), so that an impossible extension is log zero.
  terms.push_back(state.length == 0 ? x[0] : kLogZero);
  for (int64_t t = start; t < T_; ++t) {
    terms.push_back(phi[t - 1] + x[t]);
  }
  return log_sum(terms);
}

void CtcPrefixScorer::score(
    const std::vector<std::vector<int64_t>>& candidates, std::vector<float>& scores) const {
  const auto n = static_cast<int64_t>(states_.size());
  TORCH_CHECK(
      candidates.empty() || static_cast<int64_t>(candidates.size()) == n,
      "CtcPrefixScorer: expected candidates for ",
      n,
      " hypotheses, got ",
      candidates.size());
  scores.resize(n * V_);
  std::vector<float> terms;
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
        row[token] = log_psi(state, token, terms) - state.log_psi;
      }
    };
    if (candidates.empty()) {
      for (int64_t token = 0; token < V_; ++token) {
        score_one(token);
      }
    } else {
      std::for_each(candidates[i].begin(), candidates[i].end(), score_one);
    }
    row[V_ - 1] = state.sum[T_ - 1] - state.log_psi;
  }
}

CtcPrefixScorer::State CtcPrefixScorer::extend(const State& state, int64_t token) const {
  State next;
  next.non_blank.assign(T_, kLogZero);
  next.blank.assign(T_, kLogZero);
  next.sum.assign(T_, log_add(kLogZero, kLogZero));
  next.last = token;
  next.length = state.length + 1;
  const std::vector<float>& phi = prefix_mass(state, token);
  const float* x = column(token);
  const float* blank = column(kBlank);
  if (state.length == 0) {
    next.non_blank[0] = x[0];
    next.sum[0] = log_add(x[0], kLogZero);
  }
  for (int64_t t = std::max<int64_t>(state.length, 1); t < T_; ++t) {
    next.non_blank[t] = log_add(next.non_blank[t - 1], phi[t - 1]) + x[t];
    next.blank[t] = next.sum[t - 1] + blank[t];
    next.sum[t] = log_add(next.non_blank[t], next.blank[t]);
  }
  std::vector<float> terms;
  next.log_psi = token == kBlank   ? kLogZero
                 : token == V_ - 1 ? state.sum[T_ - 1]
                                   : log_psi(state, token, terms);
  next.is_possible = state.is_possible && next.log_psi > kLogZero / 2;
  return next;
}

void CtcPrefixScorer::select(
    const std::vector<int64_t>& parents, const std::vector<int64_t>& tokens) {
  std::vector<State> next;
  next.reserve(parents.size());
  for (size_t i = 0; i < parents.size(); ++i) {
    next.push_back(extend(states_.at(parents[i]), tokens[i]));
  }
  states_ = std::move(next);
}

}  // namespace sotto::decoding
