#include "experiments/transcriber.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <filesystem>
#include <set>

#include "common/error.h"
#include "common/tensor_file.h"

namespace sotto::experiments {
namespace {

using decoding::Transcript;

bool is_safetensors(const std::string& path) {
  return std::filesystem::path(path).extension() == ".safetensors";
}

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

Transcript Transcriber::decode(
    const datasets::Batch& batch, Modality modality, const decoding::SearchOptions& search) {
  const Encoded encoded = encode_batch(*model_.network, batch, modality);
  const auto nbest = search_clip(*model_.network, encoded, 0, search);
  return make_transcript(encoded, 0, nbest, *model_.tokenizer);
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
          decode(batch_of(*utterance, model_.card.model.input), modality, options.search),
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
  return whole;
}

std::vector<Transcript> Transcriber::transcribe_raw(
    const std::string& path, const TranscribeOptions& options) {
  const TensorMap tensors = read_tensors(path);
  std::set<std::string> names;
  for (const auto& entry : tensors) {
    const size_t slash = entry.first.rfind('/');
    const std::string kind = entry.first.substr(slash + 1);
    if (slash != std::string::npos && (kind == "input_u8" || kind == "input_wave")) {
      names.insert(entry.first.substr(0, slash));
    }
  }
  if (names.empty()) {
    throw DataError(path + ": expected tensors NAME/input_u8 or NAME/input_wave, found none");
  }
  const datasets::InputOptions& input = model_.card.model.input;
  std::vector<Transcript> transcripts;
  for (const std::string& name : names) {
    const auto lips = tensors.find(name + "/input_u8");
    const auto wave = tensors.find(name + "/input_wave");
    const Modality modality = choose(
        path, options.modality, model_.card, lips != tensors.end(), wave != tensors.end());
    datasets::Utterance utterance;
    utterance.id = name;
    if (wave != tensors.end()) {
      const at::Tensor samples = wave->second.to(at::kFloat).contiguous();
      const auto* data = samples.data_ptr<float>();
      utterance.wave.assign(data, data + samples.numel());
    }
    int64_t T = datasets::frame_count(utterance);
    at::Tensor pictures;
    if (lips != tensors.end()) {
      pictures = lips->second;
      if (pictures.dim() != 4 || pictures.size(1) != 1 || pictures.size(2) != input.size ||
          pictures.size(3) != input.size) {
        throw DataError(
            path + ": " + name + "/input_u8: expected (T, 1, " + std::to_string(input.size) + ", " +
            std::to_string(input.size) + ") for this model");
      }
      T = wave != tensors.end() ? std::min(T, pictures.size(0)) : pictures.size(0);
    }
    if (T < 1) {
      throw DataError(path + ": " + name + ": expected at least one frame");
    }
    if (!utterance.wave.empty()) {
      utterance.wave.resize(static_cast<size_t>(T * datasets::kSamplesPerFrame), 0.0F);
    }
    datasets::Batch batch;
    if (!utterance.wave.empty()) {
      batch = batch_of(utterance, input);
    } else {
      batch.lengths = Lengths::full(1, T);
      batch.presence = at::zeros({1, 2});
    }
    if (pictures.defined()) {
      const at::Tensor grey = pictures.narrow(0, 0, T).to(at::kFloat) / 255.0;
      batch.lips = ((grey - input.mean) / input.deviation).unsqueeze(0);
      batch.presence[0][0] = 1;
    }
    Transcript transcript = decode(batch, modality, options.search);
    transcript.id = name;
    transcript.path = path;
    transcript.modality = modality.text();
    transcripts.push_back(std::move(transcript));
  }
  return transcripts;
}

}  // namespace sotto::experiments
