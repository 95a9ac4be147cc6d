#pragma once

#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/core/thread_pool.h>

#include "common/lengths.h"
#include "datasets/augment.h"
#include "datasets/clip_cache.h"
#include "datasets/inputs.h"
#include "datasets/labels.h"
#include "datasets/noise.h"
#include "datasets/splice.h"
#include "datasets/step_plan.h"
#include "datasets/text/tokenizer.h"

namespace sotto::datasets {

/// Clips of one padded batch, on the host.
struct Batch {
  std::vector<std::string> ids;
  std::vector<std::string> texts;
  at::Tensor lips;  ///< (B, T, C, S, S) float, C = 3 in colour, normalised; undefined if no clip has lips
  at::Tensor wave;  ///< (B, 640 T, 1) float, normalised; undefined if no clip has sound
  Lengths lengths;
  at::Tensor presence;                       ///< (B, 2) float: has lips, has sound
  at::Tensor audio_weight;                   ///< (B) float: how much a loss of sound alone counts
  std::vector<std::vector<int64_t>> tokens;  ///< without sos and eos
  at::Tensor frame_classes;  ///< (B, T) int64, -1 = ignore; undefined without word labels
  int64_t clips_of_step = 0;  ///< of all processes and passes; 0: those of this batch
  bool ends_step = true;      ///< this process' last pass of a step
  /// One made-up clip where a process has none of a pass: it is computed so that all processes go the
  /// same way, and counts nothing.
  bool stand_in = false;

  /// What sums over clips are divided by.
  int64_t divisor() const {
    return clips_of_step > 0 ? clips_of_step : static_cast<int64_t>(tokens.size());
  }
};

/// What changes while a stage goes on.
struct Phase {
  bool regularise = false;  ///< masks and speed changes
  double snr_low = 0;       ///< dB
};

/// How the loader reads and packs clips.
struct LoaderOptions : Options {
  int64_t frames = 1600;
  int64_t pass_frames = 0;
  int64_t buckets = 0;
  int64_t workers = 1;
  int64_t cache_mib = 2048;

  void visit(OptionVisitor& v) override;
};

/// Adds the noise of an evaluation to a clip's sound; called by several threads at once.
using EvaluationNoise = std::function<void(const ManifestEntry&, Wave&)>;

/// What the loader needs to know besides its options.
struct LoaderContext {
  std::shared_ptr<ClipCache> clips;
  std::vector<const ManifestEntry*> entries;
  std::shared_ptr<const Tokenizer> tokenizer;
  WordLabels labels;
  InputOptions inputs;
  NoiseSources noise_sources;
  EvaluationNoise evaluation_noise;  ///< for evaluation only; empty: none
  uint64_t seed = 0;
  int64_t rank = 0;  ///< this process among those that train together
  int64_t processes = 1;
};

/// Batches of clips for training and evaluation: packs clips of like length up to a frame budget,
/// augments, mixes noise, pads. Every clip's randomness comes from (seed, epoch, utterance), so
/// batches do not depend on the number of workers.
///
/// A step of training has the same clips whatever the number of processes. They are dealt out by
/// length to the processes, and to passes where one would not hold them: every process has equally
/// many passes, a stand-in where it has no clip. In an evaluation each process has every N-th batch.
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

  /// Begins an epoch at one of its steps. `phase` is asked once a pass, with its step's number.
  /// @return the number of steps of the epoch.
  int64_t start(int64_t epoch, int64_t first_step, std::function<Phase(int64_t)> phase);
  /// This process' next pass, or nothing at the end of the epoch. Rethrows a worker's error.
  std::optional<Batch> next();

  /// Steps of the first epoch; others may have a few more or less where clips differ in length.
  int64_t batches() const;

 private:
  struct Clip;
  struct Pass;
  void count_frames();
  std::vector<Members> plan(int64_t epoch) const;
  void add_passes(const Members& step, int64_t number);
  Batch stand_in(const Pass& pass) const;
  Batch build(int64_t epoch, const Pass& pass, Phase phase) const;
  Clip prepare(size_t member, int64_t epoch, const Phase& phase) const;
  std::vector<int64_t> tokens_of(const std::string& text) const;
  void trim(std::vector<Clip>& clips, int64_t longest, Random& random) const;
  void mix_noise(Clip& clip, const Phase& phase) const;
  void queue_one();
  void drop_waiting();

  LoaderOptions options_;
  LoaderContext context_;
  bool training_;
  AugmentOptions augment_;
  NoiseOptions noise_;
  std::unique_ptr<Splicer> splicer_;  ///< null: nothing is joined
  std::vector<int64_t> frames_;       ///< of every entry
  int64_t epoch_ = 0;
  std::vector<Pass> passes_;  ///< of this process
  std::function<Phase(int64_t)> phase_;
  size_t queued_ = 0;
  std::deque<std::future<Batch>> waiting_;
  /// The same threads for all batches: LibTorch builds its pools of threads anew for each new thread
  /// that computes, and theirs begin by spinning.
  std::unique_ptr<c10::ThreadPool> threads_;
};

}  // namespace sotto::datasets
