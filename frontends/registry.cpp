#include "frontends/features.h"
#include "frontends/frontend.h"
#include "frontends/log_mel.h"
#include "frontends/resnet_lips.h"
#include "frontends/resnet_waveform.h"

namespace sotto::frontends {

const Registry<Frontend, Pictures>& lips_frontend_registry() {
  static const Registry<Frontend, Pictures> registry =
      Registry<Frontend, Pictures>("lips front end")
          .add<ResNetLipsOptions, ResNetLipsImpl>("resnet3d")
          .add<FeaturesOptions, FeaturesImpl>("features");
  return registry;
}

const Registry<Frontend>& sound_frontend_registry() {
  static const Registry<Frontend> registry =
      Registry<Frontend>("sound front end")
          .add<ResNetWaveformOptions, ResNetWaveformImpl>("resnet1d")
          .add<LogMelOptions, LogMelImpl>("log_mel")
          .add<FeaturesOptions, FeaturesImpl>("features");
  return registry;
}

}  // namespace sotto::frontends
