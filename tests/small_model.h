#pragma once

#include <memory>
#include <string>

#include "encoders/conformer.h"
#include "experiments/model.h"
#include "frontends/resnet_lips.h"
#include "frontends/resnet_waveform.h"
#include "fusion/mlp.h"
#include "tests/tensors.h"

namespace sotto::tests {

/// The whole small model of the golden vectors: published front ends, everything behind them 8
/// wide.
inline experiments::ModelOptions golden_model_options(bool video, bool audio) {
  const auto encoder = [] {
    auto options = std::make_shared<encoders::ConformerOptions>();
    options->dim = 8;
    options->heads = 2;
    options->layers = 2;
    options->feed_forward = 16;
    options->kernel = 5;
    return Component{"conformer", options};
  };
  experiments::ModelOptions model;
  if (video) {
    model.video.frontend = {"resnet3d", std::make_shared<frontends::ResNetLipsOptions>()};
    model.video.encoder = encoder();
  }
  if (audio) {
    model.audio.frontend = {"resnet1d", std::make_shared<frontends::ResNetWaveformOptions>()};
    model.audio.encoder = encoder();
  }
  if (video && audio) {
    auto fusion = std::make_shared<fusion::MlpFusionOptions>();
    fusion->hidden = 12;
    model.fusion = {"mlp", fusion};
  }
  model.decoder.heads = 2;
  model.decoder.layers = 2;
  model.decoder.feed_forward = 16;
  return model;
}

/// The name of a parameter in the first generation of published checkpoints, whose front ends stand
/// inside the encoders. In a model of sound alone the only encoder is called `encoder`.
inline std::string first_generation_name(const std::string& name, bool sound_alone) {
  const std::pair<std::string, std::string> renames[] = {
      {"frontend.", "encoder.frontend."},
      {"proj_encoder.", "encoder.embed.0."},
      {"aux_frontend.", sound_alone ? "encoder.frontend." : "aux_encoder.frontend."},
      {"aux_proj_encoder.", sound_alone ? "encoder.embed.0." : "aux_encoder.embed.0."},
      {"aux_encoder.", sound_alone ? "encoder." : "aux_encoder."}};
  for (const auto& [ours, theirs] : renames) {
    if (name.rfind(ours, 0) == 0) {
      return theirs + name.substr(ours.size());
    }
  }
  return name;
}

/// That model with its sine weights, V = 12, in evaluation mode.
inline experiments::AvsrModel golden_model(bool video, bool audio) {
  experiments::AvsrModel model(golden_model_options(video, audio), 12);
  fill(*model, golden_weight, [sound_alone = !video](const std::string& name) {
    return first_generation_name(name, sound_alone);
  });
  model->eval();
  return model;
}

/// Lips (1, T, 1, 88, 88) and sound (1, N, 1) of the golden vectors.
inline at::Tensor golden_lips(int64_t T) {
  return sines({1, T, 1, 88, 88}, 0.013);
}
inline at::Tensor golden_wave(int64_t N) {
  const at::Tensor j = at::arange(N, at::kDouble);
  return (at::sin(j * 0.05) + at::sin(j * 0.31) * 0.3).to(at::kFloat).view({1, N, 1});
}

}  // namespace sotto::tests
