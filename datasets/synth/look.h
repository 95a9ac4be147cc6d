#pragma once

#include "common/random.h"

namespace sotto::datasets::synth {

struct Colour {
  double red = 0;
  double green = 0;
  double blue = 0;  ///< each 0 to 255
};
Colour mix(const Colour& a, const Colour& b, double share_of_b);
Colour scaled(const Colour& colour, double factor);

/// What a talker looks like. Lengths are parts of the face's width between the cheeks.
struct Look {
  Colour skin;
  Colour lips;
  Colour hair;
  Colour iris;
  Colour clothes;
  Colour wall;
  Colour wall_below;
  double jaw = 1;              ///< width of the jaw, times the usual
  double chin = 0.84;          ///< below the eyes
  double eye_distance = 0.23;  ///< of each eye from the middle
  double eye_size = 0.105;     ///< half its width
  double brow_height = 0.17;
  double brow_weight = 0.03;
  double brow_tilt = 0;
  double nose_width = 0.115;  ///< half of it
  double nose_length = 0.34;
  double mouth_width = 0.185;  ///< half of it, at rest
  double lip_weight = 1;
  double hairline = -0.42;  ///< above the eyes
  double parting = 0;       ///< where the hair parts, -1 to 1
  bool long_hair = false;
  double age = 0;  ///< 0 to 1, how deep the folds are
};

Look random_look(Random& random, bool long_hair);

/// Where the head is in a picture.
struct Pose {
  double x = 0;  ///< pixels, of the point between the eyes
  double y = 0;
  double width = 100;  ///< pixels, of the face
  double roll = 0;     ///< radians
};

/// Where light comes from, and how strong it is.
struct Light {
  double x = -0.4;
  double y = -0.5;
  double strength = 0.5;  ///< 0 flat, 1 hard
  double brightness = 1;
  double warmth = 0;  ///< -1 blue, 1 yellow
};

Light random_light(Random& random);

}  // namespace sotto::datasets::synth
