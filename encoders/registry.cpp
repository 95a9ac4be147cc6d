#include "encoders/conformer.h"
#include "encoders/encoder.h"

namespace sotto::encoders {

const Registry<Encoder>& encoder_registry() {
  static const Registry<Encoder> registry =
      Registry<Encoder>("encoder").add<ConformerOptions, ConformerImpl>("conformer");
  return registry;
}

}  // namespace sotto::encoders
