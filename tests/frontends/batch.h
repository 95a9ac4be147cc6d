#pragma once

#include <algorithm>
#include <vector>

#include "frontends/frontend.h"
#include "tests/tensors.h"

namespace sotto::tests {

/// Every clip of a padded batch gets the numbers that it gets alone.
/// @param clips    (B, T * a_frame, ...)
/// @param frames   valid frames of each clip; the longest is T
/// @param a_frame  input positions a frame
inline void expect_batch_is_its_clips(
    frontends::Frontend& frontend,
    const at::Tensor& clips,
    const std::vector<int64_t>& frames,
    int64_t a_frame,
    double tolerance) {
  const at::NoGradGuard no_grad;
  frontend.eval();
  const int64_t T = *std::max_element(frames.begin(), frames.end());
  const Lengths lengths(frames, T);
  const at::Tensor together = frontend.forward(lengths.zero_padding(clips, 1, a_frame), lengths);
  ASSERT_EQ(together.sizes(), (std::vector<int64_t>{clips.size(0), T, frontend.output_dim()}));
  for (size_t b = 0; b < frames.size(); ++b) {
    const auto clip = static_cast<int64_t>(b);
    const at::Tensor input = clips.narrow(0, clip, 1).narrow(1, 0, frames[b] * a_frame);
    const at::Tensor alone = frontend.forward(input, Lengths::full(1, frames[b]));
    expect_close(together[clip].narrow(0, 0, frames[b]), alone[0], tolerance);
  }
}

}  // namespace sotto::tests
