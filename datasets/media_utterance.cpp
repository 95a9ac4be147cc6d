#include "datasets/media_utterance.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "common/error.h"
#include "common/format_text.h"
#include "datasets/faces/landmark_archive.h"
#include "datasets/pauses.h"
#include "datasets/quality_counter.h"
#include "datasets/speaking_face.h"

namespace sotto::datasets {
namespace {

MediaOptions media_options(const UtteranceOptions& options) {
  MediaOptions media;
  media.video = options.video;
  media.audio = options.audio;
  media.grey = !options.crops.front().size.colour;
  media.sound = options.sound;
  if (!options.landmarks.empty()) {
    media.max_side = 0;  // they are pixels of the picture as it is
  }
  media.begin = options.begin;
  media.end = options.end;
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

}  // namespace

UtteranceReader::UtteranceReader(const std::string& path, const UtteranceOptions& options)
    : options_(options), media_(path, media_options(options)) {
  if (media_.info().has_video) {
    std::vector<CropSize> crops;
    for (const NamedCrop& crop : options.crops) {
      crops.push_back(crop.size);
    }
    lips_ = std::make_unique<LipStream>(std::move(crops), options.look_ahead);
    if (!options.landmarks.empty()) {
      const double fps = media_.info().fps;
      lips_->use_landmarks(
          read_landmarks(options.landmarks), fps > 0 ? fps : kFramesPerSecond, options.begin);
    }
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
    std::optional<SeenFrame> seen = lips_->next(media_);
    ended_ = !seen;
    if (seen) {
      check_time();
      ++frames_;
      const bool face = std::any_of(
          seen->people.begin(), seen->people.end(), [](const auto& lips) { return lips.own_face; });
      face_frames_ += face ? 1 : 0;
      pictures_.push_back(std::move(*seen));
    }
  }
  check_time();
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

void UtteranceReader::check_time() const {
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - opened_;
  if (options_.most_work_s > 0 && taken.count() > options_.most_work_s) {
    throw DataError(
        media_.path() + format_text(": it takes longer than %g s; given up", options_.most_work_s));
  }
}

/// All that is held.
UtteranceReader::Gathered UtteranceReader::gather(const FaceChoice& face) const {
  Gathered gathered;
  Utterance& utterance = gathered.utterance;
  utterance.id = std::filesystem::path(media_.path()).stem().string();
  utterance.source = media_.path();
  utterance.wave = wave_;
  if (!lips_) {
    return gathered;
  }
  std::vector<const SeenFrame*> frames;
  for (const SeenFrame& frame : pictures_) {
    frames.push_back(&frame);
  }
  const std::vector<int64_t> chosen = choose_people(frames, wave_, face);
  for (size_t t = 0; t < frames.size(); ++t) {
    gathered.lips.push_back(
        chosen[t] >= 0 ? &frames[t]->people[static_cast<size_t>(chosen[t])] : nullptr);
  }
  int64_t from = 0;
  for (const NamedCrop& named : options_.crops) {
    const CropSize& size = named.size;
    Crop crop{held(), size.pixels, size.pixels, size.colour ? 3 : 1, {}};
    crop.pixels.reserve(static_cast<size_t>(held() * size.bytes()));
    for (const SeenLips* lips : gathered.lips) {
      if (lips == nullptr) {
        crop.pixels.resize(crop.pixels.size() + static_cast<size_t>(size.bytes()));
      } else {
        const auto begin = lips->crop.pixels.begin() + from;
        crop.pixels.insert(crop.pixels.end(), begin, begin + size.bytes());
      }
    }
    from += size.bytes();
    utterance.crops[named.name] = std::move(crop);
  }
  return gathered;
}

/// Ends an utterance of all that is held at a frame of it, and says how well its face was seen.
void UtteranceReader::keep_until(int64_t end, Gathered& gathered) const {
  Utterance& utterance = gathered.utterance;
  if (end < held()) {
    utterance.wave.resize(
        std::min(utterance.wave.size(), static_cast<size_t>(end * kSamplesPerFrame)));
  }
  if (!lips_) {
    return;
  }
  QualityCounter counter;
  std::set<int64_t> people;
  for (int64_t t = 0; t < end; ++t) {
    counter.add(gathered.lips[static_cast<size_t>(t)], options_.crops.front().size.colour);
    for (const SeenLips& lips : pictures_[static_cast<size_t>(t)].people) {
      people.insert(lips.person);
    }
  }
  Quality& quality = utterance.quality;
  quality = counter.quality();
  quality.source_fps = media_.info().fps;
  quality.people = static_cast<int64_t>(people.size());
  if (quality.off_centre > 0) {
    utterance.warnings.push_back(format_text(
        "its mouth is off the centre in %.0f of %lld frames",
        quality.off_centre * static_cast<double>(end),
        static_cast<long long>(end)));
  }
  if (counter.faces() > 0) {
    for (auto& [name, crop] : utterance.crops) {
      crop.frames = end;
      crop.pixels.resize(static_cast<size_t>(end * crop.frame_bytes()));
    }
  } else {
    utterance.crops.clear();
    utterance.warnings.push_back(format_text(
        "no face from %.2f to %.2f s", seconds_of(begin_), seconds_of(begin_ + end)));
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
    const int64_t active = first_active(activity_.of(speech_levels(gather().utterance)), from_ - begin_);
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
  Gathered gathered = gather();
  keep_until(cut.end, gathered);
  window.utterance = std::move(gathered.utterance);
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
  const SpeechLevels levels = speech_levels(gather().utterance);
  const int64_t latest = ended_ ? all - least_of(most) : all;
  const Cut cut = best_cut(activity_.of(levels), from_ - begin_, most, latest, options_.overlap);
  activity_.remember(levels, cut.next_begin);
  return take(cut);
}

std::vector<Utterance> UtteranceReader::everybody() {
  fill(frames_of(options_.longest_s) + 1);
  std::map<int64_t, std::pair<int64_t, double>> seen;  // frames, and sum of places
  for (const SeenFrame& frame : pictures_) {
    for (const SeenLips& lips : frame.people) {
      seen[lips.person].first += lips.own_face ? 1 : 0;
      seen[lips.person].second += lips.own_face ? lips.face_x : 0;
    }
  }
  std::vector<std::pair<double, int64_t>> from_left;
  for (const auto& [person, sums] : seen) {
    if (sums.first > 0 && 5 * sums.first >= held()) {
      from_left.emplace_back(sums.second / static_cast<double>(sums.first), person);
    }
  }
  std::sort(from_left.begin(), from_left.end());
  std::vector<Utterance> all;
  for (const auto& [place, person] : from_left) {
    Gathered gathered = gather(FaceChoice(FaceChoice::kAll, person));
    keep_until(held(), gathered);
    all.push_back(std::move(gathered.utterance));
  }
  const std::vector<std::string> warnings = take_warnings();
  for (Utterance& utterance : all) {
    utterance.warnings.insert(utterance.warnings.end(), warnings.begin(), warnings.end());
  }
  return all;
}

namespace {

void check_length(const std::string& path, int64_t frames, const UtteranceOptions& options) {
  if (frames > frames_of(options.longest_s)) {
    throw DataError(
        path + format_text(": expected at most %g s, got more", options.longest_s));
  }
}

[[noreturn]] void refuse_faceless(const std::string& path, const UtteranceReader& reader) {
  const std::string frames = std::to_string(reader.frames()) + " frames";
  if (reader.face_frames() == 0) {
    throw DataError(path + ": no face found in " + frames);
  }
  throw DataError(
      path + ": the face that was asked for is not there; faces are in " +
      std::to_string(reader.face_frames()) + " of " + frames);
}

}  // namespace

Utterance read_media_utterance(const std::string& path, const UtteranceOptions& options) {
  UtteranceOptions whole = options;
  whole.window_s = 0;
  UtteranceReader reader(path, whole);
  std::optional<UtteranceWindow> window = reader.next();
  if (!window) {
    throw DataError(path + ": nothing in it can be decoded");
  }
  if (reader.info().has_video && window->utterance.crops.empty()) {
    refuse_faceless(path, reader);
  }
  check_length(path, frame_count(window->utterance), options);
  return std::move(window->utterance);
}

std::vector<Utterance> read_everybody(const std::string& path, const UtteranceOptions& options) {
  UtteranceReader reader(path, options);
  if (!reader.info().has_video) {
    return {read_media_utterance(path, options)};
  }
  std::vector<Utterance> all = reader.everybody();
  if (all.empty()) {
    refuse_faceless(path, reader);
  }
  check_length(path, reader.position(), options);
  return all;
}

}  // namespace sotto::datasets
