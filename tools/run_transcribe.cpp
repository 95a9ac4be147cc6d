#include <iostream>

#include "common/error.h"
#include "common/interrupt.h"
#include "experiments/noise_sources.h"
#include "experiments/transcriber.h"
#include "experiments/transcript_output.h"
#include "tools/run.h"
#include "tools/search_of.h"
#include "tools/shared_files.h"

namespace {

using namespace sotto;

experiments::TranscribeOptions options_of(
    const tools::TranscribeRequest& request, const experiments::ModelCard& card) {
  experiments::TranscribeOptions options;
  options.modality = request.modality;
  options.face = datasets::face_choice(request.face == "auto" ? "largest" : request.face);
  options.search = tools::search_of(request.search, card.decode);
  options.search.nbest = request.nbest;
  options.language_model = tools::language_model_of(
      request.language_model, request.search, request.precision, card, options.search);
  options.seed = request.seed;
  if (request.snr_db) {
    options.noise = experiments::recording_of(request.noise);
    options.snr_db = request.snr_db;
  }
  return options;
}

int transcribe_all(const tools::TranscribeRequest& request) {
  experiments::TranscriptOutput output(request.format, request.out, request.inputs.size());
  experiments::Transcriber transcriber(
      experiments::read_model(tools::model_path(request, request.model)),
      precision_of(request.precision));
  auto options = options_of(request, transcriber.card());
  const auto say = [](const std::string& line) { std::cerr << line << std::endl; };
  say(transcriber.card().name + ": " + transcriber.card().domain);
  if (options.language_model) {
    say(options.language_model->about);
  }
  if (request.settings) {
    say(write_yaml(options.search));
  }
  size_t failed = 0;
  for (const std::string& input : request.inputs) {
    throw_if_interrupted("the clips before were transcribed");
    try {
      for (const auto& transcript : transcriber.transcribe(input, options, say)) {
        output.add(transcript);
      }
    } catch (const ConfigError&) {
      throw;
    } catch (const Error& fault) {
      say(fault.what());
      ++failed;
    }
  }
  output.finish();
  return failed == 0 ? tools::kDone : tools::kInputFailed;
}

}  // namespace

extern "C" int sotto_run_transcribe(const tools::TranscribeRequest* request) {
  return tools::run(*request, [&] {
    catch_interrupts();
    return transcribe_all(*request);
  });
}
