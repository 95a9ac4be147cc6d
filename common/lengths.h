#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace sotto {

/// The valid frames of each clip of a padded batch. They travel with every (B, T, ...) tensor, so
/// that padding never changes a clip's numbers. Kept on the host: a step never waits for a device.
class Lengths {
 public:
  Lengths() = default;
  /// @param frames  valid frames a clip, each from 1 to `padded`.
  /// @param padded  T of the batch.
  Lengths(std::vector<int64_t> frames, int64_t padded);
  /// A batch in which all T frames of all B clips are valid.
  static Lengths full(int64_t B, int64_t T);

  const std::vector<int64_t>& frames() const { return frames_; }
  int64_t batch() const { return static_cast<int64_t>(frames_.size()); }
  int64_t padded() const { return padded_; }
  /// Whether any clip is shorter than the batch.
  bool ragged() const { return ragged_; }

  /// The same lengths for networks that must do as the published training code does: attention
  /// still ignores padding, but convolutions see it, so that a clip's numbers depend on its batch.
  Lengths leaky() const;
  bool leaks() const { return leaks_; }

  /// The same lengths of clips that only stand in for clips which a process does not have: what is
  /// computed from them takes no part in any statistics.
  Lengths stand_in() const;
  bool counts() const { return counts_; }

  /// Whether padding is to be left out of what is counted over frames.
  bool leaves_out_padding() const { return ragged_ && !leaks_; }
  /// The same frames as clips of one frame each, behind one another.
  Lengths one_by_one() const;

  /// (B, T) bool, true = valid, on `device`.
  at::Tensor valid_mask(c10::Device device) const;
  /// (B) int64 on the host.
  at::Tensor tensor() const;

  /// `x` (B, T * per_frame, ...) with padded positions set to zero; `x` itself when none is padded
  /// or padding leaks.
  /// @param time_dim the dimension that counts frames.
  at::Tensor zero_padding(const at::Tensor& x, int64_t time_dim, int64_t per_frame = 1) const;

 private:
  std::vector<int64_t> frames_;
  int64_t padded_ = 0;
  bool ragged_ = false;
  bool leaks_ = false;
  bool counts_ = true;
};

}  // namespace sotto
