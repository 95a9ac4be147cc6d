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

  /// The sums over all passes since the last call and over all processes.
  /// @throws DataError naming the first batch whose total is not a number, in every process.
  std::map<std::string, double> take(Processes& processes);

 private:
  std::map<std::string, at::Tensor> sums_;
  std::vector<at::Tensor> totals_;
  std::vector<std::string> batches_;
};

}  // namespace sotto::experiments
