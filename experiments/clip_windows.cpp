#include "experiments/clip_windows.h"

#include <filesystem>
#include <utility>

#include "common/error.h"
#include "common/interrupt.h"

namespace sotto::experiments {
namespace {

datasets::UtteranceOptions reading_of(const ModelCard& card, const ClipOptions& options) {
  datasets::UtteranceOptions reading;
  reading.face = options.face;
  reading.window_s = options.window_s > 0 ? options.window_s : longest_window_s(card);
  reading.overlap =
      options.overlap && card.model.ctc;  // without it nothing says where words that both read are
  reading.video = card.model.video.chosen() && options.modality != "a";
  reading.audio = card.model.audio.chosen() && options.modality != "v";
  reading.crops = card.model.input.crops();
  return reading;
}

}  // namespace

double longest_window_s(const ModelCard& card) {
  constexpr double kPublished = 24;  // what published recognisers of lips were trained on
  // Room for pauses and what windows share; far beyond what they know, models read nonsense.
  return card.longest_s > 0 ? card.longest_s * 5 / 3 : kPublished;
}

Modality choose_streams(
    const std::string& path,
    const std::string& wanted,
    const ModelCard& card,
    bool lips,
    bool sound) {
  const Modality able = {card.model.audio.chosen(), card.model.video.chosen()};
  if (wanted == "auto") {
    const Modality chosen = {able.audio && sound, able.video && lips};
    if (!chosen.audio && !chosen.video) {
      throw DataError(
          path + ": the model " + card.name + " takes " + able.text() +
          " (a: sound, v: lips), and the clip has none of it");
    }
    return chosen;
  }
  const Modality chosen = Modality::parse(wanted);
  if ((chosen.audio && !able.audio) || (chosen.video && !able.video)) {
    throw ConfigError(
        "--modality " + wanted + ": the model " + card.name + " takes " + able.text() + " only");
  }
  if (chosen.audio && !sound) {
    throw DataError(path + ": it has no sound, which --modality " + wanted + " needs");
  }
  if (chosen.video && !lips) {
    throw DataError(path + ": no face was found, which --modality " + wanted + " needs");
  }
  return chosen;
}

ClipWindows::ClipWindows(
    const std::string& path,
    const ModelCard& card,
    const ClipOptions& options,
    std::function<void(const std::string&)> warn)
    : path_(path),
      card_(card),
      options_(options),
      warn_(std::move(warn)),
      reader_(path, reading_of(card, options)),
      random_(options.seed, 0, path_stem(path)) {
  if (options.modality == "auto" && card.model.video.chosen() && !reader_.info().has_video) {
    remarks_.emplace_back("it has no video; transcribed by its sound alone");
  }
}

std::optional<ClipWindow> ClipWindows::next() {
  while (auto window = reader_.next()) {
    throw_if_interrupted("the clips before are done");
    datasets::Utterance& utterance = window->utterance;
    remarks_.insert(remarks_.end(), utterance.warnings.begin(), utterance.warnings.end());
    const int64_t frames = datasets::frame_count(utterance);
    const bool lips = !utterance.crops.empty();
    const bool sound = !utterance.wave.empty();
    if (frames == 0 || (!lips && !sound)) {
      continue;
    }
    there_ = {there_.audio || sound, there_.video || lips};
    Modality modality;
    try {
      modality = choose_streams(path_, options_.modality, card_, lips, sound);
    } catch (const DataError&) {
      continue;  // a window without a face in a film; a remark names it
    }
    used_ = {used_.audio || modality.audio, used_.video || modality.video};
    say_remarks();
    if (options_.snr_db && sound) {
      datasets::add_noise(
          utterance.wave,
          datasets::draw_noise(options_.noise, 1, utterance.wave.size(), random_),
          *options_.snr_db);
    }
    return ClipWindow{
        batch_of(utterance, card_.model.input),
        modality,
        datasets::seconds_of(window->begin),
        datasets::seconds_of(window->from),
        datasets::seconds_of(window->begin + frames),
        window->after_pause};
  }
  for (std::string& warning : reader_.take_warnings()) {
    remarks_.push_back(std::move(warning));
  }
  if (!used_.audio && !used_.video) {
    choose_streams(path_, options_.modality, card_, there_.video, there_.audio);
  }
  say_remarks();
  return std::nullopt;
}

double ClipWindows::duration_s() const {
  return datasets::seconds_of(reader_.position());
}

void ClipWindows::say_remarks() {
  for (const std::string& remark : remarks_) {
    warn_(path_ + ": " + remark);
  }
  remarks_.clear();
}

std::string path_stem(const std::string& path) {
  return std::filesystem::path(path).stem().string();
}

}  // namespace sotto::experiments
