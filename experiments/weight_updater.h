#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/autocast.h"
#include "common/loss_scaler.h"
#include "experiments/checkpoint.h"
#include "experiments/gradient_buckets.h"
#include "experiments/training_task.h"

namespace sotto::experiments {

/// How the weights of a network change in a stage of training: backward passes in the step's
/// precision, gradients summed over all processes, the loss scale of float16, clipping and the
/// optimiser's step, and the moving average behind it.
///
///     updater.begin_step();
///     updater.pass([&] { return task.loss(seed); }, last);   // one or several
///     updater.end_step(rate, step);
class WeightUpdater {
 public:
  /// @param network  whose parameters outlive the updater
  /// @param scale  where float16 goes on from; empty: from its beginning
  /// @throws ConfigError as the optimiser.
  WeightUpdater(
      torch::nn::Module& network,
      const OptimiserOptions& options,
      const TrainContext& context,
      StepPrecision precision,
      const std::optional<LossScale>& scale);

  void begin_step();
  /// A forward and a backward pass. @param last  the step's last: gradients are summed on the way.
  Loss pass(const std::function<Loss()>& forward, bool last);
  /// @param rate  learning rate @param step  optimiser steps of the stage so far
  /// @return whether weights were changed: float16 leaves a step out whose gradients overflow.
  bool end_step(double rate, int64_t step);

  /// () before clipping, of the last step that changed weights, on the device; undefined: there was
  /// none.
  const at::Tensor& gradient_norm() const { return gradient_norm_; }
  /// What validation sees and a stage gives: the average, or null where there is none (any more).
  const MovingAverage* average() const { return average_ ? &*average_ : nullptr; }
  void drop_average() { average_.reset(); }
  /// Empty but in float16.
  std::optional<LossScale> loss_scale() const;

  void save(const std::string& path, const TrainingState& state) const;
  /// @throws CheckpointError.
  void restore(const std::string& path);

 private:
  torch::nn::Module& network_;
  c10::Device device_;
  StepPrecision precision_;
  Optimiser optimiser_;
  std::optional<MovingAverage> average_;
  std::optional<GradientBuckets> buckets_;
  std::optional<LossScaler> scaler_;
  at::Tensor gradient_norm_;
};

}  // namespace sotto::experiments
