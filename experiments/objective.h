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
  double r_drop = 0;
  double r_drop_ctc = 0;
  double av = 1;
  double a = 0;
  double v = 0;
  double stream_ctc = 0;
  double frame_labels = 0;
  double audio_only = 0;
  double video_only = 0;

  /// Nothing is read from both streams together, or from what fuses them.
  bool of_streams_alone() const { return av + a + v == 0; }
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
/// clip's labels, attention the label-smoothed Kullback-Leibler divergence (Ma et al. 2021, sec. 3.4), CE
/// the mean over a clip's labelled frames; all are divided by the clips of the step (Batch::divisor), so
/// that gradients of passes and processes add up to those of one batch. With `by_length` CTC and attention are divided by the clip's labels. What hears a
/// clip's sound alone, in mode av too, is weighted by the batch's audio_weight; what reads a stream that
/// the clip lacks (Batch::presence), by 0. Where the model has a reversed decoder, attention is
/// (1 - reverse_weight) of the plain one's and reverse_weight of its divergence; where it has
/// intermediate CTC, the share i = `intermediate_ctc` of CTC is the mean over blocks and streams. `audio_only` and `video_only` are shares of
/// clips whose other stream is dropped in mode av (modality dropout).
///
/// With `r_drop` (R-Drop, Liang et al. 2021, arXiv:2106.14448; beside relaxed attention in Lohrenz et
/// al. 2023's lip readers) a training batch is read twice, with different draws of dropout: the losses
/// are the mean of both readings, and (1 - c) * r_drop * the symmetric divergence of their tokens'
/// distributions, scaled as attention is, and c * r_drop_ctc * that of their frames' are added.
class Objective {
 public:
  Objective(const LossOptions& options, bool use_video, bool use_audio);

  /// Losses of a stream that is not used have no weight.
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

/// What two readings of the same frames or tokens differ by, (KL(p || q) + KL(q || p)) / 2 of each
/// position (Liang et al. 2021, eq. 2), summed over each clip.
/// @param p, q   (N, U, V) logits
/// @param valid  (N, U) bool
/// @return (N)
at::Tensor symmetric_divergence(
    const at::Tensor& p, const at::Tensor& q, const at::Tensor& valid);

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
