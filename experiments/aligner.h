#pragma once

#include <functional>
#include <string>
#include <vector>

#include "datasets/utterance.h"
#include "decoding/search_options.h"
#include "decoding/transcript.h"
#include "experiments/clip_windows.h"

namespace sotto::experiments {

/// How texts are aligned.
struct AlignOptions : ClipOptions {
  decoding::SearchOptions search;  ///< for what else may have been said
};

/// Finds when the words of given texts are said, and how likely it is that they are.
///
/// A clip longer than a window is encoded window by window and aligned as a whole. Beside the
/// words' times and confidences a transcript has scores, `score` and `confidence` of the whole text
/// (below), and in `nbest` what the model itself heard.
///
/// - A score is the mean log-probability of a frame on CTC's path through the text.
/// - The text's confidence is the product of its words', times the share of the readings (per
/// window)
///   that say nothing more than the text: an estimate of the chance that it is right from beginning
///   to end, which a long text hardly ever is.
class Aligner {
 public:
  /// The model is packed for running only. @throws ConfigError if it has no CTC.
  explicit Aligner(LoadedModel model, Precision precision = Precision::kFloat32);

  const ModelCard& card() const { return model_.card; }

  /// @throws DataError naming `path`: what ClipWindows throws, a text that is empty, that the model
  ///         cannot write or that is too long for the clip.
  decoding::Transcript align(
      const std::string& path,
      const std::string& text,
      const AlignOptions& options,
      const std::function<void(const std::string&)>& warn);

  /// The same for an utterance of a store; `path` is its id.
  decoding::Transcript align(
      const datasets::Utterance& utterance, const std::string& text, const AlignOptions& options);

 private:
  struct Window;
  Window encode(
      const datasets::Batch& batch,
      Modality modality,
      double offset_s,
      const AlignOptions& options);
  std::vector<int64_t> tokens_of(const std::string& path, const std::string& text) const;
  decoding::Transcript align_windows(
      const std::string& path,
      const std::vector<int64_t>& tokens,
      const std::vector<Window>& windows);

  LoadedModel model_;
};

}  // namespace sotto::experiments
