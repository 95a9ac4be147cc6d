#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace sotto {

/// What a LossScaler knows, for the checkpoint.
struct LossScale {
  double scale = 65536;
  int64_t good_steps = 0;  ///< since the scale last changed
};

/// Keeps gradients within the range of float16 (Micikevicius et al. 2018, arXiv:1710.03740, sec. 3.2):
/// the loss is multiplied by a scale before the backward pass and the gradients divided by it after. A
/// step whose gradients overflowed is left out and halves the scale; 2000 good ones double it.
///
///   scaler.scaled(loss).backward();
///   if (scaler.unscale(gradients)) optimiser.step();
class LossScaler {
 public:
  explicit LossScaler(const LossScale& start = {}, int64_t growth_interval = 2000)
      : state_(start), growth_interval_(growth_interval) {}

  at::Tensor scaled(const at::Tensor& loss) const;
  /// Divides the gradients by the scale, in place, and changes the scale for the next step. With
  /// several processes: call it with the summed gradients, so that all decide the same.
  /// @param gradients  undefined ones are passed over
  /// @return whether all are finite; this is the only number that a step in float16 waits for.
  bool unscale(const std::vector<at::Tensor>& gradients);

  const LossScale& state() const { return state_; }
  void restore(const LossScale& state) { state_ = state; }

 private:
  LossScale state_;
  int64_t growth_interval_;
};

}  // namespace sotto
