#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiments/evaluation.h"
#include "experiments/report/sample_clip.h"
#include "experiments/report/validation_texts.h"

namespace sotto::experiments {

/// How much of a clip is drawn.
struct SampleOptions {
  int64_t pictures = 10;  ///< of the lips, evenly over the clip
};

/// Where a lip front end looked, by Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391, eq. 1 and
/// 2): ReLU of the channels' sum, each weighted by the mean of its gradient over the picture.
/// @param map       (T, C, H', W') feature map of each frame
/// @param gradient  of the score with respect to it
/// @return (T, H', W'), 0 and above
at::Tensor grad_cam(const at::Tensor& map, const at::Tensor& gradient);

/// What the network makes of clip `b` of a batch: CTC's posteriors along the frames with the
/// reference's tokens, what the decoder's last layer attends to while it reads the reference, and
/// Grad-CAM of the reference's log-probability on the lips. Gradients are taken inside, whatever
/// the caller's mode; parameters and their gradients stay as they are.
/// @param options  of the evaluation that read the clip: modality, and which head spoke
SampleClip look_at_clip(
    AvsrModelImpl& network,
    const datasets::Batch& batch,
    int64_t b,
    const EvaluationOptions& options,
    const datasets::Tokenizer& tokenizer,
    const std::string& hypothesis,
    const SampleOptions& how = {});

/// Gathers what a report shows of a validation, while it goes on:
///
///     ValidationWatch watch(network, tokenizer, options);
///     transcribe_set(network, loader, tokenizer, options, advance, std::ref(watch));
///     watch.write(run, stage, epoch, step);
class ValidationWatch {
 public:
  /// @param options  those of the validation; they stay alive as long as this does.
  /// @param clips    the first so many are looked into, of lips alone and of the modality that is
  /// last
  ValidationWatch(
      AvsrModelImpl& network,
      const datasets::Tokenizer& tokenizer,
      const std::vector<EvaluationOptions>& options,
      int64_t clips = 3);

  void operator()(const EvaluatedClip& clip);

  const std::vector<ValidatedText>& texts() const { return texts_; }
  const std::vector<SampleClip>& samples() const { return samples_; }
  /// RUN/validation.jsonl and RUN/samples.json.
  void write(const std::string& run, const std::string& stage, int64_t epoch, int64_t step) const;

 private:
  AvsrModelImpl& network_;
  const datasets::Tokenizer& tokenizer_;
  const std::vector<EvaluationOptions>& options_;
  int64_t clips_;
  std::vector<ValidatedText> texts_;
  std::vector<SampleClip> samples_;
};

}  // namespace sotto::experiments
