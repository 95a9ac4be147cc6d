#include <iostream>

#include "common/interrupt.h"
#include "experiments/calibrate.h"
#include "tools/run.h"
#include "tools/search_of.h"
#include "tools/shared_files.h"

namespace {

using namespace sotto;

std::vector<experiments::Modality> modalities_of(
    const tools::CalibrateRequest& request, const experiments::ModelCard& card) {
  std::vector<experiments::Modality> modalities;
  for (const std::string& modality : request.modalities) {
    modalities.push_back(experiments::Modality::parse(modality));
  }
  const bool lips = card.model.video.chosen();
  const bool sound = card.model.audio.chosen();
  if (modalities.empty() && lips) {
    modalities.push_back({false, true});
  }
  if (request.modalities.empty() && sound) {
    modalities.push_back({true, false});
  }
  if (request.modalities.empty() && lips && sound) {
    modalities.push_back({true, true});
  }
  return modalities;
}

int calibrate_and_print(const tools::CalibrateRequest& request) {
  const std::string path = tools::model_path(request, request.model);
  experiments::LoadedModel model = experiments::read_model(path);
  experiments::CalibrateOptions options;
  options.evaluation.store = request.store;
  options.evaluation.list = request.list;
  options.evaluation.modalities = modalities_of(request, model.card);
  options.evaluation.snr_db = request.snr_db;
  options.evaluation.noise_file = request.noise;
  options.evaluation.noise_list = request.noise_list;
  options.evaluation.seed = request.seed;
  options.evaluation.search = tools::search_of(request.search, model.card.decode);
  options.evaluation.search.lm_weight = 0;
  options.label_list = request.trained_on;
  experiments::pack(model, Precision::kFloat32);
  experiments::Calibrated calibrated = experiments::calibrate(model, options);
  experiments::write_calibrated(path, calibrated.card, request.out);
  std::cout << "on the clips that it was fitted on:\n"
            << experiments::format_evaluations(calibrated.after) << "\n"
            << experiments::format_confidences(calibrated.after) << "\n"
            << experiments::format_times(calibrated.after) << "\n"
            << write_yaml(calibrated.card.calibration);
  return tools::kDone;
}

}  // namespace

extern "C" int sotto_run_calibrate(const tools::CalibrateRequest* request) {
  return tools::run(*request, [&] {
    catch_interrupts();
    return calibrate_and_print(*request);
  });
}
