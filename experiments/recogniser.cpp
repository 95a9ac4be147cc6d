#include "experiments/recogniser.h"

#include <ATen/ATen.h>

#include "common/error.h"
#include "decoding/ctc.h"
#include "decoding/search.h"
#include "decoding/transcript_words.h"

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

Encoded encode_batch(
    AvsrModelImpl& network, const datasets::Batch& batch, Modality modality, bool stream_head) {
  const Streams streams = network.encode(
      modality.video ? batch.lips : at::Tensor(), modality.audio ? batch.wave : at::Tensor(),
      batch.lengths);
  TORCH_CHECK(
      streams.video.defined() || streams.audio.defined(), "encode_batch: nothing to encode for ",
      modality.text());
  Encoded encoded;
  encoded.lengths = batch.lengths;
  at::Tensor logits;
  if (stream_head) {
    encoded.memory = streams.video.defined() ? streams.video : streams.audio;
    const auto& head = streams.video.defined() ? network.stream_ctc : network.aux_stream_ctc;
    logits = head->forward(encoded.memory);
  } else {
    encoded.memory = network.fuse(streams, network.fusion ? batch.presence : at::Tensor());
    logits = network.ctc ? network.ctc->forward(encoded.memory) : at::Tensor();
  }
  if (logits.defined()) {
    encoded.emission = at::log_softmax(logits, -1);
  }
  return encoded;
}

std::vector<decoding::Hypothesis> search_clip(
    AvsrModelImpl& network,
    const Encoded& encoded,
    int64_t b,
    const decoding::SearchOptions& options,
    const std::shared_ptr<const LanguageModel>& language_model) {
  const int64_t T = encoded.lengths.frames()[static_cast<size_t>(b)];
  decoding::SearchInput input;
  input.memory = encoded.memory.narrow(0, b, 1).narrow(1, 0, T);
  if (encoded.emission.defined()) {
    input.emission = encoded.emission[b].narrow(0, 0, T);
  }
  decoding::SearchNetworks networks;
  networks.decoder = network.decoder;
  networks.reversed_decoder = network.r_decoder;
  if (language_model) {
    networks.language_model = language_model->make_scorer();
  }
  return decoding::search(input, networks, network.vocabulary_size(), options);
}

decoding::Transcript make_transcript(
    const Encoded& encoded,
    int64_t b,
    const std::vector<decoding::Hypothesis>& nbest,
    const datasets::Tokenizer& tokenizer) {
  decoding::Transcript transcript;
  for (const decoding::Hypothesis& hypothesis : nbest) {
    const std::vector<int64_t> labels = hypothesis.labels();
    transcript.nbest.push_back(
        {tokenizer.decode(labels), labels, hypothesis.score, hypothesis.parts});
  }
  if (!transcript.nbest.empty()) {
    const decoding::Reading& best = transcript.nbest.front();
    transcript.text = best.text;
    if (!encoded.emission.defined()) {
      return transcript;  // without CTC nothing knows where a word was said
    }
    const int64_t T = encoded.lengths.frames()[static_cast<size_t>(b)];
    const at::Tensor emission = encoded.emission[b].narrow(0, 0, T);
    transcript.words = decoding::word_times(
        tokenizer.pieces(best.tokens), decoding::align_ctc(emission, best.tokens));
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
  const auto lips = utterance.crops.find("lips");
  if (lips != utterance.crops.end()) {
    batch.lips = at::empty({1, T, 1, S, S});
    datasets::view_lips(lips->second, inputs, {}, batch.lips.data_ptr<float>());
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
