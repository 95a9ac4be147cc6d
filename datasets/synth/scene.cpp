#include "datasets/synth/scene.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace sotto::datasets::synth {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kOversampling = 1.6;  // the head is drawn this much larger than it is seen
constexpr double kBlinkSeconds = 0.28;

Pose random_pose(const ClipOptions& options, Random& random) {
  const auto width = static_cast<double>(options.width);
  const auto height = static_cast<double>(options.height);
  Pose pose;
  pose.width = std::min(width, height) * random.uniform(0.44, 0.56);
  pose.x = width * 0.5 + random.uniform(-0.06, 0.06) * width;
  pose.y = height * random.uniform(0.40, 0.46);
  pose.roll = random.uniform(-0.05, 0.05);
  return pose;
}

/// The colours of a look under this light.
Look under(const Light& light, Look look) {
  for (Colour* colour :
       {&look.skin, &look.lips, &look.hair, &look.clothes, &look.wall, &look.wall_below}) {
    const Colour tinted = {
        colour->red * (1 + 0.06 * light.warmth),
        colour->green,
        colour->blue * (1 - 0.1 * light.warmth)};
    *colour = scaled(tinted, light.brightness);
  }
  return look;
}

}  // namespace

double ScenePainter::Wave::at(double time_s) const {
  return size * std::sin(2 * kPi * (hertz * time_s + phase));
}

ScenePainter::ScenePainter(const Talker& talker, const ClipOptions& options, Random& random)
    : rest_(random_pose(options, random)), head_([&] {
        const Light light = random_light(random);
        const Look look = under(light, talker.look);
        plate_ = draw_plate(look, light, options, rest_, random);
        return Head(look, light, rest_.width * kOversampling);
      }()) {
  const auto wave = [&](double size, double slowest, double fastest) {
    Wave made;
    made.size = size * talker.liveliness * random.uniform(0.5, 1);
    made.hertz = random.uniform(slowest, fastest);
    made.phase = random.uniform();
    return made;
  };
  sway_x_ = wave(0.03 * rest_.width, 0.15, 0.4);
  sway_y_ = wave(0.018 * rest_.width, 0.3, 0.9);
  roll_ = wave(0.045, 0.12, 0.35);
  nearness_ = wave(0.02, 0.1, 0.3);
  gaze_ = wave(1, 0.1, 0.4);
  first_blink_s_ = random.uniform(0.2, 2.5);
  blink_every_s_ = random.uniform(2.2, 4.5);
}

Pose ScenePainter::pose(double time_s) const {
  Pose pose = rest_;
  pose.x += sway_x_.at(time_s);
  pose.y += sway_y_.at(time_s);
  pose.roll += roll_.at(time_s);
  pose.width *= 1 + nearness_.at(time_s);
  return pose;
}

Eyes ScenePainter::eyes(double time_s) const {
  Eyes eyes;
  const double since = std::fmod(time_s - first_blink_s_ + 100 * blink_every_s_, blink_every_s_);
  if (since < kBlinkSeconds) {
    eyes.closed = std::min(1.0, 1.4 * std::sin(kPi * since / kBlinkSeconds));
  }
  eyes.gaze_x = gaze_.at(time_s);
  return eyes;
}

Picture ScenePainter::paint(const Mouth& mouth, double time_s) {
  const Sheet& sheet = head_.draw(mouth, eyes(time_s));
  const Pose where = pose(time_s);
  const double scale = where.width / sheet.unit;
  const double c = scale * std::cos(where.roll);
  const double s = scale * std::sin(where.roll);
  const cv::Matx23d turn(
      c,
      -s,
      where.x - c * sheet.origin.x + s * sheet.origin.y,
      s,
      c,
      where.y - s * sheet.origin.x - c * sheet.origin.y);
  cv::Mat seen;
  cv::warpAffine(
      sheet.pixels,
      seen,
      turn,
      plate_.size(),
      cv::INTER_LINEAR,
      cv::BORDER_CONSTANT,
      cv::Scalar(0, 0, 0, 0));
  Picture picture;
  picture.height = plate_.rows;
  picture.width = plate_.cols;
  picture.channels = 3;
  picture.pixels.resize(static_cast<size_t>(picture.height * picture.width * 3));
  uint8_t* to = picture.pixels.data();
  for (int y = 0; y < plate_.rows; ++y) {
    const auto* head = seen.ptr<uint8_t>(y);
    const auto* behind = plate_.ptr<uint8_t>(y);
    for (int x = 0; x < plate_.cols; ++x, head += 4, behind += 3, to += 3) {
      for (int i = 0; i < 3; ++i) {
        // The sheet's colours are multiplied by their opacity.
        to[i] = static_cast<uint8_t>(
            std::min(255, head[i] + (behind[i] * (255 - head[3]) + 127) / 255));
      }
    }
  }
  return picture;
}

}  // namespace sotto::datasets::synth
