#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <vector>

#include "experiments/processes.h"

namespace torch::nn {
class Module;
}

namespace sotto::experiments {

/// Sums a network's gradients over all processes while the backward pass still goes on: parameters
/// share buckets, the last ones first, and a bucket's sum begins when the gradients of all its
/// parameters are there.
///
///     buckets.begin_last_pass();   // the step's only backward pass, or the last of several
///     loss.backward();
///     buckets.finish();            // .grad of every parameter is now the sum
///     optimiser.step();
///
/// A parameter that no process used keeps its undefined gradient. Alone, nothing happens.
class GradientBuckets {
 public:
  /// @param bytes  size of a bucket
  GradientBuckets(
      const torch::nn::Module& network,
      std::shared_ptr<Processes> processes,
      int64_t bytes = int64_t{25} << 20);
  ~GradientBuckets();
  GradientBuckets(const GradientBuckets&) = delete;
  GradientBuckets& operator=(const GradientBuckets&) = delete;

  void begin_last_pass();
  /// @throws ProcessLost.
  void finish();
  int64_t buckets() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  ///< the hooks in the graph know it too; null: alone
};

}  // namespace sotto::experiments
