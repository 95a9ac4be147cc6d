#pragma once

#include <cstdint>

#include "common/options.h"
#include "common/random.h"

namespace sotto::datasets {

/// Cut-out (DeVries and Taylor 2017, arXiv:1708.04552): rectangles of the pictures are lost.
struct CutOutOptions : Options {
  int64_t count = 0;
  double least = 0.1;
  double most = 0.4;
  bool every_frame = false;

  void visit(OptionVisitor& v) override;
  void validate() const override;
};

/// Sets `count` rectangles to 0, the mean of normalised pictures (T, C, S, S), at the same place in
/// all frames or anew in each. Height and width are independent, uniform whole pixels from `least`
/// to `most` of the side; a rectangle lies inside the picture as a whole.
void cut_out(
    const CutOutOptions& options, float* pictures, int64_t T, int64_t C, int64_t S, Random& random);

}  // namespace sotto::datasets
