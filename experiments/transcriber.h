#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "decoding/search_options.h"
#include "experiments/clip_windows.h"
#include "experiments/recogniser.h"

namespace sotto::experiments {

/// How clips are transcribed.
struct TranscribeOptions : ClipOptions {
  decoding::SearchOptions search;
  /// Read beside the decoder with search.lm_weight; null: none. Its vocabulary is the model's.
  std::shared_ptr<const LanguageModel> language_model;
};

/// Transcribes media files with one model: what the program, a page or a camera calls.
class Transcriber {
 public:
  /// The model is packed for running only (`pack` of model_file.h).
  explicit Transcriber(LoadedModel model, Precision precision = Precision::kFloat32);

  const ModelCard& card() const { return model_.card; }

  /// @param path  a media file (one transcript) or a safetensors file of raw input, see raw_input.h:
  ///              a transcript a NAME.
  /// @param warn  called with one line for whatever the user should know.
  /// @throws DataError naming `path`.
  std::vector<decoding::Transcript> transcribe(
      const std::string& path,
      const TranscribeOptions& options,
      const std::function<void(const std::string&)>& warn);

 private:
  decoding::Transcript transcribe_media(
      const std::string& path,
      const TranscribeOptions& options,
      const std::function<void(const std::string&)>& warn);
  std::vector<decoding::Transcript> transcribe_raw(
      const std::string& path, const TranscribeOptions& options);
  /// Transcripts of a batch's clips.
  std::vector<decoding::Transcript> decode(
      const datasets::Batch& batch, Modality modality, const TranscribeOptions& options);

  LoadedModel model_;
};

}  // namespace sotto::experiments
