#include "experiments/peers/derive.h"

#include <algorithm>

#include "common/error.h"
#include "encoders/conformer.h"
#include "encoders/e_branchformer.h"
#include "experiments/peers/derive_frontend.h"
#include "fusion/mlp.h"

namespace sotto::experiments {
namespace {

using encoders::BlockStackOptions;

/// Which relative positions a configuration means; see the published loaders' own rule: only a
/// missing `rel_pos_type` beside `rel_mha` is the legacy kind, whatever string it holds otherwise.
std::string relative_scheme(
    const Family& family, const PeerConfig& config, const std::string& prefix, Assumptions& assumed) {
  if (family.name == "wenet") {
    return "relative_unshifted";
  }
  if (family.name == "espnet") {
    if (!config.given()) {
      assumed.push_back("relative positions of the present kind (rel_pos_type latest)");
    }
    return config.text("rel_pos_type", "latest") == "legacy" ? "relative_legacy" : "relative";
  }
  if (family.name == "auto_avsr") {
    return "relative";
  }
  const std::string type =
      config.text(prefix + "transformer_encoder_attn_layer_type", "rel_mha");
  if (type == "legacy_rel_mha") {
    return "relative_legacy";
  }
  if (!config.given() || family.name == "auto_avsr-1") {  // whose code knows no other since 2023
    assumed.push_back("relative positions of the present kind (rel_pos_type latest)");
    return "relative";
  }
  const bool legacy = prefix.empty() && !config.has("rel_pos_type");
  return legacy ? "relative_legacy" : "relative";
}

/// Heads of plain attention cannot be seen in the tensors.
int64_t plain_heads(
    const PeerConfig& config,
    const std::vector<std::string>& keys,
    int64_t likely,
    const std::string& part,
    Assumptions& assumed) {
  for (const std::string& key : keys) {
    if (config.has(key)) {
      return config.integer(key, likely);
    }
  }
  assumed.push_back(std::to_string(likely) + " attention heads in the " + part);
  return likely;
}

void derive_stack(
    const Shapes& shapes,
    const Family& family,
    const PeerConfig& config,
    const std::string& encoder,
    const std::string& attention,
    const std::string& config_prefix,
    BlockStackOptions& options,
    Assumptions& assumed) {
  // Neither shows in the tensors.
  if (config.flag("causal", false)) {
    throw CheckpointError(config.path() + ": causal convolutions are not supported");
  }
  if (!config.flag("normalize_before", true)) {
    throw CheckpointError(
        config.path() + ": norms behind the parts of a block (normalize_before: false) are not supported");
  }
  const std::string first = encoder + "encoders.0." + attention + ".";
  options.dim = shapes.size(encoder + "after_norm.weight", 0);
  options.layers = shapes.count(encoder + "encoders.", ".norm_mha.weight");
  if (shapes.has(first + "pos_bias_u")) {
    options.heads = shapes.size(first + "pos_bias_u", 0);
    options.positions = relative_scheme(family, config, config_prefix, assumed);
  } else {
    options.heads = plain_heads(
        config, {config_prefix + "aheads", "attention_heads"},
        std::max<int64_t>(1, options.dim / 64), "encoder", assumed);
    options.positions = "absolute";
  }
  options.passes = config.integer("passes", 1);
  if (family.name == "espnet" && !config.has("passes")) {
    assumed.push_back(
        "one pass through the blocks, as ESPnet has it (a copy inside NMTGMinor makes two: "
        "\"passes\": 2 in --config)");
  }
  options.attention_dropout = family.name == "auto_avsr" ? 0.0 : 0.1;
  options.norm_epsilon = family.name == "wenet" ? 1e-5 : 1e-12;
}

std::shared_ptr<Options> derive_conformer(
    const Shapes& shapes,
    const Family& family,
    const PeerConfig& config,
    const std::string& encoder,
    const std::string& config_prefix,
    Assumptions& assumed) {
  auto options = std::make_shared<encoders::ConformerOptions>();
  derive_stack(
      shapes, family, config, encoder, "self_attn", config_prefix, *options, assumed);
  const std::string block = encoder + "encoders.0.";
  options->feed_forward = shapes.size(block + "feed_forward.w_1.weight", 0);
  options->macaron = shapes.begins(block + "feed_forward_macaron.");
  options->convolution = shapes.begins(block + "conv_module.");
  if (options->convolution) {
    options->kernel = shapes.size(block + "conv_module.depthwise_conv.weight", 2);
  }
  if (family.name == "wenet" || family.name == "espnet") {
    options->activation = config.text("activation_type", "swish");
  }
  if (family.name == "wenet") {
    options->convolution_padding = "masked_input";
  }
  return options;
}

std::shared_ptr<Options> derive_e_branchformer(
    const Shapes& shapes,
    const Family& family,
    const PeerConfig& config,
    const std::string& encoder,
    Assumptions& assumed) {
  auto options = std::make_shared<encoders::EBranchformerOptions>();
  derive_stack(shapes, family, config, encoder, "attn", "", *options, assumed);
  const std::string block = encoder + "encoders.0.";
  options->macaron = shapes.begins(block + "feed_forward_macaron.");
  options->feed_forward = shapes.begins(block + "feed_forward.")
                              ? shapes.size(block + "feed_forward.w_1.weight", 0)
                              : 0;
  options->activation = config.text(
      "ffn_activation_type", config.text("activation_type", options->activation));
  options->merge_kernel = shapes.size(block + "depthwise_conv_fusion.weight", 2);
  options->cgmlp.hidden = shapes.size(block + "cgmlp.channel_proj1.0.weight", 0);
  options->cgmlp.kernel = shapes.size(block + "cgmlp.csgu.conv.weight", 2);
  options->cgmlp.linear_after_conv = shapes.has(block + "cgmlp.csgu.linear.weight");
  if (!config.has("gate_activation")) {
    assumed.push_back("no activation of the gate (gate_activation identity)");
  }
  options->cgmlp.gate_activation = config.text("gate_activation", "identity");
  return options;
}

/// The stream whose names begin with `prefix` ("" or "aux_").
StreamOptions derive_stream(
    const Shapes& shapes,
    const Family& family,
    const PeerConfig& config,
    const std::string& prefix,
    Assumptions& assumed) {
  const bool lips = prefix.empty();
  StreamOptions stream(lips);
  if (shapes.begins(prefix + "frontend.")) {
    stream.frontend = lips ? derive_lips_frontend(shapes, family, config)
                           : derive_sound_frontend(shapes, config);
  }
  const std::string encoder = prefix + "encoder.";
  if (!shapes.begins(encoder)) {
    return stream;
  }
  // Sound alone is configured by the plain keys.
  const std::string config_prefix = lips || !shapes.begins("encoder.") ? "" : "aux_";
  stream.encoder =
      shapes.begins(encoder + "encoders.0.cgmlp.")
          ? Component{"e_branchformer",
                      derive_e_branchformer(shapes, family, config, encoder, assumed)}
          : Component{
                "conformer",
                derive_conformer(shapes, family, config, encoder, config_prefix, assumed)};
  const std::string projection = prefix + "proj_encoder.weight";
  stream.projection = !shapes.has(projection)                      ? "none"
                      : shapes.begins(prefix + "proj_norm.weight") ? "linear_norm"
                                                                   : "linear";
  if (!stream.frontend.chosen()) {
    auto features = std::make_shared<frontends::FeaturesOptions>();
    features->dim = shapes.has(projection) ? shapes.size(projection, 1)
                                           : shapes.size(encoder + "after_norm.weight", 0);
    stream.frontend = {"features", features};
  }
  return stream;
}

void derive_decoder(
    const Shapes& shapes,
    const Family& family,
    const PeerConfig& config,
    const std::string& decoder,
    int64_t encoder_heads,
    decoding::TransformerDecoderOptions& options,
    Assumptions& assumed) {
  options.layers = shapes.count(decoder + "decoders.", ".norm1.weight");
  if (options.layers == 0) {
    return;
  }
  options.feed_forward = shapes.size(decoder + "decoders.0.feed_forward.w_1.weight", 0);
  options.norm_epsilon = family.name == "wenet" ? 1e-5 : 1e-12;
  // auto_avsr and VSR-ML give both the same number.
  if (family.name == "auto_avsr" || family.name == "vsr-ml") {
    options.heads = encoder_heads;
  } else {
    Assumptions heads;
    options.heads =
        plain_heads(config, {"dheads", "decoder_heads"}, encoder_heads, "decoder", heads);
    if (decoder == "decoder.") {
      assumed.insert(assumed.end(), heads.begin(), heads.end());
    }
  }
}

int64_t heads_of(const Component& encoder) {
  const auto* stack = dynamic_cast<const BlockStackOptions*>(encoder.options.get());
  return stack != nullptr ? stack->heads : 1;
}

}  // namespace

bool Shapes::begins(const std::string& prefix) const {
  const auto next = shapes_.lower_bound(prefix);
  return next != shapes_.end() && next->first.compare(0, prefix.size(), prefix) == 0;
}

int64_t Shapes::size(const std::string& name, size_t dimension) const {
  const auto found = shapes_.find(name);
  if (found == shapes_.end()) {
    throw CheckpointError(path_ + ": missing " + name);
  }
  if (dimension >= found->second.size()) {
    throw CheckpointError(
        path_ + ": " + name + ": expected " + std::to_string(dimension + 1) +
        " dimensions or more, got " + std::to_string(found->second.size()));
  }
  return found->second[dimension];
}

int64_t Shapes::count(const std::string& before, const std::string& after, int64_t first) const {
  int64_t number = first;
  while (has(before + std::to_string(number) + after)) {
    ++number;
  }
  return number - first;
}

ModelOptions derive_model(
    const Shapes& shapes, const Family& family, const PeerConfig& config, Assumptions& assumed) {
  if (config.flag("zero_triu", false)) {
    throw CheckpointError(config.path() + ": zero_triu is not supported");
  }
  if (shapes.begins("proj_decoder.")) {
    throw CheckpointError(
        shapes.path() + ": a decoder of another width than the encoder is not supported");
  }
  ModelOptions model;
  model.video = derive_stream(shapes, family, config, "", assumed);
  model.audio = derive_stream(shapes, family, config, "aux_", assumed);
  const bool both = model.video.chosen() && model.audio.chosen();
  if (both) {
    auto fusion = std::make_shared<fusion::MlpFusionOptions>();
    fusion->hidden = shapes.size("fusion.fc1.weight", 0);
    fusion->norm = shapes.begins("fusion.bn1.")     ? "batchnorm"
                   : shapes.begins("fusion.norm1.") ? "layernorm"
                                                    : "none";
    model.fusion = {"mlp", fusion};
  }
  const int64_t heads =
      heads_of(model.video.encoder.chosen() ? model.video.encoder : model.audio.encoder);
  derive_decoder(shapes, family, config, "decoder.", heads, model.decoder, assumed);
  derive_decoder(shapes, family, config, "r_decoder.", heads, model.reversed_decoder, assumed);
  model.ctc = shapes.has("ctc.ctc_lo.weight");
  return model;
}

decoding::TransformerLmOptions derive_language_model(
    const Shapes& shapes, const PeerConfig& config, Assumptions& assumed) {
  decoding::TransformerLmOptions options;
  options.embedding = shapes.size("embed.weight", 1);
  options.dim = shapes.size("encoder.after_norm.weight", 0);
  options.layers = shapes.count("encoder.encoders.", ".norm_mha.weight");
  options.feed_forward = shapes.size("encoder.encoders.0.feed_forward.w_1.weight", 0);
  options.heads = plain_heads(
      config, {"head"}, std::max<int64_t>(1, options.dim / 64), "language model", assumed);
  if (!config.has("pos_enc")) {
    assumed.push_back("no positions in the language model (pos_enc none)");
  }
  options.positions = config.text("pos_enc", "none") == "sinusoidal" ? "absolute" : "none";
  options.tie_weights = config.flag("tie_weights", false);
  return options;
}

int64_t derive_vocabulary(const Shapes& shapes) {
  for (const char* name : {"ctc.ctc_lo.weight", "decoder.output_layer.weight", "embed.weight"}) {
    if (shapes.has(name)) {
      return shapes.size(name, 0);
    }
  }
  return 0;
}

}  // namespace sotto::experiments
