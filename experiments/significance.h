#pragma once

#include <cstdint>
#include <vector>

#include "experiments/score.h"

namespace sotto::experiments {

/// What is drawn anew to learn how far a rate could have come out otherwise. Errors of one talker
/// (or of one film, where that is what the corpus calls its talkers) go together: clips alone then
/// promise too much.
enum class Resample { kClips, kTalkers };

/// Errors and reference units of what is drawn as one.
struct ErrorSum {
  int64_t errors = 0;
  int64_t reference = 0;
};

struct BootstrapOptions {
  int64_t replicates = 10000;
  uint64_t seed = 1;
  double level = 0.95;  ///< share of the replicates between the interval's ends
};

struct Interval {
  double low = 0;
  double high = 0;
};

/// The clips of a report, or its talkers, sorted by name; all repetitions of a clip are one.
/// @throws DataError if a clip has no talker where talkers are asked for.
std::vector<ErrorSum> error_sums(const ScoreReport& report, ScoreUnit unit, Resample resample);

/// Percentile interval of the error rate, a ratio of sums, over draws of as many units as there
/// are, with replacement. Not a number where nothing was said or the rate is not finite.
Interval bootstrap_interval(
    const std::vector<ErrorSum>& units, const BootstrapOptions& options = {});

/// Two systems on the same clips.
struct PairedBootstrap {
  double difference = 0;  ///< rate of B minus rate of A
  Interval interval;      ///< of the difference
  double better = 0;      ///< share of the replicates in which B has fewer errors than A
  double worse = 0;       ///< more
};

/// Bisani and Ney, "Bootstrap estimates for confidence intervals in ASR performance evaluation",
/// 2004: both systems are drawn the same units.
/// @throws DataError if they are not as many, or of other references.
PairedBootstrap paired_bootstrap(
    const std::vector<ErrorSum>& a,
    const std::vector<ErrorSum>& b,
    const BootstrapOptions& options = {});

}  // namespace sotto::experiments
