#include "datasets/utterance_edit.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace sotto::datasets {

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
      changed.wave[i] =
          utterance.wave[left] * (1 - part) + utterance.wave[std::min(left + 1, last)] * part;
    }
  }
  for (const WordTime& word : utterance.words) {
    changed.words.push_back({word.word, word.start_s / factor, word.end_s / factor});
  }
  return changed;
}

Utterance jitter_frames(const Utterance& utterance, double chance, Random& random) {
  const int64_t before = frame_count(utterance);
  std::vector<int64_t> frames;
  std::vector<double> moved = {0};  // where each frame's begin comes to lie, in frames
  for (int64_t t = 0; t < before; ++t) {
    const double draw = random.uniform();
    const bool last_chance = t + 1 == before && frames.empty();
    const int64_t times = draw < chance / 2 && !last_chance ? 0 : draw < chance ? 2 : 1;
    frames.insert(frames.end(), static_cast<size_t>(times), t);
    moved.push_back(static_cast<double>(frames.size()));
  }
  Utterance played;
  played.id = utterance.id;
  played.talker = utterance.talker;
  played.text = utterance.text;
  for (const auto& [name, crop] : utterance.crops) {
    Crop pictures = {
        static_cast<int64_t>(frames.size()), crop.height, crop.width, crop.channels, {}};
    for (const int64_t t : frames) {
      const auto begin = crop.pixels.begin() + t * crop.frame_bytes();
      pictures.pixels.insert(pictures.pixels.end(), begin, begin + crop.frame_bytes());
    }
    played.crops[name] = std::move(pictures);
  }
  for (const int64_t t : frames) {
    if (!utterance.wave.empty()) {
      const auto begin = utterance.wave.begin() + t * kSamplesPerFrame;
      played.wave.insert(played.wave.end(), begin, begin + kSamplesPerFrame);
    }
  }
  const auto place = [&](double second) {
    const double frame = std::clamp(second * kFramesPerSecond, 0.0, static_cast<double>(before));
    const auto t = std::min(static_cast<int64_t>(frame), before - 1);
    const double begin = moved[static_cast<size_t>(t)];
    const double length = moved[static_cast<size_t>(t) + 1] - begin;
    return (begin + length * (frame - static_cast<double>(t))) / kFramesPerSecond;
  };
  for (const WordTime& word : utterance.words) {
    const WordTime now = {word.word, place(word.start_s), place(word.end_s)};
    if (now.end_s > now.start_s) {
      played.words.push_back(now);
    }
  }
  return played;
}

std::pair<int64_t, int64_t> speech_span(const Utterance& utterance) {
  return speech_span(utterance.words, frame_count(utterance));
}

std::pair<int64_t, int64_t> speech_span(const std::vector<WordTime>& words, int64_t frames) {
  if (words.empty()) {
    return {0, frames};
  }
  const auto first = static_cast<int64_t>(words.front().start_s * kFramesPerSecond);
  const auto last = static_cast<int64_t>(std::ceil(words.back().end_s * kFramesPerSecond));
  const int64_t end = std::clamp<int64_t>(last, 1, frames);
  return {std::clamp<int64_t>(first, 0, end - 1), end};
}

}  // namespace sotto::datasets
