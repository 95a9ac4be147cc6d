#include "experiments/aligner.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include "common/error.h"
#include "decoding/ctc.h"
#include "decoding/transcript_text.h"
#include "experiments/text_tokens.h"

namespace sotto::experiments {
namespace {

using decoding::Transcript;

/// Frames without input, between windows that have some: certainly class 0, blank or silence.
at::Tensor silence(int64_t frames, const at::Tensor& like) {
  at::Tensor rows =
      at::full({frames, like.size(1)}, -std::numeric_limits<double>::infinity(), like.options());
  rows.select(1, 0).zero_();
  return rows;
}

/// Adds what was heard in a window to the one reading of the clip.
void add_heard(const std::vector<decoding::Reading>& readings, Transcript& whole) {
  if (whole.nbest.empty() && !readings.empty()) {
    whole.nbest = {readings.front()};
  } else if (!readings.empty()) {
    decoding::append_reading(whole.nbest.front(), readings.front());
  }
}

}  // namespace

/// What the model says of a window.
struct Aligner::Window {
  double begin_s;
  Modality modality;
  FrameScores frames;
  std::vector<decoding::Reading> readings;
};

namespace {

/// One table of all windows' frames, with silence where a window is missing.
template <class Window>
FrameScores stitched(const std::vector<Window>& windows) {
  std::vector<at::Tensor> emissions;
  std::vector<at::Tensor> labels;
  bool labelled = true;
  int64_t T = 0;
  for (const Window& window : windows) {
    const auto begin = static_cast<int64_t>(
        std::llround(window.begin_s * static_cast<double>(datasets::kFramesPerSecond)));
    labelled = labelled && window.frames.labels.defined();
    if (begin > T) {
      emissions.push_back(silence(begin - T, window.frames.emission));
    }
    if (begin > T && labelled) {
      labels.push_back(silence(begin - T, window.frames.labels));
    }
    emissions.push_back(window.frames.emission);
    labels.push_back(window.frames.labels);
    T = begin + window.frames.frames();
  }
  FrameScores whole;
  whole.emission = at::cat(emissions);
  whole.labels = labelled ? at::cat(labels) : at::Tensor();
  return whole;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Takes from `words` those that lie, by their middle, before `end_s`, beginning at `next`.
std::vector<HeardWord> words_until(
    double end_s, const std::vector<HeardWord>& words, size_t& next) {
  std::vector<HeardWord> part;
  for (; next < words.size(); ++next) {
    const decoding::Word& word = words[next].word;
    if ((word.start + word.end) / 2 >= end_s) {
      break;
    }
    part.push_back(words[next]);
  }
  return part;
}

}  // namespace

Aligner::Aligner(LoadedModel model, Precision precision) : model_(std::move(model)) {
  if (!model_.card.model.ctc) {
    throw ConfigError(
        "align: the model " + model_.card.name + " has no CTC, which says when a word is said");
  }
  pack(model_, precision);
}

std::vector<int64_t> Aligner::tokens_of(const std::string& path, const std::string& text) const {
  try {
    return text_tokens(text, *model_.tokenizer);
  } catch (const DataError& fault) {
    throw DataError(path + ": " + fault.what());
  }
}

Aligner::Window Aligner::encode(
    const datasets::Batch& batch, Modality modality, double begin_s, const AlignOptions& options) {
  const Encoded encoded = encode_batch(*model_.network, batch, modality);
  decoding::SearchOptions search = options.search;
  search.nbest = kEvidenceReadings;
  return {
      begin_s,
      modality,
      encoded.frames(0),
      readings_of(
          search_clips(*model_.network, encoded, search).front(), *model_.tokenizer)};
}

Transcript Aligner::align(
    const std::string& path,
    const std::string& text,
    const AlignOptions& options,
    const std::function<void(const std::string&)>& warn) {
  const c10::InferenceMode inference;
  const std::vector<int64_t> tokens = tokens_of(path, text);
  AlignOptions apart = options;
  apart.overlap = false;  // a frame is of one window
  ClipWindows clip(path, model_.card, apart, warn);
  std::vector<Window> windows;
  while (const auto window = clip.next()) {
    windows.push_back(encode(window->batch, window->modality, window->begin_s, options));
  }
  Transcript transcript = align_windows(path, tokens, windows);
  transcript.id = path_stem(path);
  transcript.modality = clip.used().text();
  transcript.duration = clip.duration_s();
  return transcript;
}

Transcript Aligner::align(
    const datasets::Utterance& utterance, const std::string& text, const AlignOptions& options) {
  const c10::InferenceMode inference;
  const std::vector<int64_t> tokens = tokens_of(utterance.id, text);
  const bool lips = !utterance.crops.empty();
  const Modality modality =
      choose_streams(utterance.id, options.modality, model_.card, lips, !utterance.wave.empty());
  const datasets::Batch batch = batch_of(utterance, model_.card.model.input);
  Transcript transcript =
      align_windows(utterance.id, tokens, {encode(batch, modality, 0, options)});
  transcript.id = utterance.id;
  transcript.modality = modality.text();
  return transcript;
}

Transcript Aligner::align_windows(
    const std::string& path,
    const std::vector<int64_t>& tokens,
    const std::vector<Window>& windows) {
  const FrameScores whole = stitched(windows);
  const int64_t needed = decoding::ctc_frames_needed(tokens);
  if (needed > whole.frames()) {
    throw DataError(
        path + ": its " + std::to_string(whole.frames()) +
        " frames (1/25 s) are too few for the text, which takes " + std::to_string(needed) +
        " or more");
  }
  const auto spans = decoding::align_ctc(whole.emission, tokens);
  const std::vector<HeardWord> words =
      find_words(whole, spans, *model_.tokenizer, model_.card.label_words);
  Transcript transcript;
  transcript.path = path;
  transcript.text = model_.tokenizer->decode(tokens);
  transcript.duration = whole.duration_s();
  transcript.tokens = token_times(spans, *model_.tokenizer);
  transcript.score = mean(decoding::path_log_probabilities(whole.emission, spans));
  transcript.confidence = 1;
  size_t next = 0;
  for (size_t i = 0; i < windows.size(); ++i) {
    const bool last = i + 1 == windows.size();
    std::vector<HeardWord> part = words_until(
        last ? std::numeric_limits<double>::infinity() : windows[i + 1].begin_s, words, next);
    add_readings(windows[i].readings, part);
    add_heard(windows[i].readings, transcript);
    transcript.confidence *= 1 - std::min(0.99, share_with_more(windows[i].readings, part));
    const auto& calibration = model_.card.calibration.of(windows[i].modality.text());
    for (decoding::Word& word : calibrated_words(part, calibration, transcript.duration)) {
      transcript.confidence *= word.confidence;
      transcript.words.push_back(std::move(word));
    }
  }
  return transcript;
}

}  // namespace sotto::experiments
