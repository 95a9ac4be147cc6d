#include "experiments/recogniser.h"

#include <ATen/ATen.h>

#include "common/error.h"
#include "decoding/ctc.h"
#include "decoding/search.h"

namespace sotto::experiments {

Modality Modality::parse(const std::string& text) {
  if (text == "a") {
    return {true, false};
  }
  if (text == "v") {
    return {false, true};
  }
  if (text == "av") {
    return {true, true};
  }
  throw ConfigError("modality: expected a, v or av, got '" + text + "'");
}

std::string Modality::text() const { return audio && video ? "av" : audio ? "a" : "v"; }

FrameScores Encoded::frames(int64_t b) const {
  const int64_t T = lengths.frames()[static_cast<size_t>(b)];
  FrameScores frames;
  frames.emission = emission.defined() ? emission[b].narrow(0, 0, T) : emission;
  frames.labels = labels.defined() ? labels[b].narrow(0, 0, T) : labels;
  return frames;
}

namespace {

/// Where a network computes; packed ones, whose parameters may be gone, on the host.
c10::Device device_of(const torch::nn::Module& network) {
  for (const at::Tensor& parameter : network.parameters()) {
    if (parameter.defined()) {
      return parameter.device();
    }
  }
  return c10::kCPU;
}

/// The frame labels of the streams that have them: the mean log-probability over those that each
/// clip has. (B, T, C), or undefined.
at::Tensor label_scores(
    AvsrModelImpl& network, const Streams& streams, const at::Tensor& presence) {
  at::Tensor sum;
  at::Tensor count;
  const auto add = [&](Linear& head, const at::Tensor& stream, int64_t column) {
    if (!head || !stream.defined()) {
      return;
    }
    const at::Tensor scores = at::log_softmax(head->forward(stream), -1);
    const at::Tensor share = presence.defined()
                                 ? presence.select(1, column).to(scores.device()).view({-1, 1, 1})
                                 : at::ones({1, 1, 1}, scores.options());
    sum = sum.defined() ? sum + scores * share : scores * share;
    count = count.defined() ? count + share : share;
  };
  add(network.labels, streams.video, 0);
  add(network.aux_labels, streams.audio, 1);
  return sum.defined() ? sum / count.clamp_min(1) : sum;
}

}  // namespace

Encoded encode_batch(
    AvsrModelImpl& network, const datasets::Batch& batch, Modality modality, bool stream_head) {
  const c10::Device device = device_of(network);
  const auto there = [&](const at::Tensor& x, bool wanted) {
    return wanted && x.defined() ? x.to(device) : at::Tensor();
  };
  at::Tensor lips = there(batch.lips, modality.video);
  at::Tensor wave = there(batch.wave, modality.audio);
  if (!lips.defined() && !wave.defined()) {  // as beside clips that have the stream
    const int64_t B = batch.lengths.batch();
    const int64_t T = batch.lengths.padded();
    const auto& input = network.options().input;
    if (modality.video) {
      lips = at::zeros({B, T, input.channels(), input.size, input.size}, at::device(device));
    } else {
      wave = at::zeros({B, T * datasets::kSamplesPerFrame, 1}, at::device(device));
    }
  }
  const Streams streams = network.encode(lips, wave, batch.lengths);
  Encoded encoded;
  encoded.lengths = batch.lengths;
  at::Tensor logits;
  if (stream_head) {
    encoded.memory = streams.video.defined() ? streams.video : streams.audio;
    const auto& head = streams.video.defined() ? network.stream_ctc : network.aux_stream_ctc;
    logits = head->forward(encoded.memory);
  } else {
    encoded.memory = network.fuse(streams, there(batch.presence, network.fusion != nullptr));
    logits = network.ctc ? network.ctc->forward(encoded.memory) : at::Tensor();
  }
  if (logits.defined()) {
    encoded.emission = at::log_softmax(logits, -1).to(at::kCPU);
  }
  encoded.labels = label_scores(network, streams, batch.presence);
  if (encoded.labels.defined()) {
    encoded.labels = encoded.labels.to(at::kCPU);
  }
  return encoded;
}

std::vector<std::vector<decoding::Hypothesis>> search_clips(
    AvsrModelImpl& network,
    const Encoded& encoded,
    const decoding::SearchOptions& options,
    const std::shared_ptr<const LanguageModel>& language_model) {
  std::vector<decoding::SearchInput> clips;
  for (int64_t b = 0; b < encoded.lengths.batch(); ++b) {
    const int64_t T = encoded.lengths.frames()[static_cast<size_t>(b)];
    clips.push_back({encoded.memory.narrow(0, b, 1).narrow(1, 0, T), encoded.frames(b).emission});
  }
  decoding::SearchNetworks networks;
  networks.decoder = network.decoder;
  networks.reversed_decoder = network.r_decoder;
  if (language_model) {
    networks.language_model = language_model->make_scorer();
  }
  return decoding::search_batch(clips, networks, network.vocabulary_size(), options);
}

std::vector<decoding::Reading> readings_of(
    const std::vector<decoding::Hypothesis>& nbest, const datasets::Tokenizer& tokenizer) {
  std::vector<decoding::Reading> readings;
  for (const decoding::Hypothesis& hypothesis : nbest) {
    const std::vector<int64_t> labels = hypothesis.labels();
    readings.push_back({tokenizer.decode(labels), labels, hypothesis.score, hypothesis.parts});
  }
  return readings;
}

int64_t readings_needed(const ModelCard& card, Modality modality) {
  return card.calibration.of(modality.text()).readings > 0 ? kEvidenceReadings : 1;
}

std::vector<decoding::TokenSpan> align_best(
    const FrameScores& frames, const std::vector<decoding::Reading>& readings) {
  if (readings.empty() || !frames.emission.defined()) {
    return {};  // without CTC nothing knows where a word was said
  }
  return decoding::align_ctc(frames.emission, readings.front().tokens);
}

std::vector<HeardWord> hear_best(
    const LoadedModel& model,
    const FrameScores& frames,
    const std::vector<decoding::Reading>& readings,
    const std::vector<decoding::TokenSpan>& spans) {
  if (spans.empty()) {
    return {};
  }
  std::vector<HeardWord> words =
      find_words(frames, spans, *model.tokenizer, model.card.label_words);
  add_readings(readings, words);
  return words;
}

decoding::Transcript make_transcript(
    const LoadedModel& model,
    Modality modality,
    const FrameScores& frames,
    const std::vector<decoding::Hypothesis>& nbest) {
  decoding::Transcript transcript;
  transcript.modality = modality.text();
  transcript.duration = frames.duration_s();
  transcript.nbest = readings_of(nbest, *model.tokenizer);
  if (!transcript.nbest.empty()) {
    transcript.text = transcript.nbest.front().text;
    const auto spans = align_best(frames, transcript.nbest);
    transcript.tokens = token_times(spans, *model.tokenizer);
    transcript.words = calibrated_words(
        hear_best(model, frames, transcript.nbest, spans),
        model.card.calibration.of(transcript.modality), transcript.duration);
    for (decoding::Word& word : transcript.words) {
      word.score = WordEvidence::kUnknown;  // of texts that were given
    }
  }
  return transcript;
}

datasets::Batch batch_of(
    const datasets::Utterance& utterance, const datasets::InputOptions& inputs) {
  const int64_t T = datasets::frame_count(utterance);
  if (T < 1) {
    throw DataError(utterance.id + ": expected at least 40 ms of lips or sound");
  }
  const int64_t S = inputs.size;
  datasets::Batch batch;
  batch.ids = {utterance.id};
  batch.lengths = Lengths::full(1, T);
  batch.presence = at::zeros({1, 2});
  if (const auto* lips = datasets::crop_to_read(utterance, inputs, utterance.id)) {
    batch.lips = at::empty({1, T, inputs.channels(), S, S});
    datasets::view_lips(*lips, inputs, {}, batch.lips.data_ptr<float>());
    batch.presence[0][0] = 1;
  }
  if (!utterance.wave.empty()) {
    const int64_t samples = T * datasets::kSamplesPerFrame;
    batch.wave = at::zeros({1, samples, 1});
    const auto count = std::min<size_t>(utterance.wave.size(), static_cast<size_t>(samples));
    auto* out = batch.wave.data_ptr<float>();
    std::copy_n(utterance.wave.begin(), count, out);
    datasets::normalise_wave(out, count);
    batch.presence[0][1] = 1;
  }
  return batch;
}

}  // namespace sotto::experiments
