#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace sotto::decoding {

/// Log-probability that CTC's labels begin with a prefix (Watanabe et al. 2017, "Hybrid
/// CTC/attention architecture", sec. II-D), for label-synchronous search.
///
/// Float32 throughout with the finite "log zero" -1e10, as in ESPnet, so that the same beams are
/// kept. Unlike there, the forward variables are worked out only for the extensions that survive:
/// the score of an extension needs those of its prefix alone, and is one inner product over time of
/// probabilities scaled by their largest (in logarithms where that underflows). A prefix that no
/// alignment can have never becomes possible again: its extensions all score 0.
class CtcPrefixScorer {
 public:
  static constexpr float kLogZero = -1e10F;
  static constexpr int64_t kBlank = 0;

  /// Starts a clip: one hypothesis, the empty prefix.
  /// @param emission (T,V) natural log-probabilities of the CTC head, T >= 1; eos is V-1.
  explicit CtcPrefixScorer(const at::Tensor& emission);

  int64_t frames() const { return T_; }
  int64_t size() const { return V_; }

  /// Scores extensions of the running hypotheses: log psi(prefix + token) - log psi(prefix).
  ///
  /// @param candidates  per hypothesis the tokens to score; none at all means all tokens. eos is
  ///        always scored; blank never is (it keeps log zero).
  /// @param scores  n * V values, row by row; tokens that are not scored get log zero minus
  ///        log psi(prefix).
  void score(const std::vector<std::vector<int64_t>>& candidates, std::vector<float>& scores) const;

  /// Makes hypothesis i the extension of the former hypothesis parents[i] by tokens[i].
  void select(const std::vector<int64_t>& parents, const std::vector<int64_t>& tokens);

  /// log psi of a running hypothesis: the probability of all label sequences that begin with it.
  float prefix_score(int64_t hypothesis) const { return states_[hypothesis].log_psi; }

 private:
  struct State {
    float log_psi = 0;
    int64_t last = -1;  // the last label; none matches -1
    bool is_possible = true;
    float largest = 0;  // of `sum` over the frames that count
  };
  /// Forward variables of all hypotheses, frame by frame: [t * n + i].
  struct Frames {
    std::vector<float> non_blank;  // R[t][0]: the prefix, ending in its last label at frame t
    std::vector<float> blank;      // R[t][1]: the prefix, ending in a blank at frame t
    std::vector<float> sum;        // log(exp R[t][0] + exp R[t][1])
  };

  int64_t count() const { return static_cast<int64_t>(states_.size()); }
  /// The first frame that a label behind a prefix can take.
  int64_t first_frame() const { return std::max<int64_t>(length_, 1); }
  const float* column(int64_t token) const { return emission_.data() + token * T_; }

  void weigh();
  float log_psi(int64_t hypothesis, int64_t token) const;
  float exact_log_psi(int64_t hypothesis, int64_t token) const;

  int64_t T_ = 0;
  int64_t V_ = 0;
  std::vector<float> emission_;    // (V,T): a token's frames lie together
  std::vector<float> likelihood_;  // (V,T): exp(emission - that token's largest)
  std::vector<float> largest_;     // (V)
  int64_t length_ = 0;             // labels of every hypothesis
  std::vector<State> states_;
  Frames frames_;
  std::vector<float> weights_;  // (n,T): exp(sum - its largest), what a new label can follow
};

}  // namespace sotto::decoding
