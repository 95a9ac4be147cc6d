#include "datasets/augment.h"

#include <algorithm>
#include <cmath>

#include "common/error.h"

namespace sotto::datasets {

void AugmentOptions::visit(OptionVisitor& v) {
  v.field("shift", shift, between(0, 48), "pixels", "random shift of the pictures, either way");
  v.field("rotate", rotate, between(0, 1), "rad", "random rotation, either way");
  v.field("scale", scale, between(0, 0.5), "", "random change of size, either way");
  v.field("flip", flip, between(0, 1), "", "share of clips with left and right swapped");
  v.field("contrast", contrast, between(0, 0.9), "", "random change of contrast, either way");
  v.field(
      "brightness", brightness, between(0, 3), "deviations", "random change of brightness, either way");
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
  v.field("lips_mask", lips_mask, at_least(0), "frames", "widest run of masked pictures; 0: none");
  v.field(
      "lips_mask_every", lips_mask_every, at_least(0), "frames",
      "one run every so many frames; 0: one a clip");
  v.field("wave_mask", wave_mask, between(0, 10), "s", "longest silenced run of sound; 0: none");
  v.field("wave_mask_chance", wave_mask_chance, between(0, 1), "", "share of clips with one");
}

void AugmentOptions::validate() const {
  if (trim_margin.size() != 2 || trim_margin[0] > trim_margin[1]) {
    throw ConfigError("trim_margin: expected two numbers, the least first");
  }
}

LipsView draw_view(const AugmentOptions& options, Random& random) {
  const auto either_way = [&random](double most) { return random.uniform(-most, most); };
  LipsView view;
  view.rotation_rad = either_way(options.rotate);
  view.scale = 1 + either_way(options.scale);
  view.shift_x = either_way(options.shift);
  view.shift_y = either_way(options.shift);
  view.flip = random.chance(options.flip);
  view.contrast = 1 + either_way(options.contrast);
  view.brightness = either_way(options.brightness);
  if (options.rotate == 0 && options.scale == 0) {
    view.shift_x = std::round(view.shift_x);  // whole pixels: no blur where nothing asks for it
    view.shift_y = std::round(view.shift_y);
  }
  return view;
}

Utterance cut(const Utterance& utterance, int64_t first, int64_t frames) {
  Utterance part;
  part.id = utterance.id;
  part.talker = utterance.talker;
  part.text = utterance.text;
  for (const auto& [name, crop] : utterance.crops) {
    Crop piece = {frames, crop.height, crop.width, crop.channels, {}};
    const auto begin = crop.pixels.begin() + first * crop.frame_bytes();
    piece.pixels.assign(begin, begin + frames * crop.frame_bytes());
    part.crops[name] = std::move(piece);
  }
  if (!utterance.wave.empty()) {
    const auto begin = utterance.wave.begin() + first * kSamplesPerFrame;
    part.wave.assign(begin, begin + frames * kSamplesPerFrame);
  }
  const double offset = static_cast<double>(first) / kFramesPerSecond;
  const double length = static_cast<double>(frames) / kFramesPerSecond;
  for (const WordTime& word : utterance.words) {
    if (word.end_s > offset && word.start_s < offset + length) {
      part.words.push_back(
          {word.word, std::max(0.0, word.start_s - offset), std::min(length, word.end_s - offset)});
    }
  }
  return part;
}

void append(Utterance& first, const Utterance& second) {
  const double offset = static_cast<double>(frame_count(first)) / kFramesPerSecond;
  for (auto& [name, crop] : first.crops) {
    const Crop& more = second.crops.at(name);
    crop.frames += more.frames;
    crop.pixels.insert(crop.pixels.end(), more.pixels.begin(), more.pixels.end());
  }
  first.wave.insert(first.wave.end(), second.wave.begin(), second.wave.end());
  for (const WordTime& word : second.words) {
    first.words.push_back({word.word, word.start_s + offset, word.end_s + offset});
  }
}

Utterance change_speed(const Utterance& utterance, double factor) {
  Utterance changed;
  changed.id = utterance.id;
  changed.talker = utterance.talker;
  changed.text = utterance.text;
  const int64_t before = frame_count(utterance);
  const auto frames = std::max<int64_t>(1, std::llround(static_cast<double>(before) / factor));
  for (const auto& [name, crop] : utterance.crops) {
    Crop played = {frames, crop.height, crop.width, crop.channels, {}};
    for (int64_t t = 0; t < frames; ++t) {
      const auto from = std::min<int64_t>(
          before - 1, static_cast<int64_t>((static_cast<double>(t) + 0.5) * factor));
      const auto begin = crop.pixels.begin() + from * crop.frame_bytes();
      played.pixels.insert(played.pixels.end(), begin, begin + crop.frame_bytes());
    }
    changed.crops[name] = std::move(played);
  }
  if (!utterance.wave.empty()) {
    const size_t last = utterance.wave.size() - 1;
    changed.wave.resize(static_cast<size_t>(frames * kSamplesPerFrame));
    for (size_t i = 0; i < changed.wave.size(); ++i) {
      const double place = std::min(static_cast<double>(i) * factor, static_cast<double>(last));
      const auto left = static_cast<size_t>(place);
      const auto part = static_cast<float>(place - static_cast<double>(left));
      changed.wave[i] = utterance.wave[left] * (1 - part) +
                        utterance.wave[std::min(left + 1, last)] * part;
    }
  }
  for (const WordTime& word : utterance.words) {
    changed.words.push_back({word.word, word.start_s / factor, word.end_s / factor});
  }
  return changed;
}

std::pair<int64_t, int64_t> speech_span(const Utterance& utterance) {
  const int64_t frames = frame_count(utterance);
  if (utterance.words.empty()) {
    return {0, frames};
  }
  const auto first = static_cast<int64_t>(utterance.words.front().start_s * kFramesPerSecond);
  const auto last =
      static_cast<int64_t>(std::ceil(utterance.words.back().end_s * kFramesPerSecond));
  const int64_t end = std::clamp<int64_t>(last, 1, frames);
  return {std::clamp<int64_t>(first, 0, end - 1), end};
}

void mask_frames(
    float* values, int64_t frames, int64_t values_a_frame, int64_t widest, int64_t every,
    Random& random) {
  const int64_t runs = every > 0 ? (frames + every - 1) / every : 1;
  for (int64_t i = 0; i < runs && widest > 0; ++i) {
    const int64_t width = std::min(frames, random.below(widest + 1));
    const int64_t start = random.below(frames - width + 1);
    std::fill_n(values + start * values_a_frame, width * values_a_frame, 0.0F);
  }
}

}  // namespace sotto::datasets
