#pragma once

#include "datasets/synth/drawing.h"
#include "datasets/synth/mouth.h"

namespace sotto::datasets::synth {

/// What a face does at a moment beside talking.
struct Eyes {
  double closed = 0;  ///< 0 open, 1 shut
  double gaze_x = 0;  ///< -1 to 1
  double gaze_y = 0;
};

/// A drawn head. What does not move is drawn once.
class Head {
 public:
  /// @param unit  pixels of the face's width on the sheet.
  Head(const Look& look, const Light& light, double unit);

  /// The head with its mouth and eyes as asked, on a transparent sheet.
  const Sheet& draw(const Mouth& mouth, const Eyes& eyes);

 private:
  void drop_jaw(double by);

  Look look_;
  Sheet still_;
  Sheet sheet_;
};

/// Parts of `Head`, each in a source of its own.
void draw_still_head(Sheet& sheet, const Look& look, const Light& light);
void draw_eyes(Sheet& sheet, const Look& look, const Eyes& eyes);
void draw_mouth(Sheet& sheet, const Look& look, const Mouth& mouth);
/// How far the chin goes down, in parts of the face's width.
double jaw_drop(const Mouth& mouth);

/// The height over -1 to 1 of an arch that is 1 in the middle, the rounder the smaller `power`.
double arch(double at, double power);

/// How far below the eyes lips touch.
double mouth_height(const Look& look);

}  // namespace sotto::datasets::synth
