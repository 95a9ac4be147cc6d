#include "datasets/augment.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"
#include "datasets/band_reject.h"

namespace sotto::datasets {

void AugmentOptions::visit(OptionVisitor& v) {
  v.field(
      "shift", shift, between(0, 128), "pixels",
      "random shift of the pictures, either way; 4 is a random crop of 88 out of 96");
  v.field("rotate", rotate, between(0, 1), "rad", "random rotation, either way");
  v.field("scale", scale, between(0, 0.5), "", "random change of size, either way");
  v.field("flip", flip, between(0, 1), "", "share of clips with left and right swapped");
  v.field("contrast", contrast, between(0, 0.9), "", "random change of contrast, either way");
  v.field(
      "brightness", brightness, between(0, 3), "deviations", "random change of brightness, either way");
  v.field(
      "saturation", saturation, between(0, 1), "",
      "random change of how strong colours are, either way");
  v.field("hue", hue, between(0, 3.15), "rad", "random turn of the colours, either way");
  v.group("cut_out", cut_out, "rectangles of the pictures that are lost");
  v.field("splice", splice, between(0, 1), "", "share of clips joined from several by word times");
  v.field(
      "splice_border", splice_border, between(0, 1), "",
      "share of word borders at which a joined clip goes on in another one");
  v.field(
      "trim", trim, between(0, 1), "",
      "share of batches cut to the longest speech and a margin, by word times");
  v.field("trim_margin", trim_margin, at_least(0), "frames", "least and greatest margin");
  v.field("speed_chance", speed_chance, between(0, 1), "", "share of clips played at another speed");
  v.field("speed_range", speed_range, between(0, 0.5), "", "greatest change of speed, either way");
  v.field(
      "speeds", speeds, between(0.5, 2), "times as fast",
      "speeds to choose from, instead of speed_range: [0.9, 1.0, 1.1]");
  v.field(
      "frame_jitter", frame_jitter, between(0, 0.5), "",
      "share of frames that are lost or stand twice, half each");
  v.field("lips_mask", lips_mask, at_least(0), "frames", "widest run of masked pictures; 0: none");
  v.field(
      "lips_mask_every", lips_mask_every, at_least(0), "frames",
      "one run every so many frames; 0: one a clip");
  v.field("wave_mask", wave_mask, between(0, 10), "s", "longest silenced run of sound; 0: none");
  v.field("wave_mask_chance", wave_mask_chance, between(0, 1), "", "share of clips with one");
  v.group("time_mask", time_mask, "masks by the published formula");
  v.field(
      "band_reject", band_reject, between(0, 8000), "Hz",
      "widest band that is taken out of the sound; 0: none");
  v.field("band_reject_chance", band_reject_chance, between(0, 1), "", "share of clips with one");
}

void AugmentOptions::validate() const {
  if (trim_margin.size() != 2 || trim_margin[0] > trim_margin[1]) {
    throw ConfigError("trim_margin: expected two numbers, the least first");
  }
  cut_out.validate();
}

LipsView draw_view(const AugmentOptions& options, const ClipRandom& random) {
  const auto either_way = [&random](const char* name, double most) {
    return random.of(name).uniform(-most, most);
  };
  LipsView view;
  view.rotation_rad = either_way("rotate", options.rotate);
  view.scale = 1 + either_way("scale", options.scale);
  view.flip = random.of("flip").chance(options.flip);
  view.contrast = 1 + either_way("contrast", options.contrast);
  view.brightness = either_way("brightness", options.brightness);
  view.saturation = 1 + either_way("saturation", options.saturation);
  view.hue_rad = either_way("hue", options.hue);
  Random shift = random.of("shift");
  if (options.rotate == 0 && options.scale == 0) {
    // Whole pixels, all equally likely: no blur where nothing asks for it.
    const auto most = static_cast<int64_t>(options.shift);
    view.shift_x = static_cast<double>(shift.below(2 * most + 1) - most);
    view.shift_y = static_cast<double>(shift.below(2 * most + 1) - most);
  } else {
    view.shift_x = shift.uniform(-options.shift, options.shift);
    view.shift_y = shift.uniform(-options.shift, options.shift);
  }
  return view;
}

void augment_time(const AugmentOptions& options, const ClipRandom& random, Utterance& utterance) {
  Random speed = random.of("speed");
  if (speed.chance(options.speed_chance)) {
    const double factor =
        options.speeds.empty()
            ? 1 + speed.uniform(-options.speed_range, options.speed_range)
            : options.speeds[static_cast<size_t>(
                  speed.below(static_cast<int64_t>(options.speeds.size())))];
    if (factor != 1) {
      utterance = change_speed(utterance, factor);
    }
  }
  if (options.frame_jitter > 0) {
    Random jitter = random.of("frame_jitter");
    utterance = jitter_frames(utterance, options.frame_jitter, jitter);
  }
}

void augment_pictures(
    const AugmentOptions& options, const InputOptions& inputs, const ClipRandom& random,
    bool regularise, float* pictures, int64_t T) {
  const int64_t C = inputs.channels();
  const int64_t values = C * inputs.size * inputs.size;
  Random holes = random.of("cut_out");
  cut_out(options.cut_out, pictures, T, C, inputs.size, holes);
  if (!regularise) {
    return;
  }
  Random mask = random.of("lips_mask");
  mask_frames(pictures, T, values, options.lips_mask, options.lips_mask_every, mask);
  // Published code masks pixels before it subtracts the mean: they are black, not grey.
  const auto black = static_cast<float>(-inputs.mean / inputs.deviation);
  Random masks = random.of("time_mask.lips");
  for (const auto& [begin, end] :
       adaptive_masks(T, options.time_mask.lips, options.time_mask.lips_every, masks)) {
    std::fill(pictures + begin * values, pictures + end * values, black);
  }
}

void augment_wave(
    const AugmentOptions& options, const ClipRandom& random, bool regularise,
    std::vector<float>& wave) {
  const auto samples = static_cast<int64_t>(wave.size());
  Random band = random.of("band_reject");
  if (options.band_reject > 0 && band.chance(options.band_reject_chance)) {
    reject_random_band(wave, options.band_reject, band);
  }
  if (!regularise) {
    return;
  }
  Random mask = random.of("wave_mask");
  if (options.wave_mask > 0 && mask.chance(options.wave_mask_chance)) {
    const auto widest = static_cast<int64_t>(options.wave_mask * kSampleRateHz);
    mask_frames(wave.data(), samples, 1, widest, 0, mask);
  }
  Random masks = random.of("time_mask.wave");
  for (const auto& [begin, end] :
       adaptive_masks(samples, options.time_mask.wave, options.time_mask.wave_every, masks)) {
    std::fill(wave.begin() + begin, wave.begin() + end, 0.0F);
  }
}

}  // namespace sotto::datasets
