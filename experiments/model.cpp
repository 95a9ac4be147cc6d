#include "experiments/model.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "common/autocast.h"
#include "common/stages.h"

namespace sotto::experiments {

void StreamOptions::visit(OptionVisitor& v) {
  const OptionsFactory& factory =
      lips_ ? static_cast<const OptionsFactory&>(frontends::lips_frontend_registry())
            : frontends::sound_frontend_registry();
  v.component("frontend", frontend, factory, "raw input to one feature vector a video frame");
  v.field(
      "projection", projection, {"linear", "linear_norm", "none"},
      "from the front end's width to the encoder's");
  v.component("encoder", encoder, encoders::encoder_registry(), "features to context");
}

void StreamOptions::validate() const {
  if (encoder.chosen() && !chosen()) {
    throw ConfigError(
        "model: a stream with an encoder needs a frontend too (type features: the input has them)");
  }
  if (chosen()) {
    frontend.options->validate();
  }
  if (encoder.chosen()) {
    encoder.options->validate();
  }
}

void IntermediateCtcOptions::visit(OptionVisitor& v) {
  v.field(
      "blocks", blocks, at_least(1), "block numbers from 1",
      "blocks whose output CTC reads too; below the encoder's last");
  v.field("conditioning", conditioning, "what is read goes back into the stream");
}

void ModelOptions::visit(OptionVisitor& v) {
  v.group("input", input, "how lips become the network's input");
  v.group("video", video, "the lips' stream");
  v.group("audio", audio, "the sound's stream");
  v.component("fusion", fusion, fusion::fusion_registry(), "joins the two streams");
  v.group("decoder", decoder, "Transformer decoder");
  v.group("reversed_decoder", reversed_decoder, "decoder that reads the labels backwards");
  v.field("ctc", ctc, "the CTC head");
  v.field("ctc_dropout", ctc_dropout, between(0, 0.95), "", "dropout before CTC's linear layer");
  v.group("intermediate_ctc", intermediate_ctc, "CTC between the blocks of the encoders");
  v.field("stream_ctc", stream_ctc, "a CTC head on each stream too, for training");
  v.field(
      "label_classes", label_classes, at_least(0), "classes",
      "frame label heads on each stream; 0: as many as the data has");
}

void ModelOptions::validate() const {
  input.validate();
  video.validate();
  audio.validate();
  if (fusion.chosen()) {
    fusion.options->validate();
  }
  if (!video.chosen() && !audio.chosen()) {
    throw ConfigError("model: expected a video or an audio stream, got neither");
  }
  if (intermediate_ctc.conditioning && (intermediate_ctc.blocks.empty() || !ctc)) {
    throw ConfigError(
        "model.intermediate_ctc.conditioning: expected intermediate_ctc.blocks and ctc");
  }
  if (video.chosen() && audio.chosen() && !fusion.chosen()) {
    throw ConfigError("model.fusion: expected a type, because the model has two streams");
  }
}

CtcHead::CtcHead(int64_t D, int64_t V, double dropout_rate) {
  ctc_lo = register_module("ctc_lo", Linear(D, V));
  dropout = register_module("dropout", std::make_shared<Dropout>(dropout_rate));
}

at::Tensor CtcHead::forward(const at::Tensor& memory) {
  return ctc_lo->forward(dropout->forward(memory));
}

int64_t AvsrModelImpl::make_stream(
    StreamParts& parts,
    const StreamOptions& options,
    const frontends::Frontend& frontend,
    std::shared_ptr<encoders::Encoder>& encoder) {
  if (!options.encoder.chosen()) {
    return frontend.output_dim();
  }
  encoder = register_module(
      parts.prefix + "encoder", encoders::encoder_registry().create(options.encoder));
  const int64_t D = encoder->dim();
  if (options.projection != "none") {
    parts.projection = register_module(
        parts.prefix + "proj_encoder", Linear(frontend.output_dim(), D));
  } else if (frontend.output_dim() != D) {
    throw ConfigError(
        "model: projection none: the front end gives " + std::to_string(frontend.output_dim()) +
        " features and the encoder takes " + std::to_string(D));
  }
  if (options.projection == "linear_norm") {
    parts.projection_norm = register_module(
        parts.prefix + "proj_norm", LayerNorm(torch::nn::LayerNormOptions({D})));
  }
  const auto& blocks = options_.intermediate_ctc.blocks;
  if (!blocks.empty() && *std::max_element(blocks.begin(), blocks.end()) >= encoder->blocks()) {
    throw ConfigError(
        "model.intermediate_ctc.blocks: expected numbers below the encoder's " +
        std::to_string(encoder->blocks()) + " blocks");
  }
  if (options_.intermediate_ctc.conditioning) {
    parts.conditioning =
        register_module(parts.prefix + "conditioning_layer", Linear(V_, D));
  }
  return D;
}

AvsrModelImpl::AvsrModelImpl(const ModelOptions& options, int64_t V) : options_(options), V_(V) {
  options.validate();
  video_parts_.prefix = "";
  audio_parts_.prefix = "aux_";
  int64_t D = 0;
  int64_t D_a = 0;
  if (options.video.chosen()) {
    frontend = register_module(
        "frontend", frontends::lips_frontend_registry().create(
                        options.video.frontend,
                        frontends::Pictures(options.input.size, options.input.channels())));
    D = make_stream(video_parts_, options.video, *frontend, encoder);
  }
  if (options.audio.chosen()) {
    aux_frontend = register_module(
        "aux_frontend", frontends::sound_frontend_registry().create(options.audio.frontend));
    D_a = make_stream(audio_parts_, options.audio, *aux_frontend, aux_encoder);
    D = frontend ? D : D_a;
  }
  const auto make_decoder = [&](const char* name, const auto& decoder_options) {
    if (D % decoder_options.heads != 0) {
      throw ConfigError(
          "model.decoder.heads: expected a divisor of the width " + std::to_string(D));
    }
    return register_module(
        name, std::make_shared<decoding::TransformerDecoderImpl>(decoder_options, D, V));
  };
  if (options.fusion.chosen()) {
    fusion = register_module("fusion", fusion::fusion_registry().create(options.fusion, D, D_a));
  }
  if (options.decoder.layers > 0) {
    decoder = make_decoder("decoder", options.decoder);
  }
  if (options.reversed_decoder.layers > 0) {
    r_decoder = make_decoder("r_decoder", options.reversed_decoder);
  }
  if (options.ctc) {
    ctc = register_module("ctc", std::make_shared<CtcHead>(D, V, options.ctc_dropout));
  }
  if (options.stream_ctc && frontend) {
    stream_ctc = register_module(
        "stream_ctc", std::make_shared<CtcHead>(D, V, options.ctc_dropout));
  }
  const int64_t sound_width = D_a > 0 ? D_a : D;
  if (options.stream_ctc && aux_frontend) {
    aux_stream_ctc = register_module(
        "aux_stream_ctc", std::make_shared<CtcHead>(sound_width, V, options.ctc_dropout));
  }
  if (options.label_classes > 0 && frontend) {
    labels = register_module("labels", Linear(D, options.label_classes));
  }
  if (options.label_classes > 0 && aux_frontend) {
    aux_labels =
        register_module("aux_labels", Linear(sound_width, options.label_classes));
  }
}

at::Tensor AvsrModelImpl::encode_stream(
    StreamParts& parts,
    frontends::Frontend& frontend,
    encoders::Encoder* encoder,
    const at::Tensor& input,
    const Lengths& lengths,
    std::vector<at::Tensor>& intermediate_logits) {
  const auto note = [&](const char* name, const at::Tensor& value) {
    note_stage((parts.prefix + name).c_str(), value);
  };
  at::Tensor x = frontend.forward(input, lengths);
  note("frontend", x);
  if (encoder == nullptr) {
    return x;
  }
  if (parts.projection) {
    x = parts.projection->forward(x);
    note("proj_encoder", x);
  }
  if (parts.projection_norm) {
    x = parts.projection_norm->forward(x);
  }
  encoders::BetweenBlocks between;
  const auto& blocks = options_.intermediate_ctc.blocks;
  if (!blocks.empty() && ctc) {
    between = [&](int64_t number, const at::Tensor& output) {
      if (std::find(blocks.begin(), blocks.end(), number) == blocks.end()) {
        return at::Tensor();
      }
      intermediate_logits.push_back(ctc->forward(output));
      return parts.conditioning
                 ? parts.conditioning->forward(at::softmax(as_float(intermediate_logits.back()), -1))
                 : at::Tensor();
    };
  }
  const StageScope scope((parts.prefix + "encoder").c_str());
  return encoder->forward(x, lengths, between);
}

Streams AvsrModelImpl::encode(
    const at::Tensor& lips, const at::Tensor& wave, const Lengths& lengths) {
  Streams streams;
  streams.lengths = lengths;
  if (frontend && lips.defined()) {
    streams.video = encode_stream(
        video_parts_, *frontend, encoder.get(), lips, lengths, streams.video_logits);
  }
  if (aux_frontend && wave.defined()) {
    streams.audio = encode_stream(
        audio_parts_, *aux_frontend, aux_encoder.get(), wave, lengths, streams.audio_logits);
  }
  return streams;
}

at::Tensor AvsrModelImpl::fuse(const Streams& streams, const at::Tensor& presence) {
  if (fusion) {
    const at::Tensor memory = fusion->forward(streams.video, streams.audio, presence, streams.lengths);
    note_stage("fusion", memory);
    return memory;
  }
  return streams.video.defined() ? streams.video : streams.audio;
}

}  // namespace sotto::experiments
