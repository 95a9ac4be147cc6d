#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/error.h"
#include "experiments/launch.h"

namespace sotto::experiments {

/// A process that trains with this one is gone; the others cannot go on without it.
class ProcessLost : public Error {
 public:
  using Error::Error;
};

/// The processes that train one model together, and what they tell each other, over LibTorch's own
/// c10d: Gloo, or NCCL for tensors on a GPU. Every process calls the same functions in the same order.
/// Alone, nothing happens in any of them.
///
/// A call that fails because another process died throws ProcessLost in all that are left.
class Processes {
 public:
  /// A single process.
  static std::shared_ptr<Processes> one();
  /// Waits for all processes to be there. @throws ConfigError if they do not come.
  static std::shared_ptr<Processes> join(const Launch& launch);
  /// Whether processes of this build can tell each other tensors of the CPU: it has Gloo.
  static bool have_gloo();

  virtual ~Processes() = default;

  int64_t rank() const { return rank_; }
  int64_t count() const { return count_; }
  bool alone() const { return count_ == 1; }
  /// Writes what only one process may write.
  bool first() const { return rank_ == 0; }

  /// Sums `tensor` over all processes, in place.
  virtual void sum(at::Tensor& tensor) = 0;
  /// Begins such a sum; the function that comes back waits for its end. These sums keep their own
  /// order, whatever other calls stand between them.
  virtual std::function<void()> start_sum(at::Tensor& tensor) = 0;
  /// Gives all processes what the first one has in `tensor`.
  virtual void broadcast(at::Tensor& tensor) = 0;
  /// Waits until all have come here.
  virtual void barrier() = 0;
  /// Whether it is true in any process: all stop at the same step.
  bool any(bool here);

 protected:
  Processes(int64_t rank, int64_t count) : rank_(rank), count_(count) {}

 private:
  int64_t rank_;
  int64_t count_;
};

}  // namespace sotto::experiments
