#pragma once

#include "common/options.h"

namespace sotto::datasets {

/// How stored lips and sound become a network's input. Part of a model: training and
/// transcription must agree. Defaults are those of the published recognisers.
struct InputOptions : Options {
  int64_t window = 88;
  int64_t size = 88;
  double mean = 0.421;
  double deviation = 0.165;

  void visit(OptionVisitor& v) override {
    v.field("window", window, between(8, 96), "pixels", "side of the centre window of the crop");
    v.field("size", size, between(8, 96), "pixels", "side that the window is resized to");
    v.field("mean", mean, between(0, 1), "", "grey mean, subtracted from values in 0 to 1");
    v.field("deviation", deviation, between(1e-3, 1), "", "grey deviation, divided by");
  }
};

}  // namespace sotto::datasets
