#include "fusion/fusion.h"
#include "fusion/mlp.h"

namespace sotto::fusion {

const Registry<Fusion, int64_t, int64_t>& fusion_registry() {
  static const Registry<Fusion, int64_t, int64_t> registry =
      Registry<Fusion, int64_t, int64_t>("fusion").add<MlpFusionOptions, MlpFusionImpl>("mlp");
  return registry;
}

}  // namespace sotto::fusion
