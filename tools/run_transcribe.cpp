#include "common/interrupt.h"
#include "experiments/noise_sources.h"
#include "experiments/transcriber.h"
#include "tools/clips.h"
#include "tools/run.h"
#include "tools/shared_files.h"

namespace {

using namespace sotto;

experiments::TranscribeOptions options_of(
    const tools::TranscribeRequest& request, const experiments::ModelCard& card) {
  experiments::TranscribeOptions options;
  options.modality = request.modality;
  options.face = datasets::face_choice(request.face);
  options.window_s = request.window_s.value_or(0);
  options.search = tools::search_of(request.search, card.decode);
  options.search.nbest = request.nbest;
  options.language_model = tools::language_model_of(
      request.language_model, request.search, request.precision, card, options.search);
  options.seed = static_cast<uint64_t>(request.seed);
  if (request.snr_db) {
    options.noise = experiments::recording_of(request.noise);
    options.snr_db = request.snr_db;
  }
  return options;
}

int transcribe_all(const tools::TranscribeRequest& request) {
  for (const std::string& input : request.inputs) {
    if (request.snr_db && is_safetensors(input)) {
      throw ConfigError(input + ": --noise is for recordings; a tensor file holds what the model is given");
    }
  }
  experiments::Transcriber transcriber(
      experiments::read_model(tools::model_path(request, request.model)),
      precision_of(request.precision));
  auto options = options_of(request, transcriber.card());
  tools::say(transcriber.card().name + ": " + transcriber.card().domain);
  if (options.language_model) {
    tools::say(options.language_model->about);
    if (!options.language_model->warning.empty()) {
      tools::say(options.language_model->warning);
    }
  }
  if (request.settings) {
    tools::say(write_yaml(options.search));
  }
  return tools::for_each_clip(request, request.inputs, [&](const auto& input, auto& output, const auto& remark) {
    for (const auto& transcript : transcriber.transcribe(input, options, remark)) {
      output.add(transcript);
    }
  });
}

}  // namespace

extern "C" int sotto_run_transcribe(const tools::TranscribeRequest* request) {
  return tools::run(*request, [&] {
    catch_interrupts();
    return transcribe_all(*request);
  });
}
