#pragma once

#include <memory>
#include <vector>

#include "datasets/loader.h"
#include "experiments/evaluate.h"
#include "experiments/noise_manifest.h"

namespace sotto::experiments {

/// The noises of an evaluation, and the sounds that they are made of.
class EvaluationNoises {
 public:
  /// Draws the noises, or reads those of `options.noise_manifest` where that file exists; where it
  /// is named and does not, it is written.
  /// @param evaluated  the clips that get noise, at `options.snr_db`.
  EvaluationNoises(
      const EvaluateOptions& options,
      std::shared_ptr<datasets::ClipCache> clips,
      const std::vector<const datasets::ManifestEntry*>& evaluated);

  /// What adds them to the clips in one condition. @throws DataError if a clip has no noise in it.
  datasets::EvaluationNoise in(double snr_db, int64_t repetition) const;

 private:
  class Sounds;
  std::shared_ptr<const NoiseManifest> manifest_;
  std::shared_ptr<Sounds> sounds_;
};

}  // namespace sotto::experiments
