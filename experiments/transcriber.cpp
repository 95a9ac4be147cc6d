#include "experiments/transcriber.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>

#include <malloc.h>

#include "decoding/transcript_stitch.h"
#include "experiments/raw_input.h"

namespace sotto::experiments {

namespace {

/// What a clip took goes back to the system: activations, and at the first clip the copies that
/// packing made.
void give_back_memory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

}  // namespace

using decoding::Transcript;

Transcriber::Transcriber(LoadedModel model, Precision precision) : model_(std::move(model)) {
  pack(model_, precision);
}

std::vector<Transcript> Transcriber::transcribe(
    const std::string& path,
    const TranscribeOptions& options,
    const std::function<void(const std::string&)>& warn) {
  const c10::InferenceMode inference;
  std::vector<Transcript> transcripts = is_safetensors(path)
                                            ? transcribe_raw(path, options)
                                            : std::vector{transcribe_media(path, options, warn)};
  give_back_memory();
  return transcripts;
}

std::vector<Transcript> Transcriber::decode(
    const datasets::Batch& batch, Modality modality, const TranscribeOptions& options) {
  const Encoded encoded = encode_batch(*model_.network, batch, modality);
  decoding::SearchOptions search = options.search;
  search.nbest = std::max(search.nbest, readings_needed(model_.card, modality));
  const auto found = search_clips(*model_.network, encoded, search, options.language_model);
  std::vector<Transcript> transcripts;
  for (size_t b = 0; b < found.size(); ++b) {
    transcripts.push_back(
        make_transcript(model_, modality, encoded.frames(static_cast<int64_t>(b)), found[b]));
    auto& readings = transcripts.back().nbest;
    readings.resize(std::min(readings.size(), static_cast<size_t>(options.search.nbest)));
  }
  return transcripts;
}

Transcript Transcriber::transcribe_media(
    const std::string& path,
    const TranscribeOptions& options,
    const std::function<void(const std::string&)>& warn) {
  ClipWindows windows(path, model_.card, options, warn);
  decoding::TranscriptStitcher stitcher;
  while (const auto window = windows.next()) {
    stitcher.add(
        decode(window->batch, window->modality, options).front(), window->begin_s, window->from_s,
        window->end_s, window->after_pause);
  }
  Transcript whole = stitcher.take();
  whole.id = path_stem(path);
  whole.path = path;
  whole.modality = windows.used().text();
  whole.duration = windows.duration_s();
  return whole;
}

std::vector<Transcript> Transcriber::transcribe_raw(
    const std::string& path, const TranscribeOptions& options) {
  std::vector<Transcript> transcripts;
  for (const RawClip& clip : read_raw_clips(path, model_)) {
    const Modality modality =
        choose_streams(path, options.modality, model_.card, clip.lips, clip.sound);
    std::vector<Transcript> some = decode(clip.batch, modality, options);
    for (size_t b = 0; b < some.size(); ++b) {
      some[b].id = (clip.name.empty() ? path_stem(path) : clip.name) +
                   (some.size() > 1 ? "/" + std::to_string(b) : "");
      some[b].path = path;
      transcripts.push_back(std::move(some[b]));
    }
  }
  return transcripts;
}

}  // namespace sotto::experiments
