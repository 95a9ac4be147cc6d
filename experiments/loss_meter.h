#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "experiments/processes.h"

namespace sotto::experiments {

/// Sums the losses of steps where they were computed, so that a step need not wait for a device.
class LossMeter {
 public:
  /// One pass of a step: its parts by name, each this process' share, with "total" among them.
  /// @param batch  what the pass' clips are called in messages.
  void add(const std::map<std::string, at::Tensor>& parts, const std::string& batch);

  /// The step of the passes so far changed the weights by gradients of this norm, the same in all
  /// processes.
  void add_norm(const at::Tensor& norm);

  /// The sums over all passes since the last call and over all processes.
  /// @throws DataError naming the first batch whose total is not a number, or of the first step whose
  ///         gradients are not, in every process.
  std::map<std::string, double> take(Processes& processes);

 private:
  std::map<std::string, at::Tensor> sums_;
  std::vector<at::Tensor> totals_;
  std::vector<std::string> batches_;
  std::vector<at::Tensor> norms_;
  std::vector<size_t> steps_;  ///< of each norm: its step's last batch
};

}  // namespace sotto::experiments
