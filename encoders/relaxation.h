#pragma once

#include "common/options.h"
#include "common/regulariser.h"

namespace sotto::encoders {

/// How strongly attention is relaxed; all zero: not at all.
struct RelaxationOptions : Options {
  double gamma = 0;
  double gamma_deviation = 0;
  bool matched_inference = false;

  void visit(OptionVisitor& v) override;
};

/// Relaxed attention (Lohrenz et al. 2022, arXiv:2209.09735): after the softmax the weights become
///
///   (1 - gamma) weights + gamma / (number of keys that may be attended)
///
/// for keys that may be attended, so that rows still sum to 1 and padding changes nothing; under a
/// causal mask that is the visible prefix. Training only, unless inference is matched; fuzzy when
/// gamma is drawn anew at every use from a normal distribution, clipped to [0, 1].
class Relaxation : public Regulariser {
 public:
  explicit Relaxation(const RelaxationOptions& options) : options_(options) {}

  /// Gamma for one use, from LibTorch's own generator on the host; 0: attention is as it is.
  double draw() const;

  /// The weights that relaxation mixes in: (B or 1, 1, 1 or Tq, Tk), rows sum to 1, zero for keys
  /// that are hidden. A row without keys is all zero.
  /// @param mask     (B or 1, 1 or Tq, Tk) bool; undefined: all keys
  /// @param Tk       keys
  static at::Tensor uniform(const at::Tensor& mask, int64_t Tk, const at::TensorOptions& options);

 private:
  RelaxationOptions options_;
};

}  // namespace sotto::encoders
