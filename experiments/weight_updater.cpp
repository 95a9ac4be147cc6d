#include "experiments/weight_updater.h"

#include <ATen/ATen.h>

namespace sotto::experiments {

WeightUpdater::WeightUpdater(
    torch::nn::Module& network,
    const OptimiserOptions& options,
    const TrainContext& context,
    StepPrecision precision,
    const std::optional<LossScale>& scale)
    : network_(network),
      device_(context.device),
      precision_(precision),
      optimiser_(network, options) {
  if (options.ema > 0) {
    average_.emplace(network, options.ema);
  }
  if (!context.processes->alone()) {
    buckets_.emplace(network, context.processes);
  }
  if (precision == StepPrecision::kFloat16) {
    scaler_.emplace(scale.value_or(LossScale()));
  }
}

void WeightUpdater::begin_step() {
  optimiser_.forget_gradients();
}

Loss WeightUpdater::pass(const std::function<Loss()>& forward, bool last) {
  if (buckets_ && last) {
    buckets_->begin_last_pass();
  }
  Loss loss;
  {
    const AutocastScope scope(device_, precision_);
    loss = forward();
  }
  (scaler_ ? scaler_->scaled(loss.total) : loss.total).backward();
  return loss;
}

bool WeightUpdater::end_step(double rate, int64_t step) {
  if (buckets_) {
    buckets_->finish();
  }
  if (scaler_ && !scaler_->unscale(optimiser_.gradients())) {
    return false;
  }
  const at::Tensor norm = optimiser_.step(rate);
  gradient_norm_ = norm.defined() ? norm : gradient_norm_;
  if (average_) {
    average_->update(step);
  }
  return norm.defined();
}

std::optional<LossScale> WeightUpdater::loss_scale() const {
  return scaler_ ? std::optional(scaler_->state()) : std::nullopt;
}

void WeightUpdater::save(const std::string& path, const TrainingState& state) const {
  write_checkpoint(path, network_, optimiser_, average(), state);
}

void WeightUpdater::restore(const std::string& path) {
  read_checkpoint(path, network_, optimiser_, average_ ? &*average_ : nullptr);
}

}  // namespace sotto::experiments
