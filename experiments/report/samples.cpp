#include "experiments/report/samples.h"

#include <algorithm>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/utils.h>

#include "common/stages.h"
#include "decoding/ctc.h"
#include "experiments/objective.h"

namespace sotto::experiments {
namespace {

/// The last tensor whose name ends so; undefined if there is none.
at::Tensor last_noted(const StageRecorder& recorder, const std::string& ending) {
  at::Tensor found;
  for (const auto& [name, value] : recorder.stages()) {
    const bool ends = name.size() >= ending.size() &&
                      name.compare(name.size() - ending.size(), ending.size(), ending) == 0;
    found = ends ? value : found;
  }
  return found;
}

/// Clip `b` without padding; lips are a leaf that gradients reach even where all parameters are
/// frozen.
datasets::Batch clip_alone(const datasets::Batch& batch, int64_t b, const Modality& modality) {
  const auto at = static_cast<size_t>(b);
  const int64_t T = batch.lengths.frames()[at];
  datasets::Batch one;
  one.ids = {batch.ids[at]};
  one.texts = {batch.texts[at]};
  one.tokens = {batch.tokens[at]};
  one.lengths = Lengths::full(1, T);
  if (batch.lips.defined() && modality.video) {
    one.lips = batch.lips.narrow(0, b, 1).narrow(1, 0, T).detach().clone().requires_grad_();
  }
  if (batch.wave.defined() && modality.audio) {
    const int64_t samples = batch.wave.size(1) / batch.lengths.padded();
    one.wave = batch.wave.narrow(0, b, 1).narrow(1, 0, samples * T).detach().clone();
  }
  one.presence = batch.presence.defined() ? batch.presence.narrow(0, b, 1) : batch.presence;
  return one;
}

at::Tensor ids_tensor(std::vector<int64_t> ids, const at::Tensor& like) {
  return at::tensor(ids, at::kLong).to(like.device());
}

/// log p(reference) by the decoder, or by CTC where no decoder spoke; undefined without both.
at::Tensor reference_score(
    AvsrModelImpl& network,
    const Encoded& encoded,
    const std::vector<int64_t>& tokens,
    bool stream_head,
    int64_t eos) {
  if (network.decoder && !stream_head) {
    std::vector<int64_t> read = tokens;
    read.insert(read.begin(), eos);  // which is also where sentences begin
    std::vector<int64_t> said = tokens;
    said.push_back(eos);
    const at::Tensor logits =
        network.decoder->forward(encoded.memory, {}, ids_tensor(read, encoded.memory).unsqueeze(0));
    return at::log_softmax(logits[0], -1)
        .gather(1, ids_tensor(said, encoded.memory).unsqueeze(1))
        .sum();
  }
  if (!encoded.emission.defined() || tokens.empty()) {
    return {};
  }
  return -ctc_losses(
              encoded.emission,
              ids_tensor(tokens, encoded.emission),
              {static_cast<int64_t>(tokens.size())},
              encoded.lengths.frames())
              .sum();
}

/// What a token looks like below a picture.
std::string shown_token(const datasets::Tokenizer& tokenizer, int64_t id) {
  std::string text = tokenizer.piece(id);
  for (size_t at = text.find(' '); at != std::string::npos; at = text.find(' ')) {
    text.replace(at, 1, "\u2423");
  }
  return text.empty() ? tokenizer.token(id) : text;
}

std::vector<double> doubles_of(const at::Tensor& values) {
  const at::Tensor held = values.to(at::kCPU, at::kDouble).contiguous();
  return {held.data_ptr<double>(), held.data_ptr<double>() + held.numel()};
}

/// Values of 0 to 1 as grey; (rows, columns).
GreyPicture grey_of(const at::Tensor& shares) {
  const at::Tensor bytes = (shares.detach().to(at::kCPU, at::kFloat) * 255)
                               .round()
                               .clamp(0, 255)
                               .to(at::kByte)
                               .contiguous();
  GreyPicture picture{bytes.size(0), bytes.size(1), {}};
  picture.pixels.assign(bytes.data_ptr<uint8_t>(), bytes.data_ptr<uint8_t>() + bytes.numel());
  return picture;
}

void add_ctc(
    const Encoded& encoded,
    const std::vector<int64_t>& tokens,
    const datasets::Tokenizer& tokenizer,
    SampleClip& clip) {
  if (!encoded.emission.defined()) {
    return;
  }
  const at::Tensor emission = encoded.emission[0].detach().to(at::kCPU, at::kFloat);
  const at::Tensor posterior = emission.exp();
  clip.speech = doubles_of(1 - posterior.select(1, datasets::kBlank));
  for (const decoding::TokenSpan& span : decoding::align_ctc(emission, tokens)) {
    const std::vector<double> track = doubles_of(posterior.select(1, span.token));
    const auto begin = track.begin() + span.first_frame;
    const auto end = track.begin() + span.last_frame + 1;
    // Of a track only what is near: the same letter has other places in the sentence.
    std::vector<double> own(track.size());
    const auto margin = std::min<int64_t>(4, span.first_frame);
    std::copy(
        begin - margin, std::min(track.end(), end + 4), own.begin() + span.first_frame - margin);
    clip.tokens.push_back(
        {shown_token(tokenizer, span.token),
         span.first_frame,
         span.last_frame + 1,
         *std::max_element(begin, end)});
    clip.tracks.push_back(std::move(own));
  }
}

void add_attention(
    const StageRecorder& recorder,
    const std::vector<int64_t>& tokens,
    const datasets::Tokenizer& tokenizer,
    SampleClip& clip) {
  const at::Tensor weights = last_noted(recorder, "src_attn.weights");
  if (!weights.defined()) {
    return;
  }
  const at::Tensor mean = weights.detach()[0].mean(0).to(at::kCPU, at::kFloat);
  clip.attention_peak = mean.max().item<double>();
  clip.attention = grey_of(mean / std::max(clip.attention_peak, 1e-12));
  for (const int64_t token : tokens) {
    clip.attention_tokens.push_back(shown_token(tokenizer, token));
  }
  clip.attention_tokens.emplace_back("end");
}

void add_lips(
    const datasets::InputOptions& input,
    const at::Tensor& lips,  // (1, T, C, S, S)
    const at::Tensor& heat,  // (T, H', W'); undefined: none
    int64_t pictures,
    SampleClip& clip) {
  const at::Tensor grey = (lips.detach()[0] * input.deviation + input.mean).mean(1);  // (T, S, S)
  at::Tensor large;
  if (heat.defined()) {
    large = at::upsample_bilinear2d(
                heat.to(at::kFloat).unsqueeze(1), {grey.size(1), grey.size(2)}, false)
                .squeeze(1);
    large = large / std::max(large.max().item<double>(), 1e-12);
  }
  const int64_t T = grey.size(0);
  const int64_t count = std::min(T, pictures);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t frame = (2 * i + 1) * T / (2 * count);
    clip.lips.push_back(
        {frame, grey_of(grey[frame]), large.defined() ? grey_of(large[frame]) : GreyPicture{}});
  }
}

/// Evaluation mode for as long as it lives.
class Evaluating {
 public:
  explicit Evaluating(torch::nn::Module& network)
      : network_(network), was_training_(network.is_training()) {
    if (was_training_) {
      network_.eval();
    }
  }
  ~Evaluating() {
    if (was_training_) {
      network_.train();
    }
  }
  Evaluating(const Evaluating&) = delete;
  Evaluating& operator=(const Evaluating&) = delete;

