#pragma once

#include <random>
#include <vector>

#include <ATen/ATen.h>

#include "decoding/scorer.h"

namespace sotto::decoding {

/// A "decoder" whose log-probabilities are random but fixed for each prefix.
class TableScorer : public Scorer {
 public:
  TableScorer(int64_t V, uint32_t seed) : V_(V), seed_(seed) {}

  void start(const std::vector<SearchInput>&) override {}
  void select(const std::vector<int64_t>&, const std::vector<int64_t>&) override {}

  at::Tensor score(const Prefixes& prefixes) override {
    std::vector<at::Tensor> rows;
    rows.reserve(prefixes.size());
    for (const std::vector<int64_t>& prefix : prefixes) {
      rows.push_back(row(prefix));
    }
    return at::stack(rows);
  }

  /// Log-probabilities (V) after one prefix.
  at::Tensor row(const std::vector<int64_t>& prefix) const {
    uint32_t key = seed_;
    for (const int64_t token : prefix) {
      key = key * 1000003U + static_cast<uint32_t>(token) + 1U;
    }
    std::mt19937 engine(key);
    std::normal_distribution<float> normal(0.0F, 2.0F);
    at::Tensor logits = at::empty({V_});
    for (int64_t k = 0; k < V_; ++k) {
      logits.data_ptr<float>()[k] = normal(engine);
    }
    return logits.log_softmax(0);
  }

 private:
  int64_t V_;
  uint32_t seed_;
};

}  // namespace sotto::decoding
