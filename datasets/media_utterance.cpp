#include "datasets/media_utterance.h"

#include <cmath>
#include <cstdio>
#include <filesystem>

#include "common/error.h"

namespace sotto::datasets {
namespace {

MediaOptions media_options(const UtteranceOptions& options) {
  MediaOptions media;
  media.video = options.video;
  media.audio = options.audio;
  return media;
}

std::string seconds_text(const char* format, double a, double b) {
  char text[120];
  std::snprintf(text, sizeof text, format, a, b);
  return text;
}

}  // namespace

UtteranceReader::UtteranceReader(const std::string& path, const UtteranceOptions& options)
    : options_(options), media_(path, media_options(options)) {
  if (media_.info().has_video) {
    lips_ = std::make_unique<LipStream>(options.face, options.look_ahead);
  }
}

UtteranceReader::~UtteranceReader() = default;

Utterance UtteranceReader::blank() const {
  Utterance utterance;
  utterance.id = std::filesystem::path(media_.path()).stem().string();
  utterance.source = media_.path();
  return utterance;
}

void UtteranceReader::add_warnings(Utterance& utterance) {
  const std::vector<std::string> all = media_.warnings();
  for (; warned_ < all.size(); ++warned_) {
    utterance.warnings.push_back(all[warned_]);
  }
}

std::optional<Utterance> UtteranceReader::next() {
  return lips_ ? next_with_video() : next_sound_only();
}

std::optional<Utterance> UtteranceReader::next_with_video() {
  const double window_s = options_.window_s > 0 ? options_.window_s : options_.longest_s;
  const auto most = static_cast<int64_t>(std::llround(window_s * kFramesPerSecond));
  Utterance utterance = blank();
  Crop lips{0, kLipsSide, kLipsSide, 1, {}};
  QualityCounter counter;
  int64_t off_centre = 0;
  while (lips.frames < most) {
    const auto seen = lips_->next(media_);
    if (!seen) {
      break;
    }
    lips.pixels.insert(lips.pixels.end(), seen->crop.pixels.begin(), seen->crop.pixels.end());
    ++lips.frames;
    off_centre += seen->crop.off_centre ? 1 : 0;
    counter.add(*seen);
  }
  if (lips.frames == 0) {
    return std::nullopt;
  }
  if (media_.info().has_audio) {
    utterance.wave = media_.read_audio(lips.frames * kSamplesPerFrame);
    utterance.wave.resize(lips.frames * kSamplesPerFrame, 0.0F);
  }
  utterance.quality = counter.quality();
  utterance.quality.source_fps = media_.info().fps;
  const double end_s = start_s_ + static_cast<double>(lips.frames) / kFramesPerSecond;
  if (off_centre > 0) {
    utterance.warnings.push_back(
        "its mouth is off the centre in " + std::to_string(off_centre) + " of " +
        std::to_string(lips.frames) + " frames");
  }
  frames_ += lips.frames;
  face_frames_ += counter.faces();
  if (counter.faces() > 0) {
    utterance.crops["lips"] = std::move(lips);
  } else {
    utterance.warnings.push_back(seconds_text("no face from %.2f to %.2f s", start_s_, end_s));
  }
  start_s_ = end_s;
  add_warnings(utterance);
  return utterance;
}

std::optional<Utterance> UtteranceReader::next_sound_only() {
  const double window_s = options_.window_s > 0 ? options_.window_s : options_.longest_s;
  Utterance utterance = blank();
  utterance.wave = media_.read_audio(std::llround(window_s * kFramesPerSecond) * kSamplesPerFrame);
  if (utterance.wave.empty()) {
    return std::nullopt;
  }
  add_warnings(utterance);
  return utterance;
}

Utterance read_media_utterance(const std::string& path, const UtteranceOptions& options) {
  UtteranceOptions whole = options;
  whole.window_s = 0;
  UtteranceReader reader(path, whole);
  std::optional<Utterance> utterance = reader.next();
  if (!utterance) {
    throw DataError(path + ": nothing in it can be decoded");
  }
  if (reader.info().has_video && reader.face_frames() == 0) {
    throw DataError(path + ": no face found in " + std::to_string(reader.frames()) + " frames");
  }
  if (const auto more = reader.next()) {
    char text[100];
    std::snprintf(text, sizeof text, ": expected at most %g s, got more", options.longest_s);
    throw DataError(path + text);
  }
  return std::move(*utterance);
}

}  // namespace sotto::datasets
