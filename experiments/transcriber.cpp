#include "experiments/transcriber.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <filesystem>

#include "common/error.h"
#include "experiments/raw_input.h"

namespace sotto::experiments {
namespace {

using decoding::Transcript;

/// The streams to use of those that are there; explicit wishes must be fulfilled.
Modality choose(
    const std::string& path, const std::string& wanted, const ModelCard& card, bool lips, bool sound) {
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

/// Adds what a later window holds, `offset_s` into the clip.
void join(Transcript& whole, Transcript part, double offset_s) {
  for (decoding::Word& word : part.words) {
    word.start += offset_s;
    word.end += offset_s;
    whole.words.push_back(word);
  }
  whole.text += (whole.text.empty() || part.text.empty() ? "" : " ") + part.text;
  if (whole.nbest.empty()) {
    whole.nbest = std::move(part.nbest);
    return;
  }
  // Readings of different windows cannot be ranked together: the best ones are joined.
  whole.nbest.resize(1);
  decoding::Reading& reading = whole.nbest.front();
  reading.text = whole.text;
  if (!part.nbest.empty()) {
    const decoding::Reading& more = part.nbest.front();
    reading.tokens.insert(reading.tokens.end(), more.tokens.begin(), more.tokens.end());
    reading.score += more.score;
    for (const auto& [name, value] : more.parts) {
      reading.parts[name] += value;
    }
  }
}

std::string stem(const std::string& path) { return std::filesystem::path(path).stem().string(); }

}  // namespace

std::vector<Transcript> Transcriber::transcribe(
    const std::string& path,
    const TranscribeOptions& options,
    const std::function<void(const std::string&)>& warn) {
  const c10::InferenceMode inference;
  if (is_safetensors(path)) {
    return transcribe_raw(path, options);
  }
  return {transcribe_media(path, options, warn)};
}

std::vector<Transcript> Transcriber::decode(
    const datasets::Batch& batch, Modality modality, const TranscribeOptions& options) {
  const Encoded encoded = encode_batch(*model_.network, batch, modality);
  std::vector<Transcript> transcripts;
  for (int64_t b = 0; b < encoded.lengths.batch(); ++b) {
    const auto nbest =
        search_clip(*model_.network, encoded, b, options.search, options.language_model);
    transcripts.push_back(make_transcript(encoded, b, nbest, *model_.tokenizer));
    transcripts.back().duration =
        static_cast<double>(encoded.lengths.frames()[static_cast<size_t>(b)]) /
        static_cast<double>(datasets::kFramesPerSecond);
  }
  return transcripts;
}

Transcript Transcriber::transcribe_media(
    const std::string& path,
    const TranscribeOptions& options,
    const std::function<void(const std::string&)>& warn) {
  datasets::UtteranceOptions reading;
  reading.face = options.face;
  reading.window_s = options.window_s;
  reading.video = model_.card.model.video.chosen() && options.modality != "a";
  reading.audio = model_.card.model.audio.chosen() && options.modality != "v";
  datasets::UtteranceReader reader(path, reading);
  // Remarks wait for the first window that can be transcribed: where none can, the fault says why.
  std::vector<std::string> remarks;
  const auto say_remarks = [&] {
    for (const std::string& remark : remarks) {
      warn(path + ": " + remark);
    }
    remarks.clear();
  };
  if (options.modality == "auto" && reading.video && !reader.info().has_video) {
    remarks.push_back("it has no video; transcribed by its sound alone");
  }
  Random random(options.seed, 0, stem(path));
  Transcript whole;
  Modality used = {false, false};
  double offset_s = 0;
  while (auto utterance = reader.next()) {
    remarks.insert(remarks.end(), utterance->warnings.begin(), utterance->warnings.end());
    const double length_s = static_cast<double>(datasets::frame_count(*utterance)) /
                            static_cast<double>(datasets::kFramesPerSecond);
    const bool lips = utterance->crops.count("lips") != 0;
    const bool sound = !utterance->wave.empty();
    const bool silent_window = !lips && !sound;
    if (!silent_window && datasets::frame_count(*utterance) > 0) {
      const Modality modality = choose(path, options.modality, model_.card, lips, sound);
      used = {used.audio || modality.audio, used.video || modality.video};
      say_remarks();
      if (options.snr_db && sound) {
        datasets::add_noise(
            utterance->wave,
            datasets::draw_noise(options.noise, 1, utterance->wave.size(), random),
            *options.snr_db);
      }
      join(
          whole,
          decode(batch_of(*utterance, model_.card.model.input), modality, options).front(),
          offset_s);
    }
    offset_s += length_s;
  }
  if (!used.audio && !used.video) {
    choose(path, options.modality, model_.card, false, false);
  }
  say_remarks();
  whole.id = stem(path);
  whole.path = path;
  whole.modality = used.text();
  whole.duration = offset_s;
  return whole;
}

std::vector<Transcript> Transcriber::transcribe_raw(
    const std::string& path, const TranscribeOptions& options) {
  std::vector<Transcript> transcripts;
  for (const RawClip& clip : read_raw_clips(path, model_)) {
    const Modality modality =
        choose(path, options.modality, model_.card, clip.lips, clip.sound);
    std::vector<Transcript> some = decode(clip.batch, modality, options);
    for (size_t b = 0; b < some.size(); ++b) {
      some[b].id = clip.name + (some.size() > 1 ? "/" + std::to_string(b) : "");
      some[b].path = path;
      some[b].modality = modality.text();
      transcripts.push_back(std::move(some[b]));
    }
  }
  return transcripts;
}

}  // namespace sotto::experiments
