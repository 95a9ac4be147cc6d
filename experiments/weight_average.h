#pragma once

#include <torch/nn/module.h>

#include <string>
#include <vector>

#include "common/tensor_file.h"

namespace sotto::experiments {

/// Exponential moving average of a network's weights and buffers (Polyak and Juditsky 1992): behind
/// step t each floating-point value is a = d_t a + (1 - d_t) w with d_t = min(decay, (1 + t) / (10 + t)),
/// so that the random beginning is soon forgotten. Counts are those of the network.
class MovingAverage {
 public:
  MovingAverage(const torch::nn::Module& network, double decay);

  /// Takes the network's present weights in. @param step  optimiser steps of the stage so far.
  void update(int64_t step);
  /// The average by name, sharing storage.
  const TensorMap& values() const { return values_; }
  void restore(const TensorMap& values);

 private:
  TensorMap network_;
  TensorMap values_;
  double decay_;
};

/// Puts other weights into a network for as long as it lives.
class BorrowedWeights {
 public:
  BorrowedWeights(const torch::nn::Module& network, const TensorMap& values);
  ~BorrowedWeights();
  BorrowedWeights(const BorrowedWeights&) = delete;
  BorrowedWeights& operator=(const BorrowedWeights&) = delete;

 private:
  TensorMap network_;
  TensorMap own_;
};

/// Copies values over those of the same names. @param target  its tensors are written to.
void copy_values(const TensorMap& values, const TensorMap& target);

/// The mean of models' weights (Auto-AVSR, ESPnet); counts are divided without a rest, as theirs.
/// @param paths  safetensors files of the same names and shapes. @throws CheckpointError.
TensorMap mean_weights(const std::vector<std::string>& paths);

}  // namespace sotto::experiments
