#include "experiments/peers/derive_frontend.h"

#include "common/error.h"
#include "frontends/resnet_lips.h"
#include "frontends/resnet_waveform.h"

namespace sotto::experiments {
namespace {

/// Residual stages under `trunk`: widths and blocks a stage.
template <class FrontendOptions>
void derive_stages(const Shapes& shapes, const std::string& trunk, FrontendOptions& options) {
  options.widths.clear();
  options.blocks = shapes.count(trunk + "layer1.", ".conv1.weight");
  for (int64_t stage = 1; shapes.begins(trunk + "layer" + std::to_string(stage) + "."); ++stage) {
    options.widths.push_back(
        shapes.size(trunk + "layer" + std::to_string(stage) + ".0.conv1.weight", 0));
  }
  if (options.widths.empty()) {
    throw CheckpointError(shapes.path() + ": missing " + trunk + "layer1.0.conv1.weight");
  }
}

/// PReLU shows in the tensors; ReLU and swish do not, and swish is what published models have.
std::string derive_activation(
    const Shapes& shapes, const PeerConfig& config, const std::string& trunk, const std::string& key) {
  if (shapes.has(trunk + "layer1.0.relu1.weight")) {
    return "prelu";
  }
  const std::string named = config.text(key, "swish");
  if (named != "swish" && named != "relu") {
    throw CheckpointError(
        shapes.path() + ": " + key + " '" + named + "' does not fit the tensors of the front end");
  }
  return named;
}

}  // namespace

Component derive_lips_frontend(
    const Shapes& shapes, const Family& family, const PeerConfig& config) {
  auto options = std::make_shared<frontends::ResNetLipsOptions>();
  derive_stages(shapes, "frontend.trunk.", *options);
  const std::string stem = "frontend.frontend3D.0.weight";
  options->stem_channels = shapes.size(stem, 0);
  options->stem_kernel = {shapes.size(stem, 2), shapes.size(stem, 3), shapes.size(stem, 4)};
  options->activation = derive_activation(shapes, config, "frontend.trunk.", "relu_type");
  if (shapes.has("frontend.frontend3D.2.weight")) {
    options->stem_activation = "prelu";
  } else {
    // Only auto_avsr's present code lets the stem follow; the others always take swish there.
    options->stem_activation = family.name == "auto_avsr" ? options->activation : "swish";
  }
  return {"resnet3d", options};
}

Component derive_sound_frontend(const Shapes& shapes, const PeerConfig& config) {
  auto options = std::make_shared<frontends::ResNetWaveformOptions>();
  derive_stages(shapes, "aux_frontend.trunk.", *options);
  options->stem_channels = shapes.size("aux_frontend.trunk.conv1.weight", 0);
  options->activation = derive_activation(
      shapes, config, "aux_frontend.trunk.",
      config.has("aux_relu_type") ? "aux_relu_type" : "relu_type");
  if (config.integer("a_upsample_ratio", 1) != 1 || config.integer("aux_a_upsample_ratio", 1) != 1) {
    throw CheckpointError(config.path() + ": an a_upsample_ratio other than 1 is not supported");
  }
  return {"resnet1d", options};
}

}  // namespace sotto::experiments
