#pragma once

#include <vector>

#include "datasets/media/picture.h"
#include "datasets/synth/head.h"
#include "datasets/synth/talker.h"

namespace sotto::datasets::synth {

/// A talker before a wall: paints pictures at any time of the clip. For one thread.
class ScenePainter {
 public:
  ScenePainter(const Talker& talker, const ClipOptions& options, Random& random);

  Pose pose(double time_s) const;
  Picture paint(const Mouth& mouth, double time_s);

 private:
  /// A sine, for what sways.
  struct Wave {
    double size = 0;
    double hertz = 0;
    double phase = 0;

    double at(double time_s) const;
  };

  Eyes eyes(double time_s) const;

  Pose rest_;
  Wave sway_x_;
  Wave sway_y_;
  Wave roll_;
  Wave nearness_;
  double blink_every_s_ = 3;
  double first_blink_s_ = 1;
  Wave gaze_;
  cv::Mat plate_;  ///< wall, neck and shoulders, RGB
  Head head_;
};

/// Wall, neck and shoulders. @param rest  where the head is most of the time.
cv::Mat draw_plate(
    const Look& look,
    const Light& light,
    const ClipOptions& options,
    const Pose& rest,
    Random& random);

}  // namespace sotto::datasets::synth
