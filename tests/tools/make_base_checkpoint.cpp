// make_base_checkpoint OUT.pth: a checkpoint of the published base size with random weights, as
// auto_avsr's present code saves one: 250 M parameters, lips, 5049 units. For measuring import,
// loading and transcription; no such file can be shipped.
#include <cstdio>
#include <cstdlib>

#include <ATen/ATen.h>

#include "common/error.h"
#include "experiments/model_file.h"
#include "experiments/peers/checkpoint_writer.h"
#include "frontends/resnet_lips.h"
#include "encoders/conformer.h"

int main(int argc, char** argv) {
  using namespace sotto;
  using namespace sotto::experiments;
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_base_checkpoint OUT.pth\n");
    return 2;
  }
  ModelOptions options;
  options.video.frontend = {"resnet3d", std::make_shared<frontends::ResNetLipsOptions>()};
  options.video.encoder = {"conformer", std::make_shared<encoders::ConformerOptions>()};
  at::manual_seed(1);
  const AvsrModel model(options, 5049);
  std::vector<std::pair<std::string, SafetensorsEntry>> entries;
  TensorMap held = state_of(*model);
  for (auto& [name, tensor] : held) {
    tensor = tensor.contiguous();
    entries.emplace_back(name, entry_of(tensor));
  }
  try {
    write_checkpoint_file(argv[1], entries);
  } catch (const Error& fault) {
    std::fprintf(stderr, "%s\n", fault.what());
    return 1;
  }
  return 0;
}
