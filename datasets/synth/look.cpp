#include "datasets/synth/look.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace sotto::datasets::synth {
namespace {

template <size_t N>
Colour pick(const Colour (&colours)[N], Random& random) {
  return colours[random.below(N)];
}

constexpr Colour kSkins[] = {
    {245, 212, 188},
    {236, 196, 168},
    {226, 180, 146},
    {214, 166, 130},
    {198, 148, 112},
    {172, 122, 90},
    {146, 100, 74}};
constexpr Colour kHairs[] = {
    {32, 26, 24}, {52, 38, 30}, {84, 58, 40}, {122, 88, 54}, {176, 140, 92}, {140, 136, 132}};
constexpr Colour kIrises[] = {{78, 50, 30}, {60, 44, 34}, {84, 112, 132}, {86, 104, 70}};
constexpr Colour kClothes[] = {
    {48, 60, 88}, {96, 40, 44}, {60, 84, 68}, {70, 70, 74}, {206, 206, 200}, {38, 38, 42}};
constexpr Colour kWalls[] = {
    {176, 184, 190},
    {150, 164, 150},
    {196, 186, 168},
    {120, 132, 150},
    {92, 98, 104},
    {210, 208, 204}};

}  // namespace

Colour mix(const Colour& a, const Colour& b, double share_of_b) {
  const double keep = 1 - share_of_b;
  return {
      keep * a.red + share_of_b * b.red,
      keep * a.green + share_of_b * b.green,
      keep * a.blue + share_of_b * b.blue};
}

Colour scaled(const Colour& colour, double factor) {
  const auto bounded = [factor](double value) { return std::clamp(value * factor, 0.0, 255.0); };
  return {bounded(colour.red), bounded(colour.green), bounded(colour.blue)};
}

Look random_look(Random& random, bool long_hair) {
  Look look;
  const auto tone = random.below(static_cast<int64_t>(std::size(kSkins)));
  look.skin = scaled(kSkins[tone], random.uniform(0.97, 1.03));
  look.lips = mix(look.skin, {168, 62, 70}, random.uniform(0.45, 0.7));
  // Dark skin goes with dark hair.
  look.hair = tone >= 4 ? kHairs[random.below(2)] : pick(kHairs, random);
  look.iris = tone >= 4 ? kIrises[random.below(2)] : pick(kIrises, random);
  look.clothes = scaled(pick(kClothes, random), random.uniform(0.85, 1.15));
  look.wall = scaled(pick(kWalls, random), random.uniform(0.85, 1.1));
  look.wall_below = scaled(look.wall, random.uniform(0.7, 0.95));
  look.jaw = random.uniform(0.9, long_hair ? 1.0 : 1.1);
  look.chin = random.uniform(0.79, 0.88);
  look.eye_distance = random.uniform(0.215, 0.24);
  look.eye_size = random.uniform(0.098, 0.115);
  look.brow_height = random.uniform(0.155, 0.185);
  look.brow_weight = random.uniform(0.018, 0.026) + (long_hair ? 0 : 0.007);
  look.brow_tilt = random.uniform(-0.06, 0.08);
  look.nose_width = random.uniform(0.1, 0.128);
  look.nose_length = random.uniform(0.32, 0.36);
  look.mouth_width = random.uniform(0.172, 0.2);
  look.lip_weight = random.uniform(0.85, 1.25);
  look.hairline = random.uniform(-0.48, -0.38);
  look.parting = random.uniform(-0.7, 0.7);
  look.long_hair = long_hair;
  look.age = random.uniform(0, 0.8);
  return look;
}

Light random_light(Random& random) {
  Light light;
  light.x = random.uniform(-0.6, 0.6);
  light.y = random.uniform(-0.75, -0.3);
  light.strength = random.uniform(0.3, 0.7);
  light.brightness = random.uniform(0.82, 1.08);
  light.warmth = random.uniform(-0.5, 0.7);
  return light;
}

}  // namespace sotto::datasets::synth
