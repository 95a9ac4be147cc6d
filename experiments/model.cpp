#include "experiments/model.h"

#include <ATen/ATen.h>

namespace sotto::experiments {

void StreamOptions::visit(OptionVisitor& v) {
  const OptionsFactory& factory =
      lips_ ? static_cast<const OptionsFactory&>(frontends::lips_frontend_registry())
            : frontends::sound_frontend_registry();
  v.component("frontend", frontend, factory, "raw input to one feature vector a video frame");
  v.component("encoder", encoder, encoders::encoder_registry(), "features to context");
}

void StreamOptions::validate() const {
  if (frontend.chosen() != encoder.chosen()) {
    throw ConfigError("model: a stream needs both a frontend and an encoder, or neither");
  }
  if (chosen()) {
    frontend.options->validate();
    encoder.options->validate();
  }
}

void ModelOptions::visit(OptionVisitor& v) {
  v.group("input", input, "how lips become the network's input");
  v.group("video", video, "the lips' stream");
  v.group("audio", audio, "the sound's stream");
  v.component("fusion", fusion, fusion::fusion_registry(), "joins the two streams");
  v.group("decoder", decoder, "Transformer decoder");
  v.field("ctc_dropout", ctc_dropout, between(0, 0.95), "", "dropout before CTC's linear layer");
  v.field("stream_ctc", stream_ctc, "a CTC head on each stream too, for training");
  v.field(
      "label_classes", label_classes, at_least(0), "classes",
      "frame label heads on each stream; 0: as many as the data has");
}

void ModelOptions::validate() const {
  video.validate();
  audio.validate();
  if (fusion.chosen()) {
    fusion.options->validate();
  }
  if (!video.chosen() && !audio.chosen()) {
    throw ConfigError("model: expected a video or an audio stream, got neither");
  }
  if (video.chosen() && audio.chosen() && !fusion.chosen()) {
    throw ConfigError("model.fusion: expected a type, because the model has two streams");
  }
}

CtcHead::CtcHead(int64_t D, int64_t V, double dropout_rate) {
  ctc_lo = register_module("ctc_lo", torch::nn::Linear(D, V));
  dropout = register_module("dropout", std::make_shared<Dropout>(dropout_rate));
}

at::Tensor CtcHead::forward(const at::Tensor& memory) {
  return ctc_lo->forward(dropout->forward(memory));
}

AvsrModelImpl::AvsrModelImpl(const ModelOptions& options, int64_t V) : options_(options) {
  options.validate();
  int64_t D = 0;
  if (options.video.chosen()) {
    frontend = register_module(
        "frontend", frontends::lips_frontend_registry().create(
                        options.video.frontend, options.input.size));
    encoder =
        register_module("encoder", encoders::encoder_registry().create(options.video.encoder));
    D = encoder->dim();
    proj_encoder = register_module("proj_encoder", torch::nn::Linear(frontend->output_dim(), D));
  }
  if (options.audio.chosen()) {
    aux_frontend = register_module(
        "aux_frontend", frontends::sound_frontend_registry().create(options.audio.frontend));
    aux_encoder =
        register_module("aux_encoder", encoders::encoder_registry().create(options.audio.encoder));
    if (encoder && aux_encoder->dim() != D) {
      throw ConfigError(
          "model: expected encoders of one width, got " + std::to_string(D) + " and " +
          std::to_string(aux_encoder->dim()));
    }
    D = aux_encoder->dim();
    aux_proj_encoder =
        register_module("aux_proj_encoder", torch::nn::Linear(aux_frontend->output_dim(), D));
  }
  if (D % options.decoder.heads != 0) {
    throw ConfigError("model.decoder.heads: expected a divisor of the width " + std::to_string(D));
  }
  if (options.fusion.chosen()) {
    fusion = register_module("fusion", fusion::fusion_registry().create(options.fusion, D));
  }
  decoder = register_module("decoder", decoding::TransformerDecoder(options.decoder, D, V));
  ctc = register_module("ctc", std::make_shared<CtcHead>(D, V, options.ctc_dropout));
  const auto stream_head = [&] { return std::make_shared<CtcHead>(D, V, options.ctc_dropout); };
  if (options.stream_ctc && frontend) {
    stream_ctc = register_module("stream_ctc", stream_head());
  }
  if (options.stream_ctc && aux_frontend) {
    aux_stream_ctc = register_module("aux_stream_ctc", stream_head());
  }
  if (options.label_classes > 0 && frontend) {
    labels = register_module("labels", torch::nn::Linear(D, options.label_classes));
  }
  if (options.label_classes > 0 && aux_frontend) {
    aux_labels = register_module("aux_labels", torch::nn::Linear(D, options.label_classes));
  }
}

Streams AvsrModelImpl::encode(
    const at::Tensor& lips, const at::Tensor& wave, const Lengths& lengths) {
  Streams streams;
  if (frontend && lips.defined()) {
    const at::Tensor features = frontend->forward(lips, lengths);
    streams.video = encoder->forward(proj_encoder->forward(features), lengths);
  }
  if (aux_frontend && wave.defined()) {
    const at::Tensor features = aux_frontend->forward(wave, lengths);
    streams.audio = aux_encoder->forward(aux_proj_encoder->forward(features), lengths);
  }
  return streams;
}

at::Tensor AvsrModelImpl::fuse(const Streams& streams, const at::Tensor& presence) {
  if (fusion) {
    return fusion->forward(streams.video, streams.audio, presence);
  }
  return streams.video.defined() ? streams.video : streams.audio;
}

}  // namespace sotto::experiments
