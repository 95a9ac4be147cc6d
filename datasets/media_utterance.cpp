#include "datasets/media_utterance.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "common/error.h"
#include "datasets/pauses.h"

namespace sotto::datasets {
namespace {

MediaOptions media_options(const UtteranceOptions& options) {
  MediaOptions media;
  media.video = options.video;
  media.audio = options.audio;
  return media;
}

constexpr int64_t kShared = 12;       // frames on either side of a cut: most words are no longer
constexpr int64_t kSpeechLeast = 25;  // frames of speech that a window should have

/// The least that a window has, of the most: less would hold no sentence.
int64_t least_of(int64_t most) {
  return most * 2 / 5;
}

using Cut = UtteranceReader::Cut;

/// @param activity  of what is held
/// @param from      where in it the window begins to count
/// @param most      frames of a window
/// @param latest    frame at which the cut has to be, at last
Cut best_cut(const Activity& activity, int64_t from, int64_t most, int64_t latest, bool overlap) {
  const int64_t widest = overlap ? most / 5 : 0;  // windows have to get on
  const int64_t last = std::max<int64_t>(1, std::min(latest, most - std::min(widest, kShared)));
  // A window of a breath alone would be read as words.
  const int64_t spoken = end_of_active(activity, from, std::min(kSpeechLeast, most / 4));
  const int64_t first = std::clamp<int64_t>(std::max(least_of(most), spoken), 1, last);
  const Pause pause = calmest_pause(activity, first, last + 1);
  const bool sure = pause.end - pause.begin >= kShared;  // no breath, no lips that rest in a word
  if (!overlap) {
    return {pause.cut, pause.cut, pause.cut, sure};
  }
  const int64_t shared = std::min(kShared, widest);
  return {
      pause.cut,
      std::min({sure ? pause.end : most, pause.cut + shared, most}),
      std::max(sure ? pause.begin : 0, pause.cut - shared),
      sure};
}

int64_t frames_of(double seconds) {
  return std::max<int64_t>(1, std::llround(seconds * kFramesPerSecond));
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

int64_t UtteranceReader::held() const {
  return lips_ ? static_cast<int64_t>(pictures_.size())
               : static_cast<int64_t>(wave_.size()) / kSamplesPerFrame;
}

/// Reads until so many frames are held, or the file ends.
void UtteranceReader::fill(int64_t frames) {
  while (lips_ && !ended_ && held() < frames) {
    std::optional<SeenLips> seen = lips_->next(media_);
    ended_ = !seen;
    if (seen) {
      ++frames_;
      face_frames_ += seen->own_face ? 1 : 0;
      pictures_.push_back(std::move(*seen));
    }
  }
  const int64_t samples = (lips_ ? held() : frames) * kSamplesPerFrame;
  const int64_t missing = samples - static_cast<int64_t>(wave_.size());
  if (missing <= 0 || !media_.info().has_audio) {
    return;
  }
  const std::vector<float> more = media_.read_audio(missing);
  wave_.insert(wave_.end(), more.begin(), more.end());
  if (lips_) {
    wave_.resize(static_cast<size_t>(samples), 0.0F);
  } else {
    ended_ = static_cast<int64_t>(more.size()) < missing;
  }
}

/// All that is held.
Utterance UtteranceReader::gather() const {
  Utterance utterance;
  utterance.id = std::filesystem::path(media_.path()).stem().string();
  utterance.source = media_.path();
  utterance.wave = wave_;
  if (lips_) {
    Crop lips{held(), kLipsSide, kLipsSide, 1, {}};
    lips.pixels.reserve(static_cast<size_t>(held() * lips.frame_bytes()));
    for (const SeenLips& seen : pictures_) {
      lips.pixels.insert(lips.pixels.end(), seen.crop.pixels.begin(), seen.crop.pixels.end());
    }
    utterance.crops["lips"] = std::move(lips);
  }
  return utterance;
}

/// Ends an utterance of all that is held at a frame of it, and says how well its face was seen.
void UtteranceReader::keep_until(int64_t end, Utterance& utterance) {
  if (end < held()) {
    utterance.wave.resize(
        std::min(utterance.wave.size(), static_cast<size_t>(end * kSamplesPerFrame)));
  }
  if (!lips_) {
    return;
  }
  QualityCounter counter;
  int64_t off_centre = 0;
  for (int64_t t = 0; t < end; ++t) {
    const SeenLips& seen = pictures_[static_cast<size_t>(t)];
    counter.add(seen);
    off_centre += seen.crop.off_centre ? 1 : 0;
  }
  utterance.quality = counter.quality();
  utterance.quality.source_fps = media_.info().fps;
  if (off_centre > 0) {
    utterance.warnings.push_back(
        "its mouth is off the centre in " + std::to_string(off_centre) + " of " +
        std::to_string(end) + " frames");
  }
  if (counter.faces() > 0) {
    Crop& lips = utterance.crops["lips"];
    lips.frames = end;
    lips.pixels.resize(static_cast<size_t>(end * lips.frame_bytes()));
  } else {
    utterance.crops.clear();
    utterance.warnings.push_back(
        seconds_text("no face from %.2f to %.2f s", seconds_of(begin_), seconds_of(begin_ + end)));
  }
}

void UtteranceReader::drop_before(int64_t begin) {
  const int64_t frames = begin - begin_;
  if (lips_) {
    pictures_.erase(pictures_.begin(), pictures_.begin() + frames);
  }
  const auto samples = std::min(wave_.size(), static_cast<size_t>(frames * kSamplesPerFrame));
  wave_.erase(wave_.begin(), wave_.begin() + static_cast<int64_t>(samples));
  begin_ = begin;
}

std::vector<std::string> UtteranceReader::take_warnings() {
  std::vector<std::string> all = media_.warnings();
  std::vector<std::string> fresh(all.begin() + static_cast<int64_t>(warned_), all.end());
  warned_ = all.size();
  return fresh;
}

/// Passes over what rests before the next window of a file of several.
/// @return whether something is left
bool UtteranceReader::skip_rest(int64_t most) {
  while (true) {
    fill(most + least_of(most) + 1);
    const int64_t all = held();
    if (all == 0) {
      return begin_ == 0 && !wave_.empty();
    }
    if ((begin_ == 0 && all <= most) || !options_.overlap) {
      return begin_ + all > from_;
    }
    // Rests are not remembered: among minutes of them a word would be the exception.
    const int64_t active = first_active(activity_.of(speech_levels(gather())), from_ - begin_);
    const int64_t rest = active - kShared - (from_ - begin_);
    if (active < all && rest <= 0) {
      return true;
    }
    const int64_t passed =
        active == all && ended_ ? all : from_ - begin_ + std::max<int64_t>(1, rest);
    drop_before(begin_ + passed);
    from_ = begin_;
  }
}

/// The whole file, or as much of it as shows that it is too long.
std::optional<UtteranceWindow> UtteranceReader::whole() {
  fill(frames_of(options_.longest_s) + 1);
  if (held() == 0 && wave_.empty()) {
    return std::nullopt;
  }
  return take({held(), held(), held(), false});
}

/// Gives out what is held up to a cut.
UtteranceWindow UtteranceReader::take(const Cut& cut) {
  UtteranceWindow window;
  window.begin = begin_;
  window.from = from_;
  window.to = begin_ + cut.at;
  window.after_pause = after_pause_;
  window.utterance = gather();
  keep_until(cut.end, window.utterance);
  const bool last = cut.next_begin == held();
  drop_before(begin_ + cut.next_begin);
  if (last) {
    wave_.clear();  // less than a frame
  }
  from_ = window.to;
  after_pause_ = cut.in_pause;
  for (std::string& warning : take_warnings()) {
    window.utterance.warnings.push_back(std::move(warning));
  }
  return window;
}

std::optional<UtteranceWindow> UtteranceReader::next() {
  if (options_.window_s <= 0) {
    return whole();
  }
  const int64_t most = frames_of(options_.window_s);
  if (!skip_rest(most)) {
    return std::nullopt;
  }
  const int64_t all = held();
  if (all <= most) {
    return take({all, all, all, false});
  }
  const SpeechLevels levels = speech_levels(gather());
  const int64_t latest = ended_ ? all - least_of(most) : all;
  const Cut cut = best_cut(activity_.of(levels), from_ - begin_, most, latest, options_.overlap);
  activity_.remember(levels, cut.next_begin);
  return take(cut);
}

Utterance read_media_utterance(const std::string& path, const UtteranceOptions& options) {
  UtteranceOptions whole = options;
  whole.window_s = 0;
  UtteranceReader reader(path, whole);
  std::optional<UtteranceWindow> window = reader.next();
  if (!window) {
    throw DataError(path + ": nothing in it can be decoded");
  }
  if (reader.info().has_video && reader.face_frames() == 0) {
    throw DataError(path + ": no face found in " + std::to_string(reader.frames()) + " frames");
  }
  if (frame_count(window->utterance) > frames_of(options.longest_s)) {
    char text[100];
    std::snprintf(text, sizeof text, ": expected at most %g s, got more", options.longest_s);
    throw DataError(path + text);
  }
  return std::move(window->utterance);
}

}  // namespace sotto::datasets