 private:
  torch::nn::Module& network_;
  bool was_training_;
};

}  // namespace

at::Tensor grad_cam(const at::Tensor& map, const at::Tensor& gradient) {
  const at::Tensor weights = gradient.mean({2, 3}, /*keepdim=*/true);
  return (weights * map).sum(1).relu();
}

SampleClip look_at_clip(
    AvsrModelImpl& network,
    const datasets::Batch& batch,
    int64_t b,
    const EvaluationOptions& options,
    const datasets::Tokenizer& tokenizer,
    const std::string& hypothesis,
    const SampleOptions& how) {
  const at::AutoGradMode with_gradients(true);
  const Evaluating evaluating(network);
  const datasets::Batch one = clip_alone(batch, b, options.modality);
  const std::vector<int64_t>& tokens = one.tokens.front();
  SampleClip clip;
  clip.id = one.ids.front();
  clip.modality = options.modality.text();
  clip.reference = one.texts.front();
  clip.hypothesis = hypothesis;
  clip.frames = one.lengths.padded();
  const StageRecorder recorder(/*with_insides=*/true);
  const Encoded encoded = encode_batch(network, one, options.modality, options.stream_head);
  const at::Tensor score =
      reference_score(network, encoded, tokens, options.stream_head, tokenizer.eos());
  add_ctc(encoded, tokens, tokenizer, clip);
  add_attention(recorder, tokens, tokenizer, clip);
  if (one.lips.defined() && one.lips.dim() == 5) {
    const at::Tensor map = last_noted(recorder, "lips.map");
    at::Tensor heat;
    if (map.defined() && score.defined() && map.dim() == 4) {
      const auto gradients = torch::autograd::grad(
          {score},
          {map},
          {},
          /*retain_graph=*/false,
          /*create_graph=*/false,
          /*allow_unused=*/true);
      if (gradients.front().defined()) {
        heat = grad_cam(map.detach(), gradients.front());
      }
    }
    add_lips(network.options().input, one.lips, heat, how.pictures, clip);
  }
  return clip;
}

ValidationWatch::ValidationWatch(
    AvsrModelImpl& network,
    const datasets::Tokenizer& tokenizer,
    const std::vector<EvaluationOptions>& options,
    int64_t clips)
    : network_(network), tokenizer_(tokenizer), options_(options), clips_(clips) {}

void ValidationWatch::operator()(const EvaluatedClip& clip) {
  const EvaluationOptions& options = options_[clip.option];
  const auto at = static_cast<size_t>(clip.b);
  const double seconds =
      static_cast<double>(clip.batch.lengths.frames()[at]) / decoding::kFramesPerSecond;
  const std::string hypothesis =
      clip.nbest.empty() ? "" : tokenizer_.decode(clip.nbest.front().labels());
  texts_.push_back(
      {options.modality.text(), clip.batch.ids[at], seconds, clip.batch.texts[at], hypothesis});
  const bool looked_into =
      clip.option + 1 == options_.size() || (options.modality.video && !options.modality.audio);
  const auto taken = std::count_if(samples_.begin(), samples_.end(), [&](const SampleClip& sample) {
    return sample.modality == options.modality.text();
  });
  if (looked_into && taken < clips_) {
    samples_.push_back(look_at_clip(network_, clip.batch, clip.b, options, tokenizer_, hypothesis));
  }
}

void ValidationWatch::write(
    const std::string& run, const std::string& stage, int64_t epoch, int64_t step) const {
  write_validation_texts(run, {stage, epoch, step, texts_});
  write_samples(run, samples_);
}

}  // namespace sotto::experiments
