#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/options.h"
#include "datasets/loader.h"
#include "experiments/model.h"

namespace sotto::experiments {

/// Weights of the losses. Defaults are the published joint CTC/attention objective.
struct LossOptions : Options {
  double ctc_weight = 0.1;
  double intermediate_ctc = 0.3;
  double reverse_weight = 0.3;
  double smoothing = 0.1;
  bool by_length = false;
  bool by_batch_again = false;
  bool padding_leaks = false;
  double av = 1;
  double a = 0;
  double v = 0;
  double stream_ctc = 0;
  double frame_labels = 0;
  double audio_only = 0;
  double video_only = 0;

  void visit(OptionVisitor& visitor) override;
};

/// The loss to minimise and its parts, by name, for people.
struct Loss {
  at::Tensor total;
  std::map<std::string, at::Tensor> parts;
};

/// The training objective of one batch:
///
///   sum over modes m in {av, a, v} of w_m / sum(w) * (c CTC_m + (1 - c) attention_m)
///     + c * i * (CTC_intermediate - sum over modes of w_m / sum(w) * CTC_m)
///     + stream_ctc * (CTC_video + CTC_audio) + frame_labels * (CE_video + CE_audio)
///
/// Each stream is encoded once; the modes differ in what the fusion is given. CTC is the sum over a
/// clip's labels over B, attention the label-smoothed Kullback-Leibler divergence over B (Ma et al.
/// 2021, sec. 3.4); with `by_length` both are divided by the clip's labels. Losses that see sound
/// alone are weighted by the batch's audio_weight. Where the model has a reversed decoder, attention is
/// (1 - reverse_weight) of the plain one's and reverse_weight of its divergence; where it has
/// intermediate CTC, the share i = `intermediate_ctc` of CTC is the mean over blocks and streams. `audio_only` and `video_only` are shares of
/// clips whose other stream is dropped in mode av (modality dropout).
class Objective {
 public:
  Objective(const LossOptions& options, bool use_video, bool use_audio);

  /// @param batch  on the model's device.
  /// @param seed   for modality dropout.
  Loss operator()(AvsrModelImpl& model, const datasets::Batch& batch, uint64_t seed) const;

 private:
  LossOptions options_;
  bool use_video_;
  bool use_audio_;
};

/// Label-smoothed Kullback-Leibler divergence (Szegedy et al. 2016; eq. as in ESPnet, entropy
/// included) of each position, summed over each clip.
/// @param logits   (N, U, V)
/// @param targets  (N, U) int64, -1 = ignore
/// @return (N)
at::Tensor smoothed_divergence(
    const at::Tensor& logits, const at::Tensor& targets, double smoothing);

/// -log p(labels) of each clip by connectionist temporal classification (Graves et al. 2006, eq. 12);
/// 0 where the labels do not fit into the frames.
/// @param logits        (N, T, V), blank 0
/// @param labels        all clips' labels, one after the other
/// @param label_counts  labels of each clip
/// @param frames        valid frames of each clip
/// @return (N)
at::Tensor ctc_losses(
    const at::Tensor& logits,
    const at::Tensor& labels,
    const std::vector<int64_t>& label_counts,
    const std::vector<int64_t>& frames);

}  // namespace sotto::experiments
