#pragma once

#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "common/lengths.h"
#include "datasets/augment.h"
#include "datasets/clip_cache.h"
#include "datasets/inputs.h"
#include "datasets/labels.h"
#include "datasets/noise.h"
#include "datasets/splice.h"
#include "datasets/text/tokenizer.h"

namespace sotto::datasets {

/// Clips of one padded batch, on the host.
struct Batch {
  std::vector<std::string> ids;
  std::vector<std::string> texts;
  at::Tensor lips;  ///< (B, T, 1, S, S) float, normalised; undefined if no clip has lips
  at::Tensor wave;  ///< (B, 640 T, 1) float, normalised; undefined if no clip has sound
  Lengths lengths;
  at::Tensor presence;                       ///< (B, 2) float: has lips, has sound
  at::Tensor audio_weight;                   ///< (B) float: how much a loss of sound alone counts
  std::vector<std::vector<int64_t>> tokens;  ///< without sos and eos
  at::Tensor frame_classes;  ///< (B, T) int64, -1 = ignore; undefined without word labels
};

/// What changes while a stage goes on.
struct Phase {
  bool regularise = false;  ///< masks and speed changes
  double snr_low = 0;       ///< dB
};

/// How the loader reads and packs clips.
struct LoaderOptions : Options {
  int64_t frames = 1600;
  int64_t workers = 1;
  int64_t cache_mib = 2048;

  void visit(OptionVisitor& v) override;
};

/// Noise of an evaluation: the same for every clip.
struct FixedNoise {
  double snr_db = 0;
  int64_t talkers = 6;  ///< voices that make babble
};

/// What the loader needs to know besides its options.
struct LoaderContext {
  std::shared_ptr<ClipCache> clips;
  std::vector<const ManifestEntry*> entries;
  std::shared_ptr<const Tokenizer> tokenizer;
  WordLabels labels;
  InputOptions inputs;
  NoiseSources noise_sources;
  std::optional<FixedNoise> fixed_noise;  ///< for evaluation only
  uint64_t seed = 0;
};

/// Batches of clips for training and evaluation: packs clips of like length up to a frame budget,
/// augments, mixes noise, pads. Every clip's randomness comes from (seed, epoch, utterance), so
/// batches do not depend on the number of workers.
class Loader {
 public:
  /// For evaluation: no augmentation, clips in the order of `entries`.
  Loader(const LoaderOptions& options, LoaderContext context);
  /// For training.
  Loader(
      const LoaderOptions& options,
      LoaderContext context,
      const AugmentOptions& augment,
      const NoiseOptions& noise);
  ~Loader();

  /// Begins an epoch at one of its batches. `phase` is asked once a batch, with its number.
  /// @return the number of batches of the epoch.
  int64_t start(int64_t epoch, int64_t first_batch, std::function<Phase(int64_t)> phase);
  /// The next batch, or nothing at the end of the epoch. Rethrows a worker's error.
  std::optional<Batch> next();

  /// Batches of any one epoch (the same number for all).
  int64_t batches() const;

 private:
  struct Clip;
  std::vector<std::vector<size_t>> plan(int64_t epoch) const;
  Batch build(int64_t epoch, int64_t number, const std::vector<size_t>& members, Phase phase) const;
  Clip prepare(size_t member, int64_t epoch, const Phase& phase) const;
  std::vector<int64_t> tokens_of(const std::string& text) const;
  void trim(std::vector<Clip>& clips, Random& random) const;
  void mix_noise(Clip& clip, const Phase& phase) const;
  void queue_one();

  LoaderOptions options_;
  LoaderContext context_;
  bool training_;
  AugmentOptions augment_;
  NoiseOptions noise_;
  std::unique_ptr<Splicer> splicer_;  ///< for training
  int64_t epoch_ = 0;
  std::vector<std::vector<size_t>> batches_;
  std::function<Phase(int64_t)> phase_;
  size_t queued_ = 0;
  std::deque<std::future<Batch>> waiting_;
};

}  // namespace sotto::datasets
