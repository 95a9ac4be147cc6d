#include "experiments/transcriber.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>

#include "experiments/raw_input.h"

namespace sotto::experiments {
namespace {

using decoding::Transcript;

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

}  // namespace

Transcriber::Transcriber(LoadedModel model, Precision precision) : model_(std::move(model)) {
  pack(model_, precision);
}

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
  decoding::SearchOptions search = options.search;
  search.nbest = std::max(search.nbest, readings_needed(model_.card, modality));
  std::vector<Transcript> transcripts;
  for (int64_t b = 0; b < encoded.lengths.batch(); ++b) {
    const auto nbest = search_clip(*model_.network, encoded, b, search, options.language_model);
    transcripts.push_back(make_transcript(model_, modality, encoded.frames(b), nbest));
    auto& readings = transcripts.back().nbest;
    readings.resize(std::min(readings.size(), static_cast<size_t>(options.search.nbest)));
  }
  return transcripts;
}

Transcript Transcriber::transcribe_media(
    const std::string& path,
    const TranscribeOptions& options,
    const std::function<void(const std::string&)>& warn) {
  ClipWindows windows(path, model_.card, options, warn);
  Transcript whole;
  while (const auto window = windows.next()) {
    join(whole, decode(window->batch, window->modality, options).front(), window->offset_s);
  }
  whole.id = path_stem(path);
  whole.path = path;
  whole.modality = windows.used().text();
  whole.duration = windows.duration_s();
  return whole;
}

std::vector<Transcript> Transcriber::transcribe_raw(
    const std::string& path, const TranscribeOptions& options) {
  std::vector<Transcript> transcripts;
  for (const RawClip& clip : read_raw_clips(path, model_)) {
    const Modality modality =
        choose_streams(path, options.modality, model_.card, clip.lips, clip.sound);
    std::vector<Transcript> some = decode(clip.batch, modality, options);
    for (size_t b = 0; b < some.size(); ++b) {
      some[b].id = clip.name + (some.size() > 1 ? "/" + std::to_string(b) : "");
      some[b].path = path;
      transcripts.push_back(std::move(some[b]));
    }
  }
  return transcripts;
}

}  // namespace sotto::experiments
