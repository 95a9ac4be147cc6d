#include "encoders/branchformer.h"
#include "encoders/conformer.h"
#include "encoders/e_branchformer.h"
#include "encoders/encoder.h"

namespace sotto::encoders {

const Registry<Encoder>& encoder_registry() {
  static const Registry<Encoder> registry =
      Registry<Encoder>("encoder")
          .add<ConformerOptions, ConformerImpl>("conformer")
          .add<BranchformerOptions, BranchformerImpl>("branchformer")
          .add<EBranchformerOptions, EBranchformerImpl>("e_branchformer");
  return registry;
}

}  // namespace sotto::encoders
