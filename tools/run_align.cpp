#include <algorithm>
#include <filesystem>

#include "common/error.h"
#include "common/interrupt.h"
#include "experiments/aligner.h"
#include "experiments/clip_texts.h"
#include "experiments/training_data.h"
#include "tools/clips.h"
#include "tools/run.h"
#include "tools/shared_files.h"

namespace {

using namespace sotto;

experiments::AlignOptions options_of(
    const tools::AlignRequest& request, const experiments::ModelCard& card) {
  experiments::AlignOptions options;
  options.modality = request.modality;
  options.face = datasets::face_choice(request.face);
  options.window_s = request.window_s.value_or(0);
  options.search = card.decode;
  options.search.lm_weight = 0;
  return options;
}

experiments::Aligner aligner_of(const tools::AlignRequest& request) {
  experiments::Aligner aligner(
      experiments::read_model(tools::model_path(request, request.model)),
      precision_of(request.precision));
  tools::say(aligner.card().name + ": " + aligner.card().domain);
  return aligner;
}

int align_store(const tools::AlignRequest& request) {
  if (request.inputs.size() > 1 || !request.text.empty() || !request.text_file.empty() ||
      !request.texts.empty()) {
    throw ConfigError("align: a store is aligned alone, to its own texts");
  }
  if (request.window_s) {
    throw ConfigError("align: --window is for media files; an utterance of a store is one window");
  }
  const datasets::Store store(request.inputs.front());
  const auto entries = experiments::listed_entries(store, request.list);
  experiments::Aligner aligner = aligner_of(request);
  const auto options = options_of(request, aligner.card());
  return tools::for_each_clip(request, entries, [&](const auto* entry, auto& output, const auto&) {
    output.add(aligner.align(store.load(*entry), entry->text, options));
  });
}

int align_clips(const tools::AlignRequest& request) {
  if (!request.list.empty()) {
    throw ConfigError("align: --list is for a prepared store");
  }
  const experiments::ClipTexts texts(
      {request.text, request.text_file, request.texts}, request.inputs.size());
  experiments::Aligner aligner = aligner_of(request);
  const auto options = options_of(request, aligner.card());
  return tools::for_each_clip(request, request.inputs, [&](const auto& path, auto& output, const auto& remark) {
    output.add(aligner.align(path, texts.of(path), options, remark));
  });
}

}  // namespace

extern "C" int sotto_run_align(const tools::AlignRequest* request) {
  return tools::run(*request, [&] {
    catch_interrupts();
    const bool folder =
        std::any_of(request->inputs.begin(), request->inputs.end(), [](const std::string& input) {
          return std::filesystem::is_directory(input);
        });
    return folder ? align_store(*request) : align_clips(*request);
  });
}
